/** Figures from repeated measurements. */
import { quantile } from "../src/cli/terminal/quantile.ts";

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/** How often work is done in a second by the clock, and in a CPU-second of all threads of the process. */
export interface Rate {
	readonly perSecond: number;
	readonly perCpuSecond: number;
}

/**
 * Does work again and again for at least `seconds` by the clock, and at least once. Work that takes microseconds should repeat
 * itself, as the clock is read after each.
 *
 * @param amount what is done in one call
 */
export async function rateOf(work: () => unknown, seconds: number, amount = 1): Promise<Rate> {
	const { user, system } = process.cpuUsage();
	const start = performance.now();
	let done = 0;
	let elapsed = 0;
	do {
		await work();
		done += amount;
		elapsed = (performance.now() - start) / 1000;
	} while (elapsed < seconds);
	const used = process.cpuUsage();
	const cpuSeconds = Math.max(1, used.user + used.system - user - system) / 1e6;
	return { perSecond: done / elapsed, perCpuSecond: done / cpuSeconds };
}

/** Of each figure by itself. */
export function medianRate(rates: readonly Rate[]): Rate {
	return {
		perSecond: median(rates.map(({ perSecond }) => perSecond)),
		perCpuSecond: median(rates.map(({ perCpuSecond }) => perCpuSecond)),
	};
}
