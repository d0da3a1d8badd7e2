/**
 * Corrects what the network says by what came after similar states of it: an output layer beside its own, which learns each byte
 * (dynamic evaluation: Krause et al. 2018; normalised least mean squares: Nagumo and Noda 1967). It is part of the state, and belongs to
 * the network that it was learned with.
 */
import { exp4, madd, sum4 } from "../../math";
import { allocate } from "../layout";
import { areSound } from "../mixer";

/** Units of the network's state that count, a multiple of 4. */
const UNITS: i32 = 384;
const ROWS: i32 = 256;
const rowBytes: usize = <usize>UNITS << 2;
/** How far one step goes of the way to what would have been right. */
const RATE: f32 = 1.3;
/** Share of the layer's logits that is added to the network's: it learns fast, and is wrong at times. */
const SHARE: f32 = 0.5;
/** Bytes that were held less probable, and did not come, teach next to nothing. */
const LEAST: f32 = 0.01;

/** u32: the network that the layer was learned with; 0: none. */
let owner: usize = 0;
/** u8 `[ROWS / 4]`: whether any of four rows was learned. */
let used: usize = 0;
/** `[ROWS, UNITS]` f32. */
let weights: usize = 0;

/** The state that was read last, `[UNITS]` f32, and what the layer says with all of its share: `[ROWS]` f32, logits. */
let state: usize = 0;
const logits: usize = memory.data(ROWS * 4, 64);

/** Lays out the layer, all zero. */
export function makeNetworkCorrection(): void {
	owner = allocate(<usize>networkCorrectionBytes());
	used = owner + 64;
	weights = used + ROWS / 4;
}

/** Address of all that is learned, and its bytes. */
export function networkCorrection(): usize {
	return owner;
}

export function networkCorrectionBytes(): i32 {
	return 64 + ROWS / 4 + ROWS * <i32>rowBytes;
}

export function networkUnits(): i32 {
	return UNITS;
}

/** Whether all weights are finite and of a size that learning can reach. */
export function isCorrectionSound(): bool {
	return areSound(weights, <usize>ROWS * rowBytes);
}

/**
 * Corrects a distribution `[256]` f32 at `at`, natural logarithms of probabilities, in place.
 *
 * @param from the network's state `[UNITS]` f32 from which the distribution follows
 * @param network which network it is, not 0
 */
export function correctNetwork(at: usize, from: usize, network: u32): void {
	state = from;
	const isOwn = load<u32>(owner) == network;
	let most4 = f32x4.splat(-Infinity);
	for (let r: usize = 0; r < <usize>ROWS; r += 4) {
		const learned = isOwn ? learned4(r) : f32x4.splat(0);
		const said = v128.load(at + (r << 2));
		v128.store(logits + (r << 2), f32x4.add(said, learned));
		const corrected = madd(learned, f32x4.splat(SHARE), said);
		v128.store(at + (r << 2), corrected);
		most4 = f32x4.max(most4, corrected);
	}
	if (!isOwn) return;
	const most = largest(most4);
	const normalizer = f32x4.splat(most + Mathf.log(sumOfExponentials(at, most)));
	for (let i: usize = 0; i < <usize>ROWS << 2; i += 16) v128.store(at + i, f32x4.sub(v128.load(at + i), normalizer));
}

/** After `correctNetwork`: learns that byte `b` came. A layer of another network is forgotten. */
export function learnNetworkCorrection(b: u32, network: u32): void {
	let most4 = f32x4.splat(-Infinity);
	for (let i: usize = 0; i < <usize>ROWS << 2; i += 16) most4 = f32x4.max(most4, v128.load(logits + i));
	const most = largest(most4);
	const all = sumOfExponentials(logits, most);
	let square4 = f32x4.splat(0);
	for (let i: usize = 0; i < rowBytes; i += 16) square4 = madd(v128.load(state + i), v128.load(state + i), square4);
	const square = sum4(square4);
	// False for NaN, which a broken network may say, and which would stay.
	if (!(all >= 1 && all <= <f32>ROWS && square < <f32>1e12)) return;
	if (load<u32>(owner) != network) {
		memory.fill(owner, 0, <usize>networkCorrectionBytes());
		store<u32>(owner, network);
	}
	const step: f32 = RATE / (1 + square);
	for (let r: u32 = 0; r < <u32>ROWS; r++) {
		const p = Mathf.exp(load<f32>(logits + (<usize>r << 2)) - most) / all;
		if (r != b && p < LEAST) continue;
		const error: f32 = r == b ? <f32>1.0 - p : -p;
		store<u8>(used + <usize>(r >> 2), 1);
		const row = weights + <usize>r * rowBytes;
		const by = f32x4.splat(step * error);
		for (let i: usize = 0; i < rowBytes; i += 16) v128.store(row + i, madd(by, v128.load(state + i), v128.load(row + i)));
	}
}

/** What the layer says in rows `r` to `r + 3`. */
// @ts-ignore: decorator
@inline
function learned4(r: usize): v128 {
	if (!load<u8>(used + (r >> 2))) return f32x4.splat(0);
	let row = weights + r * rowBytes;
	let a = f32x4.splat(0);
	let b = f32x4.splat(0);
	let c = f32x4.splat(0);
	let d = f32x4.splat(0);
	for (let i: usize = 0; i < rowBytes; i += 16) {
		const units = v128.load(state + i);
		a = madd(v128.load(row), units, a);
		b = madd(v128.load(row + rowBytes), units, b);
		c = madd(v128.load(row + 2 * rowBytes), units, c);
		d = madd(v128.load(row + 3 * rowBytes), units, d);
		row += 16;
	}
	return f32x4(sum4(a), sum4(b), sum4(c), sum4(d));
}

// @ts-ignore: decorator
@inline
function largest(four: v128): f32 {
	const two = f32x4.max(four, v128.shuffle<f32>(four, four, 2, 3, 0, 1));
	return f32x4.extract_lane(f32x4.max(two, v128.shuffle<f32>(two, two, 1, 0, 3, 2)), 0);
}

/** Of `[256]` f32 less `most`, their largest. */
function sumOfExponentials(at: usize, most: f32): f32 {
	let sum = f32x4.splat(0);
	const less = f32x4.splat(most);
	for (let i: usize = 0; i < <usize>ROWS << 2; i += 16) sum = f32x4.add(sum, exp4(f32x4.sub(v128.load(at + i), less)));
	return sum4(sum);
}
