/** The words and lines of a text, with how unexpected each is. */
import type { Surprise } from "./reader.ts";

/** A word of one line, or a sign; the blanks before it belong to it. */
export interface Word {
	/** Line of the text, from 0. */
	readonly line: number;
	/** UTF-16 units from the start of the line, without the blanks before. */
	readonly start: number;
	readonly end: number;
	/** −log₂ p. */
	readonly bits: number;
	/** What the model expected the bits to be. */
	readonly expected: number;
	/** With the blanks, UTF-16 units. */
	readonly units: number;
	/** Bits per character, smoothed towards the level of the text. */
	readonly smoothed: number;
}

/** Letters and digits stand together, other signs alone. Chinese and Japanese have no blanks: a change of script parts words. */
const wordPattern =
	/\p{Script=Han}+|\p{Script=Hiragana}+|\p{Script=Katakana}+|(?:(?!\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana})[\p{L}\p{M}\p{N}_])+|\S/gu;

/** Characters at the level of the whole text that a word is smoothed with: a short word needs more bits to stand out. */
const smoothing = 3;

/** Bits per character of a whole text; 0 for an empty one. */
export function levelOf({ bits }: Surprise): number {
	return bits.length === 0 ? 0 : sum(bits) / bits.length;
}

export function wordsOf(text: string, surprise: Surprise, level = levelOf(surprise)): Word[] {
	const words: Word[] = [];
	let offset = 0;
	for (const [line, content] of text.split("\n").entries()) {
		let from = 0;
		for (const { index: start, 0: word } of content.matchAll(wordPattern)) {
			const end = start + word.length;
			const bits = sum(surprise.bits.subarray(offset + from, offset + end));
			words.push({
				line,
				start,
				end,
				bits,
				expected: sum(surprise.expected.subarray(offset + from, offset + end)),
				units: end - from,
				smoothed: (bits + smoothing * level) / (end - start + smoothing),
			});
			from = end;
		}
		offset += content.length + 1;
	}
	return words;
}

export interface LineSurprise {
	/** From 0. */
	readonly line: number;
	/**
	 * Bits that the words of the line have beyond what their length and what the model itself lets one expect. Of some
	 * twenty ways to score a line this one finds planted mistakes best (bench/NOTES.md, "Surprise").
	 */
	readonly excess: number;
	/** Of the line without its end. */
	readonly bitsPerCharacter: number;
}

/** Lines with words, in the order of the text. */
export function linesOf(words: readonly Word[], level: number): LineSurprise[] {
	const lines: LineSurprise[] = [];
	for (let from = 0; from < words.length; ) {
		const { line } = words[from] as Word;
		let excess = 0;
		let bits = 0;
		let units = 0;
		for (; words[from]?.line === line; from++) {
			const word = words[from] as Word;
			excess += Math.max(0, word.bits - word.expected - level * word.units);
			bits += word.bits;
			units += word.units;
		}
		lines.push({ line, excess, bitsPerCharacter: bits / units });
	}
	return lines;
}

/** The lines with the greatest excess, the greatest first. */
export function mostSurprising<Line extends Pick<LineSurprise, "line" | "excess">>(
	lines: readonly Line[],
	most: number,
): Line[] {
	return lines.toSorted((one, other) => other.excess - one.excess || one.line - other.line).slice(0, most);
}

function sum(numbers: Float32Array): number {
	let total = 0;
	for (const value of numbers) total += value;
	return total;
}
