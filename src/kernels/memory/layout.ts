/**
 * Where everything lies in the linear memory: handed out in order, zeroed, never given back. First what follows from the
 * code alone or is forgotten after each byte, then the state: all that a memory needs to go on elsewhere.
 */

/** Below lie the compiler's own constants. */
const WORK: usize = 65536;
/** First byte of the state. */
export const BEGIN: usize = WORK + 65536;

let work: usize = WORK;
/** First byte that is free. */
export let ALLOCATED: usize = BEGIN;

// @ts-ignore: decorator
@inline
function aligned(at: usize): usize {
	return (at + 63) & ~63;
}

/** `bytes` of state on a border of 64. Traps if there is no more memory. */
export function allocate(bytes: usize): usize {
	const at = aligned(ALLOCATED);
	ALLOCATED = at + bytes;
	growTo(ALLOCATED);
	return at;
}

/** `bytes` that are no part of the state, on a border of 64. */
export function allocateWork(bytes: usize): usize {
	const at = aligned(work);
	work = at + bytes;
	if (work > BEGIN) unreachable();
	growTo(work);
	return at;
}

function growTo(end: usize): void {
	const more = <i32>((end + 65535) >>> 16) - memory.size();
	if (more > 0 && memory.grow(more) < 0) unreachable();
}
