/** Counts of test results, which `npm test` adds up over all its parts. */
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

/** The environment variable that names the file to which a test process writes its counts. */
export const resultsVariable = "INKLING_TEST_RESULTS";

/** Writes the counts of this process to the file that its parent has named, if any. */
export function reportCounts(counts: Counts): void {
	const file = process.env[resultsVariable];
	if (file) writeFileSync(file, JSON.stringify(counts));
}

/** The counts that a test process has written; one failure if it ended without writing them. */
export function readCounts(file: string): Counts {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch {
		return oneFailed;
	}
}
