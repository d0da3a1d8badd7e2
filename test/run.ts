/**
 * Runs the tests: `node test/run.ts [PART…]`; without arguments, all parts. The last line adds up the results of all parts;
 * the exit code is 1 if anything failed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
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

/** Where programs print: a file, or where this one does. */
type Output = number | "inherit";

interface Part {
	readonly title: string;
	/** It needs nothing of the other parts but the build: beside them those aside run, one after another. */
	readonly isAside?: true;
	readonly run: (output: Output) => Promise<Counts>;
}

/** Runs a program of this project's dependencies, or a script, with the Node that runs this. Returns its exit code. */
async function node(
	script: string,
	args: readonly string[] = [],
	{ output = "inherit", environment = process.env }: { output?: Output; environment?: NodeJS.ProcessEnv } = {},
): Promise<number> {
	const child = spawn(process.execPath, [join(root, script), ...args], {
		cwd: root,
		stdio: [output === "inherit" ? "inherit" : "ignore", output, output],
		env: environment,
	});
	const [code] = (await once(child, "close")) as [number | null];
	return code ?? 1;
}

/** Runs a program and counts its exit code as one result. */
async function check(script: string, ...args: string[]): Promise<Counts> {
	return (await node(script, args)) === 0 ? onePassed : oneFailed;
}

/** Runs tests under plain Node, in a process of their own. */
function mocha(...patterns: string[]): Part["run"] {
	return async (output) => {
		const scratch = mkdtempSync(join(tmpdir(), "inkling-tests-"));
		const results = join(scratch, "results.json");
		const environment = { ...process.env, [resultsVariable]: results };
		try {
			const code = await node("test/harness/mochaMain.ts", patterns, { output, environment });
			const counts = readCounts(results);
			return code !== 0 && counts.failed === 0 ? add(counts, oneFailed) : counts;
		} finally {
			rmSync(scratch, { recursive: true, force: true });
		}
	};
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
		run: async () =>
			add(
				await check("node_modules/typescript/bin/tsc"),
				await check("node_modules/typescript/bin/tsc", "-p", "src/webview"),
			),
	},
	lint: {
		title: "Format and lint",
		run: () => check("node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings"),
	},
	unit: { title: "Unit tests", run: mocha("test/unit/**/*.test.ts") },
	process: { title: "Processes", isAside: true, run: mocha("test/process/**/*.test.ts") },
	tensorflow: { title: "TensorFlow engine", isAside: true, run: mocha("test/tensorflow/**/*.test.ts") },
	reliability: { title: "Reliability, a short run", isAside: true, run: mocha("test/reliability/**/*.test.ts") },
	package: { title: "Package", isAside: true, run: mocha("test/package/**/*.test.ts") },
	"host:newest": { title: "Inside VS Code, newest", run: () => hostSuites("newest") },
	"host:oldest": { title: "Inside VS Code, oldest supported", run: () => hostSuites("oldest") },
	e2e: { title: "In a browser", run: mocha("test/e2e/**/*.test.ts") },
};

/** The result prints what a part has printed that ran aside, and gives what it counted. */
type Aside = () => Promise<Counts>;

/** Begins to run a part when `turn` comes, without printing. */
function aside({ run }: Part, turn: Promise<unknown>): { readonly over: Promise<unknown>; readonly result: Aside } {
	const scratch = mkdtempSync(join(tmpdir(), "inkling-aside-"));
	const file = join(scratch, "output.txt");
	const output = openSync(file, "w");
	const running = turn.then(() => run(output));
	// Whoever asks for the result is told.
	const over = running.catch(() => {});
	return {
		over,
		result: async () => {
			try {
				const counts = await running;
				process.stdout.write(readFileSync(file, "utf8"));
				return counts;
			} finally {
				closeSync(output);
				rmSync(scratch, { recursive: true, force: true });
			}
		},
	};
}

/** Begins to run parts, one after another. */
function beginAsides(names: readonly string[]): Map<string, Aside> {
	const begun = new Map<string, Aside>();
	let turn: Promise<unknown> = Promise.resolve();
	for (const name of names) {
		const { over, result } = aside(parts[name] as Part, turn);
		begun.set(name, result);
		turn = over;
	}
	return begun;
}

async function main(wanted: readonly string[]): Promise<Counts> {
	const names = Object.keys(parts);
	const isWanted = (name: string): boolean => wanted.some((word) => name === word || name.startsWith(`${word}:`));
	const chosen = wanted.length === 0 ? names : names.filter(isWanted);
	if (chosen.length === 0) throw new Error(`no such part; there are ${names.join(", ")}`);
	// A part that is run on its own must test the present sources, too.
	if (wanted.length > 0 && !chosen.includes("build") && (await node("build.ts", ["--if-stale"])) !== 0)
		return oneFailed;
	const results: [title: string, counts: Counts][] = [];
	const isAside = (name: string): boolean => parts[name]?.isAside === true;
	let begun: ReadonlyMap<string, Aside> | undefined;
	// Those aside come last, when most of them are over.
	for (const name of [...chosen.filter((name) => !isAside(name)), ...chosen.filter(isAside)]) {
		const { title, run } = parts[name] as Part;
		console.log(`\n━━ ${title} ━━`);
		if (name !== "build" && !isAside(name)) begun ??= beginAsides(chosen.filter(isAside));
		const counts = await (begun?.get(name)?.() ?? run("inherit"));
		results.push([title, counts]);
		// Without a build, no other result means anything.
		if (name === "build" && counts.failed > 0) break;
	}
	console.log("\n━━ Summary ━━");
	for (const [title, counts] of results) console.log(`${title.padEnd(34)}${summary(counts)}`);
	for (const [title, { failures }] of results) for (const failure of failures) console.log(`\n${title}: ${failure}`);
	return results.reduce((total, [, counts]) => add(total, counts), none);
}

function summary({ passed, failed, skipped }: Counts): string {
	return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

const total = await main(process.argv.slice(2));
console.log(`\n${summary(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
