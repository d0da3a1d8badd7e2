/** What is suggested, and when nothing is. */

/** When to show a suggestion: how sure the model must be. */
export const thresholds = ["conservative", "balanced", "eager"] as const;
export type Threshold = (typeof thresholds)[number];

/**
 * Why nothing is suggested. `noModel`: neither a model nor a memory is there; `unsure` is the display rule's; `secret`: the file is one of those whose text is never used;
 * after `unknownDocument` the host opens the document (again).
 */
export type Silence = "noModel" | "unknownDocument" | "secret" | "stale" | "longLine" | "unsure" | "cancelled";

/**
 * What became of a text that the search found. `repeatsLine`: the line would repeat a neighbour; `blank`: it has nothing to
 * show; `indents`: Tab would indent instead of taking it; `same`: another says the same; `partOfAnother`: another says that
 * and more; `tooMany`: better ones were enough.
 */
export type Verdict = "shown" | "repeatsLine" | "blank" | "unsure" | "indents" | "same" | "partOfAnother" | "tooMany";

export interface Candidate {
	/** As far as it would be shown, or all of it if nothing of it would. */
	readonly text: string;
	/** That all of this text is right. */
	readonly probability: number;
	readonly verdict: Verdict;
}

/** How a suggestion came about; times in ms. */
export interface CompletionTrace {
	readonly context: number;
	readonly search: number;
	readonly display: number;
	/** Bytes that the model read for it: of the text before the cursor, and of the ways on that were searched. */
	readonly bytes: number;
	/** The best first. */
	readonly candidates: readonly Candidate[];
}

export interface Suggestion {
	/** To be inserted at the cursor. */
	readonly text: string;
	/** That the whole of it is right. */
	readonly probability: number;
}
