/**
 * Bit histories, as in PAQ (Mahoney 2005): one byte that stands for the counts of zeros and ones that followed a context, and
 * the last bit. The bounds of the counts are wider the more one-sided the counts are. When a bit comes, the count of the
 * other shrinks, so that the recent past weighs more. State maps learn what a history says of the next bit
 * (contextMap.ts).
 */

/** `[256][2]` u8: the history after each bit. */
export const next: usize = memory.data(512, 64);
/** `[256]` u8: bits counted in a history; a full bucket gives up the slot that has counted the fewest. */
export const weightOf: usize = memory.data(256, 64);
/** `[256]` f32: probability of a 1 with which the state map of a history begins (the counts, 0.4 added to each). */
export const initialShare: usize = memory.data(1024, 64);
/** `[256]` u8: 1 for histories that have met only zeros or only ones. */
export const certain: usize = memory.data(256, 64);

/** Greatest count of the more frequent bit by that of the less frequent one. */
const limits: StaticArray<i32> = [40, 24, 12, 8, 6, 5];

// @ts-ignore: decorator
@inline
function key(n0: i32, n1: i32, last: i32): usize {
	return <usize>((n0 * 64 + n1) * 2 + last);
}

/** A count after the other bit has come. */
function shrunk(n: i32): i32 {
	if (n <= 2) return n;
	if (n <= 3) return 2;
	if (n <= 6) return 3;
	if (n <= 12) return 4;
	if (n <= 24) return 5;
	return 6;
}

/** Numbers all histories within the limits, and makes the tables. Returns their number. */
export function makeBitHistories(): i32 {
	/** `[64][64][2]` u8: the number of a history. */
	const number = memory.data(64 * 64 * 2);
	let states = 0;
	for (let total = 0; total <= 80; total++) {
		for (let n0 = total; n0 >= 0; n0--) {
			const n1 = total - n0;
			const less = n0 < n1 ? n0 : n1;
			const more = n0 < n1 ? n1 : n0;
			if (less > 5 || more > limits[less]) continue;
			const lasts = n0 == 0 || n1 == 0 ? 1 : 2;
			for (let last = 0; last < lasts; last++) {
				store<u8>(number + key(n0, n1, last), states);
				if (lasts == 1) store<u8>(number + key(n0, n1, 1), states);
				store<u8>(weightOf + states, total);
				store<f32>(initialShare + (states << 2), (<f32>n1 + 0.4) / (<f32>total + 0.8));
				store<u8>(certain + states, less == 0 && total > 0 ? 1 : 0);
				states++;
			}
		}
	}
	for (let n0 = 0; n0 <= 40; n0++) {
		for (let n1 = 0; n1 <= 40; n1++) {
			const less = n0 < n1 ? n0 : n1;
			const more = n0 < n1 ? n1 : n0;
			if (less > 5 || more > limits[less]) continue;
			for (let last = 0; last < 2; last++) {
				const state = <usize>load<u8>(number + key(n0, n1, last));
				for (let bit = 0; bit < 2; bit++) {
					let a = bit ? shrunk(n0) : n0 + 1;
					let b = bit ? n1 + 1 : shrunk(n1);
					// The lesser count is 5 at most, as one of them has shrunk.
					if (a <= b) {
						if (b > limits[a]) b = limits[a];
					} else if (a > limits[b]) a = limits[b];
					const to = load<u8>(number + key(a, b, a == 0 || b == 0 ? 0 : bit));
					store<u8>(next + state * 2 + bit, to);
				}
			}
		}
	}
	return states;
}

/** Moves the history at `at` on by a bit; `after` is the address `next` + bit. */
// @ts-ignore: decorator
@inline
export function follow(at: usize, after: usize): void {
	store<u8>(at, load<u8>(after + (<usize>load<u8>(at) << 1)));
}
