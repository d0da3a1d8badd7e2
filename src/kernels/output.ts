/** The output layer's softmax and cross-entropy, for 8 streams at once. */
import { exp4 } from "./math";

/**
 * `logits` is a block `[256, 8]` without bias. Adds `bias` (`[256]`) and writes, for each stream, the largest logit less
 * the target's to `parts` and the sum of e^(logit − largest) to `parts + 32`: −ln p(target) is the first plus the
 * logarithm of the second. With `gradient`, the block is overwritten by scale · (p − onehot(target)), 0 in streams not
 * counted; without, it is left undefined. `targets` and `mask` are 8 bytes each.
 */
export function crossEntropy(
	logits: usize,
	bias: usize,
	targets: usize,
	mask: usize,
	parts: usize,
	scale: f32,
	gradient: i32,
): void {
	let maxA = f32x4.splat(-Infinity);
	let maxB = f32x4.splat(-Infinity);
	for (let i: usize = 0; i < 256; i++) {
		const b = v128.load_splat<f32>(bias + (i << 2));
		const row = logits + (i << 5);
		const a = f32x4.add(v128.load(row), b);
		const c = f32x4.add(v128.load(row, 16), b);
		v128.store(row, a);
		v128.store(row, c, 16);
		maxA = f32x4.pmax(maxA, a);
		maxB = f32x4.pmax(maxB, c);
	}
	v128.store(parts, maxA);
	v128.store(parts, maxB, 16);
	// Before the block is overwritten.
	for (let s: usize = 0; s < 32; s += 4) {
		const target = <usize>load<u8>(targets + (s >> 2));
		store<f32>(parts + s, load<f32>(parts + s) - load<f32>(logits + (target << 5) + s));
	}
	let sumA = f32x4.splat(0.0);
	let sumB = f32x4.splat(0.0);
	for (let row = logits; row < logits + 8192; row += 32) {
		const a = exp4(f32x4.sub(v128.load(row), maxA));
		const b = exp4(f32x4.sub(v128.load(row, 16), maxB));
		v128.store(row, a);
		v128.store(row, b, 16);
		sumA = f32x4.add(sumA, a);
		sumB = f32x4.add(sumB, b);
	}
	v128.store(parts, sumA, 32);
	v128.store(parts, sumB, 48);
	if (!gradient) return;
	const factorA = f32x4.div(maskLanes(mask, scale), sumA);
	const factorB = f32x4.div(maskLanes(mask + 4, scale), sumB);
	for (let row = logits; row < logits + 8192; row += 32) {
		v128.store(row, f32x4.mul(v128.load(row), factorA));
		v128.store(row, f32x4.mul(v128.load(row, 16), factorB), 16);
	}
	for (let s: usize = 0; s < 8; s++) {
		if (!load<u8>(mask + s)) continue;
		const at = logits + (<usize>load<u8>(targets + s) << 5) + (s << 2);
		store<f32>(at, load<f32>(at) - scale);
	}
}

// @ts-ignore: decorator
@inline
function maskLanes(mask: usize, scale: f32): v128 {
	return f32x4(
		load<u8>(mask) ? scale : <f32>0.0,
		load<u8>(mask, 1) ? scale : <f32>0.0,
		load<u8>(mask, 2) ? scale : <f32>0.0,
		load<u8>(mask, 3) ? scale : <f32>0.0,
	);
}
