/**
 * Runs the tests: `node test/run.ts [PART…]`; without arguments, all parts. The last line adds up the results of all parts;
 * the exit code is 1 if anything failed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	add,
	type Counts,
	none,
	oneFailed,
	onePassed,
	oneSkipped,
	readCounts,
	resultsVariable,
} from "./harness/counts.ts";
import type { Release } from "./harness/embeddedInstall.ts";
import { findHost } from "./harness/host.ts";
import { runHostSuite } from "./harness/hostSuite.ts";
import { root } from "./harness/paths.ts";
import { suites } from "./host/suites.ts";
import { installJavaScript } from "./tensorflow/install.ts";
import { tensorFlowVariable } from "./tensorflow/variable.ts";

interface Part {
	readonly title: string;
	readonly run: () => Counts | Promise<Counts>;
}

/** Runs a program of this project's dependencies, or a script, with the Node that runs this. */
function node(script: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = process.env): number {
	const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
		cwd: root,
		stdio: "inherit",
		env: environment,
	});
	return status ?? 1;
}

/** Runs a program and counts its exit code as one result. */
function check(script: string, ...args: string[]): Counts {
	return node(script, args) === 0 ? onePassed : oneFailed;
}

/** Runs tests under plain Node, in a process of their own. */
function mocha(...patterns: string[]): Counts {
	const scratch = mkdtempSync(join(tmpdir(), "inkling-tests-"));
	const results = join(scratch, "results.json");
	try {
		const code = node("test/harness/mochaMain.ts", patterns, { ...process.env, [resultsVariable]: results });
		const counts = readCounts(results);
		return code !== 0 && counts.failed === 0 ? add(counts, oneFailed) : counts;
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** Tests that cannot run on this machine count as failed if `CI` is `true`, and as skipped otherwise. */
function missing(reasons: readonly string[]): Counts {
	const required = process.env["CI"] === "true";
	console.log(`${required ? "Failed" : "Skipped"}: there is no VS Code to test in:`);
	for (const reason of reasons) console.log(`  - ${reason}`);
	return required ? oneFailed : oneSkipped;
}

async function hostSuites(release: Release): Promise<Counts> {
	const host = await findHost(release, console.log);
	if (host.kind === "none") return missing(host.missing);
	const tensorFlow = await installJavaScript();
	const shared: Record<string, string> = tensorFlow === undefined ? {} : { [tensorFlowVariable]: tensorFlow };
	let total = none;
	for (const suite of suites) {
		console.log(`\n${host.description}: ${suite.name}`);
		total = add(total, await runHostSuite(host, { ...suite, environment: { ...suite.environment, ...shared } }));
	}
	return total;
}

const parts: Readonly<Record<string, Part>> = {
	build: { title: "Build", run: () => check("build.ts", "--production") },
	types: {
		title: "Types",
		run: () =>
			add(check("node_modules/typescript/bin/tsc"), check("node_modules/typescript/bin/tsc", "-p", "src/webview")),
	},
	lint: {
		title: "Format and lint",
		run: () => check("node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"),
	},
	unit: { title: "Unit tests", run: () => mocha("test/unit/**/*.test.ts", "test/process/**/*.test.ts") },
	tensorflow: { title: "TensorFlow engine", run: () => mocha("test/tensorflow/**/*.test.ts") },
	reliability: { title: "Reliability, a short run", run: () => mocha("test/reliability/**/*.test.ts") },
	package: { title: "Package", run: () => mocha("test/package/**/*.test.ts") },
	"host:newest": { title: "Inside VS Code, newest", run: () => hostSuites("newest") },
	"host:oldest": { title: "Inside VS Code, oldest supported", run: () => hostSuites("oldest") },
	e2e: { title: "In a browser", run: () => mocha("test/e2e/**/*.test.ts") },
};

async function main(wanted: readonly string[]): Promise<Counts> {
	const names = Object.keys(parts);
	const isWanted = (name: string): boolean => wanted.some((word) => name === word || name.startsWith(`${word}:`));
	const chosen = wanted.length === 0 ? names : names.filter(isWanted);
	if (chosen.length === 0) throw new Error(`no such part; there are ${names.join(", ")}`);
	// A part that is run on its own must test the present sources, too.
	if (wanted.length > 0 && !chosen.includes("build") && node("build.ts", ["--if-stale"]) !== 0) return oneFailed;
	const results: [title: string, counts: Counts][] = [];
	for (const name of chosen) {
		const { title, run } = parts[name] as Part;
		console.log(`\n━━ ${title} ━━`);
		const counts = await run();
		results.push([title, counts]);
		// Without a build, no other result means anything.
		if (name === "build" && counts.failed > 0) break;
	}
	console.log("\n━━ Summary ━━");
	for (const [title, counts] of results) console.log(`${title.padEnd(34)}${summary(counts)}`);
	return results.reduce((total, [, counts]) => add(total, counts), none);
}

function summary({ passed, failed, skipped }: Counts): string {
	return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

const total = await main(process.argv.slice(2));
console.log(`\n${summary(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
