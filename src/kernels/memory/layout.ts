/** Where everything lies in the linear memory: handed out in order, never given back. */

/** Below lie the compiler's own constants. */
export const BEGIN: usize = 65536;

/** First byte that is free. */
export let ALLOCATED: usize = BEGIN;

/** `bytes` zeroed bytes on a border of 64. */
export function allocate(bytes: usize): usize {
	const at = (ALLOCATED + 63) & ~63;
	ALLOCATED = at + bytes;
	const pages = <i32>((ALLOCATED + 65535) >>> 16);
	if (pages > memory.size()) memory.grow(pages - memory.size());
	return at;
}
