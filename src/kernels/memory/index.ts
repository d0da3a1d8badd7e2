/**
 * The memory: context mixing as in the PAQ family (Mahoney 2005, "Adaptive weighing of context models for lossless data
 * compression"). It predicts a byte bit by bit, the highest bit first: a mixer combines what hashed contexts, match models
 * and a network say, and adaptive probability maps correct the result. Addresses are byte offsets into this module's own
 * memory.
 */
import { makeTables } from "./adaptiveProbability";
import { hashes, lineShape, order1, order2, setContexts, wordShape } from "./contexts";
import {
	claimSlots,
	confirmed,
	CONTEXT_INPUTS,
	contextMapInputs,
	findSlots,
	learnContexts,
	locateBuckets,
	makeContextMap,
	sure,
} from "./contextMap";
import { chooseCorrection, corrected, learnCorrection, makeLargeMaps, makeSmallMap } from "./correction";
import { advanceCursor, classOf, CURSOR_BYTES } from "./cursor";
import {
	agreement,
	bestByte,
	MATCH_INPUTS,
	expect,
	matchInputs,
	learnMatches,
	makeMatchModel,
} from "./matchModel";
import { makeBitHistories } from "./bitHistory";
import { ALLOCATED, allocate, BEGIN } from "./layout";
import {
	findMatches,
	followMatches,
	indexPlace,
	isRepeat,
	learned,
	locateMatches,
	makeMatchFinder,
	remember,
	setLearned,
} from "./matchFinder";
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
	sharesOf,
	setWeighsNetwork,
	weighsNetwork,
} from "./mixer";
import { hasNetwork, NETWORK_INPUTS, networkInputs, opinion, setNetwork, stretched } from "./network/inputs";
import {
	correctNetwork,
	isCorrectionSound,
	learnNetworkCorrection,
	makeNetworkCorrection,
	networkCorrection,
	networkCorrectionBytes,
	networkUnits,
} from "./network/correction";
import { makeBitHistoryTable } from "./bitHistoryTable";
import { enqueue, finishCounting, makeCounting, QUEUE_BYTES } from "./counting/queue";

export {
	correctNetwork,
	finishCounting,
	learnNetworkCorrection,
	networkCorrection,
	networkCorrectionBytes,
	networkUnits,
	setNetwork,
};

/** Whether a state can be that of a memory. */
export function isSound(): bool {
	return areWeightsSound() && isCorrectionSound();
}

/** Rows of weights for each selector of the mixer, in the order of `chooseWeights`. */
const SELECTOR_SIZES: StaticArray<i32> = [192, 256, 256, 512, 256, 2048, 384, 2048];
const FINAL_SIZE: i32 = 256;

/** Number of adaptive probabilities in the prior. */
let entries: usize = 0;
let tableAt: usize = 0;
let queueAt: usize = 0;
/** `[16]` f32: probabilities of the first half of a byte. `[32]` f32: those of the nodes of a half byte, leaves last. */
const halves: usize = memory.data(64, 64);
const halfTree: usize = memory.data(128, 64);

/**
 * Lays out the state, once for an instance: a bit-history table of `2^slotBits` bytes, a text ring of `2^textBits` bytes,
 * match indices of `2^indexBits` positions each, and hashed APMs of `2^apmBits` contexts each. Returns the address of the
 * first byte behind the state.
 */
export function make(slotBits: u32, textBits: u32, indexBits: u32, apmBits: u32): usize {
	makeTables();
	makeBitHistories();
	makeContextMap();
	makeMatchModel();
	makeSmallMap();
	entries = (ALLOCATED - BEGIN) >> 2;
	makeMixer(SELECTOR_SIZES, FINAL_SIZE, CONTEXT_INPUTS);
	makeNetworkCorrection();
	makeLargeMaps(apmBits);
	makeMatchFinder(textBits, indexBits);
	tableAt = allocate(<usize>1 << slotBits);
	makeBitHistoryTable(slotBits, tableAt);
	const end = ALLOCATED;
	queueAt = allocate(QUEUE_BYTES);
	makeCounting(queueAt);
	return end;
}

/**
 * The prior, which a memory can take from other text, stands first in the state: adaptive probabilities (u32, see
 * adaptiveProbability.ts), then the weights (f32) of the mixer's two layers. These functions return their numbers.
 */
