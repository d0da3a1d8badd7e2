/**
 * Match models: where the last bytes stood before, what followed there is expected again. Several candidates are
 * followed, each the most recent place with its own least length; one that fails is given another chance a few times,
 * as text is often repeated with small changes.
 */
import { MATCH, RECENT } from "./cursor";
import { allocate } from "./layout";

export const MATCHES: i32 = 3;

/** All text that was learned, a ring. */
export let text: usize = 0;
export let textMask: u32 = 0;
/** Bytes learned. */
export let learned: u32 = 0;
/** By candidate: `[2^bits]` u32 positions + 1 after a hash of the last bytes. */
let index: usize = 0;
let indexBits: u32 = 0;

/** Least lengths of the candidates, bytes. */
// @ts-ignore: decorator
@inline
function leastLength(i: i32): i32 {
	return i == 0 ? 20 : i == 1 ? 11 : 6;
}

/** Wrong predictions in a row after which a candidate is given up. */
const MOST_MISSES: u32 = 8;

export function makeMatches(textBits: u32, bits: u32): void {
	text = allocate(<usize>1 << textBits);
	textMask = (1 << textBits) - 1;
	indexBits = bits;
	index = allocate((<usize>MATCHES << bits) << 2);
	learned = 0;
}

/** Hash of the last `length` bytes before the end of RECENT; `length` ≤ 32. */
// @ts-ignore: decorator
@inline
function hashOf(c: usize, length: i32): u32 {
	let h: u64 = 0;
	let at = c + RECENT + 32 - length;
	let left = length;
	while (left >= 8) {
		h = (h ^ load<u64>(at)) * 0x9e3779b97f4a7c15;
		h ^= h >>> 29;
		at += 8;
		left -= 8;
	}
	while (left > 0) {
		h = (h ^ <u64>load<u8>(at)) * 0x9e3779b97f4a7c15;
		h ^= h >>> 32;
		at++;
		left--;
	}
	return <u32>(h >>> 32) >>> (32 - indexBits);
}

// @ts-ignore: decorator
@inline
function pointerOf(c: usize, i: i32): u32 {
	return load<u32>(c + MATCH + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function lengthOf(c: usize, i: i32): u32 {
	return <u32>load<u16>(c + MATCH + (<usize>i << 3), 4);
}

// @ts-ignore: decorator
@inline
export function missesOf(c: usize, i: i32): u32 {
	return <u32>load<u16>(c + MATCH + (<usize>i << 3), 6);
}

// @ts-ignore: decorator
@inline
export function expectedByte(c: usize, i: i32): u32 {
	return <u32>load<u8>(text + (pointerOf(c, i) & textMask));
}

/** Whether a candidate has come to the end of what was learned. */
// @ts-ignore: decorator
@inline
export function hasEnded(c: usize, i: i32): bool {
	return pointerOf(c, i) == learned;
}

// @ts-ignore: decorator
@inline
function set(c: usize, i: i32, pointer: u32, length: u32, misses: u32): void {
	const at = c + MATCH + (<usize>i << 3);
	store<u32>(at, pointer);
	store<u16>(at, length < 65535 ? length : 65535, 4);
	store<u16>(at, misses, 6);
}

/** Follows the candidates over byte `b`, the newest of RECENT, and looks for new ones where there are none. */
export function extendMatches(c: usize, b: u32): void {
	for (let i = 0; i < MATCHES; i++) {
		const pointer = pointerOf(c, i);
		let length = lengthOf(c, i);
		let misses = missesOf(c, i);
		let alive = false;
		if (length > 0 && pointer != learned) {
			if (<u32>load<u8>(text + (pointer & textMask)) == b) {
				length++;
				if (misses > 0 && length > 15) misses = 0;
				set(c, i, pointer + 1, length, misses);
				alive = misses == 0;
			} else {
				misses++;
				if (misses < MOST_MISSES) set(c, i, pointer + 1, 1, misses);
				else set(c, i, 0, 0, 0);
			}
		} else set(c, i, 0, 0, 0);
		if (!alive) find(c, i);
	}
}

/** A place for candidate `i` whose last bytes are verified; what is there now stays if there is none. */
function find(c: usize, i: i32): void {
	const least = leastLength(i);
	const stored = load<u32>(index + ((<usize>i << indexBits) << 2) + (<usize>hashOf(c, least) << 2));
	if (stored == 0) return;
	const pointer = stored - 1;
	if (learned - pointer > textMask || pointer == learned) return;
	let length = 0;
	while (length < 32 && pointer > <u32>length) {
		if (load<u8>(text + ((pointer - 1 - length) & textMask)) != load<u8>(c + RECENT + 31 - length)) break;
		length++;
	}
	if (length >= least) set(c, i, pointer, length, 0);
}

export function setLearned(count: u32): void {
	learned = count;
}

/** Appends a learned byte; the cursor has been advanced over it. */
export function remember(b: u32): void {
	store<u8>(text + (learned & textMask), b);
	learned++;
}

/** Notes the place behind the last byte for the contexts that end there. */
export function indexPlace(c: usize): void {
	for (let i = 0; i < MATCHES; i++) {
		const least = leastLength(i);
		store<u32>(index + ((<usize>i << indexBits) << 2) + (<usize>hashOf(c, least) << 2), learned + 1);
	}
}
