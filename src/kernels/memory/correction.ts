/**
 * The last step: adaptive probability maps correct what the mixer says, and the result is a weighted mean of its probability
 * and theirs. The weights learn by exponentiated gradient (Kivinen and Warmuth 1997, "Exponentiated gradient versus gradient
 * descent for linear predictors"): each grows as what it weighs was better than the mean, and they go on summing to 1.
 */
import { exp4, madd, sum4 } from "../math";
import { Apm } from "./apm";
import { order1, order2 } from "./contexts";
import { hash } from "./hash";
import { bestByte } from "./matchModel";

/** Keeps probabilities away from 0 and 1, so that one wrong bit costs 15.6 bits at most. */
const MARGIN: f32 = 2e-5;
/** Learning rate of the shares, and how fast they return to what they began with, so that none is lost for good. */
const RATE: f32 = 0.05;
const RETURN: f32 = 0.000005;
/** Of a bit that all of them exclude: no share must become infinite. */
const LEAST: f32 = 1e-7;
/** Share of the mixer to begin with. */
const MIXER_SHARE: f32 = 0.4;

const apmOrder0 = new Apm();
const apmOrder1 = new Apm();
const apmOrder2 = new Apm();
const apmMatch = new Apm();
/** 32 − bits: the upper bits of a hash choose the context of a hashed map. */
let shift: u32 = 0;
/** Address of the shares in use: `[8]` f32, of the mixer, three unused, of the maps. */
let shares: usize = 0;
/** Probabilities of a 1: of the mixer, and `[4]` f32 of the maps. */
let mixed: f32 = 0;
const maps: usize = memory.data(16, 16);

/** Shares of the four maps to begin with. */
// @ts-ignore: decorator
@inline
function mapShares(): v128 {
	return f32x4(0.1, 0.2, 0.15, 0.15);
}

/** Lays out the map whose contexts are few, so that it belongs to the prior. */
export function makeSmallMap(): void {
	apmOrder0.make(256);
}

/** Lays out the others, those of hashed contexts with `2^bits` contexts each. */
export function makeLargeMaps(bits: u32): void {
	shift = 32 - bits;
	apmOrder1.make(1 << bits);
	apmOrder2.make(1 << bits);
	apmMatch.make(2048 * 8);
}

/** Writes the shares to begin with to `at`, `[8]` f32. */
export function initialShares(at: usize): void {
	v128.store(at, f32x4(MIXER_SHARE, 0, 0, 0));
	v128.store(at, mapShares(), 16);
}

/** Whether the shares at `at` are some: none negative, their sum about 1. False for NaN. */
export function areShares(at: usize): bool {
	const first = load<f32>(at);
	const others = v128.load(at, 16);
	const sum = first + sum4(others);
	return first >= 0 && i32x4.all_true(f32x4.ge(others, f32x4.splat(0))) && sum > 0.9 && sum < 1.1;
}

/** Chooses the entries for the bit after the bits `c0` (with a leading 1), for which the mixer says `x` = ln(p / (1 − p)). */
// @ts-ignore: decorator
@inline
export function chooseCorrection(x: f32, c0: u32, bitIndex: u32, chosenShares: usize): void {
	apmOrder0.choose(x, c0);
	apmOrder1.choose(x, hash(order1, c0) >>> shift);
	apmOrder2.choose(x, hash(order2 + 256, c0) >>> shift);
	apmMatch.choose(x, (bestByte << 3) | bitIndex);
	shares = chosenShares;
}

/** After `chooseCorrection`: the final probability of a 1. */
// @ts-ignore: decorator
@inline
export function corrected(x: f32): f32 {
	mixed = squash(x);
	store<f32>(maps, apmOrder0.probability());
	store<f32>(maps, apmOrder1.probability(), 4);
	store<f32>(maps, apmOrder2.probability(), 8);
	store<f32>(maps, apmMatch.probability(), 12);
	const p = mixed * load<f32>(shares) + sum4(f32x4.mul(v128.load(maps), v128.load(shares, 16)));
	return max<f32>(MARGIN, min<f32>(1 - MARGIN, p));
}

/** After `corrected`. */
// @ts-ignore: decorator
@inline
export function learnCorrection(bit: u32): void {
	const one = f32x4.splat(1);
	const own = load<f32>(shares);
	const others = v128.load(shares, 16);
	const said = bit ? mixed : 1 - mixed;
	const told = bit ? v128.load(maps) : f32x4.sub(one, v128.load(maps));
	// Not from the mean, whose rounding would count where the bit was all but excluded.
	const all = max<f32>(LEAST, own * said + sum4(f32x4.mul(others, told)));
	const mixerMoved = own + RATE * own * (said / all - 1) + RETURN * (MIXER_SHARE - own);
	const better = f32x4.sub(f32x4.div(told, f32x4.splat(all)), one);
	const moved = madd(f32x4.mul(f32x4.splat(RATE), others), better, others);
	const mapsMoved = madd(f32x4.splat(RETURN), f32x4.sub(mapShares(), others), moved);
	// They sum to 1 but for rounding, which adds up.
	const scale: f32 = 1 / (mixerMoved + sum4(mapsMoved));
	store<f32>(shares, mixerMoved * scale);
	v128.store(shares, f32x4.mul(mapsMoved, f32x4.splat(scale)), 16);
	apmOrder0.learn(bit);
	apmOrder1.learn(bit);
	apmOrder2.learn(bit);
	apmMatch.learn(bit);
}

// @ts-ignore: decorator
@inline
function squash(x: f32): f32 {
	const one = f32x4.splat(1.0);
	return f32x4.extract_lane(f32x4.div(one, f32x4.add(one, exp4(f32x4.splat(-x)))), 0);
}
