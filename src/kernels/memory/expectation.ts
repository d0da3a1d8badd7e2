/** What the match candidates expect of the present byte, and how far each is to be believed. Three inputs for each. */
import { initialEntry, learnEntry, shareOf, stretchOf } from "./adaptive";
import { allocate } from "./layout";
import { expectedByte, expects, lengthOf, MATCHES, missesOf } from "./match";

/** Inputs that it gives. */
export const EXPECTATION_INPUTS: i32 = 3 * MATCHES;

const LIMIT: u32 = 1023;
const NOTHING: u32 = 0xffffffff;
/** Strengths, and what is learned for each with each bit of the byte; bytes, with eight degrees of strength each. */
const BY_STRENGTH: i32 = 128 * 8;
const BY_BYTE: i32 = 256 * 8;
const PER_MATCH: i32 = BY_STRENGTH + BY_BYTE;

/** `[MATCHES][PER_MATCH]` entries: how often a candidate was right. */
let trust: usize = 0;
/** `[MATCHES][2]` u32: entries that take part in the present bit, with the expected bit as the lowest; 0: none. */
const places: usize = memory.data(MATCHES * 8, 16);
/** `[MATCHES]` u32 each: the expected byte with a leading 1, or NOTHING; 0–127: length, and failures of late. */
const bytes: usize = memory.data(MATCHES * 4, 16);
const strengths: usize = memory.data(MATCHES * 4, 16);

/** 0–191: the length of the best candidate, and what the others say. */
export let agreement: u32 = 0;
/** 0–2047: 0, or the byte that the best candidate expects, and eight degrees of strength. */
export let bestByte: u32 = 0;

export function makeExpectations(): void {
	trust = allocate(MATCHES * PER_MATCH * 4);
	for (let i = 0; i < MATCHES * PER_MATCH; i++) store<u32>(trust + (<usize>i << 2), initialEntry(0.75, 0));
}

/** To be done before the first bit of the byte after cursor `c`. */
export function expect(c: usize): void {
	for (let m = 0; m < MATCHES; m++) {
		const at = <usize>m << 2;
		if (!expects(c, m)) {
			store<u32>(bytes + at, NOTHING);
			continue;
		}
		const length = lengthOf(c, m);
		store<u32>(bytes + at, expectedByte(c, m) | 256);
		const long: u32 = length < 24 ? 16 : length < 32 ? 17 : min<u32>(18 + ((length - 32) >>> 4), 27);
		store<u32>(strengths + at, (length < 16 ? length : long) | (min<u32>(missesOf(c, m), 3) << 5));
	}
}

/** Writes the inputs for the bit after the bits `c0` (with a leading 1) of the byte to `x`. */
// @ts-ignore: decorator
@inline
export function expectationInputs(x: usize, c0: u32, bitIndex: u32): void {
	let first: u32 = 2;
	agreement = 0;
	bestByte = 0;
	for (let m = 0; m < MATCHES; m++) {
		const byte = load<u32>(bytes + (<usize>m << 2));
		const at = places + (<usize>m << 3);
		if (byte == NOTHING || byte >>> (8 - bitIndex) != c0) {
			store<u64>(at, 0);
			store<f64>(x, 0);
			store<f32>(x, 0, 8);
		} else {
			const bit = (byte >>> (7 - bitIndex)) & 1;
			const strength = load<u32>(strengths + (<usize>m << 2));
			const own = trust + (<usize>(m * PER_MATCH) << 2);
			const byStrength = own + (<usize>((strength << 3) | bitIndex) << 2);
			const byByte =
				own + (<usize>(BY_STRENGTH + (((byte & 255) << 3) | min<u32>(strength >>> 2, 7))) << 2);
			store<u32>(at, <u32>byStrength | bit);
			store<u32>(at, <u32>byByte | bit, 4);
			const a = load<u32>(byStrength);
			const sign: f32 = bit ? 1 : -1;
			store<f32>(x, sign * stretchOf(a));
			store<f32>(x, sign * (shareOf(a) - 0.5) * 4.0, 4);
			store<f32>(x, sign * stretchOf(load<u32>(byByte)), 8);
			if (first == 2) {
				first = bit;
				agreement = 1 + (strength & 31) + (m == 0 ? 32 : 0);
				bestByte = ((byte & 255) << 3) | min<u32>(strength >>> 1, 7);
			} else if (agreement < 64) agreement += bit == first ? 128 : 64;
		}
		x += 12;
	}
}

/** After `expectationInputs`. */
// @ts-ignore: decorator
@inline
export function learnExpectations(bit: u32): void {
	for (let i: usize = 0; i < <usize>(MATCHES * 8); i += 4) {
		const place = load<u32>(places + i);
		if (place != 0) learnEntry(<usize>(place & ~3), (place & 1) == bit ? 1 : 0, LIMIT);
	}
}
