/** The words that a model expects at a place. */
import { Buffer } from "node:buffer";
import type { ExpectedText } from "../domain/surprise.ts";
import type { Context, LanguageModel } from "../model/languageModel.ts";
import { characterBorder, nextUtf8State, type Utf8State, unfit } from "./utf8.ts";

/** The beginning of a word, or with `isWhole` all of it. */
interface Candidate {
	readonly bytes: readonly number[];
	readonly utf8: Utf8State;
	/** ln of the joint probability. */
	readonly logProbability: number;
	readonly isWhole: boolean;
	/** Before the last byte. */
	readonly before: Context;
}

/** Steps of the model for one answer: some 15 ms of work. */
const mostSteps = 240;
/** Bytes; no longer word is shown. */
const longestWord = 40;
/** ln of the least probability that is worth showing: one in a hundred. */
const floor = Math.log(0.01);

/**
 * The likeliest words or signs after `start`, the likeliest first: a search for the best first, over the bytes that may follow.
 * Yields after each step of the model.
 */
export function* likelyWords(
	model: LanguageModel,
	start: Context,
	most: number,
): Generator<undefined, readonly ExpectedText[]> {
	const found: ExpectedText[] = [];
	const open: Candidate[] = beginnings(start);
	for (let steps = 0; found.length < most && open.length > 0; ) {
		open.sort((one, other) => one.logProbability - other.logProbability);
		const best = open.pop() as Candidate;
		if (best.isWhole) {
			found.push({ text: Buffer.from(best.bytes).toString(), probability: Math.exp(best.logProbability) });
			continue;
		}
		if (steps === mostSteps || best.bytes.length === longestWord) continue;
		const context = model.advance([best.before], best.bytes.slice(-1))[0] as Context;
		steps++;
		yield;
		open.push(...continuations(best, context));
	}
	return found;
}

function beginnings(start: Context): Candidate[] {
	const first = { bytes: [], utf8: characterBorder, logProbability: 0, isWhole: false, before: start };
	return nexts(first, start).map((candidate) => {
		const byte = candidate.bytes[0] as number;
		return { ...candidate, isWhole: !isWordByte(byte) };
	});
}

/** The longer words, and the word itself where it may end. */
function continuations(candidate: Candidate, context: Context): Candidate[] {
	const longer = nexts(candidate, context).filter(({ bytes }) => isWordByte(bytes.at(-1) as number));
	if (candidate.utf8 !== characterBorder) return longer;
	let end = 0;
	for (const [byte, logProbability] of context.logProbabilities.entries())
		if (!isWordByte(byte)) end += Math.exp(logProbability);
	const logProbability = candidate.logProbability + Math.log(end);
	return logProbability >= floor ? [...longer, { ...candidate, logProbability, isWhole: true }] : longer;
}

function nexts({ bytes, utf8, logProbability: above }: Candidate, context: Context): Candidate[] {
	const found: Candidate[] = [];
	for (const [byte, own] of context.logProbabilities.entries()) {
		const logProbability = above + own;
		const next = nextUtf8State(utf8, byte);
		// NaN fails the comparison, so what is no probability is never followed.
		if (!(logProbability >= floor) || next === unfit) continue;
		found.push({ bytes: [...bytes, byte], utf8: next, logProbability, isWhole: false, before: context });
	}
	return found;
}

/** Letters, digits, `_` and all beyond ASCII, of which most is letters. */
function isWordByte(byte: number): boolean {
	return byte >= 0x80 || /\w/.test(String.fromCharCode(byte));
}
