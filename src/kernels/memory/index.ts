/**
 * The memory: context mixing in the manner of the PAQ family (Mahoney 2005, "Adaptive weighing of context models for
 * lossless data compression"). A byte is predicted bit by bit, the highest first; counts of what followed hashed contexts,
 * match models and a network's opinion are mixed, and the result is refined. Addresses are byte offsets into the module's
 * own memory.
 */
import { exp4 } from "../math";
import { makeAdaptive } from "./adaptive";
import { lineShape, order1, order2, setContexts, wordShape } from "./contexts";
import {
	claimCounts,
	confirmed,
	COUNT_INPUTS,
	countInputs,
	findCounts,
	learnCounts,
	locateCounts,
	makeCounts,
	noteHalf,
	sure,
} from "./counts";
import { advanceCursor, classOf, CURSOR_BYTES } from "./cursor";
import {
	agreement,
	bestByte,
	EXPECTATION_INPUTS,
	expect,
	expectationInputs,
	learnExpectations,
	makeExpectations,
} from "./expectation";
import { hash } from "./hash";
import { makeHistories } from "./history";
import { ALLOCATED, allocate, BEGIN } from "./layout";
import {
	findMatches,
	followMatches,
	indexPlace,
	learned,
	locateMatches,
	makeMatches,
	remember,
	setLearned,
} from "./match";
import {
	areWeightsSound,
	beginNetworkWeights,
	choose,
	chooseFinal,
	finalWeights,
	inputs,
	learnMix,
	makeMixer,
	mix,
	mixerWeights,
	setWeighsNetwork,
	weighsNetwork,
} from "./mixing";
import { hasNetwork, NETWORK_INPUTS, networkInputs, opinion, setNetwork, stretched } from "./network";
import { Refinement } from "./refine";
import { makeSlots } from "./slots";

export { areWeightsSound, setNetwork };

/** Rows of weights for each selector of the mixer, in the order of `chooseWeights`. */
const SELECTOR_SIZES: StaticArray<i32> = [192, 256, 256, 512, 256, 2048, 384, 2048];
const FINAL_SIZE: i32 = 256;

const byOrder0 = new Refinement();
const byOrder1 = new Refinement();
const byOrder2 = new Refinement();
const byMatch = new Refinement();
/** Of what is not particular to a text. */
let entries: usize = 0;
/** 32 − bits: what is left of a hash is the context of a hashed refinement. */
let refinedShift: u32 = 0;
/** Probabilities are kept so far from 0 and 1: a surprise costs 15.6 bits at most. */
const MARGIN: f32 = 2e-5;

/** `[16]` and `[32]` f32: probabilities of first halves of a byte; of the nodes of a half, the leaves last. */
const halves: usize = memory.data(64, 64);
const halfTree: usize = memory.data(128, 64);

/**
 * Lays everything out, once for an instance: slots of `2^slotBits` bytes, a ring of `2^textBits` bytes of text, indices
 * of `2^indexBits` places, and hashed refinements of `2^refinedBits` contexts. Returns the first byte behind the state.
 */
export function make(slotBits: u32, textBits: u32, indexBits: u32, refinedBits: u32): usize {
	makeAdaptive();
	makeHistories();
	makeCounts();
	makeExpectations();
	byOrder0.make(256);
	entries = (ALLOCATED - BEGIN) >> 2;
	makeMixer(SELECTOR_SIZES, FINAL_SIZE, COUNT_INPUTS);
	refinedShift = 32 - refinedBits;
	byOrder1.make(1 << refinedBits);
	byOrder2.make(1 << refinedBits);
	byMatch.make(2048 * 8);
	makeMatches(textBits, indexBits);
	makeSlots(slotBits);
	return ALLOCATED;
}

/**
 * What a memory can begin with that has been learned from other text stands first in the state: so many entries (u32, see
 * adaptive.ts), then weights (f32) of the two layers of the mixer.
 */
export function startEntries(): i32 {
	return <i32>entries;
}

export function startWeights(): i32 {
	return mixerWeights;
}

export function startFinals(): i32 {
	return finalWeights;
}

/** The first byte of the state: all that a memory goes on with, but for the number of bytes learned. */
export function begin(): usize {
	return BEGIN;
}

/** Room for `bytes` beside it. */
export function reserve(bytes: i32): usize {
	return allocate(bytes);
}

export function cursorBytes(): i32 {
	return CURSOR_BYTES;
}

