/** What of a text stands out so far that a reader is shown it. */
import type { SurpriseGrade, SurprisingLine, SurprisingWord } from "../../domain/surprise.ts";
import type { Surprise } from "./reader.ts";
import { type LineSurprise, levelOf, linesOf, mostSurprising, wordsOf } from "./words.ts";

/**
 * Multiples of the level of the text at which the grades begin. In files of three repositories one word in ten has a grade, one in
 * thirty-five the second or third, one in a hundred the third.
 */
const gradesFrom = [2, 3, 4] as const;
/** Bits per character. In a text that repeats itself all the time, twice next to nothing is nothing. */
const leastLevel = 0.8;

/** A line is far above the others if it is so many standard deviations above their mean. */
const farDeviations = 2;
/** Bits: a single letter in place of another costs as much. */
const leastExcess = 8;
/** More are not looked through. */
const mostLines = 20;

export interface Standouts {
	/** Bits per character of the text. */
	readonly level: number;
	readonly words: readonly SurprisingWord[];
	/** The most surprising first. */
	readonly lines: readonly SurprisingLine[];
}

export function standouts(text: string, surprise: Surprise): Standouts {
	const level = levelOf(surprise);
	const words = wordsOf(text, surprise, level);
	return {
		level,
		words: words.flatMap(({ line, start, end, smoothed }) => {
			const grade = gradeOf(smoothed, level);
			return grade === null ? [] : [{ line, start, end, grade, bitsPerCharacter: smoothed }];
		}),
		lines: farAbove(linesOf(words, level)),
	};
}

function gradeOf(bitsPerCharacter: number, level: number): SurpriseGrade | null {
	const multiple = bitsPerCharacter / Math.max(level, leastLevel);
	const grade = gradesFrom.filter((from) => multiple >= from).length;
	return grade === 0 ? null : (grade as SurpriseGrade);
}

/** The lines whose excess is far above that of the others, the greatest first. */
export function farAbove(lines: readonly LineSurprise[]): LineSurprise[] {
	const mean = meanOf(lines.map(({ excess }) => excess));
	const deviation = Math.sqrt(meanOf(lines.map(({ excess }) => (excess - mean) ** 2)));
	const least = Math.max(leastExcess, mean + farDeviations * deviation);
	return mostSurprising(
		lines.filter(({ excess }) => excess >= least),
		mostLines,
	);
}

function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
