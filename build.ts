/**
 * Builds dist/: the kernels (AssemblyScript, two WebAssembly builds) and the bundles (esbuild).
 *
 *     node build.ts [--production] [--watch] [--if-stale] [--quiet]
 *
 * `--production` minifies and writes no source maps. `--watch` goes on and rebuilds what changes. `--if-stale` does
 * nothing if dist/ was built from the present sources; with `--production`, if it was a production build, too. Progress
 * goes to stderr.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
	existsSync,
	type FSWatcher,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	watch,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, context, build as esbuild } from "esbuild";
import { shippedRecords } from "./manifest/shipped.ts";

const root = import.meta.dirname;
const dist = join(root, "dist");
const stampFile = join(dist, "build.json");
/** What a production build says of its files. */
const recordFile = join(dist, "shipped.json");

/** Bundle name in dist/ → its entry. */
export const entries = {
	extension: "src/extension.ts",
	server: "src/server/main.ts",
	trainer: "src/trainer/main.ts",
	worker: "src/engines/wasm/worker.ts",
	counter: "src/model/memory/counter.ts",
	cli: "src/cli.ts",
} as const;

/** Options of esbuild for the bundles. The test of the package uses them to ask esbuild what the bundles import. */
export function bundleOptions(production: boolean): BuildOptions & { absWorkingDir: string } {
	return {
		absWorkingDir: root,
		entryPoints: Object.entries(entries).map(([out, entry]) => ({ in: entry, out })),
		outdir: "dist",
		outExtension: { ".js": ".cjs" },
		bundle: true,
		format: "cjs",
		platform: "node",
		// VS Code 1.100, the oldest supported, runs extensions on Node 20.
		target: "node20",
		external: ["vscode"],
		define: { "import.meta.dirname": "__dirname" },
		minify: production,
		sourcemap: production ? false : "linked",
		legalComments: "none",
		logLevel: "warning",
	};
}

/** Options of esbuild for the page of the perplexity view: a script and a style sheet. */
export function pageOptions(production: boolean): BuildOptions & { absWorkingDir: string } {
	return {
		absWorkingDir: root,
		entryPoints: [
			{ in: "src/webview/main.ts", out: "view" },
			{ in: "src/webview/view.css", out: "view" },
		],
		outdir: "dist",
		bundle: true,
		format: "iife",
		platform: "browser",
		// VS Code 1.100, the oldest supported, shows pages with Chromium 132.
		target: "chrome132",
		minify: production,
		sourcemap: production ? false : "linked",
		legalComments: "none",
		logLevel: "warning",
	};
}

function sourcesIn(folder: string): string[] {
	const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".ts"));
	return names.sort().map((name) => `${folder}/${name}`);
}

/** The most that a memory shared between threads may be limited to, 4 GiB. */
const sharedMemory = ["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"] as const;
const memoryEntries = ["src/kernels/memory/index.ts"] as const;

/**
 * The WebAssembly modules. The kernels of the network share their memory between threads. The memory model has its own, which it shares in
 * one of two modules; what another thread does there is a module of its own, whose tables lie behind the first one's (`COUNTER` in
 * src/kernels/memory/layout.ts).
 */
const kernelModules = [
	{
		module: "kernels",
		// The compiler exports what its entries export.
		entries: ["src/kernels/index.ts", ...sourcesIn("src/kernels/cells")],
		memory: sharedMemory,
	},
	{ module: "memory", entries: memoryEntries, memory: ["--importMemory", "--initialMemory", "1", "--use", "abort="] },
	{ module: "sharedMemory", entries: memoryEntries, memory: [...sharedMemory, "--use", "abort="] },
	{
		module: "counter",
		entries: ["src/kernels/memory/counting/thread.ts"],
		memory: [...sharedMemory, "--zeroFilledMemory", "--memoryBase", "49152", "--use", "abort="],
	},
] as const;

/** Two builds of each module, without and with relaxed SIMD; the compile-time constant RELAXED tells them apart. */
const kernelBuilds = [
	{ name: "simd", features: "simd,threads", relaxed: 0 },
	{ name: "relaxed", features: "simd,threads,relaxed-simd", relaxed: 1 },
] as const;

/** Compiles src/kernels, each module twice. */
async function buildKernels(): Promise<void> {
	mkdirSync(dist, { recursive: true });
	const compiler = join(root, "node_modules/assemblyscript/bin/asc.js");
	const run = promisify(execFile);
	await Promise.all(
		kernelModules.flatMap(({ module, entries, memory }) =>
			kernelBuilds.map(({ name, features, relaxed }) =>
				run(
					process.execPath,
					[
						compiler,
						...entries,
						...["--outFile", `dist/${module}.${name}.wasm`],
						...["--enable", features, "--use", `RELAXED=${relaxed}`],
						...memory,
						...["--runtime", "stub", "--noAssert", "-O3"],
					],
					{ cwd: root },
				),
			),
		),
	);
}

/** English as it is written in America and in Britain, in Hunspell's format. */
const dictionaries = ["node_modules/dictionary-en", "node_modules/dictionary-en-gb"] as const;

/** Puts one dictionary of both beside the bundles that read it, with the licences. Their affix files are the same. */
function buildDictionary(): void {
	mkdirSync(dist, { recursive: true });
	const [affixes, ...others] = dictionaries.map((folder) => readFileSync(join(root, folder, "index.aff"), "utf8"));
	if (affixes === undefined || others.some((other) => other !== affixes)) throw new Error("the affix files differ");
	// The first line of each is a number.
	const entries = new Set(
		dictionaries.flatMap((folder) =>
			readFileSync(join(root, folder, "index.dic"), "utf8")
				.trim()
				.split("\n")
				.slice(1),
		),
	);
	writeFileSync(join(dist, "english.aff"), affixes);
	writeFileSync(join(dist, "english.dic"), `${entries.size}\n${[...entries].join("\n")}\n`);
	const licences = dictionaries.map((folder) => readFileSync(join(root, folder, "license"), "utf8"));
	writeFileSync(join(dist, "english.license"), licences.join("\n"));
}

