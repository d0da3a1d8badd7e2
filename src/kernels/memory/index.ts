/**
 * The memory: context mixing in the manner of the PAQ family (Mahoney 2005, "Adaptive weighing of context models for
 * lossless data compression"). Addresses are byte offsets into the module's own memory.
 */
import { exp4, madd } from "../math";
import { initialEntry, learnEntry, makeAdaptive, shareOf, stretchOf } from "./adaptive";
import {
	ABOVE, ABOVE_LENGTH, advanceCursor, BEFORE_WORD, classOf, COLUMN, CURSOR_BYTES, FIRST, INDENT, isWordByte, KEYWORD, LAST4,
	LAST8, LINE_HASH, PART, SKELETON, WORD, WORD1, WORD2, WORD_LENGTH,
} from "./cursor";
import { certain, initialShare, makeHistories, next } from "./history";
import { ALLOCATED, allocate, BEGIN } from "./layout";
import { expectedByte, indexPlace, learned, lengthOf, makeMatches, MATCHES, missesOf, pointerOf, remember, setLearned } from "./match";
import { choose, chooseFinal, copyWeights, INPUTS, inputs, learnMix, makeMixer, mix, setRates } from "./mixing";
import { Refinement } from "./refine";
import { claimSlot, findSlot, makeSlots } from "./slots";

export { copyWeights, setRates };

/** Hashed contexts. */
export const CONTEXTS: i32 = 20;
/** The first of them are of these orders. */
const ORDERS: i32 = 7;

/** `[CONTEXTS]` u32: hashes, of the byte and of the half byte; addresses of the slots. */
let byteHashes: usize = 0;
let slotsOf: usize = 0;
/** `[CONTEXTS][256]` entries: what a history means. */
let meanings: usize = 0;
/** Addresses of the entries that took part in the present bit. */
let taking: usize = 0;
/** `[MATCHES][64][2]` entries: whether a candidate is right, by its length; by its byte. */
let matchMeanings: usize = 0;
let matchTaking: usize = 0;
const expected = new StaticArray<u32>(MATCHES);
const strength = new StaticArray<u32>(MATCHES);
/** `[512]` f32: the network's probabilities as a tree; node n of the first half has the children 2n and 2n + 1. */
let tree: usize = 0;
let hasNetwork: bool = false;
const byOrder0 = new Refinement();
const byOrder1 = new Refinement();
const byMatch = new Refinement();
const byOrder2 = new Refinement();

let byteSelector: i32 = 0;
let lineSelector: i32 = 0;
let wordSelector: i32 = 0;
let order2: u32 = 0;

const NEVER: u32 = 0xffffffff;
/** Limits of counts. */
const MEANING_LIMIT: i32 = 255;
const MATCH_LIMIT: u32 = 1023;
const refineLimit: u32 = 255;
/** Hashed contexts of a refinement. */
const REFINED: i32 = 1 << 14;
const REFINED_SHIFT: u32 = 18;
/** p = 1/2. */
const UNDECIDED: u32 = 0x80000000;
/** `[CONTEXTS]` u32: the entries that take part in the present bit. */
let values: usize = 0;
/** `[256]` u16: 1 for a history that is not empty, and 256 if it has met one bit only. */
let knownOf: usize = 0;
let matchByte: u32 = 0;
/** `[16]` and `[32]` f32: probabilities of first halves; of the nodes of a half, the leaves last. */
let halves: usize = 0;
let halfTree: usize = 0;

/**
 * Lays everything out, once for an instance: slots of `2^slotBits` bytes, a ring of `2^textBits` bytes of text, and
 * indices of `2^indexBits` places. Returns the first byte behind it.
 */
