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

/** Compiles the best build that this runtime can run, or the one asked for. Throws `noSimd` if there is none. */
export async function compileKernels(
	wanted: readonly KernelBuild[] = kernelBuilds,
	name: WasmModule = "kernels",
): Promise<CompiledModule> {
	for (const build of wanted) {
		const bytes = await readFile(moduleFile(name, build));
		if (WebAssembly.validate(bytes)) return { build, module: await WebAssembly.compile(bytes) };
	}
	throw new Failure("noSimd", `${process.arch}, Node ${process.versions.node}`);
}