/** Hash of all files under `paths`, names and contents. */
function fingerprint(paths: readonly string[]): string {
	const hash = createHash("sha256");
	const visit = (path: string): void => {
		const full = join(root, path);
		if (statSync(full).isDirectory()) for (const child of readdirSync(full).sort()) visit(`${path}/${child}`);
		else hash.update(`${path}\0`).update(readFileSync(full)).update("\0");
	};
	paths.forEach(visit);
	return hash.digest("hex");
}

/** Fingerprints of what dist/ was last built from. */
interface Stamp {
	readonly kernels: string;
	readonly sources: string;
	readonly production: boolean;
}

function readStamp(): Stamp | undefined {
	try {
		return JSON.parse(readFileSync(stampFile, "utf8"));
	} catch {
		return undefined;
	}
}

const kernelSources = ["build.ts", "package-lock.json", "src/kernels"];
const allSources = ["build.ts", "package-lock.json", "manifest", "src"];

function outputsExist(): boolean {
	const bundles = Object.keys(entries).map((name) => `${name}.cjs`);
	const kernels = kernelModules.flatMap(({ module }) => kernelBuilds.map(({ name }) => `${module}.${name}.wasm`));
	return [...bundles, ...kernels, "view.js", "view.css", "english.aff", "english.dic"].every((file) =>
		existsSync(join(dist, file)),
	);
}

export interface BuildRequest {
	readonly production: boolean;
	/** Do nothing if dist/ is up to date. */
	readonly ifStale: boolean;
}

/** Builds dist/; kernels are compiled only when their sources have changed. Returns whether anything was built. */
export async function buildAll({ production, ifStale }: BuildRequest): Promise<boolean> {
	const before = outputsExist() ? readStamp() : undefined;
	const stamp: Stamp = { kernels: fingerprint(kernelSources), sources: fingerprint(allSources), production };
	if (ifStale && before?.sources === stamp.sources && (before.production || !production)) return false;
	rmSync(stampFile, { force: true });
	rmSync(recordFile, { force: true });
	if (production && existsSync(dist)) {
		for (const file of readdirSync(dist)) if (file.endsWith(".map")) rmSync(join(dist, file));
	}
	buildDictionary();
	await Promise.all([
		before?.kernels === stamp.kernels ? undefined : buildKernels(),
		esbuild(bundleOptions(production)),
		esbuild(pageOptions(production)),
	]);
	if (production) writeFileSync(recordFile, `${JSON.stringify(shippedRecords(root), null, "\t")}\n`);
	writeFileSync(stampFile, `${JSON.stringify(stamp, null, "\t")}\n`);
	return true;
}

/**
 * Calls `changed` when something in `folder` or in a folder below it is written, replaced, added or removed.
 *
 * Every folder has a watcher of its own: on Linux, the recursive one of Node loses a file once it is replaced by a
 * renamed one, as many editors save (findings/node-recursive-watch-rename.sh).
 *
 * @returns a function that ends it
 */
export function watchFolders(folder: string, changed: () => void): () => void {
	const watchers = new Map<string, FSWatcher>();
	const drop = (path: string): void => {
		watchers.get(path)?.close();
		watchers.delete(path);
	};
	const update = (): void => {
		const below = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
		const folders = new Set([folder, ...below.map(({ parentPath, name }) => join(parentPath, name))]);
		for (const path of watchers.keys()) if (!folders.has(path)) drop(path);
		for (const path of folders) {
			if (watchers.has(path)) continue;
			const watcher = watch(path, () => {
				try {
					update();
				} catch {
					// A folder went while the folders were listed; its own event comes next.
				}
				changed();
			});
			// On Windows, a folder that is removed ends its watcher so.
			watchers.set(
				path,
				watcher.on("error", () => drop(path)),
			);
		}
	};
	update();
	return () => {
		for (const watcher of watchers.values()) watcher.close();
	};
}

/** Rebuilds what changes, until interrupted. */
async function watchAll(): Promise<void> {
	await buildAll({ production: false, ifStale: true });
	for (const options of [bundleOptions(false), pageOptions(false)]) {
		const bundles = await context({ ...options, logLevel: "info" });
		await bundles.watch();
	}
	let compiled = Promise.resolve();
	let queued = false;
	watchFolders(join(root, "src/kernels"), () => {
		if (queued) return;
		queued = true;
		compiled = compiled
			.then(() => {
				queued = false;
				return buildKernels();
			})
			.then(
				() => console.error("[kernels] built"),
				(error) => console.error(`[kernels] ${error.stderr || error}`),
			);
	});
}

async function main(flags: readonly string[]): Promise<void> {
	const unknown = flags.find((flag) => !["--production", "--watch", "--if-stale", "--quiet"].includes(flag));
	if (unknown !== undefined) throw new Error(`unknown option ${unknown}`);
	if (flags.includes("--watch")) return await watchAll();
	const started = performance.now();
	const built = await buildAll({ production: flags.includes("--production"), ifStale: flags.includes("--if-stale") });
	const seconds = ((performance.now() - started) / 1000).toFixed(1);
	if (!flags.includes("--quiet")) console.error(built ? `dist/ built in ${seconds} s` : "dist/ is up to date");
}

if (process.argv[1] === import.meta.filename) {
	main(process.argv.slice(2)).catch((error) => {
		// esbuild has already printed its own errors.
		if (!("errors" in error)) console.error(error.stderr || error.message);
		process.exitCode = 1;
	});
}
