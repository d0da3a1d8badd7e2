/**
 * The elementwise half of the simple recurrent network (Elman 1990) with rectified linear units (Le et al. 2015,
 * arXiv:1504.00941), as PyTorch's `nn.RNN` with `nonlinearity="relu"`, forward and backward, for 8 streams at once:
 * h' = max(0, x + b_i + q + b_h), where x is the input product and q the recurrent product. A panel holds six units.
 */

/** max(0, x). `pmax` is one instruction, and in this order it keeps a NaN, so that a network that has diverged shows. */
// @ts-ignore: decorator
@inline
function rectified(x: v128): v128 {
	return f32x4.pmax(x, f32x4.splat(0.0));
}

/** `gates` holds the input products; it is overwritten by h', and `next` receives h', too. */
export function rnnReluForward(
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
		for (let at = unit << 5; at < (unit + 1) << 5; at += 16) {
			const sum = f32x4.add(f32x4.add(v128.load(gates + at), v128.load(recurrent + at)), bias);
			const h = rectified(sum);
			v128.store(gates + at, h);
			v128.store(next + at, h);
		}
	}
}

/** From dh' in `nextGradient`: `gates`, which are h', become the gradient of both products: dh' where h' > 0, else 0. */
export function rnnReluBackward(gates: usize, nextGradient: usize, firstPanel: i32, lastPanel: i32): void {
	const zero = f32x4.splat(0.0);
	const end = <usize>lastPanel * 192;
	for (let at = <usize>firstPanel * 192; at < end; at += 16) {
		const isActive = f32x4.gt(v128.load(gates + at), zero);
		v128.store(gates + at, v128.and(v128.load(nextGradient + at), isActive));
	}
}

/**
 * One hypothesis, plain layout: `state` (`[units]`) is overwritten by h'. `input` holds the input products with b_i added,
 * `recurrent` the recurrent products without b_h. `units` is a multiple of 4.
 */
export function rnnReluStep(state: usize, input: usize, recurrent: usize, recurrentBias: usize, units: i32): void {
	const end = <usize>units << 2;
	for (let at: usize = 0; at < end; at += 16) {
		const sum = f32x4.add(f32x4.add(v128.load(input + at), v128.load(recurrent + at)), v128.load(recurrentBias + at));
		v128.store(state + at, rectified(sum));
	}
}
