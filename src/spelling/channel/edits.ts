/** One edit apart: what a slip of the fingers or of the memory makes of a word, and which words a typed one may be meant as. */

/**
 * What was done to the intended word. `x` and `y` are its letters, "^" the place before the first one. `leftOut`: `y` behind
 * `x` was left out. `added`: `y` was added behind `x`. `replaced`: `y` was typed for `x`. `swapped`: `xy` was typed `yx`.
 */
export interface Edit {
	readonly kind: EditKind;
	readonly x: string;
	readonly y: string;
}

export const editKinds = ["leftOut", "added", "replaced", "swapped"] as const;
export type EditKind = (typeof editKinds)[number];

/** Stand for the beginning and the end of a word. */
export const wordStart = "^";
export const wordEnd = "$";
/** The letters of words, in lower case. */
export const letters = "abcdefghijklmnopqrstuvwxyz'";

/**
 * The edit that makes `typed` of `intended`, both in lower case; undefined if it takes none, or more than one. Of a double
 * letter, the second one was left out or added.
 */
export function editBetween(intended: string, typed: string): Edit | undefined {
	const least = Math.min(intended.length, typed.length);
	let from = 0;
	while (from < least && intended[from] === typed[from]) from++;
	let behind = 0;
	while (behind < least - from && intended.at(-1 - behind) === typed.at(-1 - behind)) behind++;
	const before = from === 0 ? wordStart : (intended[from - 1] as string);
	const was = intended.slice(from, intended.length - behind);
	const is = typed.slice(from, typed.length - behind);
	if (was.length === 1 && is === "") return { kind: "leftOut", x: before, y: was };
	if (was === "" && is.length === 1) return { kind: "added", x: before, y: is };
	if (was.length === 1 && is.length === 1) return { kind: "replaced", x: was, y: is };
	const isSwapped = was.length === 2 && is.length === 2 && was[0] === is[1] && was[1] === is[0];
	return isSwapped ? { kind: "swapped", x: was[0] as string, y: was[1] as string } : undefined;
}

/** All texts of which one edit makes `typed`, which is in lower case; some twice. There are about 55 for each letter. */
export function* intendedFor(typed: string): Generator<string> {
	for (let at = 0; at <= typed.length; at++) {
		const before = typed.slice(0, at);
		const after = typed.slice(at);
		for (const letter of letters) yield before + letter + after;
		if (after === "") continue;
		yield before + after.slice(1);
		for (const letter of letters) if (letter !== after[0]) yield before + letter + after.slice(1);
		if (after.length > 1 && after[0] !== after[1]) yield before + after[1] + after[0] + after.slice(2);
	}
}
