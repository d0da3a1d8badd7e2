/** Finds the TensorFlow.js that the user has installed, and loads it. Nothing is ever downloaded. */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import util from "node:util";
import { Failure } from "../../platform/failure.ts";
import { parseShallowJson } from "../../platform/shallowJson.ts";
import type { TensorFlow } from "./api.ts";
import { firstSentence } from "./failures.ts";

export interface LoadOptions {
	/**
	 * Where to look: a folder with packages in its `node_modules`, or the folder of a package. Undefined: where Node looks for
	 * the packages of this program.
	 */
	readonly folder: string | undefined;
	/** Threads of the native back end; undefined leaves the choice to TensorFlow. */
	readonly threads?: number | undefined;
}

/** Each with its back ends, in order of preference. (@tensorflow/tfjs-core alone cannot differentiate.) */
const editions = [
	{ name: "@tensorflow/tfjs-node-gpu", backends: ["tensorflow"] },
	{ name: "@tensorflow/tfjs-node", backends: ["tensorflow"] },
	{ name: "@tensorflow/tfjs", backends: ["wasm", "cpu"] },
] as const;

/** Adds the back end `wasm` when it is loaded. */
const wasmPackage = "@tensorflow/tfjs-backend-wasm";

/** @throws {Failure} engineUnavailable */
export async function loadTensorFlow({ folder, threads }: LoadOptions): Promise<TensorFlow> {
	const from = resolve(folder ?? import.meta.dirname);
	if (folder !== undefined && !(await isFolder(from))) throw unavailable(`there is no folder ${from}`);
	for (const { name, backends } of editions) {
		const found = await findPackage(from, name);
		if (found === undefined) continue;
		prepare(threads);
		const tf = await load(found);
		tf.enableProdMode();
		await startBackend(tf, found, backends);
		return tf;
	}
	const names = editions.map(({ name }) => name);
	throw unavailable(
		`none of ${names.join(", ")} is in ${from}, its node_modules or those of the folders above; the README says how to install one`,
	);
}

/** What must be so before TensorFlow's library is loaded. */
function prepare(threads: number | undefined): void {
	const { env } = process;
	if (threads !== undefined) {
		env["TF_NUM_INTRAOP_THREADS"] ??= String(threads);
		env["TF_NUM_INTEROP_THREADS"] ??= "1";
	}
	// Warnings and errors only: the library tells of the processor's features on standard error.
	env["TF_CPP_MIN_LOG_LEVEL"] ??= "1";
	// The oneDNN within TensorFlow 2.10 to 2.15 can corrupt memory (oneDNN issue 4845); Eigen's own product cannot.
	env["TENSORFLOW_USE_CUSTOM_CONTRACTION_KERNEL"] ??= "false";
	// tfjs-node 4.22.0 calls these on every operation; Node 23 removed them.
	Object.assign(util, {
		isNullOrUndefined: (value: unknown) => value === null || value === undefined,
		isArray: Array.isArray,
	});
}

interface FoundPackage {
	readonly name: string;
	/** The folder of the package. */
	readonly folder: string;
	/** The file that it begins with. */
	readonly entry: string;
}

/** As Node finds a package from a folder; the folder may also be the package's own. */
async function findPackage(from: string, name: string): Promise<FoundPackage | undefined> {
	for (let folder = from; ; folder = dirname(folder)) {
		const places = [folder, join(basename(folder) === "node_modules" ? folder : join(folder, "node_modules"), name)];
		for (const place of places) {
			const manifest = await readManifest(join(place, "package.json"));
			if (manifest?.["name"] !== name) continue;
			const main = typeof manifest["main"] === "string" ? manifest["main"] : "index.js";
			return { name, folder: place, entry: join(place, main) };
		}
		if (dirname(folder) === folder) return undefined;
	}
}

/** Objects and arrays in one another in a package.json; with conditions in one another some have ten. */
const deepestManifest = 64;

async function readManifest(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
	try {
		const manifest = parseShallowJson(await readFile(file, "utf8"), deepestManifest);
		return typeof manifest === "object" && manifest !== null ? (manifest as Record<string, unknown>) : undefined;
	} catch {
		// No package there, or none that Node could load either.
		return undefined;
	}
}

async function load({ name, folder, entry }: FoundPackage): Promise<TensorFlow> {
	let tf: Partial<TensorFlow>;
	try {
		tf = await importFile(entry);
	} catch (error) {
		throw unavailable(`${name} in ${folder} does not load: ${firstSentence(error)}`, error);
	}
	if (typeof tf.version_core !== "string" || typeof tf.variableGrads !== "function") {
		throw unavailable(`${name} in ${folder} does not have the interface of TensorFlow.js`);
	}
	return tf as TensorFlow;
}

/** Starts the first back end of `names` that works. */
async function startBackend(tf: TensorFlow, found: FoundPackage, names: readonly string[]): Promise<void> {
	const reasons: string[] = [];
	for (const name of names) {
		try {
			const beside = name === "wasm" ? await findPackage(found.folder, wasmPackage) : undefined;
			if (beside !== undefined) await importFile(beside.entry);
			if (await tf.setBackend(name)) {
				await tf.ready();
				return;
			}
			reasons.push(`${name} does not start`);
		} catch (error) {
			reasons.push(`${name}: ${firstSentence(error)}`);
		}
	}
	throw unavailable(`${found.name} in ${found.folder} has no back end that works (${reasons.join("; ")})`);
}

/** The only place where Inkling runs code that did not come with it: a package that the user has installed and named. */
async function importFile(file: string): Promise<object> {
	const loaded: { readonly default?: object } = await import(pathToFileURL(file).href);
	// The packages are CommonJS, which Node gives as the default export.
	return loaded.default ?? loaded;
}

async function isFolder(path: string): Promise<boolean> {
	try {
		return (await stat(path)).isDirectory();
	} catch {
		return false;
	}
}

function unavailable(detail: string, cause?: unknown): Failure {
	return new Failure("engineUnavailable", detail, cause === undefined ? undefined : { cause });
}