export function make(slotBits: u32, textBits: u32, indexBits: u32): usize {
	makeAdaptive();
	makeHistories();
	byteHashes = allocate(CONTEXTS * 4);
	slotsOf = allocate(CONTEXTS * 4);
	values = allocate(CONTEXTS * 4);
	halves = allocate(64);
	halfTree = allocate(128);
	knownOf = allocate(512);
	for (let s = 1; s < 256; s++) store<u16>(knownOf + (<usize>s << 1), 1 + (<u16>load<u8>(certain + s) << 8));
	taking = allocate(CONTEXTS * 4);
	meanings = allocate(CONTEXTS * 256 * 4);
	for (let i = 0; i < CONTEXTS; i++) {
		for (let s = 0; s < 256; s++) {
			store<u32>(meanings + (<usize>(i * 256 + s) << 2), s == 0 ? UNDECIDED : initialEntry(load<f32>(initialShare + (<usize>s << 2)), 0));
		}
	}
	matchMeanings = allocate(MATCHES * 2 * 2048 * 4);
	for (let i = 0; i < MATCHES * 2 * 2048; i++) store<u32>(matchMeanings + (<usize>i << 2), initialEntry(0.75, 0));
	matchTaking = allocate(MATCHES * 2 * 4);
	tree = allocate(512 * 4);
	const sizes: StaticArray<i32> = [64 * 3, 256, 256, 8 * 8 * 8, 256, 2048, 16 * 12 * 2, 2048];
	makeMixer(sizes, 256);
	byOrder0.make(256);
	byOrder1.make(REFINED);
	byMatch.make(2048 * 8);
	byOrder2.make(REFINED);
	makeMatches(textBits, indexBits);
	makeSlots(slotBits);
	return ALLOCATED;
}

export function cursorBytes(): i32 {
	return CURSOR_BYTES;
}

export function reserve(bytes: i32): usize {
	return allocate(bytes);
}

export function bytesLearned(): u32 {
	return learned;
}

/** For a memory whose bytes have been put in place of these. */
export function setBytesLearned(count: u32): void {
	setLearned(count);
}

/** The first byte of what `make` lays out. */
export function begin(): usize {
	return BEGIN;
}

// @ts-ignore: decorator
@inline
function hash2(a: u32, b: u32): u32 {
	let h = a * 0x9e3779b1 ^ b * 0x85ebca6b;
	h ^= h >>> 15;
	h *= 0xd168aaad;
	return h ^ (h >>> 15);
}

