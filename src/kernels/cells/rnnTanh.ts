/**
 * The elementwise half of the simple recurrent network (Elman 1990) with tanh, as PyTorch's `nn.RNN`, forward and
 * backward, for 8 streams at once: h' = tanh(x + b_i + q + b_h), where x is the input product and q the recurrent
 * product. A panel holds six units.
 */
import { tanh4 } from "../math";

/** `gates` holds the input products; it is overwritten by h', and `next` receives h', too. */
export function rnnTanhForward(
	gates: usize,
	recurrent: usize,
	next: usize,
	inputBias: usize,
	recurrentBias: usize,
	firstPanel: i32,
	lastPanel: i32,
): void {
	const end = <usize>lastPanel * 6;
	for (let unit = <usize>firstPanel * 6; unit < end; unit++) {
		const bias = f32x4.splat(load<f32>(inputBias + (unit << 2)) + load<f32>(recurrentBias + (unit << 2)));
		const at = unit << 5;
		const g = gates + at;
		const q = recurrent + at;
		// Both halves of the streams side by side: each alone is a long chain of dependent operations.
		const h0 = tanh4(f32x4.add(f32x4.add(v128.load(g), v128.load(q)), bias));
		const h1 = tanh4(f32x4.add(f32x4.add(v128.load(g, 16), v128.load(q, 16)), bias));
		v128.store(g, h0);
		v128.store(g, h1, 16);
		v128.store(next + at, h0);
		v128.store(next + at, h1, 16);
	}
}

/** From dh' in `nextGradient`: `gates`, which are h', become the gradient of both products, dh' ∘ (1 − h'²). */
export function rnnTanhBackward(gates: usize, nextGradient: usize, firstPanel: i32, lastPanel: i32): void {
	const one = f32x4.splat(1.0);
	const end = <usize>lastPanel * 192;
	for (let at = <usize>firstPanel * 192; at < end; at += 16) {
		const h = v128.load(gates + at);
		v128.store(gates + at, f32x4.mul(v128.load(nextGradient + at), f32x4.sub(one, f32x4.mul(h, h))));
	}
}

/**
 * One hypothesis, plain layout: `state` (`[units]`) is overwritten by h'. `input` holds the input products with b_i added,
 * `recurrent` the recurrent products without b_h. `units` is a multiple of 4.
 */
export function rnnTanhStep(state: usize, input: usize, recurrent: usize, recurrentBias: usize, units: i32): void {
	const end = <usize>units << 2;
	for (let at: usize = 0; at < end; at += 16) {
		const sum = f32x4.add(f32x4.add(v128.load(input + at), v128.load(recurrent + at)), v128.load(recurrentBias + at));
		v128.store(state + at, tanh4(sum));
	}
}
