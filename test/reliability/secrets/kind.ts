/** A kind of planted secret. */
import type { Random } from "./values.ts";

export interface Kind {
	readonly name: string;
	readonly group: string;
	/** The name of the file. */
	readonly path: string;
	/**
	 * Each is planted in turn. `§` stands for the secret; `§1`, `§2` … for the parts that it is cut into; `¶` for a word.
	 */
	readonly templates: readonly string[];
	readonly value: (random: Random) => string;
}

export function kind(
	group: string,
	name: string,
	path: string,
	value: (random: Random) => string,
	...templates: readonly string[]
): Kind {
	return { group, name, path, value, templates };
}