/** To be done before the first bit of a byte. */
function setContexts(c: usize): void {
	const last4 = load<u32>(c + LAST4);
	const last8 = load<u32>(c + LAST8);
	const c1 = last4 & 255;
	const word = load<u32>(c + WORD);
	const word1 = load<u32>(c + WORD1);
	const length = <u32>load<u8>(c + WORD_LENGTH);
	const column = <u32>load<u16>(c + COLUMN);
	const indent = <u32>load<u16>(c + INDENT);
	const first = <u32>load<u8>(c + FIRST);
	const aboveLength = <u32>load<u8>(c + ABOVE_LENGTH);
	const above = column < aboveLength ? <u32>load<u8>(c + ABOVE + column) : column == aboveLength ? 10 : 0;
	const above1 = column + 1 < aboveLength ? <u32>load<u8>(c + ABOVE + column, 1) : 0;
	const skeleton = load<u32>(c + SKELETON);
	const here = length > 0 ? word : c1 + 1;
	order2 = last4 & 0xffff;

	let i: u32 = 0;
	const at = byteHashes;
	store<u32>(at, hash2(c1, ++i));
	store<u32>(at, hash2(last4 & 0xffff, ++i), 4);
	store<u32>(at, hash2(last4 & 0xffffff, ++i), 8);
	store<u32>(at, hash2(last4, ++i), 12);
	store<u32>(at, hash2(last4, (last8 & 0xff) * 32 + ++i), 16);
	store<u32>(at, hash2(last4, (last8 & 0xffff) * 32 + ++i), 20);
	store<u32>(at, hash2(last4, (last8 * 0x2c9277b5) + ++i), 24);
	store<u32>(at, hash2(here, ++i), 28);
	store<u32>(at, hash2(here, word1 + ++i), 32);
	store<u32>(at, hash2(here, word1 * 0x2545f491 + load<u32>(c + WORD2) + ++i), 36);
	store<u32>(at, hash2(load<u32>(c + PART) + c1, (length > 0 ? <u32>load<u8>(c + BEFORE_WORD) : 256) * 32 + ++i), 40);
	store<u32>(at, hash2(here, (first << 16) + (indent << 5) + ++i), 44);
	store<u32>(at, hash2((above << 16) | (above1 << 8) | c1, ++i), 48);
	store<u32>(at, hash2(above + (c1 << 8), here + ++i), 52);
	store<u32>(at, hash2(skeleton, here * 3 + ++i), 56);
	store<u32>(at, hash2(last4 & 0xffff00, ++i), 60);
	store<u32>(at, hash2(last4 & 0xf0f0f0ff, last8 * 0 + ++i), 64);
	store<u32>(at, hash2(here + load<u32>(c + KEYWORD) * 0x2545f491, (<u32>load<u8>(c + BEFORE_WORD) << 8) + ++i), 68);
	store<u32>(at, hash2(skeleton & 0x1fffff, (classOf(c1) << 12) + (min(length, 15) << 8) + ++i), 72);

	store<u32>(at, hash2(0, ++i), 76);

	const classes = (classOf(c1) << 3) | classOf((last4 >>> 8) & 255);
	byteSelector = c1;
	wordSelector = (classes << 2) | (length == 0 ? 0 : length < 3 ? 1 : length < 6 ? 2 : 3);
	lineSelector = (min<u32>(indent >>> 1, 7) << 5) | (min<u32>(column < 16 ? column >>> 2 : column < 32 ? 4 : 5, 7) << 2 ) | (above == 0 ? 0 : above == 32 ? 1 : above == 10 ? 2 : 3);

	for (let m = 0; m < MATCHES; m++) {
		const len = lengthOf(c, m);
		if (len == 0 || pointerOf(c, m) == learned) {
			expected[m] = NEVER;
			continue;
		}
		expected[m] = expectedByte(c, m) | 256;
		const bucket: u32 = len < 16 ? len : len < 24 ? 16 : len < 32 ? 17 : min<u32>(18 + ((len - 32) >>> 4), 27);
		strength[m] = bucket + (min<u32>(missesOf(c, m), 3) << 5);
	}
}

// @ts-ignore: decorator
@inline
function setSlots(half: u32, claim: bool): void {
	for (let i: usize = 0; i < <usize>CONTEXTS; i++) {
		let h = load<u32>(byteHashes + (i << 2));
		if (half != 0) h = hash2(h, half * 0x9e3779b1);
		const slot = claim ? claimSlot(h) : findSlot(h);
		store<u32>(slotsOf + (i << 2), <u32>slot);
	}
}

/** Index of the history within a slot. */
// @ts-ignore: decorator
@inline
function nodeOf(c0: u32, bitIndex: u32): usize {
	if (bitIndex < 4) return <usize>c0;
	const first = <u32>1 << (bitIndex - 4);
	return <usize>((c0 & (first - 1)) | first);
}

