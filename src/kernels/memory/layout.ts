/**
 * The layout of the linear memory. Tables that follow from the code and scratch space of one byte come first, at addresses
 * that the compiler knows (`memory.data`). The state follows: all that must be copied for a memory to go on elsewhere. It is
 * allocated in order, zeroed, and never freed.
 */

/** Address of the state. A header fits before it, so that both can be written to a file as they lie. */
export const BEGIN: usize = 65536;
export const HEADER: usize = 64;

/** Address from which the module of another thread has its own tables (counting/thread.ts; build.ts says so to the compiler). */
export const COUNTER: usize = 49152;
/** Of small arrays, which lie behind a module's tables. */
const ARRAYS: usize = 1024;

/** Address of the first free byte. */
export let ALLOCATED: usize = BEGIN;

/** Allocates `bytes`, aligned to 64. Traps if the memory cannot grow. */
export function allocate(bytes: usize): usize {
	if (__heap_base > COUNTER - ARRAYS) unreachable();
	const at = (ALLOCATED + 63) & ~63;
	ALLOCATED = at + bytes;
	const more = <i32>((ALLOCATED + 65535) >>> 16) - memory.size();
	if (more > 0 && memory.grow(more) < 0) unreachable();
	return at;
}

/** Repeats the first `bytes` at `at` until there are `total`. */
export function repeat(at: usize, bytes: usize, total: usize): void {
	for (let filled = bytes; filled < total; filled <<= 1) memory.copy(at + filled, at, min(filled, total - filled));
}
