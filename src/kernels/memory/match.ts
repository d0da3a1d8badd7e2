/**
 * Match models: where the last bytes stood before, what followed there is expected again. Several candidates are
 * followed, each the most recent place with its own least length; one that fails is given another chance a few times,
 * as text is often repeated with small changes.
 */
import { MATCH, RECENT } from "./cursor";
import { allocate } from "./layout";

export const MATCHES: i32 = 3;

/** The last of the text that was learned, a ring. */
export let text: usize = 0;
export let textMask: u32 = 0;
/** Bytes learned; all that is computed with it stays right when it passes 2^32. */
export let learned: u32 = 0;
/** By candidate: `[2^bits]` u32 positions + 1 after a hash of the last bytes. */
let index: usize = 0;
/** `[MATCHES]` u32 each: addresses in the indices for the bytes before the cursor, and what stands there. */
const indexPlaces: usize = memory.data(MATCHES * 4, 16);
const indexed: usize = memory.data(MATCHES * 4, 16);
let indexBits: u32 = 0;

/** Least lengths of the candidates, bytes. */
// @ts-ignore: decorator
@inline
function leastLength(i: i32): u32 {
	return i == 0 ? 20 : i == 1 ? 11 : 6;
}

/** Wrong predictions after which a candidate is given up, unless so many right ones in a row came between. */
const MOST_MISSES: u32 = 8;
const RECOVERED: u32 = 16;

export function makeMatches(textBits: u32, bits: u32): void {
	text = allocate(<usize>1 << textBits);
	textMask = (1 << textBits) - 1;
	indexBits = bits;
	index = allocate((<usize>MATCHES << bits) << 2);
	learned = 0;
}

// @ts-ignore: decorator
@inline
function stir(h: u64, bytes: u64): u64 {
	const product = (h ^ bytes) * 0x9e3779b97f4a7c15;
	return product ^ (product >>> 32);
}

/**
 * Looks into the indices for the last bytes, which are those of cursor `c`: groups of eight are hashed, which may overlap.
 */
// @ts-ignore: decorator
@inline
export function locateMatches(c: usize): void {
	const end = c + RECENT + 32;
	const last8 = load<u64>(end - 8);
	setPlace(0, stir(stir(stir(0, load<u64>(end - 20)), load<u64>(end - 12)), last8));
	setPlace(1, stir(stir(0, load<u64>(end - 11)), last8));
	setPlace(2, stir(0, last8 >>> 16));
}

// @ts-ignore: decorator
@inline
function setPlace(i: i32, h: u64): void {
	const number = <u32>h >>> (32 - indexBits);
	const place = index + ((<usize>i << indexBits) << 2) + (<usize>number << 2);
	store<u32>(indexPlaces + (<usize>i << 2), <u32>place);
	store<u32>(indexed + (<usize>i << 2), load<u32>(place));
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

/**
 * Whether candidate `i` is there and expects a byte that is still in the ring: it may have come to the end of what was
 * learned, or its place may have been overwritten since.
 */
// @ts-ignore: decorator
@inline
export function expects(c: usize, i: i32): bool {
	return lengthOf(c, i) > 0 && learned - 1 - pointerOf(c, i) <= textMask;
}

// @ts-ignore: decorator
@inline
function set(c: usize, i: i32, pointer: u32, length: u32, misses: u32): void {
	const at = c + MATCH + (<usize>i << 3);
	store<u32>(at, pointer);
	store<u16>(at, length < 65535 ? length : 65535, 4);
	store<u16>(at, misses, 6);
}

/** Follows the candidates over byte `b`, which is not yet learned. */
export function followMatches(c: usize, b: u32): void {
	for (let i = 0; i < MATCHES; i++) {
		if (!expects(c, i)) {
			set(c, i, 0, 0, 0);
			continue;
		}
		const pointer = pointerOf(c, i);
		let misses = missesOf(c, i);
		if (expectedByte(c, i) == b) {
			const length = lengthOf(c, i) + 1;
			if (length >= RECOVERED) misses = 0;
			set(c, i, pointer + 1, length, misses);
		} else {
			misses++;
			if (misses < MOST_MISSES) set(c, i, pointer + 1, 1, misses);
			else set(c, i, 0, 0, 0);
		}
	}
}

/** After `locateMatches`: looks for candidates in place of those that are gone or have failed of late. */
export function findMatches(c: usize): void {
	for (let i = 0; i < MATCHES; i++) if (lengthOf(c, i) == 0 || missesOf(c, i) > 0) find(c, i);
}

/** A place for candidate `i` whose last bytes are verified; what is there now stays if there is none. */
function find(c: usize, i: i32): void {
	const stored = load<u32>(indexed + (<usize>i << 2));
	if (stored == 0) return;
	const pointer = stored - 1;
	const since = learned - pointer;
	if (since == 0 || since > textMask) return;
	// What stands before the place, and in the ring still.
	const most = min<u32>(32, min<u32>(pointer, textMask + 1 - since));
	let length: u32 = 0;
	while (length < most) {
		if (load<u8>(text + ((pointer - 1 - length) & textMask)) != load<u8>(c + RECENT + 31 - length)) break;
		length++;
	}
	if (length >= leastLength(i)) set(c, i, pointer, length, 0);
}

export function setLearned(count: u32): void {
	learned = count;
}

/** Appends a learned byte; the candidates have been followed over it. */
export function remember(b: u32): void {
	store<u8>(text + (learned & textMask), b);
	learned++;
}

/** After `locateMatches`: notes the place behind the last byte learned for the contexts that end there. */
export function indexPlace(): void {
	for (let i: usize = 0; i < <usize>(MATCHES * 4); i += 4) store<u32>(<usize>load<u32>(indexPlaces + i), learned + 1);
}
