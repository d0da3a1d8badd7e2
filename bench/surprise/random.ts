/** Random numbers that a seed decides. */
import type { Random } from "./mutations.ts";

/** A linear congruential generator (Numerical Recipes, 2nd edition, 7.1): good enough to choose lines by. */
export function randomNumbers(seed: number): Random {
	let state = seed | 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) | 0;
		return (state >>> 0) / 2 ** 32;
	};
}
