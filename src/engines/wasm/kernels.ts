/** Finds the build of the kernels that runs here, and makes the memory that they work on. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../platform/failure.ts";
import { type KernelExports, Kernels } from "./bindings.ts";

/** In order of preference. */
export const kernelBuilds = ["relaxed", "simd"] as const;
export type KernelBuild = (typeof kernelBuilds)[number];

export interface CompiledKernels {
	readonly build: KernelBuild;
	readonly module: WebAssembly.Module;
}

/** The bundles and the kernels lie in `dist`; this file, run as source, lies elsewhere. */
function moduleFile(name: WasmModule, build: KernelBuild): string {
	const here = import.meta.dirname;
	const folder = here.endsWith("wasm") ? join(here, "../../../dist") : here;
	return join(folder, `${name}.${build}.wasm`);
}

/** The modules that are built from src/kernels. */
export type WasmModule = "kernels" | "memory";

/** Compiles the best build that this runtime can run, or the one asked for. Throws `noSimd` if there is none. */
export async function compileKernels(
	wanted: readonly KernelBuild[] = kernelBuilds,
	name: WasmModule = "kernels",
): Promise<CompiledKernels> {
	for (const build of wanted) {
		const bytes = await readFile(moduleFile(name, build));
		if (WebAssembly.validate(bytes)) return { build, module: await WebAssembly.compile(bytes) };
	}
	throw new Failure("noSimd", `${process.arch}, Node ${process.versions.node}`);
}

/** Bytes in a page of a WebAssembly memory. */
const PAGE = 65536;

/** Memory of at least `bytes`, shared so that worker threads can work on it. Throws `badArgument` if there is too little. */
export function createMemory(bytes: number): WebAssembly.Memory {
	const pages = Math.ceil(bytes / PAGE);
	try {
		return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
	} catch (error) {
		throw outOfMemory(bytes, error);
	}
}

function outOfMemory(bytes: number, cause: unknown): Failure {
	const size = Math.ceil(bytes / 2 ** 20);
	const message = `The network, its batch and its unroll do not fit into memory: they take ${size} MiB`;
	return new Failure("badArgument", message, { cause });
}

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
	return new Kernels(new WebAssembly.Instance(module, { env: { memory } }).exports as KernelExports);
}
