/** What the hashed contexts say: their bit histories, and what those have come to mean. Two inputs for each context. */
import { madd } from "../math";
import { initialEntry, stretchOf } from "./adaptive";
import { CONTEXTS, hashes, ORDERS } from "./contexts";
import { hash } from "./hash";
import { certain, initialShare, next } from "./history";
import { allocate, allocateWork } from "./layout";
import { claimSlot, findSlot } from "./slots";

/** Inputs that it gives. */
export const COUNT_INPUTS: i32 = 2 * CONTEXTS;

/** Greatest count of an entry: meanings move by 1/255 at least. */
const MEANING_LIMIT: i32 = 255;
/** p = 1/2. Nothing is concluded from contexts that are new. */
const UNDECIDED: u32 = 0x80000000;
const END: usize = <usize>CONTEXTS * 4;

/** `[CONTEXTS]` u32: addresses of the slots for the present half byte. */
let slots: usize = 0;
/** `[CONTEXTS][256]` entries (see adaptive.ts): what each history means in each context. */
let meanings: usize = 0;
/** `[CONTEXTS]` u32: addresses and values of the entries that take part in the present bit. */
let places: usize = 0;
let values: usize = 0;
/** `[256]` u16: 1 for a history that is not empty, and 256 more if it has met one bit only. */
let knownOf: usize = 0;

/** Of the contexts of rising order, those that were met before, and those of them that one bit only followed. */
export let confirmed: u32 = 0;
export let sure: u32 = 0;

export function makeCounts(): void {
	slots = allocateWork(CONTEXTS * 4);
	places = allocateWork(CONTEXTS * 4);
	values = allocateWork(CONTEXTS * 4);
	knownOf = allocateWork(512);
	for (let s = 1; s < 256; s++) store<u16>(knownOf + (<usize>s << 1), 1 + (<u16>load<u8>(certain + s) << 8));
	meanings = allocate(CONTEXTS * 256 * 4);
	for (let i = 0; i < CONTEXTS; i++) {
		for (let s = 0; s < 256; s++) {
			const entry = s == 0 ? UNDECIDED : initialEntry(load<f32>(initialShare + (<usize>s << 2)), 0);
			store<u32>(meanings + (<usize>(i * 256 + s) << 2), entry);
		}
	}
}

// @ts-ignore: decorator
@inline
function hashAt(i: usize, half: u32): u32 {
	const h = load<u32>(hashes + i);
	return half == 0 ? h : hash(h, half * 0x9e3779b1);
}

/** Finds what is known of the first half of the byte (0), or of the second after the first (with a leading 1). */
export function findCounts(half: u32): void {
	for (let i: usize = 0; i < END; i += 4) store<u32>(slots + i, <u32>findSlot(hashAt(i, half)));
}

/** The same, and makes room for it where nothing is known. */
export function claimCounts(half: u32): void {
	for (let i: usize = 0; i < END; i += 4) store<u32>(slots + i, <u32>claimSlot(hashAt(i, half)));
}

/** Writes the inputs for the bit before history `node` of the slots to `x`. */
// @ts-ignore: decorator
@inline
export function countInputs(x: usize, node: usize): void {
	let known: u32 = 0;
	let meaning = meanings;
	for (let i: usize = 0; i < END; i += 4) {
		const state = <usize>load<u8>(<usize>load<u32>(slots + i) + node);
		const place = meaning + (state << 2);
		const value = load<u32>(place);
		store<u32>(places + i, <u32>place);
		store<u32>(values + i, value);
		store<f32>(x + i, stretchOf(value));
		if (i < <usize>(ORDERS * 4)) known += <u32>load<u16>(knownOf + (state << 1));
		meaning += 1024;
	}
	confirmed = known & 255;
	sure = known >>> 8;
	// 4 (p − ½): unlike the stretched one it hardly grows where a context is nearly certain.
	for (let i: usize = 0; i < END; i += 16) {
		const p = f32x4.convert_i32x4_u(i32x4.shr_u(v128.load(values + i), 10));
		v128.store(x + END + i, madd(p, f32x4.splat(4.0 / 4194304.0), f32x4.splat(-2.0)));
	}
}

/** After `countInputs`: moves what took part towards the bit. */
// @ts-ignore: decorator
@inline
export function learnCounts(node: usize, bit: u32): void {
	const target = f32x4.splat(bit ? 4194303.0 : 0.0);
	for (let i: usize = 0; i < END; i += 16) {
		const value = v128.load(values + i);
		const p = f32x4.convert_i32x4_u(i32x4.shr_u(value, 10));
		const n = v128.and(value, i32x4.splat(1023));
		const step = f32x4.div(f32x4.sub(target, p), f32x4.add(f32x4.convert_i32x4_s(n), f32x4.splat(1.5)));
		const moved = i32x4.trunc_sat_f32x4_s(f32x4.add(p, step));
		const count = i32x4.min_s(i32x4.add(n, i32x4.splat(1)), i32x4.splat(MEANING_LIMIT));
		v128.store(values + i, v128.or(i32x4.shl(moved, 10), count));
	}
	let meaning = meanings;
	for (let i: usize = 0; i < END; i += 4) {
		store<u32>(<usize>load<u32>(places + i), load<u32>(values + i));
		store<u32>(meaning, UNDECIDED);
		follow(<usize>load<u32>(slots + i) + node, bit);
		meaning += 1024;
	}
}

/** Learns the four bits of a half byte without predicting them: meanings stay as they are. */
export function noteHalf(half: u32): void {
	const first = half >>> 3;
	const n1 = <usize>(2 | first);
	const second = (half >>> 2) & 1;
	const n2 = (n1 << 1) | <usize>second;
	const third = (half >>> 1) & 1;
	const n3 = (n2 << 1) | <usize>third;
	for (let i: usize = 0; i < END; i += 4) {
		const slot = <usize>load<u32>(slots + i);
		follow(slot + 1, first);
		follow(slot + n1, second);
		follow(slot + n2, third);
		follow(slot + n3, half & 1);
	}
}

// @ts-ignore: decorator
@inline
function follow(at: usize, bit: u32): void {
	store<u8>(at, load<u8>(next + (<usize>load<u8>(at) << 1) + bit));
}
