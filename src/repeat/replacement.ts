/** What a user replaced inside one line. */
import { isWordAt } from "./words.ts";

/** `left + old + right` became `left + new + right`. */
export interface Replacement {
	readonly left: string;
	readonly old: string;
	readonly new: string;
	readonly right: string;
}

/** The least change that makes one line of the other, widened to the whole words that it touches. */
export function replacementOf(before: string, after: string): Replacement {
	const most = Math.min(before.length, after.length);
	let start = 0;
	while (start < most && before[start] === after[start]) start++;
	let tail = 0;
	while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
	const cuts = slide(before, after, start, tail);
	// A change inside a word is one of the word.
	if (dividesWord(before, after, cuts.start, cuts.tail)) while (isWordAt(before, cuts.start - 1)) cuts.start--;
	if (dividesWord(before, after, cuts.start, cuts.tail, true))
		while (isWordAt(before, before.length - cuts.tail)) cuts.tail--;
	return {
		left: before.slice(0, cuts.start),
		old: before.slice(cuts.start, before.length - cuts.tail),
		new: after.slice(cuts.start, after.length - cuts.tail),
		right: before.slice(before.length - cuts.tail),
	};
}

/**
 * What was inserted or deleted can often be read at several places: between "a, " and "c" of "a, b, c" stands "b, ", or ", b"
 * one place to the left. The first place that divides no word is taken.
 */
function slide(before: string, after: string, start: number, tail: number): { start: number; tail: number } {
	let best = { start, tail };
	if (start + tail !== Math.min(before.length, after.length)) return best;
	const longer = before.length > after.length ? before : after;
	for (let by = 0; by <= start; by++) {
		const cuts = { start: start - by, tail: tail + by };
		if (by > 0 && longer[cuts.start] !== longer[longer.length - cuts.tail]) break;
		const divides =
			dividesWord(before, after, cuts.start, cuts.tail) || dividesWord(before, after, cuts.start, cuts.tail, true);
		if (!divides) best = cuts;
	}
	return best;
}

/** Whether the change divides or joins a word at its beginning, or at its end. */
function dividesWord(before: string, after: string, start: number, tail: number, atEnd = false): boolean {
	return [before, after].some((text) => {
		const cut = atEnd ? text.length - tail : start;
		return isWordAt(text, cut - 1) && isWordAt(text, cut);
	});
}
