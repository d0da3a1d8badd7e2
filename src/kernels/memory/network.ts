/** The network's distribution over the next byte, as an opinion on each of its bits. Two inputs. */
import { exp4 } from "../math";

export const NETWORK_INPUTS: i32 = 2;
/** Probabilities nearer to 0 or 1 are not believed. */
const LEAST: f32 = 1e-5;

/** `[512]` f32: probabilities as a tree; node n of the first half has the children 2n and 2n + 1. */
const tree: usize = memory.data(512 * 4, 64);
export let hasNetwork: bool = false;
/** 0–13: how probable it holds a 1; 15: there is no network. */
export let opinion: i32 = 15;
/** ln(p / (1 − p)) that it gives to a 1. */
export let stretched: f32 = 0;

/**
 * `[256]` f32 at `at`: natural logarithms of probabilities. 0: there is no network. One that gives no probabilities is
 * not listened to: what it says would stay in the weights for good.
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
	// Not if one of them is NaN.
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
