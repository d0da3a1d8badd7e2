/** `setTimeout` takes longer times, in ms, for one: it would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Runs `task` after so many ms, or after the longest time of a timer. Calling the result cancels it. */
export function after(milliseconds: number, task: () => void): () => void {
	const timer = setTimeout(task, Math.min(milliseconds, longestTimerMs));
	return () => clearTimeout(timer);
}
