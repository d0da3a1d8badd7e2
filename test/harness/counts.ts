/** Test results as they are added up over all parts of `npm test`. */
import { readFileSync, writeFileSync } from "node:fs";

export interface Counts {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0 };
export const onePassed: Counts = { ...none, passed: 1 };
export const oneFailed: Counts = { ...none, failed: 1 };
export const oneSkipped: Counts = { ...none, skipped: 1 };

export function add(a: Counts, b: Counts): Counts {
	return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Names the file in which a test process leaves its counts. */
export const resultsVariable = "INKLING_TEST_RESULTS";

/** Leaves the counts of this process for the one that started it, if it asked for them. */
export function reportCounts(counts: Counts): void {
	const file = process.env[resultsVariable];
	if (file) writeFileSync(file, JSON.stringify(counts));
}

/** What a test process has left; one failure if it ended before it could. */
export function readCounts(file: string): Counts {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch {
		return oneFailed;
	}
}
