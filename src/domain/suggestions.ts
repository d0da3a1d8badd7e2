/** What is suggested, and when nothing is. */

/** When to show a suggestion: how sure the model must be. */
export const thresholds = ["conservative", "balanced", "eager"] as const;
export type Threshold = (typeof thresholds)[number];

/**
 * Why nothing is suggested. `noModel`: neither a model nor a memory is there; `unsure` is the display rule's; `secret`: the file is one of those whose text is never used;
 * after `unknownDocument` the host opens the document (again).
 */
export type Silence = "noModel" | "unknownDocument" | "secret" | "stale" | "midLine" | "unsure" | "cancelled";

export interface Suggestion {
	/** To be inserted at the cursor. */
	readonly text: string;
	/** That the whole of it is right. */
	readonly probability: number;
}
