/**
 * The distribution over the next byte, as completion and scoring see it. Today the GRU alone stands behind it; the
 * memory and the mixer will enter here.
 */

/** The state after some text. Immutable: advancing it makes a new one. */
export interface Context {
	/** `[256]` natural logarithms of the probabilities of the next byte; they sum to 1. */
	readonly logProbabilities: Float32Array;
}

export interface LanguageModel {
	/** Changes when other weights are loaded; contexts of another generation are worthless. */
	readonly generation: number;
	/** The context before any text. */
	start(): Context;
	/** Advances each context by its byte, in one batch. */
	advance(contexts: readonly Context[], bytes: ArrayLike<number>): Context[];
	/** Advances one context through `bytes`; cheaper than byte by byte, as only the last distribution is computed. */
	read(context: Context, bytes: Uint8Array): Context;
}
