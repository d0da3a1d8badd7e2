/** Installs TensorFlow.js into the cache, once: neither `npm ci` nor the product needs it. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cachedInstall } from "../harness/cachedInstall.ts";

const run = promisify(execFile);

/** The folder with TensorFlow.js in JavaScript and WebAssembly; undefined, after a line that says why, if it cannot be had. */
export async function installJavaScript(): Promise<string | undefined> {
	return await orSay("TensorFlow.js", () =>
		cachedInstall({
			name: "tensorflow-javascript",
			packages: join(import.meta.dirname, "javascript"),
			sources: [],
			announce: () => console.log("    TensorFlow.js is installed into the cache…"),
			layOut: () => {},
		}),
	);
}

const native = join(import.meta.dirname, "native");
const sources = ["requirements.txt", "unpack.py"].map((file) => join(native, file));

/**
 * The folder with tfjs-node; undefined, after a line that says why, if it cannot be had.
 *
 * An installation of tfjs-node downloads a library and an addon from elsewhere. Here all comes from package registries: npm
 * brings the package without its scripts, a wheel from PyPI the library with its headers, and g++ compiles the package's own
 * source of the addon. That uses Node-API 8, so one build serves every Node.
 */
export async function installNative(): Promise<string | undefined> {
	return await orSay("tfjs-node", async () => {
		if (process.platform !== "linux" || process.arch !== "x64") throw new Error("it is for Linux on x64");
		return await cachedInstall({
			name: "tensorflow-native",
			packages: native,
			sources: [...sources, import.meta.filename],
			announce: () => console.log("    tfjs-node is installed into the cache, which takes some minutes…"),
			layOut: buildAddon,
		});
	});
}

async function buildAddon(folder: string): Promise<void> {
	const wheels = join(folder, "wheels");
	const library = join(folder, "library");
	const requirements = ["--require-hashes", "--requirement", join(native, "requirements.txt")];
	const platform = ["--only-binary=:all:", "--python-version=3.11", "--platform=manylinux2014_x86_64"];
	await run("python3", [
		...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-cache-dir"],
		...[...platform, ...requirements, "--dest", wheels],
	]);
	await run("python3", [join(native, "unpack.py"), join(wheels, readdirSync(wheels)[0] as string), library]);
	rmSync(wheels, { recursive: true });

	const addon = join(folder, "node_modules/@tensorflow/tfjs-node");
	const target = join(addon, "lib/napi-v8");
	mkdirSync(join(addon, "deps"), { recursive: true });
	mkdirSync(target, { recursive: true });
	renameSync(join(library, "lib"), join(addon, "deps/lib"));
	const include = ["", "external/local_tsl"].map((path) => `-I${join(library, "include", path)}`);
	await run("g++", [
		...["-std=c++17", "-O2", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8"],
		...[...include, `-I${join(folder, "node_modules/node-api-headers/include")}`],
		...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(addon, "binding", file)),
		...["-o", join(target, "tfjs_binding.node"), `-L${join(addon, "deps/lib")}`],
		...["-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2", "-Wl,-rpath,$ORIGIN/../../deps/lib"],
	]);
	rmSync(library, { recursive: true });
}

async function orSay(what: string, install: () => Promise<string>): Promise<string | undefined> {
	try {
		return await install();
	} catch (error) {
		const [line] = String(error instanceof Error ? error.message : error).split("\n", 1);
		console.log(`    Skipped: ${what} cannot be installed here: ${line}`);
		return undefined;
	}
}
