/** Counts of test results, and what failed, which `npm test` adds up over all its parts. */
import { readFileSync, writeFileSync } from "node:fs";

export interface Counts {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
	/** Names and messages of the tests that failed, as far as they are known. */
	readonly failures: readonly string[];
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
export const onePassed: Counts = { ...none, passed: 1 };
export const oneFailed: Counts = { ...none, failed: 1 };
export const oneSkipped: Counts = { ...none, skipped: 1 };

export function add(a: Counts, b: Counts): Counts {
	return {
		passed: a.passed + b.passed,
		failed: a.failed + b.failed,
		skipped: a.skipped + b.skipped,
		failures: [...a.failures, ...b.failures],
	};
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
