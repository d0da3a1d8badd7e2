/** What the memory offers. The memory itself is yet to come; what tests use stands in for it. */
import { type Counts, countingMemory } from "../../../test/unit/support/countingMemory.ts";

/** Opaque state after some text; immutable. */
export type Cursor = Uint8Array;

export interface Memory {
	/** Bytes learned so far. */
	readonly learned: number;
	start(): Cursor;
	/** Reads without learning. */
	read(cursor: Cursor, bytes: Uint8Array): Cursor;
	learn(cursor: Cursor, bytes: Uint8Array): { readonly cursor: Cursor; readonly nats: number };
	/** The whole state, a copy. */
	snapshot(): Uint8Array;
}

export interface MemoryOptions {
	/** Ceiling of the memory's size. */
	readonly mebibytes: number;
	/** Text that is going to be learned, about. */
	readonly expectedBytes: number;
}

export async function createMemory(_options: MemoryOptions): Promise<Memory & Counts> {
	return countingMemory();
}

/** @throws {Failure} modelBroken if it does not fit */
export async function restoreMemory(snapshot: Uint8Array, _options: MemoryOptions): Promise<Memory & Counts> {
	return countingMemory(snapshot);
}
