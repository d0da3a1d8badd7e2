/**
 * Where everything lies in the linear memory. First what follows from the code alone or is forgotten after each byte, at
 * addresses that the compiler knows (`memory.data`), then the state: all that a memory needs to go on elsewhere, handed
 * out in order, zeroed, never given back.
 */

/** First byte of the state. Before it there is room for a header, so that both can be written out as they lie. */
export const BEGIN: usize = 65536;
const HEADER: usize = 64;

/** First byte that is free. */
export let ALLOCATED: usize = BEGIN;

/** `bytes` of state on a border of 64. Traps if there is no more memory. */
export function allocate(bytes: usize): usize {
	if (__heap_base > BEGIN - HEADER) unreachable();
	const at = (ALLOCATED + 63) & ~63;
	ALLOCATED = at + bytes;
	const more = <i32>((ALLOCATED + 65535) >>> 16) - memory.size();
	if (more > 0 && memory.grow(more) < 0) unreachable();
	return at;
}