/** Probability of a 1 after the bits `c0` (with a leading 1) of the byte; leaves what `learnBit` needs. */
function predictBit(c0: u32, bitIndex: u32): f32 {
	const node = nodeOf(c0, bitIndex);
	const copy = hasNetwork ? 1 : 0;
	let known: u32 = 0;
	let meaning = meanings;
	for (let i: usize = 0; i < <usize>(CONTEXTS * 4); i += 4) {
		const state = <usize>load<u8>(<usize>load<u32>(slotsOf + i) + node);
		const entry = meaning + (state << 2);
		const value = load<u32>(entry);
		store<u32>(taking + i, <u32>entry);
		store<u32>(values + i, value);
		store<f32>(inputs + i, stretchOf(value));
		if (i < <usize>(ORDERS * 4)) known += <u32>load<u16>(knownOf + (state << 1));
		meaning += 1024;
	}
	const confirmed = known & 255;
	const sure = known >>> 8;
	let x = inputs + CONTEXTS * 4;
	for (let i: usize = 0; i < <usize>(CONTEXTS * 4); i += 16) {
		const p = f32x4.convert_i32x4_u(i32x4.shr_u(v128.load(values + i), 10));
		v128.store(x + i, madd(p, f32x4.splat(4.0 / 4194304.0), f32x4.splat(-2.0)));
	}
	x += CONTEXTS * 4;
	let matchState: u32 = 0;
	let best: u32 = 0;
	matchByte = 0;
	for (let m = 0; m < MATCHES; m++) {
		const byte = expected[m];
		const at = matchTaking + (<usize>m << 3);
		if (byte != NEVER && byte >>> (8 - bitIndex) == c0) {
			const bit = (byte >>> (7 - bitIndex)) & 1;
			const first = matchMeanings + ((<usize>m * 4096 + (<usize>strength[m] << 3) + bitIndex) << 2);
			const second = matchMeanings + ((<usize>m * 4096 + 2048 + ((<usize>(byte & 255) << 3 | (min<u32>(strength[m] >>> 2, 7)))) << 2));
			const a = load<u32>(first);
			store<u32>(at, <u32>first | bit);
			store<u32>(at, <u32>second | bit, 4);
			const sa = stretchOf(a);
			const sb = stretchOf(load<u32>(second));
			const da = (shareOf(a) - 0.5) * 4.0;
			store<f32>(x, bit ? sa : -sa);
			store<f32>(x, bit ? da : -da, 4);
			store<f32>(x, bit ? sb : -sb, 8);
			if (matchState == 0) {
				best = ((strength[m] & 31) << 1) | bit;
				matchState = 1 + (strength[m] & 31) + (m == 0 ? 32 : 0) ;
				matchByte = 1 + ((byte & 255) << 3 | min<u32>(strength[m] >>> 1, 7));
			} else if (bit != (best & 1)) matchState |= 128;
			else matchState |= 64;
		} else {
			store<u32>(at, 0);
			store<f64>(x, 0);
			store<f32>(x, 0, 8);
		}
		x += 12;
	}
	let network: u32 = 15;
	if (hasNetwork) {
		const both = load<f32>(tree + (<usize>c0 << 2)) + <f32>1e-20;
		let p = load<f32>(tree + (<usize>(c0 * 2 + 1) << 2)) / both;
		p = p < 0.00001 ? 0.00001 : p > 0.99999 ? 0.99999 : p;
		const s = Mathf.log(p / (1 - p));
		store<f32>(x, s);
		store<f32>(x, (p - 0.5) * 4.0, 4);
		const q = <i32>((s + 7.0) * 1.0);
		network = <u32>(q < 0 ? 0 : q > 13 ? 13 : q);
	} else store<f64>(x, 0);
	store<f32>(x, 0.3, 8);

	choose(copy, 0, (matchState & 63) + ((matchState & 128) != 0 ? 64 : (matchState & 64) != 0 ? 128 : 0));
	choose(copy, 1, c0);
	choose(copy, 2, byteSelector);
	choose(copy, 3, (confirmed << 6) + (min<u32>(sure, 7) << 3) + bitIndex);
	choose(copy, 4, wordSelector);
	choose(copy, 5, (lineSelector << 3) + bitIndex);
	choose(copy, 6, (network * 12 + min<u32>(confirmed, 7)) * 2 + (matchState != 0 ? 1 : 0));
	choose(copy, 7, (<i32>classOf((order2 >>> 8) & 255) << 8) | c0);
	chooseFinal(copy, 0, c0);
	chooseFinal(copy, 1, (matchState & 63) + (hasNetwork ? 64 : 0));
	return refined(mix(), c0, bitIndex);
}

