/**
 * The context map: for each hashed context the bit history in its slot, and for each bit history the probability of a 1 that
 * was found after it (lpaq's and paq8's `StateMap`). Gives the mixer two inputs for each context.
 */
import { madd } from "../math";
import { gathered, initialEntry, stretch4 } from "./adaptiveProbability";
import { CONTEXTS, hashes, ORDERS } from "./contexts";
import { hash4 } from "./hash";
import { certain, follow, initialShare, next } from "./bitHistory";
import { allocate } from "./layout";
import { claimSlot, findSlot, firstBuckets, PARTS, secondBuckets } from "./bitHistoryTable";

/** Number of inputs given to the mixer. */
export const CONTEXT_INPUTS: i32 = 2 * CONTEXTS;

/** Greatest count of an entry, so that a state map moves by at least 1/255 of its error. */
const STATE_MAP_LIMIT: i32 = 255;
/** p = 1/2, for the empty history: a new context says nothing. */
const UNDECIDED: u32 = 0x80000000;
const END: usize = <usize>CONTEXTS * 4;

/** `[2][CONTEXTS]` u32 each, for the first and the second half of a byte: addresses of buckets, then hashes to find in them. */
const firsts: usize = memory.data(2 * CONTEXTS * 4, 64);
const seconds: usize = memory.data(2 * CONTEXTS * 4, 64);
/** `[CONTEXTS]` u32: addresses of the slots for the present half byte. */
const slots: usize = memory.data(CONTEXTS * 4, 16);
/** `[CONTEXTS][256]` entries (see adaptiveProbability.ts): the probability of a 1 after each history, by context. */
let stateMaps: usize = 0;
/** `[CONTEXTS]` u32 each: addresses and values of the state map entries used for the present bit. */
const places: usize = memory.data(CONTEXTS * 4, 16);
const values: usize = memory.data(CONTEXTS * 4, 16);
/** `[256]` u16: 1 for a history that is not empty, plus 256 if it has met only zeros or only ones. */
const knownOf: usize = memory.data(512, 64);

/** Number of the contexts of rising order that were met before, and of those that only one bit value followed. */
export let confirmed: u32 = 0;
export let sure: u32 = 0;

export function makeContextMap(): void {
	for (let s = 1; s < 256; s++) store<u16>(knownOf + (<usize>s << 1), 1 + (<u16>load<u8>(certain + s) << 8));
	stateMaps = allocate(CONTEXTS * 256 * 4);
	for (let i = 0; i < CONTEXTS; i++) {
		for (let s = 0; s < 256; s++) {
			const entry = s == 0 ? UNDECIDED : initialEntry(load<f32>(initialShare + (<usize>s << 2)), 0);
			store<u32>(stateMaps + (<usize>(i * 256 + s) << 2), entry);
		}
	}
}

/** Finds the slots for the first half of the byte (`half` 0), or for the second half after `half` (with a leading 1). */
export function findSlots(half: u32): void {
	if (half == 0) locateFirst();
	else locateSecond(half);
	const at = half == 0 ? firsts : seconds;
	for (let i: usize = 0; i < END; i += 4) {
		store<u32>(slots + i, <u32>findSlot(<usize>load<u32>(at + i), load<u32>(at + END + i)));
	}
}

/** The part of the table that the contexts at offset `i` have. */
// @ts-ignore: decorator
@inline
function partOf(i: usize): usize {
	return i / (END / PARTS);
}

// @ts-ignore: decorator
@inline
function locateFirst(): void {
	for (let i: usize = 0; i < END; i += 16) {
		const contexts = v128.load(hashes + i);
		v128.store(firsts + i, firstBuckets(partOf(i), contexts));
		v128.store(firsts + END + i, contexts);
	}
}

// @ts-ignore: decorator
@inline
function locateSecond(half: u32): void {
	const first = i32x4.splat(half * 0x9e3779b1);
	for (let i: usize = 0; i < END; i += 16) {
		const contexts = v128.load(hashes + i);
		const hashed = hash4(contexts, first);
		v128.store(seconds + i, secondBuckets(partOf(i), contexts, hashed));
		v128.store(seconds + END + i, hashed);
	}
}

/**
 * Finds the buckets for both halves of byte `b`. Reads one word of each in a row: each is likely to miss the cache, and the
 * processor then waits for all misses together.
 */
