/** What a memory can do, and what it is made of. */
import type { KernelBuild } from "../../platform/wasmModules.ts";
import type { NetworkState } from "../languageModel.ts";
import type { MemoryPrior } from "./prior.ts";

/** A position in a text, as the contexts see it: opaque and immutable. */
export type Cursor = Uint8Array;

export interface MemoryOptions {
	/** Largest size of the memory, at least 8. */
	readonly mebibytes: number;
	/** Bytes of text that it is going to learn, about. */
	readonly expectedBytes: number;
	/** What it takes over from other text; null: nothing. The shipped prior if absent. */
	readonly prior?: MemoryPrior | null;
	/** 2: another thread may count what is indexed, where there is a core for it. 1 if absent. */
	readonly threads?: 1 | 2;
	/** Restricts the choice of kernels (for tests). */
	readonly builds?: readonly KernelBuild[];
}

export interface Memory {
	/** Bytes learned so far. */
	readonly learned: number;
	/** Bytes of RAM. */
	readonly size: number;
	/** The cursor before any text. */
	start(): Cursor;
	/** Advances a cursor over bytes without learning them. */
	read(cursor: Cursor, bytes: Uint8Array): Cursor;
	/**
	 * `[256]` natural logarithms of the probabilities of the byte after `cursor`; the probabilities sum to 1.
	 *
	 * @param network the same as a network sees it, to be mixed in
	 * @param state of the network, if what it says is to be corrected by what was learned about its states
	 */
	predict(cursor: Cursor, network: Float32Array | null, state?: NetworkState): Float32Array;
	/** Predicts a byte, then learns it. */
	learnByte(cursor: Cursor, byte: number, network: Float32Array | null, state?: NetworkState): Lesson;
	/** Predicts and learns many bytes, without a network. */
	learn(cursor: Cursor, bytes: Uint8Array): Lesson;
	/**
	 * As `learn`. Returns, for each byte, the log-odds in favour of each of its bits before it was learned, the highest bit
	 * first, in tenths of a nat: eight numbers a byte.
	 */
	learnTelling(cursor: Cursor, bytes: Uint8Array): { readonly cursor: Cursor; readonly odds: Int8Array };
	/**
	 * Learns a lot of text at five times the speed: counts what is new in it, and teaches the mixer with a part of it. Another thread may
	 * still be counting when it returns; whatever uses the result waits for that.
	 */
	index(cursor: Cursor, bytes: Uint8Array): Cursor;
	/** The whole state, a view; valid until something more is learned. */
	snapshot(): Uint8Array;
	/** Goes back to what it was when `snapshot` was taken of it. The bytes may be a copy. */
	rewind(snapshot: Uint8Array): void;
	/** Forgets all that it has learned, and begins again in the same room with the prior that it was made with; restored ones have none. */
	forget(): void;
	/** A copy of the mixer's weights and the adaptive probabilities. */
	mixerState(): MemoryPrior;
	/** A copy of what it has learned about the states of a network, and of which; opaque. */
	networkCorrection(): Uint8Array;
	/**
	 * Takes over the state of another memory's mixer, and its correction of the network if there is one.
	 *
	 * @throws {Failure} `memoryBroken`
	 */
	restoreMixer(state: MixerState): void;
}

/** What a memory can take over from another. */
export interface MixerState extends MemoryPrior {
	/** See `networkCorrection`. It depends on what the text says, and not only on how such text is. */
	readonly correction?: Uint8Array;
}

export interface Lesson {
	/** Behind the bytes. */
	readonly cursor: Cursor;
	/** −ln p of the bytes, bit by bit: each bit is predicted, then learned. */
	readonly nats: number;
}

/** Room for a memory whose snapshot is still to come, so that it need not be held twice. */
export interface MemoryRoom {
	/** To be filled with the whole snapshot. */
	readonly snapshot: Uint8Array;
	/**
	 * The memory of the snapshot that is there now.
	 *
	 * @throws {Failure} `memoryBroken` if it does not begin as was said, or holds what no memory can
	 */
	memory(): Memory;
}
