/** Work on many things, a few at a time. */

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
