/** The norm of the gradient, bias gradients, and the steps of the optimisers. */
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
	const zero = f32x4.splat(0.0);
	for (let p = firstPanel; p < lastPanel; p++) {
		// All rows of a panel at once: they lie together in a block, and the blocks far apart.
		let a0 = zero;
		let b0 = zero;
		let a1 = zero;
		let b1 = zero;
		let a2 = zero;
		let b2 = zero;
		let a3 = zero;
		let b3 = zero;
		let a4 = zero;
		let b4 = zero;
		let a5 = zero;
		let b5 = zero;
		let at = g + <usize>p * 192;
		for (let i = 0; i < blocks; i++, at += gStride) {
			a0 = f32x4.add(a0, v128.load(at));
			b0 = f32x4.add(b0, v128.load(at, 16));
			a1 = f32x4.add(a1, v128.load(at, 32));
			b1 = f32x4.add(b1, v128.load(at, 48));
			a2 = f32x4.add(a2, v128.load(at, 64));
			b2 = f32x4.add(b2, v128.load(at, 80));
			a3 = f32x4.add(a3, v128.load(at, 96));
			b3 = f32x4.add(b3, v128.load(at, 112));
			a4 = f32x4.add(a4, v128.load(at, 128));
			b4 = f32x4.add(b4, v128.load(at, 144));
			a5 = f32x4.add(a5, v128.load(at, 160));
			b5 = f32x4.add(b5, v128.load(at, 176));
		}
		storeSum(c, rowOf(p, 0, gates, groupUnits, units), a0, b0);
		storeSum(c, rowOf(p, 1, gates, groupUnits, units), a1, b1);
		storeSum(c, rowOf(p, 2, gates, groupUnits, units), a2, b2);
		storeSum(c, rowOf(p, 3, gates, groupUnits, units), a3, b3);
		storeSum(c, rowOf(p, 4, gates, groupUnits, units), a4, b4);
		storeSum(c, rowOf(p, 5, gates, groupUnits, units), a5, b5);
	}
}

// @ts-ignore: decorator
@inline
function storeSum(c: usize, row: i32, a: v128, b: v128): void {
	if (row >= 0) store<f32>(c + (<usize>row << 2), sum4(f32x4.add(a, b)));
}

/**
 * A step of Adam, AdamW or RMSProp over `count` floats, a multiple of 4. With the gradient g multiplied by `scale` (for
 * clipping) and `decay` · p added to it:
 *
 *     m ← β₁ m + (1 − β₁) g     v ← β₂ v + (1 − β₂) g²     p ← keep · p − rate · m / (√v · rootCorrection + ε)
 *
 * With the learning rate η and the weight decay λ:
 *
 *     Adam (Kingma and Ba 2015)            decay = λ, keep = 1, rate = η / (1 − β₁ᵗ), rootCorrection = 1 / √(1 − β₂ᵗ)
 *     AdamW (Loshchilov and Hutter 2019)   the same, but decay = 0 and keep = 1 − η λ
 *     RMSProp (Tieleman and Hinton 2012)   decay = λ, keep = 1, β₁ = 0, rate = η, rootCorrection = 1
 */
export function adam(
	p: usize,
	g: usize,
	m: usize,
	v: usize,
	count: i32,
	scale: f32,
	decay: f32,
	keep: f32,
	rate: f32,
	beta1: f32,
	beta2: f32,
	rootCorrection: f32,
	epsilon: f32,
): void {
	const scale4 = f32x4.splat(scale);
	const decay4 = f32x4.splat(decay);
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
		const parameter = v128.load(p + i);
		const gradient = madd(parameter, decay4, f32x4.mul(v128.load(g + i), scale4));
		const first = madd(v128.load(m + i), b1, f32x4.mul(gradient, c1));
		const second = madd(v128.load(v + i), b2, f32x4.mul(f32x4.mul(gradient, gradient), c2));
		v128.store(m + i, first);
		v128.store(v + i, second);
		const step = f32x4.div(first, madd(f32x4.sqrt(second), correction, epsilon4));
		v128.store(p + i, madd(step, rate4, f32x4.mul(keep4, parameter)));
	}
}

/**
 * A step of stochastic gradient descent over `count` floats, a multiple of 4, with momentum (Polyak 1964) unless
 * `momentum` is 0. With the gradient g multiplied by `scale` (for clipping) and `decay` · p added to it:
 *
 *     m ← momentum · m + g     p ← p − rate · m
 */
export function sgd(
	p: usize,
	g: usize,
	m: usize,
	count: i32,
	scale: f32,
	decay: f32,
	rate: f32,
	momentum: f32,
): void {
	const scale4 = f32x4.splat(scale);
	const decay4 = f32x4.splat(decay);
	const rate4 = f32x4.splat(-rate);
	const momentum4 = f32x4.splat(momentum);
	const bytes = <usize>count << 2;
	for (let i: usize = 0; i < bytes; i += 16) {
		const parameter = v128.load(p + i);
		const gradient = madd(parameter, decay4, f32x4.mul(v128.load(g + i), scale4));
		const first = madd(v128.load(m + i), momentum4, gradient);
		v128.store(m + i, first);
		v128.store(p + i, madd(first, rate4, parameter));
	}
}
