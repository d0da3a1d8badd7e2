/** Work on many things, a few at a time: the process answers others meanwhile. */
import { setImmediate } from "node:timers/promises";

/** Read or looked at side by side: enough to keep a disk busy, far below any limit on open files. */
export const concurrency = 16;

/**
 * `work` on every item, at most `limit` at once; the results are in the order of the items.
 *
 * @throws the signal's reason once it is aborted, or the first error of `work`; nothing new is then begun
 */
export async function mapConcurrently<T, R>(
	items: readonly T[],
	limit: number,
	work: (item: T) => Promise<R>,
	signal?: AbortSignal,
): Promise<R[]> {
	const results: R[] = [];
	let next = 0;
	let failed = false;
	const worker = async () => {
		while (next < items.length && !failed) {
			const index = next++;
			try {
				signal?.throwIfAborted();
				results[index] = await work(items[index] as T);
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
	return results;
}

/** Items dealt with in a millisecond or two where each takes some microseconds. */
export const sliceItems = 256;

/** The items in slices, with a pause after each slice. */
export async function* inSlices<T>(items: readonly T[], pause = pauseForOthers): AsyncGenerator<readonly T[]> {
	for (let from = 0; from < items.length; from += sliceItems) {
		yield items.slice(from, from + sliceItems);
		if (from + sliceItems < items.length) await pause();
	}
}

/** Lets everything else happen that is waiting now. */
export async function pauseForOthers(): Promise<void> {
	await setImmediate();
}

/** As `toSorted`, in slices. */
export async function sortInSlices<T>(
	items: readonly T[],
	compare: (one: T, other: T) => number,
	pause = pauseForOthers,
): Promise<T[]> {
	const steps = sorting(items, compare);
	let step = steps.next();
	for (; !step.done; step = steps.next()) await pause();
	return step.value;
}

/** Items placed in a slice: a comparison takes less than a microsecond. */
const sliceSorted = 2 ** 11;

/** Sorts short runs, then merges two and two; equal items keep their order. */
function* sorting<T>(items: readonly T[], compare: (one: T, other: T) => number): Generator<undefined, T[]> {
	let runs: T[][] = [];
	for (let from = 0; from < items.length; from += sliceItems) {
		runs.push(items.slice(from, from + sliceItems).sort(compare));
		yield;
	}
	let placed = 0;
	while (runs.length > 1) {
		const longer: T[][] = [];
		for (let index = 0; index < runs.length; index += 2) {
			const first = runs[index] as T[];
			const second = runs[index + 1] ?? [];
			const merged: T[] = [];
			for (let i = 0, j = 0; i < first.length || j < second.length; ) {
				const one = first[i];
				const other = second[j];
				const isOther = one === undefined || (other !== undefined && compare(other, one) < 0);
				merged.push((isOther ? other : one) as T);
				if (isOther) j++;
				else i++;
				if (++placed % sliceSorted === 0) yield;
			}
			longer.push(merged);
		}
		runs = longer;
	}
	return runs[0] ?? [];
}
