/** How unexpected each character of a text is to a model that reads it once, from the left. */
import { Buffer } from "node:buffer";
import { documentHeader } from "../document.ts";
import type { AdaptiveModel, Context, LanguageModel } from "../languageModel.ts";

export interface SurprisingText {
	/** Of the document, relative to the workspace folder, with "/". */
	readonly path: string;
	/** Read before the text, but not measured. */
	readonly before: string;
	/** With "\n" at the ends of its lines. */
	readonly text: string;
}

/** `[text.length]` each, by UTF-16 units; a character of two units has its numbers at the first. */
export interface Surprise {
	/** −log₂ p of the character. */
	readonly bits: Float32Array;
	/** What the model expected the bits to be: the entropy of its distribution over the character. */
	readonly expected: Float32Array;
}

/**
 * Measures a text in pieces. A model that can learn does so: it predicts each character and then learns it, so that what the
 * text repeats is expected. It must not know the text from before.
 */
export class SurpriseReader {
	readonly #model: LanguageModel;
	readonly #bytes: Uint8Array;
	readonly surprise: Surprise;
	#context: Context;
	#next = 0;
	/** The UTF-16 unit at which the character of the last byte begins, and how many units it has. */
	#unit = -1;
	#units = 1;

	constructor(model: LanguageModel, { path, before, text }: SurprisingText) {
		const beginning = Buffer.concat([documentHeader(path), Buffer.from(before)]);
		this.#model = model;
		this.#bytes = Buffer.from(text);
		this.surprise = { bits: new Float32Array(text.length), expected: new Float32Array(text.length) };
		this.#context = canLearn(model)
			? model.learn(model.start(), beginning).context
			: model.read(model.start(), beginning);
	}

	/** Measures up to `count` further bytes; true when the text is done. */
	step(count: number): boolean {
		const end = Math.min(this.#next + count, this.#bytes.length);
		for (; this.#next < end; this.#next++) this.#read(this.#bytes[this.#next] as number);
		return this.#next === this.#bytes.length;
	}

	#read(byte: number): void {
		if ((byte & 0xc0) !== 0x80) {
			this.#unit += this.#units;
			// Four bytes of UTF-8 are a pair of UTF-16 units.
			this.#units = byte >= 0xf0 ? 2 : 1;
		}
		const { logProbabilities } = this.#context;
		const single = Uint8Array.of(byte);
		this.#add("expected", entropy(logProbabilities));
		if (canLearn(this.#model)) {
			const { context, nats } = this.#model.learn(this.#context, single);
			this.#add("bits", nats);
			this.#context = context;
		} else {
			this.#add("bits", -(logProbabilities[byte] as number));
			this.#context = this.#model.read(this.#context, single);
		}
	}

	#add(name: keyof Surprise, nats: number): void {
		const numbers = this.surprise[name];
		numbers[this.#unit] = (numbers[this.#unit] as number) + nats / Math.LN2;
	}
}

/** Measures all of a text at once. */
export function surpriseOf(model: LanguageModel, text: SurprisingText): Surprise {
	const reader = new SurpriseReader(model, text);
	reader.step(Number.POSITIVE_INFINITY);
	return reader.surprise;
}

/** In nats. */
function entropy(logProbabilities: Float32Array): number {
	let sum = 0;
	for (const value of logProbabilities) sum -= Math.exp(value) * value;
	return sum;
}

function canLearn(model: LanguageModel): model is AdaptiveModel {
	return "learn" in model;
}
