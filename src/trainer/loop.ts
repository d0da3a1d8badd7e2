/** The loop that every training runs, of a workspace or of a base model. */

export interface LoopParts<End> {
	/** Lets messages in, and waits while training is paused; false: the user stops it. */
	proceed(): Promise<boolean>;
	/** Why training ends now; undefined while it goes on. */
	end(): End | undefined;
	/** One update of the network. */
	update(): Promise<void>;
	/** What is due after an update, such as validation or saving; may end training, too. */
	afterUpdate(): Promise<End | undefined>;
	/** Tells of the progress. */
	report(): void;
	/** Milliseconds since the epoch. */
	now(): number;
	/** Between two reports. */
	readonly reportSeconds: number;
}

/** Updates the network until training ends, and returns why it does. */
export async function runLoop<End>(parts: LoopParts<End>): Promise<End | "stopped"> {
	let reported = Number.NEGATIVE_INFINITY;
	for (;;) {
		if (!(await parts.proceed())) return "stopped";
		const end = parts.end();
		if (end !== undefined) return end;
		await parts.update();
		const endAfter = await parts.afterUpdate();
		if (endAfter !== undefined) return endAfter;
		const since = parts.now() - reported;
		// A clock that was set back would keep the next report waiting as long.
		if (since >= 0 && since < parts.reportSeconds * 1000) continue;
		parts.report();
		reported = parts.now();
	}
}
