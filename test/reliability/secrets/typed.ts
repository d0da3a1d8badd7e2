/** Whether a text is masked alike as a whole and while its lines are typed one after the other. */

import { isNotebook } from "../../../src/corpus/content/notebook.ts";
import { maskSecrets } from "../../../src/corpus/secrets/mask.ts";
import type { Plant } from "./plants.ts";
import { readable } from "./plants.ts";

/**
 * A line is learned once it is finished: what is masked in the lines so far must be what is masked in them at the end. Both
 * texts are compared as far as the last finished line.
 */
export function differsWhenTyped(plant: Plant): boolean {
	const text = readable(plant);
	if (text === null) return false;
	const path = isNotebook(plant.path) ? undefined : plant.path;
	const whole = maskSecrets(text, path).text;
	for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
		if (!whole.startsWith(maskSecrets(text.slice(0, end + 1), path).text.trimEnd())) return true;
	}
	return false;
}
