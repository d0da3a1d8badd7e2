/**
 * The WebAssembly modules that are built from src/kernels, each with and without relaxed SIMD: finds the build that runs
 * here and compiles it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "./failure.ts";

/** In order of preference. */
export const kernelBuilds = ["relaxed", "simd"] as const;
export type KernelBuild = (typeof kernelBuilds)[number];

export interface CompiledModule {
	readonly build: KernelBuild;
	readonly module: WebAssembly.Module;
}

/** The bundles and the kernels lie in `dist`; this file, run as source, lies elsewhere. */
function moduleFile(name: WasmModule, build: KernelBuild): string {
	const here = import.meta.dirname;
	const folder = here.endsWith("platform") ? join(here, "../../dist") : here;
	return join(folder, `${name}.${build}.wasm`);
}

/** The modules that are built from src/kernels. */
export type WasmModule = "kernels" | "memory" | "sharedMemory" | "counter";

/** Modules by file; null: this runtime cannot run it. */
const compiled = new Map<string, Promise<WebAssembly.Module | null>>();

/** Compiles the best build that this runtime can run, or the one asked for, once in a process. Throws `noSimd` if there is none. */
export async function compileKernels(
	wanted: readonly KernelBuild[] = kernelBuilds,
	name: WasmModule = "kernels",
): Promise<CompiledModule> {
	for (const build of wanted) {
		const module = await compileOnce(moduleFile(name, build));
		if (module !== null) return { build, module };
	}
	throw new Failure("noSimd", `${process.arch}, Node ${process.versions.node}`);
}

function compileOnce(file: string): Promise<WebAssembly.Module | null> {
	const known = compiled.get(file);
	if (known !== undefined) return known;
	const module = compile(file);
	compiled.set(file, module);
	// A file that cannot be read now may be readable later.
	module.catch(() => compiled.delete(file));
	return module;
}

async function compile(file: string): Promise<WebAssembly.Module | null> {
	const bytes = await readFile(file);
	try {
		return await WebAssembly.compile(bytes);
	} catch (error) {
		if (error instanceof WebAssembly.CompileError) return null;
		throw error;
	}
}
