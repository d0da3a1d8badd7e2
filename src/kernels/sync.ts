/** A barrier over shared memory, with a limit on the waiting. */

/**
 * Waits until `threads` threads have come. `state` is three zeroed int32: how many have come, how often all have, and
 * whether a thread has given up.
 *
 * Spins `spins` turns first, as the others are at most microseconds behind when each has a core; then sleeps for up to
 * `slices` slices of `sliceMilliseconds`, without limit if `slices` is negative. Slices, and not one long wait: some
 * clocks run on while the computer sleeps, and such a sleep then uses up one slice only; and a thread that gave up is
 * noticed at the end of a slice at the latest.
 *
 * Returns 0 if all came before it slept, 3 if they came later, 1 if a thread has given up, 2 if the limit was reached. After 1
 * or 2 the barrier is of no further use: it still counts this thread as having come.
 */
export function barrier(state: usize, threads: i32, spins: i32, sliceMilliseconds: f64, slices: i32): i32 {
	const round = atomic.load<i32>(state, 4);
	if (atomic.load<i32>(state, 8)) return 1;
	if (atomic.add<i32>(state, 1) == threads - 1) {
		atomic.store<i32>(state, 0);
		atomic.store<i32>(state, round + 1, 4);
		atomic.notify(state + 4, threads);
		return 0;
	}
	for (let i = 0; i < spins; i++) {
		if (atomic.load<i32>(state, 4) != round) return 0;
	}
	const nanoseconds = <i64>(sliceMilliseconds * 1e6);
	for (let slice = 0; slices < 0 || slice < slices; slice++) {
		memory.atomic.wait32(state + 4, round, nanoseconds);
		if (atomic.load<i32>(state, 4) != round) return 3;
		if (atomic.load<i32>(state, 8)) return 1;
	}
	return 2;
}
