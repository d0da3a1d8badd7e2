import { after } from "../../platform/timer.ts";

/** A clock that tests can replace. */
export interface Clock {
	/** Milliseconds; only differences mean anything. */
	now(): number;
	/** Runs `action` once, later. Calling the result cancels it. */
	after(milliseconds: number, action: () => void): () => void;
}

export const systemClock: Clock = {
	now: () => performance.now(),
	after,
};
