/** How probable texts are at a place in a document, with regard to what stands on both sides. */
import { Buffer } from "node:buffer";
import { documentHeader } from "../model/document.ts";
import type { Context, LanguageModel } from "../model/languageModel.ts";

/** A place in a document between `before` and `after`; lines end with `\n`. */
export interface Place {
	/** Of the document, relative to the workspace folder, with "/". */
	readonly path: string;
	readonly before: string;
	readonly after: string;
}

/** UTF-16 units before a word that are read; from there on to the beginning of a line. */
const leastBefore = 200;
const mostBefore = 400;
/** UTF-16 units behind a word that it must lead to (bench/NOTES.md). */
export const mostAfter = 16;
/** Bytes that take the network a millisecond or two. */
const bytesInStep = 64;

/** What is done, as far as it costs time: bytes read by the model, one for each text. */
export interface Work {
	bytes: number;
}

/**
 * ln P(option, after | before) of each option. A model that reads from left to right gives it as the probability of the option
 * and of the text behind it. Yields after each step of a millisecond or two.
 */
export function* logProbabilities(
	model: LanguageModel,
	{ path, before, after }: Place,
	options: readonly string[],
	work: Work,
): Generator<undefined, number[]> {
	const beginning = Buffer.concat([documentHeader(path), Buffer.from(nearText(before))]);
	let start = model.start();
	for (let from = 0; from < beginning.length; from += bytesInStep) {
		start = model.read(start, beginning.subarray(from, from + bytesInStep));
		yield;
	}
	const behind = wholeCharacters(after.slice(0, mostAfter));
	const texts = options.map((option) => Buffer.from(option + behind));
	work.bytes += beginning.length + texts.reduce((sum, { length }) => sum + length, 0);
	const sums = texts.map(() => 0);
	for (let first = 0; first < texts.length; first += mostTogether) {
		const some = texts.slice(first, first + mostTogether);
		let contexts = some.map(() => start);
		for (let at = 0; ; at++) {
			const reading = some.flatMap(({ length }, i) => (at < length ? [i] : []));
			if (reading.length === 0) break;
			const bytes = reading.map((i) => some[i]?.[at] as number);
			for (const [i, byte] of bytes.entries()) {
				const text = first + (reading[i] as number);
				sums[text] = (sums[text] as number) + (contexts[reading[i] as number]?.logProbabilities[byte] as number);
			}
			const advanced = model.advance(
				reading.map((i) => contexts[i] as Context),
				bytes,
			);
			contexts = [...contexts];
			for (const [i, context] of advanced.entries()) contexts[reading[i] as number] = context;
			yield;
		}
	}
	return sums;
}

/** Contexts advanced in one batch: as many as the completion process makes its networks for. */
const mostTogether = 8;

/** The end of a text, from the beginning of a line on where one is near. */
function nearText(before: string): string {
	if (before.length <= leastBefore) return before;
	const far = before.slice(-mostBefore);
	const lineStart = far.indexOf("\n");
	return lineStart >= 0 && lineStart < far.length - leastBefore
		? far.slice(lineStart + 1)
		: far.slice(-leastBefore).replace(/^[\udc00-\udfff]/, "");
}

/** Without half a surrogate pair at its end. */
function wholeCharacters(text: string): string {
	return text.replace(/[\ud800-\udbff]$/, "");
}
