/** Figures from repeated measurements. */

/** The value at `share` (0–1) of the sorted values, between two of them in proportion. NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	const position = (sorted.length - 1) * share;
	const below = Math.floor(position);
	const low = sorted[below] ?? Number.NaN;
	const high = sorted[Math.ceil(position)] ?? Number.NaN;
	return low + (high - low) * (position - below);
}

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/**
 * How often `work` can be done in a second: repeated for at least `seconds`. Work that takes microseconds should repeat
 * itself, as the clock is looked at after each call.
 */
export function rate(work: () => void, seconds: number): number {
	const start = performance.now();
	let times = 0;
	let elapsed = 0;
	do {
		work();
		times++;
		elapsed = (performance.now() - start) / 1000;
	} while (elapsed < seconds);
	return times / elapsed;
}
