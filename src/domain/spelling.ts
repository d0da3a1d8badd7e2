/** What the spelling check finds. */

/** A word that another one was probably meant for. */
export interface Misspelling {
	/** Zero-based; columns in UTF-16 units, the end exclusive. */
	readonly line: number;
	readonly start: number;
	readonly end: number;
	readonly word: string;
	/** What was probably meant, the likeliest first; at least one. */
	readonly suggestions: readonly string[];
}

/** What a check of a document has found. */
export interface SpellingAnswer {
	/** In the order of the text. */
	readonly misspellings: readonly Misspelling[];
	/** False if words are left, which another check will judge: each does a bounded amount of work. */
	readonly isWhole: boolean;
}

/** Where spelling is checked: in prose; in comments and strings of code, too; in the names in code, too. */
export const spellingScopes = ["prose", "text", "everything"] as const;
export type SpellingScope = (typeof spellingScopes)[number];
