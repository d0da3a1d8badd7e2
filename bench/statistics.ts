/** Figures from repeated measurements. */
import { quantile } from "../src/cli/terminal/quantile.ts";

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/**
 * How often `work` runs in a second, measured over at least `seconds`. Work that takes microseconds should repeat itself, as
 * the clock is read after each call.
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

/** The same for work that may be asynchronous. */
export async function rateOf(work: () => unknown, seconds: number): Promise<number> {
	const start = performance.now();
	let times = 0;
	let elapsed = 0;
	do {
		await work();
		times++;
		elapsed = (performance.now() - start) / 1000;
	} while (elapsed < seconds);
	return times / elapsed;
}
