/** The network's distribution over the next byte, taken apart into its bits. Gives the mixer two inputs. */
import { exp4 } from "../../math";

export const NETWORK_INPUTS: i32 = 2;
/** Probabilities are kept this far from 0 and 1. */
const LEAST: f32 = 1e-5;

/** `[512]` f32: a binary tree of probabilities; inner node n, from 1 to 255, has the children 2n and 2n + 1. */
const tree: usize = memory.data(512 * 4, 64);
export let hasNetwork: bool = false;
/** 0–13: the probability of a 1 in steps of ln(p / (1 − p)); 15: there is no network. */
export let opinion: i32 = 15;
/** ln(p / (1 − p)) of a 1. */
export let stretched: f32 = 0;

/**
 * Takes the distribution `[256]` f32 at `at`, natural logarithms of probabilities; 0: there is no network. A distribution
 * that does not sum to about 1 is ignored, as its effect would stay in the mixer's weights for good.
 */
export function setNetwork(at: usize): void {
	hasNetwork = at != 0;
	opinion = 15;
	if (!hasNetwork) return;
	for (let i: usize = 0; i < 1024; i += 16) v128.store(tree + 1024 + i, exp4(v128.load(at + i)));
	for (let n: i32 = 255; n > 0; n--) {
		const child = tree + (<usize>n << 3);
		store<f32>(tree + (<usize>n << 2), load<f32>(child) + load<f32>(child, 4));
	}
	// False if one of them is NaN.
	const all = load<f32>(tree, 4);
	hasNetwork = all > 0.5 && all < 2;
}

/** Writes the inputs for the bit after the bits `c0` (with a leading 1) of the byte to `x`. */
// @ts-ignore: decorator
@inline
export function networkInputs(x: usize, c0: u32): void {
	if (!hasNetwork) {
		store<f64>(x, 0);
		return;
	}
	const one = load<f32>(tree + (<usize>c0 << 3), 4);
	const both = load<f32>(tree + (<usize>c0 << 2));
	const share: f32 = both > 0 ? one / both : 0.5;
	const p = max<f32>(LEAST, min<f32>(1 - LEAST, share));
	stretched = Mathf.log(p / (1 - p));
	store<f32>(x, stretched);
	store<f32>(x, (p - 0.5) * 4.0, 4);
	opinion = min<i32>(13, max<i32>(0, <i32>(stretched + 7.0)));
}