export function priorEntries(): i32 {
	return <i32>entries;
}

export function priorWeights(): i32 {
	return mixerWeights;
}

export function priorFinals(): i32 {
	return finalWeights;
}

/** Address of the state. Together with the number of bytes learned it is all that a memory needs to go on. */
export function begin(): usize {
	return BEGIN;
}

/** Address of the bit-history table, and of the queue of what is to be counted in it, for the module of another thread. */
export function table(): usize {
	return tableAt;
}

export function queue(): usize {
	return queueAt;
}

/** Allocates `bytes` outside the state. */
export function reserve(bytes: i32): usize {
	return allocate(bytes);
}

export function cursorBytes(): i32 {
	return CURSOR_BYTES;
}

export function bytesLearned(): u32 {
	return learned;
}

/** Whether the mixer has weights of its own for use with a network. */
export function knowsNetwork(): bool {
	return weighsNetwork;
}

/** Completes the restoring of a state that was copied over this one's. */
export function resume(bytesLearned: u32, knowsNetwork: bool): void {
	setLearned(bytesLearned);
	setWeighsNetwork(knowsNetwork);
}

/** Index within a slot of the bit history after the bits `c0` (with a leading 1) of a byte. */
// @ts-ignore: decorator
@inline
function nodeOf(c0: u32, bitIndex: u32): usize {
	if (bitIndex < 4) return <usize>c0;
	const first = <u32>1 << (bitIndex - 4);
	return <usize>((c0 & (first - 1)) | first);
}

/** ln(p / (1 − p)) of a 1 after the bits `c0` (with a leading 1) of the byte. Leaves in place what `learnBit` needs. */
function predictBit(c0: u32, bitIndex: u32): f32 {
	contextMapInputs(inputs, nodeOf(c0, bitIndex));
	let at = inputs + CONTEXT_INPUTS * 4;
	matchInputs(at, c0, bitIndex);
	at += MATCH_INPUTS * 4;
	networkInputs(at, c0);
	store<f32>(at + NETWORK_INPUTS * 4, 0.3);
	chooseWeights(c0, bitIndex);
	const x = informed(mix());
	chooseCorrection(x, c0, bitIndex, sharesOf(copyInUse(), c0));
	return x;
}

/** Uses the network alone as long as the memory has seen none of the present contexts. */
// @ts-ignore: decorator
@inline
function informed(mixed: f32): f32 {
	return hasNetwork && confirmed == 0 && agreement == 0 ? stretched : mixed;
}

/** The copy of the weights in use. */
// @ts-ignore: decorator
@inline
function copyInUse(): i32 {
	return hasNetwork && weighsNetwork ? 1 : 0;
}

