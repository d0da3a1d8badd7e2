/**
 * How probable it is that a misspelt word comes out as it does: P(typed | intended, misspelt), from counts of edits in a list
 * of misspellings (Kernighan, Church and Gale, "A Spelling Correction Program Based on a Noisy Channel Model", 1990).
 *
 *     leftOut:  n(leftOut, x, y) / N(xy)      replaced: n(replaced, x, y) / N(x)
 *     added:    n(added, x, y) / N(x)         swapped:  n(swapped, x, y) / N(xy)
 *
 * N counts the letters and pairs of letters of the intended words. As each word of the list is misspelt once, the
 * probabilities of all edits of a word sum to about one.
 */
import { type Edit, type EditKind, editBetween, editKinds, letters, wordEnd, wordStart } from "./edits.ts";

/** Counts by two letters, as `pairIndex` orders them. */
export interface EditCounts {
	/** N(xy), of the intended words. */
	readonly pairs: readonly number[];
	readonly edits: Readonly<Record<EditKind, readonly number[]>>;
}

/** What stands first in a pair, and what second. */
export const firsts = wordStart + letters;
export const seconds = letters + wordEnd;

/** The place of a pair in a table; undefined if one of them is no letter of words. */
export function pairIndex(x: string, y: string): number | undefined {
	const first = firsts.indexOf(x);
	const second = seconds.indexOf(y);
	return first < 0 || second < 0 ? undefined : first * seconds.length + second;
}

/** Added to each count, so that an edit which the list lacks is not impossible ("expected likelihood estimate"). */
const unseen = 0.5;

export class ConfusionModel {
	readonly #counts: EditCounts;
	/** N(x). */
	readonly #singles: readonly number[];

	constructor(counts: EditCounts) {
		this.#counts = counts;
		const width = seconds.length;
		this.#singles = [...firsts].map((_, first) =>
			counts.pairs.slice(first * width, (first + 1) * width).reduce((sum, count) => sum + count, 0),
		);
	}

	/** ln P(typed | intended, misspelt), for words in lower case; undefined if they are not one edit apart. */
	logProbability(intended: string, typed: string): number | undefined {
		const edit = editBetween(intended, typed);
		if (edit === undefined) return undefined;
		const index = pairIndex(edit.x, edit.y);
		if (index === undefined) return undefined;
		const count = this.#counts.edits[edit.kind][index] as number;
		return Math.log((count + unseen) / (this.#opportunities(edit, index) + unseen * letters.length));
	}

	/** How often the list had the opportunity to make an edit. */
	#opportunities({ kind, x }: Edit, index: number): number {
		if (kind === "leftOut" || kind === "swapped") return this.#counts.pairs[index] as number;
		return this.#singles[firsts.indexOf(x)] as number;
	}
}

/** Counts the edits of a list of misspellings; entries that are not one edit apart are left out. */
export function countEdits(entries: Iterable<{ readonly intended: string; readonly typed: string }>): EditCounts {
	const empty = (): number[] => new Array<number>(firsts.length * seconds.length).fill(0);
	const pairs = empty();
	const edits = Object.fromEntries(editKinds.map((kind) => [kind, empty()])) as Record<EditKind, number[]>;
	const increase = (counts: number[], x: string, y: string): void => {
		const index = pairIndex(x, y);
		if (index !== undefined) counts[index] = (counts[index] as number) + 1;
	};
	for (const { intended, typed } of entries) {
		const edit = editBetween(intended, typed);
		if (edit === undefined) continue;
		increase(edits[edit.kind], edit.x, edit.y);
		const signs = [wordStart, ...intended, wordEnd];
		for (let at = 1; at < signs.length; at++) increase(pairs, signs[at - 1] as string, signs[at] as string);
	}
	return { pairs, edits };
}

/** As text: counts between blanks, and `*` with the number of zeros in place of a run of them. */
export function encodeCounts(counts: readonly number[]): string {
	const parts: string[] = [];
	for (let at = 0; at < counts.length; ) {
		let zeros = 0;
		while (counts[at + zeros] === 0) zeros++;
		parts.push(zeros > 0 ? `*${zeros}` : `${counts[at]}`);
		at += Math.max(1, zeros);
	}
	return parts.join(" ");
}

export function decodeCounts(text: string): number[] {
	return text
		.split(" ")
		.flatMap((part) => (part.startsWith("*") ? new Array<number>(Number(part.slice(1))).fill(0) : [Number(part)]));
}
