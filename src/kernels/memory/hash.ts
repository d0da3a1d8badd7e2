/** Mixes two numbers into one whose bits all depend on all of theirs. */
// @ts-ignore: decorator
@inline
export function hash(a: u32, b: u32): u32 {
	let h = (a * 0x9e3779b1) ^ (b * 0x85ebca6b);
	h ^= h >>> 15;
	h *= 0xd168aaad;
	return h ^ (h >>> 15);
}
