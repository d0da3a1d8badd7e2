/** Hands out addresses in a memory that is laid out once; nothing is freed before the whole. */

/** Bytes, on nearly all processors. Threads that write to the same line wait for each other. */
export const CACHE_LINE = 64;

export class Arena {
	#end = 0;

	/** Reserves `bytes`, aligned to a cache line; returns the address. */
	take(bytes: number): number {
		const address = this.#end;
		this.#end = Math.ceil((address + bytes) / CACHE_LINE) * CACHE_LINE;
		return address;
	}

	floats(count: number): number {
		return this.take(count * 4);
	}

	get bytes(): number {
		return this.#end;
	}
}

export function roundUp(value: number, multiple: number): number {
	return Math.ceil(value / multiple) * multiple;
}
