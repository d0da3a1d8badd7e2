/** The match model: which bit each match candidate expects, and how often such candidates were right. Three inputs for each. */
import { initialEntry, learnEntry, shareOf, stretchOf } from "./adaptiveProbability";
import { allocate } from "./layout";
import { expectedByte, expects, lengthOf, MATCHES, missesOf } from "./matchFinder";

/** Number of inputs given to the mixer. */
export const MATCH_INPUTS: i32 = 3 * MATCHES;

const LIMIT: u32 = 1023;
const NOTHING: u32 = 0xffffffff;
/** State map contexts: 128 strengths by 8 bit positions, and 256 expected bytes by 8 degrees of strength. */
const BY_STRENGTH: i32 = 128 * 8;
const BY_BYTE: i32 = 256 * 8;
const PER_MATCH: i32 = BY_STRENGTH + BY_BYTE;

/** `[MATCHES][PER_MATCH]` adaptive probabilities that a candidate is right. */
let stateMaps: usize = 0;
/** `[MATCHES][2]` u32: addresses of the entries used for the present bit, the expected bit in the lowest bit; 0: none. */
const places: usize = memory.data(MATCHES * 8, 16);
/** `[MATCHES]` u32 each: the expected byte with a leading 1, or NOTHING; and 0–127, from the match length and recent misses. */
const bytes: usize = memory.data(MATCHES * 4, 16);
const strengths: usize = memory.data(MATCHES * 4, 16);

/** 0–191: the length of the best candidate, and whether the others agree with it. */
export let agreement: u32 = 0;
/** 0–2047: the byte that the best candidate expects, by eight degrees of strength; 0: none. */
export let bestByte: u32 = 0;

export function makeMatchModel(): void {
	stateMaps = allocate(MATCHES * PER_MATCH * 4);
	for (let i = 0; i < MATCHES * PER_MATCH; i++) store<u32>(stateMaps + (<usize>i << 2), initialEntry(0.75, 0));
}

/** Call before the first bit of the byte after cursor `c`. */
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
export function matchInputs(x: usize, c0: u32, bitIndex: u32): void {
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
			const own = stateMaps + (<usize>(m * PER_MATCH) << 2);
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

/** After `matchInputs`. */
// @ts-ignore: decorator
@inline
export function learnMatches(bit: u32): void {
	for (let i: usize = 0; i < <usize>(MATCHES * 8); i += 4) {
		const place = load<u32>(places + i);
		if (place != 0) learnEntry(<usize>(place & ~3), (place & 1) == bit ? 1 : 0, LIMIT);
	}
}
