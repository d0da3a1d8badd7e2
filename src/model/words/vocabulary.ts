/**
 * The symbols of a word model: the 256 byte values, then words, the most frequent first. A piece of text that is no word of the
 * vocabulary is spelled out in bytes, so that there are symbols for any text, and the symbols joined are the text to the byte.
 */
import { Buffer } from "node:buffer";
import { SYMBOLS, type Symbols, symbolArray } from "../../engines/symbols.ts";
import { Failure } from "../../platform/failure.ts";
import { countCharacters } from "../document.ts";
import { pieces } from "./cut.ts";

/** The default number of words. */
export const usualWords = 10_000;
/** All symbols have numbers of 16 bits. */
export const mostWords = 65_536 - SYMBOLS;
/** Bytes; longer pieces are spelled out, so that the vocabulary fits into the header of a model file. */
const longestWord = 40;
/** Of the words of a vocabulary with their separators; the header of a model file may have 1 MiB. */
const mostBytes = 800_000;
/**
 * How often a word must occur. One that occurs once is spelled out: without any such example the model would not learn to
 * spell.
 */
const leastOccurrences = 2;

export class Vocabulary {
	readonly words: readonly string[];
	readonly #symbolOf: ReadonlyMap<string, number>;
	readonly #bytesOf: readonly Uint8Array[];

	/** @throws {Failure} modelBroken if these cannot be the words of a vocabulary */
	constructor(words: readonly string[]) {
		const problem = problemOf(words);
		if (problem !== undefined) throw new Failure("modelBroken", `its vocabulary ${problem}`);
		this.words = words;
		this.#symbolOf = new Map(words.map((word, index) => [word, SYMBOLS + index]));
		this.#bytesOf = [
			...Array.from({ length: SYMBOLS }, (_, byte) => Uint8Array.of(byte)),
			...words.map((word) => Buffer.from(word)),
		];
	}

	/** Byte values and words. */
	get size(): number {
		return this.#bytesOf.length;
	}

	/** The symbols of a text. */
	encode(text: Uint8Array): Symbols {
		const symbols: number[] = [];
		for (const piece of pieces(text)) {
			const word = piece.length < 2 || piece.length > longestWord ? undefined : this.#symbolOf.get(keyOf(piece));
			if (word !== undefined) symbols.push(word);
			// Not spread: a piece may be as long as the text, and a call takes no such list.
			else for (const byte of piece) symbols.push(byte);
		}
		return symbolArray(this.size).from(symbols);
	}

	/** The text of symbols. */
	decode(symbols: Iterable<number>): Uint8Array {
		return Buffer.concat(Array.from(symbols, (symbol) => this.bytesOf(symbol)));
	}

	bytesOf(symbol: number): Uint8Array {
		const bytes = this.#bytesOf[symbol];
		if (bytes === undefined) throw new RangeError(`The vocabulary has no symbol ${symbol}`);
		return bytes;
	}
}

/** Pieces that are no UTF-8 have one byte, and are not looked up. */
function keyOf(piece: Uint8Array): string {
	return Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString();
}

/** The `count` most frequent words of some texts; fewer if they have no more that occur so often. */
export function vocabularyOf(texts: Iterable<Uint8Array>, count: number, least = leastOccurrences): Vocabulary {
	const occurrences = new Map<string, number>();
	for (const text of texts) {
		for (const piece of pieces(text)) {
			if (piece.length < 2 || piece.length > longestWord) continue;
			const word = keyOf(piece);
			occurrences.set(word, (occurrences.get(word) ?? 0) + 1);
		}
	}
	const ranked = [...occurrences].filter(([, times]) => times >= least);
	// By the words where they are as frequent: the same text always gives the same vocabulary.
	ranked.sort(([one, times], [other, otherTimes]) => otherTimes - times || (one < other ? -1 : 1));
	const words: string[] = [];
	let bytes = 0;
	for (const [word] of ranked.slice(0, count)) {
		bytes += Buffer.byteLength(word) + separator.length;
		if (bytes > mostBytes) break;
		words.push(word);
	}
	return new Vocabulary(words);
}

/** No word has a line end. */
const separator = "\n";

export function formatVocabulary({ words }: Vocabulary): string {
	return words.join(separator);
}

/** @throws {Failure} modelBroken */
export function parseVocabulary(text: string): Vocabulary {
	return new Vocabulary(text === "" ? [] : text.split(separator));
}

function problemOf(words: readonly string[]): string | undefined {
	if (words.length > mostWords) return `has ${words.length} words, and ${mostWords} are the most`;
	if (new Set(words).size !== words.length) return "has a word twice";
	for (const word of words) {
		const bytes = Buffer.from(word);
		const isPiece = bytes.length >= 2 && bytes.length <= longestWord && bytes.toString() === word;
		if (!isPiece || [...pieces(bytes)].length !== 1) return "has a word that is none";
	}
	return undefined;
}

/** Unicode scalar values of a text given by its symbols. */
export function countSymbolCharacters(vocabulary: Vocabulary, symbols: Symbols): number {
	let count = 0;
	for (const symbol of symbols) count += countCharacters(vocabulary.bytesOf(symbol));
	return count;
}