// @ts-ignore: decorator
@inline
function learnBit(c0: u32, bitIndex: u32, bit: u32): void {
	learnMix(bit);
	const target = f32x4.splat(bit ? 4194303.0 : 0.0);
	for (let i: usize = 0; i < <usize>(CONTEXTS * 4); i += 16) {
		const value = v128.load(values + i);
		const p = f32x4.convert_i32x4_u(i32x4.shr_u(value, 10));
		const n = v128.and(value, i32x4.splat(1023));
		const step = f32x4.div(f32x4.sub(target, p), f32x4.add(f32x4.convert_i32x4_s(n), f32x4.splat(1.5)));
		const moved = i32x4.trunc_sat_f32x4_s(f32x4.add(p, step));
		const count = i32x4.min_s(i32x4.add(n, i32x4.splat(1)), i32x4.splat(MEANING_LIMIT));
		v128.store(values + i, v128.or(i32x4.shl(moved, 10), count));
	}
	const node = nodeOf(c0, bitIndex);
	let meaning = meanings;
	for (let i: usize = 0; i < <usize>(CONTEXTS * 4); i += 4) {
		store<u32>(<usize>load<u32>(taking + i), load<u32>(values + i));
		// Nothing is concluded from contexts that are new.
		store<u32>(meaning, UNDECIDED);
		const at = <usize>load<u32>(slotsOf + i) + node;
		store<u8>(at, load<u8>(next + (<usize>load<u8>(at) << 1) + bit));
		meaning += 1024;
	}
	for (let m: usize = 0; m < <usize>(MATCHES * 2); m++) {
		const entry = <usize>load<u32>(matchTaking + (m << 2));
		if (entry == 0) continue;
		learnEntry(entry & ~3, (entry & 1) == bit ? 1 : 0, MATCH_LIMIT);
	}
}

// @ts-ignore: decorator
@inline
function squash(x: f32): f32 {
	return f32x4.extract_lane(f32x4.div(f32x4.splat(1.0), f32x4.add(f32x4.splat(1.0), exp4(f32x4.splat(-x)))), 0);
}

/** The final probability of a 1 from the mixer's. */
// @ts-ignore: decorator
@inline
function refined(x: f32, c0: u32, bitIndex: u32): f32 {
	const p = squash(x);
	const a = byOrder0.of(x, c0);
	const b = byOrder1.of(x, hash2(byteSelector, c0) >>> REFINED_SHIFT);
	const d = byOrder2.of(x, hash2(order2, c0) >>> REFINED_SHIFT);
	const e = byMatch.of(x, matchByte << 3 | bitIndex);
	const r = p * 0.4 + a * 0.1 + b * 0.2 + d * 0.15 + e * 0.15;
	return r < 0.00002 ? 0.00002 : r > 0.99998 ? 0.99998 : r;
}

/**
 * The network's distribution over the next byte, `[256]` f32 at `at`: natural logarithms of probabilities. 0: there is
 * none, and the weights for mixing without a network are used.
 */
export function setNetwork(at: usize): void {
	hasNetwork = at != 0;
	if (!hasNetwork) return;
	for (let i: usize = 0; i < 1024; i += 16) v128.store(tree + 1024 + i, exp4(v128.load(at + i)));
	for (let n: i32 = 255; n > 0; n--) {
		const child = tree + (<usize>n << 3);
		store<f32>(tree + (<usize>n << 2), load<f32>(child) + load<f32>(child, 4));
	}
}

/**
 * Natural logarithms of the probabilities of the 256 bytes that may follow cursor `c`, to `out` (f32). They sum to 1.
 * Where the first half of a byte is less probable than `floor`, its probability is spread evenly over the second.
 */
