/** How well a language model predicts a document, frozen: nothing adapts but the context. */
import { Buffer } from "node:buffer";
import type { Symbols } from "../engines/symbols.ts";
import { encodeDocument, LINE_END, normalizeLineEnds } from "./document.ts";
import type { Context, LanguageModel } from "./languageModel.ts";
import type { Vocabulary } from "./words/vocabulary.ts";

export interface Score {
	/** −log₂ p of the text, summed. */
	readonly bits: number;
	/** Unicode scalar values, line ends included. */
	readonly characters: number;
}

/** Null for an empty text. */
export function bitsPerCharacter({ bits, characters }: Score): number | null {
	return characters === 0 ? null : bits / characters;
}

/** Of a word model. */
export interface WordScheme {
	readonly model: LanguageModel<Symbols>;
	readonly vocabulary: Pick<Vocabulary, "encode" | "bytesOf">;
}

/** Sums the bits of bytes up by lines. */
export class LineScores {
	readonly #lines: Score[] = [];
	#bits = 0;
	#characters = 0;

	add(byte: number, bits: number): void {
		this.#bits += bits;
		if ((byte & 0xc0) !== 0x80) this.#characters++;
		if (byte === LINE_END) this.#end();
	}

	/** Ends a last line without a line end. */
	finish(): void {
		if (this.#characters > 0) this.#end();
	}

	/** The lines done so far; each includes its line end. */
	get lines(): readonly Score[] {
		return this.#lines;
	}

	/** Of the lines done so far. */
	get total(): Score {
		let bits = 0;
		let characters = 0;
		for (const line of this.#lines) {
			bits += line.bits;
			characters += line.characters;
		}
		return { bits, characters };
	}

	#end(): void {
		this.#lines.push({ bits: this.#bits, characters: this.#characters });
		this.#bits = 0;
		this.#characters = 0;
	}
}

/**
 * Scores one document in pieces, so that a process that has other work can go between them. The header is read but not
 * counted, nor is the end mark.
 */
export class DocumentScorer {
	readonly #model: LanguageModel;
	readonly #bytes: Uint8Array;
	readonly #scores = new LineScores();
	#context: Context;
	#next: number;

	/** @param before text of the document that is read but not counted */
	constructor(model: LanguageModel, path: string, text: string, before = "") {
		const { bytes, skip } = encodeDocument(path, before + text);
		const from = skip + Buffer.byteLength(normalizeLineEnds(before));
		this.#model = model;
		this.#bytes = bytes;
		this.#context = model.read(model.start(), bytes.subarray(0, from));
		this.#next = from;
	}

	/** Scores up to `count` further bytes; true when the document is done. */
	step(count: number): boolean {
		const end = Math.min(this.#next + count, this.#bytes.length);
		for (; this.#next < end; this.#next++) {
			const byte = this.#bytes[this.#next] as number;
			// The end mark.
			if (this.#next === this.#bytes.length - 1) {
				this.#scores.finish();
				continue;
			}
			this.#scores.add(byte, -(this.#context.logProbabilities[byte] as number) / Math.LN2);
			this.#context = this.#model.advance([this.#context], [byte])[0] as Context;
		}
		return this.#next === this.#bytes.length;
	}

	/** The lines done so far; each includes its line end. */
	get lines(): readonly Score[] {
		return this.#scores.lines;
	}

	/** Of the lines done so far. */
	get total(): Score {
		return this.#scores.total;
	}
}

/** The score of a document and of each of its lines. */
export function scoreDocument(
	model: LanguageModel,
	path: string,
	text: string,
): { readonly total: Score; readonly lines: readonly Score[] } {
	const scorer = new DocumentScorer(model, path, text);
	scorer.step(Infinity);
	return { total: scorer.total, lines: scorer.lines };
}

/**
 * The same under a word model. The text is as the vocabulary cuts it: a little of the probability of a text is lost with the other
 * ways to write it in symbols.
 */
export function scoreInWords(
	{ model, vocabulary }: WordScheme,
	path: string,
	text: string,
): { readonly total: Score; readonly lines: readonly Score[] } {
	const { bytes, skip } = encodeDocument(path, text);
	const scores = new LineScores();
	let context = model.read(model.start(), vocabulary.encode(bytes.subarray(0, skip)));
	for (const symbol of vocabulary.encode(bytes.subarray(skip, -1))) {
		// No symbol stands in two lines.
		const [first, ...rest] = vocabulary.bytesOf(symbol);
		scores.add(first as number, -(context.logProbabilities[symbol] as number) / Math.LN2);
		for (const byte of rest) scores.add(byte, 0);
		context = model.advance([context], [symbol])[0] as Context;
	}
	scores.finish();
	return { total: scores.total, lines: scores.lines };
}

/** Text where it stands. */
export interface Span {
	/** Of its document, relative to the workspace folder, with "/". */
	readonly path: string;
	readonly before: string;
	readonly text: string;
	readonly after: string;
}

/** Says how probable a span is where it stands: read from the left, or with regard to both sides. */
export interface SpanScorer {
	/** The score of `text`; yields after each step of a millisecond or two. */
	score(span: Span): Generator<undefined, Score>;
}

/** Bytes scored in a step. */
const stepBytes = 64;

/** A scorer that reads from left to right; what stands after a span does not matter to it. */
export function leftToRight(model: LanguageModel): SpanScorer {
	return {
		*score({ path, before, text }) {
			const scorer = new DocumentScorer(model, path, text, before);
			while (!scorer.step(stepBytes)) yield;
			return scorer.total;
		},
	};
}
