/** A barrier over shared memory. */

/**
 * Waits until `threads` threads have come. `state` is two zeroed int32: how many have come, and how often all have.
 * Spins first, as the others are at most microseconds behind when each has a core, then sleeps.
 */
export function barrier(state: usize, threads: i32, spins: i32): void {
	const round = atomic.load<i32>(state, 4);
	if (atomic.add<i32>(state, 1) == threads - 1) {
		atomic.store<i32>(state, 0);
		atomic.store<i32>(state, round + 1, 4);
		atomic.notify(state + 4, threads);
		return;
	}
	for (let i = 0; i < spins; i++) {
		if (atomic.load<i32>(state, 4) != round) return;
	}
	while (atomic.load<i32>(state, 4) == round) memory.atomic.wait32(state + 4, round, -1);
}
