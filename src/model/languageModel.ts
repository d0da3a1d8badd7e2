/**
 * The distribution over the next byte, as completion and scoring see it: of the network, or of it and the memory. Of a word
 * model it is over the next symbol.
 */
import type { Symbols } from "../engines/symbols.ts";

/** The state after some text. Immutable: advancing it makes a new one. */
export interface Context {
	/** `[256]`, of a word model `[symbols]`: natural logarithms of the probabilities of the next byte; they sum to 1. */
	readonly logProbabilities: Float32Array;
	/** Of a network: what its distribution follows from. */
	readonly origin?: NetworkState;
}

export interface NetworkState {
	/** Tells networks apart: 32 bits, not 0. */
	readonly network: number;
	/** `[hidden]`, the units of the top layer. */
	readonly units: Float32Array;
}

export interface LanguageModel<S extends Symbols = Uint8Array> {
	/** The context before any text. */
	start(): Context;
	/** Advances each context by its byte, in one batch. */
	advance(contexts: readonly Context[], bytes: ArrayLike<number>): Context[];
	/** Advances one context through `bytes`; cheaper than byte by byte, as only the last distribution is computed. */
	read(context: Context, bytes: S): Context;
}

/** A language model that goes on learning while it is used. */
export interface AdaptiveModel extends LanguageModel {
	/**
	 * Reads `bytes` after `context` and remembers each once it is predicted. Contexts made before stay usable; what they
	 * predicted does not change.
	 */
	learn(context: Context, bytes: Uint8Array): Learned;
}

export interface Learned {
	/** Behind the bytes. */
	readonly context: Context;
	/** −ln p of the bytes, bit by bit: each bit is predicted, then learned. */
	readonly nats: number;
}