export function locateBuckets(b: u32): void {
	locateFirst();
	locateSecond((b >>> 4) | 16);
	let looked: u32 = 0;
	for (let i: usize = 0; i < END; i += 4) {
		looked ^= load<u32>(<usize>load<u32>(firsts + i)) ^ load<u32>(<usize>load<u32>(seconds + i));
	}
	// Stored, or the compiler would drop the reads.
	store<u32>(slots, looked);
}

/** After `locateBuckets`: finds the slots for the first (0) or second (1) half, and makes those that are missing. */
export function claimSlots(half: usize): void {
	const at = half == 0 ? firsts : seconds;
	for (let i: usize = 0; i < END; i += 4) {
		store<u32>(slots + i, <u32>claimSlot(<usize>load<u32>(at + i), load<u32>(at + END + i)));
	}
}

/** Writes the inputs for the bit that follows history `node` of each slot to `x`. */
// @ts-ignore: decorator
@inline
export function contextMapInputs(x: usize, node: usize): void {
	let known: u32 = 0;
	let stateMap = stateMaps;
	for (let i: usize = 0; i < END; i += 16) {
		const a = historyAt(slots + i, node);
		const b = historyAt(slots + i + 4, node);
		const c = historyAt(slots + i + 8, node);
		const d = historyAt(slots + i + 12, node);
		const placeA = stateMap + (a << 2);
		const placeB = stateMap + 1024 + (b << 2);
		const placeC = stateMap + 2048 + (c << 2);
		const placeD = stateMap + 3072 + (d << 2);
		store<u32>(places + i, <u32>placeA);
		store<u32>(places + i, <u32>placeB, 4);
		store<u32>(places + i, <u32>placeC, 8);
		store<u32>(places + i, <u32>placeD, 12);
		const value = gathered(placeA, placeB, placeC, placeD);
		v128.store(values + i, value);
		v128.store(x + i, stretch4(value));
		// 4 (p − ½): unlike ln(p / (1 − p)) it hardly grows where a context is nearly certain.
		const p = f32x4.convert_i32x4_u(i32x4.shr_u(value, 10));
		v128.store(x + END + i, madd(p, f32x4.splat(4.0 / 4194304.0), f32x4.splat(-2.0)));
		if (i < <usize>(ORDERS * 4)) {
			known += knownBy(a) + knownBy(b) + knownBy(c) + (i + 12 < <usize>(ORDERS * 4) ? knownBy(d) : 0);
		}
		stateMap += 4096;
	}
	confirmed = known & 255;
	sure = known >>> 8;
}

// @ts-ignore: decorator
@inline
function historyAt(slot: usize, node: usize): usize {
	return <usize>load<u8>(<usize>load<u32>(slot) + node);
}

// @ts-ignore: decorator
@inline
function knownBy(history: usize): u32 {
	return <u32>load<u16>(knownOf + (history << 1));
}

/** After `contextMapInputs`: moves the entries used towards the bit, and the histories on. */
// @ts-ignore: decorator
@inline
export function learnContexts(node: usize, bit: u32): void {
	const target = f32x4.splat(bit ? 4194303.0 : 0.0);
	for (let i: usize = 0; i < END; i += 16) {
		const value = v128.load(values + i);
		const p = f32x4.convert_i32x4_u(i32x4.shr_u(value, 10));
		const n = v128.and(value, i32x4.splat(1023));
		const step = f32x4.div(f32x4.sub(target, p), f32x4.add(f32x4.convert_i32x4_s(n), f32x4.splat(1.5)));
		const moved = i32x4.trunc_sat_f32x4_s(f32x4.add(p, step));
		const count = i32x4.min_s(i32x4.add(n, i32x4.splat(1)), i32x4.splat(STATE_MAP_LIMIT));
		const isNew = i32x4.eq(value, i32x4.splat(UNDECIDED));
		const learned = v128.bitselect(value, v128.or(i32x4.shl(moved, 10), count), isNew);
		v128.store32_lane(<usize>load<u32>(places + i), learned, 0);
		v128.store32_lane(<usize>load<u32>(places + i, 4), learned, 1);
		v128.store32_lane(<usize>load<u32>(places + i, 8), learned, 2);
		v128.store32_lane(<usize>load<u32>(places + i, 12), learned, 3);
	}
	const after = next + <usize>bit;
	for (let i: usize = 0; i < END; i += 4) follow(<usize>load<u32>(slots + i) + node, after);
}
