/** Hashes two numbers, so that each bit of the result depends on all bits of both. */
// @ts-ignore: decorator
@inline
export function hash(a: u32, b: u32): u32 {
	let h = (a * 0x9e3779b1) ^ (b * 0x85ebca6b);
	h ^= h >>> 15;
	h *= 0xd168aaad;
	return h ^ (h >>> 15);
}

/** The same for four pairs. */
// @ts-ignore: decorator
@inline
export function hash4(a: v128, b: v128): v128 {
	let h = v128.xor(i32x4.mul(a, i32x4.splat(0x9e3779b1)), i32x4.mul(b, i32x4.splat(0x85ebca6b)));
	h = v128.xor(h, i32x4.shr_u(h, 15));
	h = i32x4.mul(h, i32x4.splat(0xd168aaad));
	return v128.xor(h, i32x4.shr_u(h, 15));
}
