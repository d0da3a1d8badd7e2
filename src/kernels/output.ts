/** Softmax and cross-entropy of the output layer, for 8 streams at once. */
import { exp4 } from "./math";

/**
 * `logits` is a block `[rows, 8]` without bias. `rest` is the sum of e^logit over symbols that have no row here, as their
 * logits never change. `targets` are the rows of 8 streams (u32), `mask` is 8 bytes, 1
 * where a stream counts.
 *
 * Adds `bias` (`[rows]`). Writes three numbers for each stream: the largest logit to `parts`, the sum of
 * e^(logit − largest) to `parts + 32`, the target's logit to `parts + 64`; −ln p(target) is the first plus the logarithm
 * of the second less the third. With `gradient`, overwrites the block by scale · (p − onehot(target)), and by 0 in
 * streams that do not count; without, by e^(logit − largest).
 */
export function crossEntropy(
	logits: usize,
	bias: usize,
	rows: i32,
	rest: f32,
	targets: usize,
	mask: usize,
	parts: usize,
	scale: f32,
	gradient: i32,
): void {
	const end = logits + (<usize>rows << 5);
	let maxA = f32x4.splat(-Infinity);
	let maxB = f32x4.splat(-Infinity);
	for (let row = logits; row < end; row += 32, bias += 4) {
		const b = v128.load_splat<f32>(bias);
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
		const target = <usize>load<u32>(targets + s);
		store<f32>(parts + s, load<f32>(logits + (target << 5) + s), 64);
	}
	const rest4 = f32x4.splat(rest);
	let sumA = f32x4.mul(rest4, exp4(f32x4.neg(maxA)));
	let sumB = f32x4.mul(rest4, exp4(f32x4.neg(maxB)));
	for (let row = logits; row < end; row += 32) {
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
	for (let row = logits; row < end; row += 32) {
		v128.store(row, withoutTraces(f32x4.mul(v128.load(row), factorA)));
		v128.store(row, withoutTraces(f32x4.mul(v128.load(row, 16), factorB)), 16);
	}
	for (let s: usize = 0; s < 8; s++) {
		if (!load<u8>(mask + s)) continue;
		const at = logits + (<usize>load<u32>(targets + (s << 2)) << 5) + (s << 2);
		store<f32>(at, load<f32>(at) - scale);
	}
}

/**
 * Makes 0 of gradients that no parameter could feel. Where logits lie 80 apart they would be subnormal, with which a
 * processor may take fifty times as long for a product: an update of a ReLU network took 500 ms instead of 11.
 */
// @ts-ignore: decorator
@inline
function withoutTraces(x: v128): v128 {
	// Not `and` with what is larger: a gradient that is no number must stay one.
	return v128.andnot(x, f32x4.lt(x, f32x4.splat(1e-30)));
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
