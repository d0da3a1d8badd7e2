/** Text sampled from a language model: always valid UTF-8, reproducible by its seed. */
import { Buffer } from "node:buffer";
import { DOCUMENT_END } from "../model/document.ts";
import type { Context, LanguageModel } from "../model/languageModel.ts";
import { Failure } from "../platform/failure.ts";
import { characterBorder, nextUtf8State, type Utf8State, unfit } from "./utf8.ts";

export interface SamplingOptions {
	/** Most characters; the text ends earlier where the model ends the document. */
	readonly characters: number;
	/** Divides log-probabilities: below 1 likelier text, above 1 wilder; 0 takes the likeliest byte or word each time. */
	readonly temperature: number;
	/** Sample from the likeliest bytes or words that together have this probability; 1 for all. */
	readonly topP: number;
	/** 32-bit integer. */
	readonly seed: number;
	/** The document does not end before it has something beside blanks, whatever the model says; false if missing. */
	readonly isWanted?: boolean;
}

/** The bytes of a symbol that a model predicts; those of a byte model are bytes. */
type BytesOf = (symbol: number) => Uint8Array;

const itself: readonly Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const byteItself: BytesOf = (byte) => itself[byte] as Uint8Array;

/**
 * Yields one character at a time, or as many as a word has.
 *
 * @param bytesOf of the symbols of a word model
 * @throws {Failure} modelBroken if the model gives no probabilities
 */
export function* generate(
	model: Pick<LanguageModel, "advance">,
	start: Context,
	options: SamplingOptions,
	bytesOf = byteItself,
): Generator<string> {
	const random = randomNumbers(options.seed);
	let context = start;
	let mayEnd = options.isWanted !== true;
	for (let count = 0; count < options.characters; ) {
		const character: number[] = [];
		let state: Utf8State = characterBorder;
		do {
			const symbol = sample(context.logProbabilities, state, options, random(), bytesOf, mayEnd);
			if (symbol === DOCUMENT_END) return;
			for (const byte of bytesOf(symbol)) {
				character.push(byte);
				state = nextUtf8State(state, byte);
			}
			context = model.advance([context], [symbol])[0] as Context;
		} while (state !== characterBorder);
		const characters = [...Buffer.from(character).toString()].slice(0, options.characters - count);
		count += characters.length;
		mayEnd ||= characters.some((one) => one.trim() !== "");
		yield characters.join("");
	}
}

/** The text generated, up to where it contains `stop` for the first time: that is left off. */
export function generateText(
	model: Pick<LanguageModel, "advance">,
	start: Context,
	{ stop, ...options }: SamplingOptions & { readonly stop?: string | undefined },
	bytesOf = byteItself,
): string {
	let text = "";
	for (const characters of generate(model, start, options, bytesOf)) {
		text += characters;
		const end =
			stop === undefined ? -1 : text.indexOf(stop, Math.max(0, text.length - characters.length - stop.length));
		if (end >= 0) return text.slice(0, end);
	}
	return text;
}

/** A symbol that can follow in UTF-8, or `DOCUMENT_END`; `random` in [0, 1). */
function sample(
	logProbabilities: Float32Array,
	state: Utf8State,
	{ temperature, topP }: SamplingOptions,
	random: number,
	bytesOf: BytesOf,
	mayEnd: boolean,
): number {
	if (logProbabilities.some(Number.isNaN))
		throw new Failure("modelBroken", "its network gives no probabilities after this text");
	const symbols = [...logProbabilities.keys()]
		.filter((symbol) => isAllowed(state, symbol, bytesOf, mayEnd))
		.sort((a, b) => (logProbabilities[b] as number) - (logProbabilities[a] as number));
	const likeliest = symbols[0] as number;
	if (temperature === 0) return likeliest;
	const greatest = logProbabilities[likeliest] as number;
	const weights = symbols.map((symbol) => Math.exp(((logProbabilities[symbol] as number) - greatest) / temperature));
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	let kept = 0;
	let nucleus = 0;
	while (kept < weights.length && nucleus < topP * total) nucleus += weights[kept++] as number;
	let left = random * nucleus;
	for (const [i, weight] of weights.entries()) {
		left -= weight;
		if (left < 0) return symbols[i] as number;
	}
	// Rounding can leave a trace, and a topP of 0 leaves all of it.
	return symbols[Math.max(0, kept - 1)] as number;
}

function isAllowed(state: Utf8State, symbol: number, bytesOf: BytesOf, mayEnd: boolean): boolean {
	if (state === characterBorder && symbol === DOCUMENT_END) return mayEnd;
	let next = state;
	for (const byte of bytesOf(symbol)) {
		next = nextUtf8State(next, byte);
		if (next === unfit) return false;
	}
	return true;
}

/** Uniform numbers in [0, 1): a Weyl sequence through a multiply-xorshift mixer. */
function randomNumbers(seed: number): () => number {
	let weyl = seed | 0;
	return () => {
		weyl = (weyl + 0x9e3779b9) | 0;
		let mixed = Math.imul(weyl ^ (weyl >>> 16), 0x21f0aaad);
		mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
		return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
	};
}
