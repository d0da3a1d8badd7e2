/** Time, as an argument, so that tests can turn it. */
export interface Clock {
	/** Milliseconds; only differences mean anything. */
	now(): number;
	/** Runs `action` once, later; the result calls it off. */
	after(milliseconds: number, action: () => void): () => void;
}

export const systemClock: Clock = {
	now: () => performance.now(),
	after(milliseconds, action) {
		const timer = setTimeout(action, milliseconds);
		return () => clearTimeout(timer);
	},
};