export function bytesLearned(): u32 {
	return learned;
}

/** Whether it has learned with a network. */
export function knowsNetwork(): bool {
	return weighsNetwork;
}

/** For a memory whose state has been put in place of this one's. */
export function resume(bytesLearned: u32, knowsNetwork: bool): void {
	setLearned(bytesLearned);
	setWeighsNetwork(knowsNetwork);
}

/** Index of the history within a slot, after the bits `c0` (with a leading 1) of a byte. */
// @ts-ignore: decorator
@inline
function nodeOf(c0: u32, bitIndex: u32): usize {
	if (bitIndex < 4) return <usize>c0;
	const first = <u32>1 << (bitIndex - 4);
	return <usize>((c0 & (first - 1)) | first);
}

/** Probability of a 1 after the bits `c0` (with a leading 1) of the byte, stretched; leaves what `learnBit` needs. */
function predictBit(c0: u32, bitIndex: u32): f32 {
	countInputs(inputs, nodeOf(c0, bitIndex));
	let at = inputs + COUNT_INPUTS * 4;
	expectationInputs(at, c0, bitIndex);
	at += EXPECTATION_INPUTS * 4;
	networkInputs(at, c0);
	store<f32>(at + NETWORK_INPUTS * 4, 0.3);
	chooseWeights(c0, bitIndex);
	const x = informed(mix());
	byOrder0.choose(x, c0);
	byOrder1.choose(x, hash(order1, c0) >>> refinedShift);
	byOrder2.choose(x, hash(order2 + 256, c0) >>> refinedShift);
	byMatch.choose(x, (bestByte << 3) | bitIndex);
	return x;
}

/** While the memory knows nothing at all, only the network has a say. */
// @ts-ignore: decorator
@inline
function informed(mixed: f32): f32 {
	return hasNetwork && confirmed == 0 && agreement == 0 ? stretched : mixed;
}

// @ts-ignore: decorator
@inline
function chooseWeights(c0: u32, bitIndex: u32): void {
	const copy = hasNetwork && weighsNetwork ? 1 : 0;
	choose(copy, 0, agreement);
	choose(copy, 1, c0);
	choose(copy, 2, order1);
	choose(copy, 3, (confirmed << 6) + (sure << 3) + bitIndex);
	choose(copy, 4, wordShape);
	choose(copy, 5, (lineShape << 3) + bitIndex);
	choose(copy, 6, (opinion * 12 + confirmed) * 2 + (agreement != 0 ? 1 : 0));
	choose(copy, 7, (classOf(order2 >>> 8) << 8) | c0);
	chooseFinal(copy, 0, c0);
	chooseFinal(copy, 1, agreement);
}

/** The final probability of a 1, from the stretched one that `predictBit` gave. */
// @ts-ignore: decorator
@inline
function refined(x: f32): f32 {
	const p = squash(x);
	const a = byOrder0.probability();
	const b = byOrder1.probability();
	const c = byOrder2.probability();
	const d = byMatch.probability();
	const r = p * 0.4 + a * 0.1 + b * 0.2 + c * 0.15 + d * 0.15;
	return max<f32>(MARGIN, min<f32>(1 - MARGIN, r));
}

// @ts-ignore: decorator
@inline
function squash(x: f32): f32 {
	const one = f32x4.splat(1.0);
	return f32x4.extract_lane(f32x4.div(one, f32x4.add(one, exp4(f32x4.splat(-x)))), 0);
}

/** After `predictBit`. */
// @ts-ignore: decorator
@inline
function learnBit(c0: u32, bitIndex: u32, bit: u32): void {
	learnMix(bit);
	learnCounts(nodeOf(c0, bitIndex), bit);
	learnExpectations(bit);
	byOrder0.learn(bit);
	byOrder1.learn(bit);
	byOrder2.learn(bit);
	byMatch.learn(bit);
}

/**
 * Predicts byte `b` after cursor `c`, learns it, and advances the cursor. Returns −ln p if that is wanted; there is no need
 * to refine what nobody asks for.
 */
function learnByte(c: usize, b: u32, isAsked: bool): f64 {
	prepare(c, b);
	expect(c);
	claimCounts(0);
	/** At least 1e-38, so one logarithm will do. */
	let probability: f64 = 1;
	let c0: u32 = 1;
	for (let i: u32 = 0; i < 8; i++) {
		if (i == 4) claimCounts(1);
		const bit = (b >>> (7 - i)) & 1;
		const x = predictBit(c0, i);
		if (isAsked) {
			const p = refined(x);
			probability *= bit ? p : 1 - p;
		}
		learnBit(c0, i, bit);
		c0 = (c0 << 1) | bit;
	}
	pass(c, b);
	return isAsked ? -Math.log(probability) : 0;
}