// @ts-ignore: decorator
@inline
function chooseWeights(c0: u32, bitIndex: u32): void {
	const copy = copyInUse();
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

/** After `predictBit` and `corrected`. */
// @ts-ignore: decorator
@inline
function learnBit(c0: u32, bitIndex: u32, bit: u32): void {
	learnMix(bit);
	learnContexts(nodeOf(c0, bitIndex), bit);
	learnMatches(bit);
	learnCorrection(bit);
}

/**
 * Predicts byte `b` after cursor `c`, learns it, and advances the cursor. Returns −ln p if `isAsked`, else 0. If `odds` is not 0, writes ln(p / (1 − p)) of each bit that comes to `[8]` f32 there.
 */
function learnByte(c: usize, b: u32, isAsked: bool, odds: usize = 0): f64 {
	prepare(c, b);
	expect(c);
	claimSlots(0);
	/** At least 1e-38, so that one logarithm is enough. */
	let probability: f64 = 1;
	let c0: u32 = 1;
	for (let i: u32 = 0; i < 8; i++) {
		if (i == 4) claimSlots(1);
		const bit = (b >>> (7 - i)) & 1;
		const x = predictBit(c0, i);
		const p = corrected(x);
		if (isAsked) {
			probability *= bit ? p : 1 - p;
			if (odds) store<f32>(odds + (<usize>i << 2), Mathf.log(bit ? p / (1 - p) : (1 - p) / p));
		}
		learnBit(c0, i, bit);
		c0 = (c0 << 1) | bit;
	}
	pass(c, b);
	return isAsked ? -Math.log(probability) : 0;
}

/**
 * Counts byte `b` without predicting it: bit histories and matches learn, the mixer and the state maps do not. Bit histories
 * do not count a byte inside a repeat, which the match candidates expect anyway (bench/NOTES.md, "Memory and mixture").
 */
function noteByte(c: usize, b: u32): void {
	const isNew = !isRepeat(c, b);
	if (isNew) setContexts(c);
	advanceCursor(c, b);
	locateMatches(c);
	if (isNew) enqueue(hashes, b);
	pass(c, b);
}

/** Touches everything that is far away in memory first. Advances the cursor, but not its match candidates. */
// @ts-ignore: decorator
@inline
function prepare(c: usize, b: u32): void {
	setContexts(c);
	advanceCursor(c, b);
	locateMatches(c);
	locateBuckets(b);
}

// @ts-ignore: decorator
@inline
function pass(c: usize, b: u32): void {
	// Before the byte is learned: a candidate at the end of the text would otherwise expect that very byte.
	followMatches(c, b);
	remember(b);
	findMatches(c);
	indexPlace();
}

/** Predicts and learns `count` bytes at `at`, and advances cursor `c` over them. Returns −ln p of them. */
export function learnBytes(c: usize, at: usize, count: i32): f64 {
	return learnEach(c, at, count, true);
}

/** As `learnBytes`; writes ln(p / (1 − p)) of each bit that comes to `odds`, `[count, 8]` f32. */
export function learnBytesTelling(c: usize, at: usize, count: i32, odds: usize): void {
	finishCounting();
	for (let i = 0; i < count; i++) learnByte(c, <u32>load<u8>(at + i), true, odds + (<usize>i << 5));
}

/** As `learnBytes`, without saying how probable they were. */
export function teachBytes(c: usize, at: usize, count: i32): void {
	learnEach(c, at, count, false);
}

function learnEach(c: usize, at: usize, count: i32, isAsked: bool): f64 {
	finishCounting();
	if (hasNetwork && !weighsNetwork) beginNetworkWeights(CONTEXT_INPUTS + MATCH_INPUTS);
	let nats: f64 = 0;
	for (let i = 0; i < count; i++) nats += learnByte(c, <u32>load<u8>(at + i), isAsked);
	return nats;
}

/** Counts `count` bytes at `at` without predicting them, in a sixth of the time. Some may still wait to be counted: see `finishCounting`. */
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
 * Writes the natural logarithms of the probabilities of the 256 bytes that may follow cursor `c` to `out` (`[256]` f32). The
 * probabilities sum to 1. A first half byte less probable than `floor` shares its probability evenly among its bytes.
 */
export function distribution(c: usize, out: usize, floor: f32): void {
	finishCounting();
	setContexts(c);
	expect(c);
	findSlots(0);
	halfDistribution(0, halves);
	for (let high: u32 = 0; high < 16; high++) {
		const p = load<f32>(halves + (<usize>high << 2));
		const at = out + (<usize>high << 6);
		if (p < floor) {
			const each = f32x4.splat(p * <f32>0.0625);
			for (let i: usize = 0; i < 64; i += 16) v128.store(at + i, each);
			continue;
		}
		findSlots(high | 16);
		halfDistribution(high | 16, at);
		for (let i: usize = 0; i < 64; i += 16) v128.store(at + i, f32x4.mul(v128.load(at + i), f32x4.splat(p)));
	}
	for (let i: usize = 0; i < 1024; i += 4) store<f32>(out + i, Mathf.log(load<f32>(out + i)));
}

/** Writes to `out` `[16]` f32: probabilities of the half byte after the first half `before` (with a leading 1), or of the first (0). */
function halfDistribution(before: u32, out: usize): void {
	store<f32>(halfTree, 1, 4);
	const first: u32 = before == 0 ? 0 : 4;
	for (let node: u32 = 1; node < 16; node++) {
		const depth = 31 - clz(node);
		const c0 = before == 0 ? node : (before << depth) | (node & ((1 << depth) - 1));
		const p = corrected(predictBit(c0, first + depth));
		const whole = load<f32>(halfTree + (<usize>node << 2));
		store<f32>(halfTree + (<usize>node << 3), whole * (1 - p));
		store<f32>(halfTree + (<usize>node << 3), whole * p, 4);
	}
	memory.copy(out, halfTree + 64, 64);
}
