/**
 * The elementwise half of the LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000, without
 * peepholes, as PyTorch's `nn.LSTM`), forward and backward, for 8 streams at once.
 *
 *     i = σ(x_i + b_ii + h_i + b_hi)     g = tanh(x_g + b_ig + h_g + b_hg)     c' = f ∘ c + i ∘ g
 *     f = σ(x_f + b_if + h_f + b_hf)     o = σ(x_o + b_io + h_o + b_ho)        h' = o ∘ tanh c'
 *
 * where x_· is the input product and h_· the recurrent product. A pair of panels holds three units: rows i, i, i, f, f, f,
 * g, g, g, o, o, o. Biases are `[4·units]` with the gates one after another, in PyTorch's order. Of a state the vector h
 * stands first, and c `vectorStride` bytes behind it.
 */
import { sigmoid4, tanh4 } from "../math";

/** Bytes of the rows of one gate, and of all gates, in a pair of panels. */
const GATE: usize = 96;
const PAIR: usize = 384;

// @ts-ignore: decorator
@inline
function biasOf(inputBias: usize, recurrentBias: usize, row: usize): v128 {
	return f32x4.splat(load<f32>(inputBias + (row << 2)) + load<f32>(recurrentBias + (row << 2)));
}

/** The sum of both products and the bias. */
// @ts-ignore: decorator
@inline
function sumOf(input: usize, recurrent: usize, bias: v128): v128 {
	return f32x4.add(f32x4.add(v128.load(input), v128.load(recurrent)), bias);
}

/**
 * `gates` holds the input products and is overwritten by i, f, g, o; `recurrent` holds the recurrent products; `kept`
 * (`[units, 8]`) receives tanh c' for the backward pass; `next` receives the new state.
 */
export function lstmForward(
	gates: usize,
	recurrent: usize,
	kept: usize,
	next: usize,
	previous: usize,
	vectorStride: usize,
	inputBias: usize,
	recurrentBias: usize,
	units: i32,
	firstPanel: i32,
	lastPanel: i32,
): void {
	const gateRows = <usize>units;
	const end = (<usize>lastPanel / 2) * 3;
	for (let unit = (<usize>firstPanel / 2) * 3; unit < end; unit++) {
		const bi = biasOf(inputBias, recurrentBias, unit);
		const bf = biasOf(inputBias, recurrentBias, gateRows + unit);
		const bg = biasOf(inputBias, recurrentBias, 2 * gateRows + unit);
		const bo = biasOf(inputBias, recurrentBias, 3 * gateRows + unit);
		const row = (unit / 3) * PAIR + (unit % 3) * 32;
		const x = gates + row;
		const q = recurrent + row;
		const s = unit << 5;
		// Both halves of the streams side by side: each alone is a long chain of dependent operations.
		const i0 = sigmoid4(sumOf(x, q, bi));
		const i1 = sigmoid4(sumOf(x + 16, q + 16, bi));
		const f0 = sigmoid4(sumOf(x + GATE, q + GATE, bf));
		const f1 = sigmoid4(sumOf(x + GATE + 16, q + GATE + 16, bf));
		const g0 = tanh4(sumOf(x + 2 * GATE, q + 2 * GATE, bg));
		const g1 = tanh4(sumOf(x + 2 * GATE + 16, q + 2 * GATE + 16, bg));
		const c = previous + vectorStride + s;
		const c0 = f32x4.add(f32x4.mul(f0, v128.load(c)), f32x4.mul(i0, g0));
		const c1 = f32x4.add(f32x4.mul(f1, v128.load(c, 16)), f32x4.mul(i1, g1));
		const o0 = sigmoid4(sumOf(x + 3 * GATE, q + 3 * GATE, bo));
		const o1 = sigmoid4(sumOf(x + 3 * GATE + 16, q + 3 * GATE + 16, bo));
		const t0 = tanh4(c0);
		const t1 = tanh4(c1);
		v128.store(x, i0);
		v128.store(x, i1, 16);
		v128.store(x + GATE, f0);
		v128.store(x + GATE, f1, 16);
		v128.store(x + 2 * GATE, g0);
		v128.store(x + 2 * GATE, g1, 16);
		v128.store(x + 3 * GATE, o0);
		v128.store(x + 3 * GATE, o1, 16);
		v128.store(kept + s, t0);
		v128.store(kept + s, t1, 16);
		v128.store(next + s, f32x4.mul(o0, t0));
		v128.store(next + s, f32x4.mul(o1, t1), 16);
		v128.store(next + vectorStride + s, c0);
		v128.store(next + vectorStride + s, c1, 16);
	}
}

/**
 * From the gradients of h' and c' in `nextGradient`: `gates` (i, f, g, o) becomes the gradient of both products, and that
 * of the earlier c is set in `previousGradient`. `kept` is as the forward pass left it.
 */
export function lstmBackward(
	gates: usize,
	kept: usize,
	previous: usize,
	previousGradient: usize,
	nextGradient: usize,
	vectorStride: usize,
	firstPanel: i32,
	lastPanel: i32,
): void {
	const one = f32x4.splat(1.0);
	const end = (<usize>lastPanel / 2) * 3;
	for (let unit = (<usize>firstPanel / 2) * 3; unit < end; unit++) {
		for (let lane: usize = 0; lane < 32; lane += 16) {
			const at = gates + (unit / 3) * PAIR + (unit % 3) * 32 + lane;
			const s = (unit << 5) + lane;
			const i = v128.load(at);
			const f = v128.load(at + GATE);
			const g = v128.load(at + 2 * GATE);
			const o = v128.load(at + 3 * GATE);
			const t = v128.load(kept + s);
			const dh = v128.load(nextGradient + s);
			const throughH = f32x4.mul(f32x4.mul(dh, o), f32x4.sub(one, f32x4.mul(t, t)));
			const dc = f32x4.add(v128.load(nextGradient + vectorStride + s), throughH);
			const c = v128.load(previous + vectorStride + s);
			v128.store(at, f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i))));
			v128.store(at + GATE, f32x4.mul(f32x4.mul(dc, c), f32x4.mul(f, f32x4.sub(one, f))));
			v128.store(at + 2 * GATE, f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g))));
			v128.store(at + 3 * GATE, f32x4.mul(f32x4.mul(dh, t), f32x4.mul(o, f32x4.sub(one, o))));
			v128.store(previousGradient + vectorStride + s, f32x4.mul(dc, f));
		}
	}
}

/**
 * One hypothesis, plain layout: `state` (h `[units]`, then c) is overwritten by the next. `input` `[4·units]` holds the
 * input products with b_i added, `recurrent` the recurrent products without b_h. `units` is a multiple of 4.
 */
export function lstmStep(state: usize, input: usize, recurrent: usize, recurrentBias: usize, units: i32): void {
	const gate = <usize>units << 2;
	for (let at: usize = 0; at < gate; at += 16) {
		const x = input + at;
		const q = recurrent + at;
		const b = recurrentBias + at;
		const i = sigmoid4(sumOf(x, q, v128.load(b)));
		const f = sigmoid4(sumOf(x + gate, q + gate, v128.load(b + gate)));
		const g = tanh4(sumOf(x + 2 * gate, q + 2 * gate, v128.load(b + 2 * gate)));
		const o = sigmoid4(sumOf(x + 3 * gate, q + 3 * gate, v128.load(b + 3 * gate)));
		const c = f32x4.add(f32x4.mul(f, v128.load(state + gate + at)), f32x4.mul(i, g));
		v128.store(state + gate + at, c);
		v128.store(state + at, f32x4.mul(o, tanh4(c)));
	}
}
