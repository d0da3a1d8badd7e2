/**
 * The mixer: a gated logistic network of two layers (Mahoney 2005; gated linear networks of Veness et al. 2017 are of the same
 * form). The first layer has several sets of weight rows. In each set a context chooses a row, which gives a probability from
 * all inputs and learns from its own error. The second layer mixes these probabilities in the same way.
 */
import { exp4, madd, sum4 } from "../math";
import { areShares, initialShares } from "./correction";
import { allocate, repeat } from "./layout";

/** Inputs, a multiple of 4. */
export const INPUTS: i32 = 44;
/** Sets of rows in the first layer. */
export const SETS: i32 = 8;
const FINALS: i32 = 2;
/** Bytes of a row of the second layer: the weights of both its mixtures, and the shares of the correction (correction.ts). */
const finalRowBytes: usize = <usize>(FINALS + 1) * 32;

/** `[INPUTS]` f32: ln(p / (1 − p)) and 4 (p − ½) of what the models say. */
export const inputs: usize = memory.data(INPUTS * 4, 64);
/** `[SETS]` u32: addresses of the chosen rows. */
const chosen: usize = memory.data(SETS * 4, 16);
/** `[8]` f32 each: outputs of the first layer as ln(p / (1 − p)), and as probabilities or steps. */
const dots: usize = memory.data(32, 16);
const outputs: usize = memory.data(32, 16);
/** Two copies of all weights: the first for mixing without a network, the second for mixing with one. */
let weights: usize = 0;
let weightsBytes: usize = 0;
let finals: usize = 0;
let finalsBytes: usize = 0;
/** Number of weights of each layer, both copies counted. */
export let mixerWeights: i32 = 0;
export let finalWeights: i32 = 0;
/** Whether the second copy is in use; until then the first serves for both. */
export let weighsNetwork: bool = false;
const finalChosen = new StaticArray<usize>(FINALS);
const finalOutput = new StaticArray<f32>(FINALS);
/** First row of each set. */
const offsets = new StaticArray<i32>(SETS);
const rowBytes: usize = INPUTS * 4;

/** Learning rates of the two layers. */
const RATE: f32 = 0.012;
const FINAL_RATE: f32 = 0.0005;
/** Smaller errors are not learned from: they teach next to nothing. */
const LEAST_ERROR: f32 = 0.003;
/** Initial weights of an input of the context map, and of any other. */
const CONTEXT_WEIGHT: f32 = 0.05;
const OTHER_WEIGHT: f32 = 0.12;
/** When a network comes in: its initial weight, and the share that the other inputs keep of theirs. */
const NETWORK_WEIGHT: f32 = 0.3;
const OTHERS_SHARE: f32 = 0.85;
/** Learning never makes a weight so large; a file that holds a larger one is broken. */
const MOST_WEIGHT: f32 = 1e4;

/** @param contextInputs number of inputs of the context map, which come first */
export function makeMixer(sizes: StaticArray<i32>, finalSizes: i32, contextInputs: i32): void {
	let rows = 0;
	for (let i = 0; i < SETS; i++) {
		offsets[i] = rows;
		rows += sizes[i];
	}
	weightsBytes = <usize>rows * rowBytes;
	weights = allocate(weightsBytes * 2);
	mixerWeights = <i32>(weightsBytes >> 1);
	for (let i = 0; i < INPUTS; i++) {
		store<f32>(weights + (<usize>i << 2), i < contextInputs ? CONTEXT_WEIGHT : OTHER_WEIGHT);
	}
	repeat(weights, rowBytes, weightsBytes * 2);
	finalsBytes = <usize>finalSizes * finalRowBytes;
	finals = allocate(finalsBytes * 2);
	finalWeights = <i32>(finalsBytes >> 1);
	for (let at: usize = 0; at < <usize>FINALS * 32; at += 4) store<f32>(finals + at, <f32>1.0 / <f32>SETS);
	initialShares(finals + <usize>FINALS * 32);
	repeat(finals, finalRowBytes, finalsBytes * 2);
}

/**
 * Begins the second copy of the weights as a copy of the first, with a weight for input `network`. Weights of 0.16 to 0.3 were
 * equally good, larger ones worse, on text that no figure is reported for.
 */
export function beginNetworkWeights(network: i32): void {
	memory.copy(weights + weightsBytes, weights, weightsBytes);
	memory.copy(finals + finalsBytes, finals, finalsBytes);
	for (let at: usize = 0; at < weightsBytes; at += rowBytes) {
		const row = weights + weightsBytes + at;
		for (let i: usize = 0; i < <usize>network << 2; i += 4) store<f32>(row + i, load<f32>(row + i) * OTHERS_SHARE);
		store<f32>(row + (<usize>network << 2), NETWORK_WEIGHT);
	}
	weighsNetwork = true;
}

export function setWeighsNetwork(begun: bool): void {
	weighsNetwork = begun;
}

