/** Runs mocha over a list of files in this process: under plain Node or inside the extension host. */
import type Mocha from "mocha";
import { type Counts, reportCounts } from "./counts.ts";

/**
 * A slow shared machine is no failure; a test that hangs is. The trainer runs at low priority: beside six busy processes on two
 * cores it gets a thirtieth of one, and what takes it ten seconds takes five minutes.
 */
const testTimeoutMs = 900_000;

/** Runs the test files, reports each test through `print` (by default the console), and writes the counts. */
export async function runMocha(
	files: readonly string[],
	load: "require" | "import",
	print?: (...args: unknown[]) => void,
): Promise<Counts> {
	// A bundle for the extension host can load mocha, an ES module, only by a dynamic import.
	const { default: MochaClass } = await import("mocha");
	if (print !== undefined) MochaClass.reporters.Base.consoleLog = print;
	const mocha: Mocha = new MochaClass({ timeout: testTimeoutMs, slow: 10_000, reporter: "spec" });
	for (const file of files) mocha.addFile(file);
	if (load === "import") await mocha.loadFilesAsync();
	const failures: string[] = [];
	const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
		const runner = mocha.run(() => resolve(runner.stats));
		runner.on("fail", (test, error: Error) => failures.push(`${test.fullTitle()}: ${withCause(error)}`));
	});
	const counts = { passed: stats?.passes ?? 0, failed: stats?.failures ?? 1, skipped: stats?.pending ?? 0, failures };
	reportCounts(counts);
	return counts;
}

/** A property that does not hold says in its cause what failed. */
function withCause({ message, cause }: Error): string {
	return cause instanceof Error ? `${message}\nbecause of: ${withCause(cause)}` : message;
}
