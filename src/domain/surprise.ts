/** How unexpected an open document is to the model, as the editor shows it. */

/** From 1, a little more than the text lets one expect, to 3. */
export const surpriseGrades = [1, 2, 3] as const;
export type SurpriseGrade = (typeof surpriseGrades)[number];

/** A word, or a sign, that stands out. */
export interface SurprisingWord {
	/** From 0. */
	readonly line: number;
	/** UTF-16 units from the start of the line. */
	readonly start: number;
	readonly end: number;
	readonly grade: SurpriseGrade;
	/** Smoothed, as the grade looks at it. */
	readonly bitsPerCharacter: number;
}

/** A line that stands out. */
export interface SurprisingLine {
	/** From 0. */
	readonly line: number;
	/** Bits beyond what its length, and the model itself, let one expect. */
	readonly excess: number;
	readonly bitsPerCharacter: number;
}

export interface SurpriseAnswer {
	/** The lines that were measured: of a long document those around the line that was asked for; `to` is not one of them. */
	readonly from: number;
	readonly to: number;
	/** Bits per character of those lines. */
	readonly level: number;
	/** In the order of the text. */
	readonly words: readonly SurprisingWord[];
	/** The most surprising first. */
	readonly lines: readonly SurprisingLine[];
	/** Whether the model knew other files of the workspace. */
	readonly knowsFiles: boolean;
}

/** What may stand at a place, and how likely that is. */
export interface ExpectedText {
	/** A word or a sign; "\n" for the end of the line. */
	readonly text: string;
	readonly probability: number;
}
