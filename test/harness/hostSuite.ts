/** Runs a suite of tests inside the extension host of a real VS Code. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { format } from "node:util";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { bundleOptions } from "../../build.ts";
import { kernelBuilds } from "../../src/platform/wasmModules.ts";
import { launchBrowser } from "./browser.ts";
import { type Counts, oneSkipped, readCounts, resultsVariable } from "./counts.ts";
import { startServer, workbenchAddress } from "./embeddedServer.ts";
import type { Host } from "./host.ts";
import { artifacts, cache, root } from "./paths.ts";
import { reportMark } from "./reportMark.ts";
import { quietMachineSettings, quietSettings } from "./settings.ts";

export interface HostSuite {
	readonly name: string;
	/** Folder of its test files, relative to the repository. */
	readonly folder: string;
	/** Lays out the workspace in an empty folder; returns what to open, undefined for an empty window. */
	readonly workspace: (folder: string) => string | undefined;
	readonly trusted: boolean;
	/** The user's settings, in addition to `quietSettings`. */
	readonly settings: Readonly<Record<string, unknown>>;
	/** Further environment variables of the extension host. */
	readonly environment: Readonly<Record<string, string>>;
}

/** The longest that a suite may take. On a slow machine it trains again and again; each test has its own limit, too. */
const suiteTimeoutMs = 2_400_000;

/** Opens an untrusted workspace in restricted mode at once, without asking. */
const untrustedSettings = {
	"security.workspace.trust.enabled": true,
	"security.workspace.trust.startupPrompt": "never",
	"security.workspace.trust.banner": "never",
};

function testFiles(suite: HostSuite): string[] {
	const folder = join(root, suite.folder);
	return readdirSync(folder)
		.filter((file) => file.endsWith(".test.ts"))
		.map((file) => join(folder, file));
}

/** Bundles a suite for the extension host, which cannot load TypeScript; returns its `extensionTestsPath`. */
async function bundleSuite(suite: HostSuite): Promise<string> {
	const outdir = join(cache, "host-suites", suite.name);
	rmSync(outdir, { recursive: true, force: true });
	const entryPoints = [...testFiles(suite), join(import.meta.dirname, "hostEntry.ts")].map((file) => ({
		in: file,
		out: basename(file, ".ts"),
	}));
	await build({ ...bundleOptions(false), entryPoints, outdir, external: ["vscode", "mocha"], sourcemap: "inline" });
	// A bundle looks for the kernels in its own folder, as those in `dist` do.
	for (const build of kernelBuilds)
		copyFileSync(join(root, `dist/kernels.${build}.wasm`), join(outdir, `kernels.${build}.wasm`));
	return join(outdir, "hostEntry.cjs");
}

/** Runs one suite in `host`, printing mocha's lines as they come. */
export async function runHostSuite(host: Exclude<Host, { kind: "none" }>, suite: HostSuite): Promise<Counts> {
	if (host.kind === "desktop" && !suite.trusted) {
		console.log("Skipped: the desktop test runner always turns workspace trust off.");
		return oneSkipped;
	}
	const extensionTestsPath = await bundleSuite(suite);
	const scratch = mkdtempSync(join(tmpdir(), "inkling-host-"));
	try {
		const folder = join(scratch, "workspace");
		mkdirSync(folder);
		const workspace = suite.workspace(folder);
		const settings = { ...quietSettings, ...(suite.trusted ? {} : untrustedSettings), ...suite.settings };
		const results = join(scratch, "results.json");
		const environment = { ...suite.environment, [resultsVariable]: results };
		const run = { suite, workspace, settings, environment, extensionTestsPath, dataFolder: join(scratch, "data") };
		await (host.kind === "desktop" ? runInDesktop(host.executable, run) : runInBrowser(host, run));
		return readCounts(results);
	} finally {
		rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
	}
}

interface SuiteRun {
	readonly suite: HostSuite;
	readonly workspace: string | undefined;
	readonly settings: Readonly<Record<string, unknown>>;
	readonly environment: Readonly<Record<string, string>>;
	readonly extensionTestsPath: string;
	readonly dataFolder: string;
}

async function runInDesktop(vscodeExecutablePath: string, run: SuiteRun): Promise<void> {
	mkdirSync(join(run.dataFolder, "User"), { recursive: true });
	writeFileSync(
		join(run.dataFolder, "User/settings.json"),
		JSON.stringify({ ...run.settings, ...quietMachineSettings }),
	);
	await runTests({
		vscodeExecutablePath,
		extensionDevelopmentPath: root,
		extensionTestsPath: run.extensionTestsPath,
		extensionTestsEnv: run.environment,
		launchArgs: [
			...(run.workspace === undefined ? [] : [run.workspace]),
			"--disable-extensions",
			`--user-data-dir=${run.dataFolder}`,
			`--extensions-dir=${run.dataFolder}/extensions`,
		],
	}).catch((error: unknown) => console.log(error instanceof Error ? error.message : error));
}

async function runInBrowser(host: Extract<Host, { kind: "embedded" }>, run: SuiteRun): Promise<void> {
	const { suite, settings, environment, dataFolder } = run;
	const server = await startServer(host.server, {
		dataFolder,
		settings,
		machineSettings: quietMachineSettings,
		trusted: suite.trusted,
		development: true,
		environment,
		port: 0,
	});
	try {
		const browser = await launchBrowser(host.chromium, join(dataFolder, "browser"));
		try {
			const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
			const failure = await new Promise<string | undefined>((resolve, reject) => {
				const workbench: string[] = [];
				const fail = (why: string): void => resolve([why, ...workbench.slice(-20)].join("\n"));
				page.on("console", (message) => workbench.push(`[${message.type()}] ${message.text()}`));
				page.on("crash", () => fail("The browser's page crashed."));
				void server.ended.then(() => fail("The VS Code server ended."));
				setTimeout(() => fail(`No end after ${suiteTimeoutMs / 1000} s.`), suiteTimeoutMs).unref();
				const start = async (): Promise<void> => {
					// The workbench calls these two with what the tests print and when they end, so they must exist before it starts.
					await page.exposeFunction("codeAutomationLog", (_type: string, args: readonly unknown[]) => {
						const line = format(...args);
						if (line.startsWith(reportMark)) console.log(line.slice(reportMark.length));
					});
					await page.exposeFunction("codeAutomationExit", () => resolve(undefined));
					await page.goto(
						workbenchAddress(server, {
							workspace: run.workspace,
							extensionDevelopmentPath: root,
							extensionTestsPath: run.extensionTestsPath,
						}),
					);
				};
				start().catch(reject);
			});
			if (failure !== undefined) {
				console.log(`${failure}\n${server.output()}`);
				mkdirSync(artifacts, { recursive: true });
				await page.screenshot({ path: join(artifacts, `host-${suite.name}-failure.png`) });
			}
		} finally {
			await browser.close();
		}
	} finally {
		await server.stop();
	}
}