/** Learns byte `b` without predicting it: the mixer and the meanings of histories stay as they are. */
function noteByte(c: usize, b: u32): void {
	prepare(c, b);
	noteHalf(0, b >>> 4);
	noteHalf(1, b & 15);
	pass(c, b);
}

/** Looks at all that is far away in memory first, and advances the cursor but for its match candidates. */
// @ts-ignore: decorator
@inline
function prepare(c: usize, b: u32): void {
	setContexts(c);
	advanceCursor(c, b);
	locateMatches(c);
	locateCounts(b);
}

// @ts-ignore: decorator
@inline
function pass(c: usize, b: u32): void {
	// Not after the byte is learned: it would then be what a candidate expects that had come to the end.
	followMatches(c, b);
	remember(b);
	findMatches(c);
	indexPlace();
}

/** Predicts and learns `count` bytes at `at`, and advances cursor `c` over them. Returns −ln p of them. */
export function learnBytes(c: usize, at: usize, count: i32): f64 {
	return learnEach(c, at, count, true);
}

/** Learns `count` bytes at `at` just so, without saying how probable they were. */
export function teachBytes(c: usize, at: usize, count: i32): void {
	learnEach(c, at, count, false);
}

function learnEach(c: usize, at: usize, count: i32, isAsked: bool): f64 {
	if (hasNetwork && !weighsNetwork) beginNetworkWeights(COUNT_INPUTS + EXPECTATION_INPUTS);
	let nats: f64 = 0;
	for (let i = 0; i < count; i++) nats += learnByte(c, <u32>load<u8>(at + i), isAsked);
	return nats;
}

/** Learns `count` bytes at `at` in a quarter of the time, without predicting them. */
export function noteBytes(c: usize, at: usize, count: i32): void {
	for (let i = 0; i < count; i++) noteByte(c, <u32>load<u8>(at + i));
}

/** Advances cursor `c` over `count` bytes at `at`. */
export function advance(c: usize, at: usize, count: i32): void {
	for (let i = 0; i < count; i++) {
		const b = <u32>load<u8>(at + i);
		advanceCursor(c, b);
		locateMatches(c);
		followMatches(c, b);
		findMatches(c);
	}
}

/**
 * Natural logarithms of the probabilities of the 256 bytes that may follow cursor `c`, to `out` (f32). They sum to 1.
 * Where the first half of a byte is less probable than `floor`, its probability is spread evenly over the second.
 */
export function distribution(c: usize, out: usize, floor: f32): void {
	setContexts(c);
	expect(c);
	findCounts(0);
	halfDistribution(0, halves);
	for (let high: u32 = 0; high < 16; high++) {
		const p = load<f32>(halves + (<usize>high << 2));
		const at = out + (<usize>high << 6);
		if (p < floor) {
			const each = f32x4.splat(p * <f32>0.0625);
			for (let i: usize = 0; i < 64; i += 16) v128.store(at + i, each);
			continue;
		}
		findCounts(high | 16);
		halfDistribution(high | 16, at);
		for (let i: usize = 0; i < 64; i += 16) v128.store(at + i, f32x4.mul(v128.load(at + i), f32x4.splat(p)));
	}
	for (let i: usize = 0; i < 1024; i += 4) store<f32>(out + i, Mathf.log(load<f32>(out + i)));
}

/** `[16]` f32 at `out`: probabilities of half a byte, after the first half `before` (with a leading 1; 0: the first). */
function halfDistribution(before: u32, out: usize): void {
	store<f32>(halfTree, 1, 4);
	const first: u32 = before == 0 ? 0 : 4;
	for (let node: u32 = 1; node < 16; node++) {
		const depth = 31 - clz(node);
		const c0 = before == 0 ? node : (before << depth) | (node & ((1 << depth) - 1));
		const p = refined(predictBit(c0, first + depth));
		const whole = load<f32>(halfTree + (<usize>node << 2));
		store<f32>(halfTree + (<usize>node << 3), whole * (1 - p));
		store<f32>(halfTree + (<usize>node << 3), whole * p, 4);
	}
	memory.copy(out, halfTree + 64, 64);
}
