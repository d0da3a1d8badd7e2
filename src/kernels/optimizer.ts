/** The norm of the gradient, bias gradients, and AdamW. */
import { rowOf } from "./gemm";
import { madd, sum4 } from "./math";

/** Σ g² over `count` floats (a multiple of 4). */
export function sumSquares(g: usize, count: i32): f64 {
	let total: f64 = 0.0;
	const end = g + (<usize>count << 2);
	while (g < end) {
		// Runs of 1,024 floats are summed in f32, which costs no accuracy that matters; the total is in f64.
		const stop = min(end, g + 4096);
		let a = f32x4.splat(0.0);
		let b = f32x4.splat(0.0);
		for (; g + 16 < stop; g += 32) {
			const x = v128.load(g);
			const y = v128.load(g, 16);
			a = madd(x, x, a);
			b = madd(y, y, b);
		}
		for (; g < stop; g += 16) {
			const x = v128.load(g);
			a = madd(x, x, a);
		}
		total += <f64>sum4(f32x4.add(a, b));
	}
	return total;
}

/**
 * Bias gradient: sums the rows of G over 8 streams and `blocks` blocks, for the panels given. `rowOf` says which row stands
 * in which slot.
 */
export function sumRows(
	c: usize,
	g: usize,
	firstPanel: i32,
	lastPanel: i32,
	blocks: i32,
	gStride: usize,
	gates: i32,
	groupUnits: i32,
	units: i32,
): void {
	for (let p = firstPanel; p < lastPanel; p++) {
		for (let s = 0; s < 6; s++) {
			const row = rowOf(p, s, gates, groupUnits, units);
			if (row < 0) continue;
			let at = g + <usize>(p * 6 + s) * 32;
			let a = f32x4.splat(0.0);
			let b = f32x4.splat(0.0);
			for (let i = 0; i < blocks; i++, at += gStride) {
				a = f32x4.add(a, v128.load(at));
				b = f32x4.add(b, v128.load(at, 16));
			}
			store<f32>(c + (<usize>row << 2), sum4(f32x4.add(a, b)));
		}
	}
}

/**
 * AdamW: Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019), over `count` floats, a
 * multiple of 4. With g multiplied by `scale` (for clipping):
 *
 *     m ← β₁ m + (1 − β₁) g     v ← β₂ v + (1 − β₂) g²     p ← keep · p − rate · m / (√v · rootCorrection + ε)
 *
 * `keep` is 1 − η λ with the learning rate η and the decay λ, `rate` is η / (1 − β₁ᵗ), `rootCorrection` is
 * 1 / √(1 − β₂ᵗ).
 */
export function adam(
	p: usize,
	g: usize,
	m: usize,
	v: usize,
	count: i32,
	scale: f32,
	keep: f32,
	rate: f32,
	beta1: f32,
	beta2: f32,
	rootCorrection: f32,
	epsilon: f32,
): void {
	const scale4 = f32x4.splat(scale);
	const keep4 = f32x4.splat(keep);
	const rate4 = f32x4.splat(-rate);
	const b1 = f32x4.splat(beta1);
	const b2 = f32x4.splat(beta2);
	const c1 = f32x4.splat(<f32>1.0 - beta1);
	const c2 = f32x4.splat(<f32>1.0 - beta2);
	const correction = f32x4.splat(rootCorrection);
	const epsilon4 = f32x4.splat(epsilon);
	const bytes = <usize>count << 2;
	for (let i: usize = 0; i < bytes; i += 16) {
		const gradient = f32x4.mul(v128.load(g + i), scale4);
		const first = madd(v128.load(m + i), b1, f32x4.mul(gradient, c1));
		const second = madd(v128.load(v + i), b2, f32x4.mul(f32x4.mul(gradient, gradient), c2));
		v128.store(m + i, first);
		v128.store(v + i, second);
		const step = f32x4.div(first, madd(f32x4.sqrt(second), correction, epsilon4));
		v128.store(p + i, madd(step, rate4, f32x4.mul(keep4, v128.load(p + i))));
	}
}
