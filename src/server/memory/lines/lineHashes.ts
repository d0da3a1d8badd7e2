/** Hashes of lines: they record what was learned of a text without keeping the text. */
import { finish } from "./slices.ts";

/**
 * `[lines]` hashes, each of a line and the one before it, so that the same line elsewhere has another hash. The first line
 * counts as one below a blank line. A line end at the end of a text begins no line. With 32 bits, a new line in a file of a thousand lines is taken for a known one once
 * in four million cases.
 */
export function hashLines(text: string): Uint32Array {
	return finish(hashingLines(text));
}

/** UTF-16 units hashed, or lines marked, in a slice. */
const sliceUnits = 2 ** 17;
const sliceLines = 2 ** 12;

/** As `hashLines`, in slices. */
export function* hashingLines(text: string): Generator<undefined, Uint32Array> {
	const hashes = new Uint32Array(countLines(text));
	let line = 0;
	let before = fnvBasis;
	let hash = fnvBasis;
	for (let from = 0; from < text.length; from += sliceUnits) {
		const to = Math.min(text.length, from + sliceUnits);
		for (let i = from; i < to; i++) {
			const code = text.charCodeAt(i);
			if (code !== lineFeed) {
				hash = Math.imul(hash ^ code, fnvPrime);
				continue;
			}
			hashes[line++] = mixed(hash, before);
			before = hash;
			hash = fnvBasis;
		}
		if (to < text.length) yield;
	}
	if (line < hashes.length) hashes[line] = mixed(hash, before);
	return hashes;
}

/** Number of lines of a text; a line end at its end begins none. */
export function countLines(text: string): number {
	let count = 0;
	for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
	return text === "" || text.endsWith("\n") ? count : count + 1;
}

/** FNV-1a (Fowler, Noll, Vo), over UTF-16 units instead of bytes. */
const fnvBasis = 0x811c9dc5;
const fnvPrime = 0x01000193;
const lineFeed = 10;

/** The finalizer of MurmurHash3, as FNV-1a hashes of similar lines differ in a few bits only. */
function mixed(hash: number, before: number): number {
	let mix = hash ^ Math.imul(before, 0x9e3779b1);
	mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
	mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
	return mix ^ (mix >>> 16);
}

/**
 * `[lines]` 1 for each line that is new: up to there, `lines` contains it more often than each of the `known` lists of
 * hashes does.
 */
export function markNew(lines: Uint32Array, ...known: readonly Uint32Array[]): Uint8Array {
	return finish(markingNew(lines, ...known));
}

/** As `markNew`, in slices. */
export function* markingNew(lines: Uint32Array, ...known: readonly Uint32Array[]): Generator<undefined, Uint8Array> {
	const left = new Map<number, number>();
	for (const hashes of known) {
		const counts = new Map<number, number>();
		for (const [i, hash] of hashes.entries()) {
			const count = (counts.get(hash) ?? 0) + 1;
			counts.set(hash, count);
			left.set(hash, Math.max(count, left.get(hash) ?? 0));
			if (i % sliceLines === sliceLines - 1) yield;
		}
	}
	const isNew = new Uint8Array(lines.length);
	for (const [line, hash] of lines.entries()) {
		const count = left.get(hash) ?? 0;
		if (count > 0) left.set(hash, count - 1);
		else isNew[line] = 1;
		if (line % sliceLines === sliceLines - 1) yield;
	}
	return isNew;
}
