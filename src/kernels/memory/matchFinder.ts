/**
 * Finds and follows matches: places in the text learned where the last bytes stood before. A cursor follows several
 * candidates, each the most recent place whose match has a least length of its own. A candidate survives a few wrong bytes,
 * as text is often repeated with small changes.
 */
import { MATCH, RECENT } from "./cursor";
import { allocate } from "./layout";

export const MATCHES: i32 = 3;

/** A ring of the text learned last. */
export let text: usize = 0;
export let textMask: u32 = 0;
/** Bytes learned, modulo 2^32; only differences of positions are used. */
export let learned: u32 = 0;
/** By candidate: `[2^bits]` u32, the position + 1 behind the last occurrence of the bytes with this hash; 0: none. */
let index: usize = 0;
/** `[MATCHES]` u32 each: addresses in the indices for the bytes before the cursor, and the values found there. */
const indexPlaces: usize = memory.data(MATCHES * 4, 16);
const indexed: usize = memory.data(MATCHES * 4, 16);
let indexBits: u32 = 0;

/** Least lengths of the candidates, bytes. */
// @ts-ignore: decorator
@inline
function leastLength(i: i32): u32 {
	return i == 0 ? 20 : i == 1 ? 11 : 6;
}

/** Candidate and least length, bytes, of what counts as a repeat. */
const REPEATING: i32 = 1;
const REPEATED: u32 = 12;

/** Wrong bytes after which a candidate is given up, and right bytes in a row that make it forget them. */
const MOST_MISSES: u32 = 8;
const RECOVERED: u32 = 16;

export function makeMatchFinder(textBits: u32, bits: u32): void {
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
 * Looks up the last bytes of cursor `c` in the indices. Hashes them in groups of eight, which may overlap.
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
 * Whether candidate `i` exists and its next byte is in the ring: it may have reached the end of the text learned, or the
 * ring may have overwritten its place.
 */
// @ts-ignore: decorator
@inline
export function expects(c: usize, i: i32): bool {
	return lengthOf(c, i) > 0 && learned - 1 - pointerOf(c, i) <= textMask;
}

/** Whether the bytes before cursor `c` and byte `b` stand in the text learned. */
// @ts-ignore: decorator
@inline
export function isRepeat(c: usize, b: u32): bool {
	return (
		lengthOf(c, REPEATING) >= REPEATED &&
		missesOf(c, REPEATING) == 0 &&
		expects(c, REPEATING) &&
		expectedByte(c, REPEATING) == b
	);
}

// @ts-ignore: decorator
@inline
function set(c: usize, i: i32, pointer: u32, length: u32, misses: u32): void {
	const at = c + MATCH + (<usize>i << 3);
	store<u32>(at, pointer);
	store<u16>(at, length < 65535 ? length : 65535, 4);
	store<u16>(at, misses, 6);
}

/** Advances the candidates over byte `b`, which must not have been learned yet. */
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

/** After `locateMatches`: replaces candidates that are gone or were wrong of late. */
export function findMatches(c: usize): void {
	for (let i = 0; i < MATCHES; i++) if (lengthOf(c, i) == 0 || missesOf(c, i) > 0) find(c, i);
}

/** Sets candidate `i` to the place in its index, if the bytes before it really match; else changes nothing. */
function find(c: usize, i: i32): void {
	const stored = load<u32>(indexed + (<usize>i << 2));
	if (stored == 0) return;
	const pointer = stored - 1;
	const since = learned - pointer;
	if (since == 0 || since > textMask) return;
	// As many bytes as stand before the place and are still in the ring.
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

/** Appends byte `b` to the text, after the candidates were advanced over it. */
export function remember(b: u32): void {
	store<u8>(text + (learned & textMask), b);
	learned++;
}

/** After `locateMatches` and `remember`: enters the present position into the indices. */
export function indexPlace(): void {
	for (let i: usize = 0; i < <usize>(MATCHES * 4); i += 4) store<u32>(<usize>load<u32>(indexPlaces + i), learned + 1);
}
