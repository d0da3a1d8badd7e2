/** The value at `share` (0–1) of the sorted values, between two of them in proportion. NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	const position = (sorted.length - 1) * share;
	const below = Math.floor(position);
	const low = sorted[below] ?? Number.NaN;
	const high = sorted[Math.ceil(position)] ?? Number.NaN;
	return low + (high - low) * (position - below);
}
