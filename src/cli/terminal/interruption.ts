/** Ctrl+C, or SIGTERM, while there is something to keep. */
import { setImmediate as turn } from "node:timers/promises";
import type { Terminal } from "./terminal.ts";

/**
 * Runs `work` with a function that lets signals in and says whether to go on. Before `work` first calls it nothing is learned
 * that could be kept: until then a signal ends the process at once, whatever it is doing, as the system does it.
 */
export async function interruptible<T>(
	terminal: Pick<Terminal, "onInterrupt">,
	work: (goesOn: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
	let isStopped = false;
	let stopListening: (() => void) | undefined;
	const goesOn = async (): Promise<boolean> => {
		stopListening ??= terminal.onInterrupt(() => {
			isStopped = true;
		});
		await turn();
		return !isStopped;
	};
	try {
		return await work(goesOn);
	} finally {
		stopListening?.();
	}
}