export function distribution(c: usize, out: usize, floor: f32): void {
	setContexts(c);
	setSlots(0, false);
	halfDistribution(0, halves);
	for (let high: u32 = 0; high < 16; high++) {
		const p = load<f32>(halves + (<usize>high << 2));
		const at = out + (<usize>high << 6);
		if (p < floor) {
			const each = f32x4.splat(p * <f32>0.0625);
			for (let i: usize = 0; i < 64; i += 16) v128.store(at + i, each);
			continue;
		}
		setSlots(high | 16, false);
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
		const p = predictBit(c0, first + depth);
		const whole = load<f32>(halfTree + (<usize>node << 2));
		store<f32>(halfTree + (<usize>node << 3), whole * (1 - p));
		store<f32>(halfTree + (<usize>node << 3), whole * p, 4);
	}
	memory.copy(out, halfTree + 64, 64);
}

/** Predicts byte `b` after cursor `c`, learns it, and advances the cursor. Returns −ln p. */
export function learnByte(c: usize, b: u32): f64 {
	setContexts(c);
	let nats: f64 = 0;
	let c0: u32 = 1;
	setSlots(0, true);
	for (let i: u32 = 0; i < 8; i++) {
		if (i == 4) setSlots(c0, true);
		const bit = (b >>> (7 - i)) & 1;
		const p = predictBit(c0, i);
		nats -= Math.log(bit ? p : 1 - p);
		learnBit(c0, i, bit);
		byOrder0.learn(bit, refineLimit);
		byOrder1.learn(bit, refineLimit);
		byOrder2.learn(bit, refineLimit);
		byMatch.learn(bit, refineLimit);
		c0 = (c0 << 1) | bit;
	}
	remember(b);
	advanceCursor(c, b);
	indexPlace(c);
	return nats;
}

/** Learns byte `b` without predicting it: the mixer and the meanings of histories stay as they are. */
function noteByte(c: usize, b: u32): void {
	setContexts(c);
	setSlots(0, true);
	noteHalf(b >>> 4);
	setSlots((b >>> 4) | 16, true);
	noteHalf(b & 15);
	remember(b);
	advanceCursor(c, b);
	indexPlace(c);
}

// @ts-ignore: decorator
@inline
function noteHalf(half: u32): void {
	const b0 = half >>> 3;
	const n1 = <usize>(2 | b0);
	const b1 = (half >>> 2) & 1;
	const n2 = (n1 << 1) | <usize>b1;
	const b2 = (half >>> 1) & 1;
	const n3 = (n2 << 1) | <usize>b2;
	for (let i: usize = 0; i < <usize>(CONTEXTS * 4); i += 4) {
		const slot = <usize>load<u32>(slotsOf + i);
		step(slot + 1, b0);
		step(slot + n1, b1);
		step(slot + n2, b2);
		step(slot + n3, half & 1);
	}
}

// @ts-ignore: decorator
@inline
function step(at: usize, bit: u32): void {
	store<u8>(at, load<u8>(next + (<usize>load<u8>(at) << 1) + bit));
}

/** Learns `count` bytes at `at` in a third of the time, without predicting them. */
export function noteBytes(c: usize, at: usize, count: i32): void {
	for (let i = 0; i < count; i++) noteByte(c, <u32>load<u8>(at + i));
}

/** Predicts and learns `count` bytes at `at`, and advances cursor `c` over them. Returns −ln p of them. */
export function learnBytes(c: usize, at: usize, count: i32): f64 {
	let nats: f64 = 0;
	for (let i = 0; i < count; i++) nats += learnByte(c, <u32>load<u8>(at + i));
	return nats;
}

/** Advances cursor `c` over `count` bytes at `at`. */
export function advance(c: usize, at: usize, count: i32): void {
	for (let i = 0; i < count; i++) advanceCursor(c, <u32>load<u8>(at + i));
}
