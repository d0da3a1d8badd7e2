/** Text sampled from a language model: always valid UTF-8, reproducible by its seed. */
import { Buffer } from "node:buffer";
import { DOCUMENT_END, LINE_END } from "../model/document.ts";
import type { Context, LanguageModel } from "../model/languageModel.ts";
import { Failure } from "../platform/failure.ts";
import { characterBorder, isControl, malformed, nextUtf8State, type Utf8State } from "./utf8.ts";

export interface SamplingOptions {
	/** Most characters; the text ends earlier where the model ends the document. */
	readonly characters: number;
	/** Divides log-probabilities: below 1 likelier text, above 1 wilder; 0 takes the likeliest byte each time. */
	readonly temperature: number;
	/** Sample from the likeliest bytes that together have this probability; 1 for all. */
	readonly topP: number;
	/** 32-bit integer. */
	readonly seed: number;
}

/**
 * Yields one character at a time.
 *
 * @throws {Failure} modelBroken if the model gives no probabilities
 */
export function* generate(model: LanguageModel, start: Context, options: SamplingOptions): Generator<string> {
	const random = randomNumbers(options.seed);
	let context = start;
	for (let count = 0; count < options.characters; count++) {
		const character: number[] = [];
		let state: Utf8State = characterBorder;
		do {
			const byte = sample(context.logProbabilities, state, options, random());
			if (byte === DOCUMENT_END) return;
			character.push(byte);
			state = nextUtf8State(state, byte);
			context = model.advance([context], [byte])[0] as Context;
		} while (state !== characterBorder);
		yield Buffer.from(character).toString();
	}
}

/** The text generated, up to where it contains `stop` for the first time: that is left off. */
export function generateText(
	model: LanguageModel,
	start: Context,
	{ stop, ...options }: SamplingOptions & { readonly stop?: string | undefined },
): string {
	let text = "";
	for (const character of generate(model, start, options)) {
		text += character;
		if (stop !== undefined && text.endsWith(stop)) return text.slice(0, -stop.length);
	}
	return text;
}

/** A byte that can follow in UTF-8, or `DOCUMENT_END`; `random` in [0, 1). */
function sample(
	logProbabilities: Float32Array,
	state: Utf8State,
	{ temperature, topP }: SamplingOptions,
	random: number,
): number {
	if (logProbabilities.some(Number.isNaN))
		throw new Failure("modelBroken", "its network gives no probabilities after this text");
	const bytes = [...logProbabilities.keys()]
		.filter((byte) => isAllowed(state, byte))
		.sort((a, b) => (logProbabilities[b] as number) - (logProbabilities[a] as number));
	const likeliest = bytes[0] as number;
	if (temperature === 0) return likeliest;
	const greatest = logProbabilities[likeliest] as number;
	const weights = bytes.map((byte) => Math.exp(((logProbabilities[byte] as number) - greatest) / temperature));
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	let kept = 0;
	let nucleus = 0;
	while (kept < weights.length && nucleus < topP * total) nucleus += weights[kept++] as number;
	let left = random * nucleus;
	for (const [i, weight] of weights.entries()) {
		left -= weight;
		if (left < 0) return bytes[i] as number;
	}
	// Rounding can leave a trace, and a topP of 0 leaves all of it.
	return bytes[Math.max(0, kept - 1)] as number;
}

function isAllowed(state: Utf8State, byte: number): boolean {
	if (state === characterBorder && byte === DOCUMENT_END) return true;
	return nextUtf8State(state, byte) !== malformed && (byte === LINE_END || !isControl(byte));
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
