/** Values that another process may send though it must not. */
import fc from "fast-check";

type Path = readonly (string | number)[];

/** The paths of all fields and items in a value of JSON, outer ones first. */
export function pathsIn(value: unknown): Path[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([name, field]) => {
		const key = Array.isArray(value) ? Number(name) : name;
		return [[key], ...pathsIn(field).map((path) => [key, ...path])];
	});
}

/** The value with another one at a path; `undefined` removes what is there. */
export function withAt(value: unknown, path: Path, replacement: unknown): unknown {
	const copy = JSON.parse(JSON.stringify(value));
	let holder = copy;
	for (const key of path.slice(0, -1)) holder = holder[key];
	const last = path.at(-1) as string | number;
	if (replacement === undefined) delete holder[last];
	else holder[last] = replacement;
	return copy;
}

/** Any JSON value, and sound messages of which one part was replaced by any JSON value or left out. */
export function foreignValues(samples: readonly unknown[]): fc.Arbitrary<unknown> {
	const damaged = fc.constantFrom(...samples).chain((sample) => {
		const replacement = fc.option(fc.jsonValue(), { nil: undefined });
		return fc
			.tuple(fc.constantFrom(...pathsIn(sample)), replacement)
			.map(([path, other]) => withAt(sample, path, other));
	});
	// As the channel between two processes hands it over.
	return fc.oneof(fc.jsonValue(), damaged).map((value) => JSON.parse(JSON.stringify(value)));
}
