/** What a fuzzer knows of a reader of bytes that others may have written. */
import type { Buffer } from "node:buffer";
import type { Random, Supplies } from "../mutations.ts";

export interface Reader {
	readonly name: string;
	/** How many of all inputs it is given, as a share; readers that take longer get fewer. */
	readonly share: number;
	/** Sound inputs, and some that are nearly so. */
	readonly seeds: readonly Buffer[];
	/** Of seeds as large as these no corpus is kept in the repository. */
	readonly isLarge?: boolean;
	/** An input damaged as its format has it; if absent, by bytes. */
	damage?(input: Buffer, random: Random, supplies: Supplies): Buffer;
	/** Most bytes that it may allocate for each byte of the input, garbage included; 4 if absent. */
	readonly allocation?: number;
	/** Most bytes that it may hold at once for each byte of the input; 4 if absent. */
	readonly held?: number;
	/** What it allocates for any input, bytes: a memory of fixed size, kernels, a network. */
	readonly fixedAllocation?: number;
	/**
	 * True if it takes the input, which then works: no probability behind it is NaN. False, or a `Failure`, if it refuses it. All else that
	 * is thrown is a fault.
	 */
	read(input: Buffer): boolean | Promise<boolean>;
}