/** Whether all weights are finite and of a size that learning can reach, and all shares are some. */
export function areWeightsSound(): bool {
	if (!areSound(weights, weightsBytes * 2) || !areSound(finals, finalsBytes * 2)) return false;
	for (let row = finals; row < finals + finalsBytes * 2; row += finalRowBytes) {
		if (!areShares(row + <usize>FINALS * 32)) return false;
	}
	return true;
}

/** Whether the f32 there are finite and of a size that learning can reach; `bytes` is a multiple of 16. */
export function areSound(at: usize, bytes: usize): bool {
	let sound = i32x4.splat(-1);
	const most = f32x4.splat(MOST_WEIGHT);
	// False for NaN.
	for (let i: usize = 0; i < bytes; i += 16) sound = v128.and(sound, f32x4.lt(f32x4.abs(v128.load(at + i)), most));
	return i32x4.all_true(sound);
}

// @ts-ignore: decorator
@inline
export function choose(copy: i32, set: i32, row: i32): void {
	store<u32>(
		chosen + (<usize>set << 2),
		<u32>(weights + <usize>copy * weightsBytes + <usize>(offsets[set] + row) * rowBytes),
	);
}

// @ts-ignore: decorator
@inline
export function chooseFinal(copy: i32, which: i32, row: i32): void {
	finalChosen[which] = finals + <usize>copy * finalsBytes + <usize>row * finalRowBytes + <usize>which * 32;
}

/** Address of the shares of the correction in a row. */
// @ts-ignore: decorator
@inline
export function sharesOf(copy: i32, row: i32): usize {
	return finals + <usize>copy * finalsBytes + <usize>row * finalRowBytes + <usize>FINALS * 32;
}

// @ts-ignore: decorator
@inline
function squash4(x: v128): v128 {
	const one = f32x4.splat(1.0);
	return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline
function bounded4(x: v128): v128 {
	return f32x4.pmin(f32x4.pmax(x, f32x4.splat(-12.0)), f32x4.splat(12.0));
}

/** Sums of the lanes of four vectors. */
// @ts-ignore: decorator
@inline
function sums4(a: v128, b: v128, c: v128, d: v128): v128 {
	const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
	const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
	return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Products of the inputs with four rows, whose addresses begin at `at`. */
// @ts-ignore: decorator
@inline
function dots4(at: usize): v128 {
	const first = <usize>load<u32>(at);
	const second = <usize>load<u32>(at, 4);
	const third = <usize>load<u32>(at, 8);
	const fourth = <usize>load<u32>(at, 12);
	let a = f32x4.splat(0.0);
	let b = f32x4.splat(0.0);
	let c = f32x4.splat(0.0);
	let d = f32x4.splat(0.0);
	for (let i: usize = 0; i < rowBytes; i += 16) {
		const x = v128.load(inputs + i);
		a = madd(v128.load(first + i), x, a);
		b = madd(v128.load(second + i), x, b);
		c = madd(v128.load(third + i), x, c);
		d = madd(v128.load(fourth + i), x, d);
	}
	return sums4(a, b, c, d);
}

/** ln(p / (1 − p)) of a 1. */
export function mix(): f32 {
	const low = bounded4(dots4(chosen));
	const high = bounded4(dots4(chosen + 16));
	v128.store(dots, low);
	v128.store(dots, high, 16);
	let total: f32 = 0;
	for (let f = 0; f < FINALS; f++) {
		const w = finalChosen[f];
		const x = sum4(madd(v128.load(w), low, f32x4.mul(v128.load(w, 16), high)));
		finalOutput[f] = x;
		total += x;
	}
	return total * (<f32>1.0 / <f32>FINALS);
}

/** After `mix`: moves the chosen rows down the gradient of the coding cost of the bit. */
export function learnMix(bit: u32): void {
	const low = squash4(v128.load(dots));
	const high = squash4(v128.load(dots, 16));
	const target = f32x4.splat(<f32>bit);
	const r = f32x4.splat(RATE);
	v128.store(outputs, f32x4.mul(r, f32x4.sub(target, low)));
	v128.store(outputs, f32x4.mul(r, f32x4.sub(target, high)), 16);
	for (let k: usize = 0; k < <usize>(SETS * 4); k += 4) {
		const step = load<f32>(outputs + k);
		if (Mathf.abs(step) < RATE * LEAST_ERROR) continue;
		const w = <usize>load<u32>(chosen + k);
		const s = f32x4.splat(step);
		for (let i: usize = 0; i < rowBytes; i += 16) {
			v128.store(w + i, madd(s, v128.load(inputs + i), v128.load(w + i)));
		}
	}
	const both = squash4(f32x4.replace_lane(f32x4.splat(finalOutput[0]), 1, finalOutput[1]));
	v128.store(outputs, both);
	for (let f = 0; f < FINALS; f++) {
		const p = load<f32>(outputs + (<usize>f << 2));
		const w = finalChosen[f];
		const s = f32x4.splat((<f32>bit - p) * FINAL_RATE);
		v128.store(w, madd(s, v128.load(dots), v128.load(w)));
		v128.store(w, madd(s, v128.load(dots, 16), v128.load(w, 16)), 16);
	}
}
