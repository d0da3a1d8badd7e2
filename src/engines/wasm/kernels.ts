/** The compiled kernels: which build runs here, and their signatures. See src/kernels for what each does. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../platform/failure.ts";

/** Addresses and strides are in bytes. */
export interface Kernels {
	panelMultiply(
		c: number,
		a: number,
		x: number,
		panels: number,
		k: number,
		blocks: number,
		cStride: number,
		xStride: number,
		accumulate: number,
	): void;
	gradientMultiply(
		c: number,
		g: number,
		x: number,
		firstPanel: number,
		lastPanel: number,
		columnPanels: number,
		blocks: number,
		gStride: number,
		xPanelStride: number,
		unitsPerPanel: number,
		units: number,
		ldc: number,
	): void;
	packRows(
		packed: number,
		w: number,
		firstPanel: number,
		lastPanel: number,
		k: number,
		unitsPerPanel: number,
		units: number,
	): void;
	packColumns(
		packed: number,
		w: number,
		firstPanel: number,
		lastPanel: number,
		rows: number,
		columns: number,
		unitsPerPanel: number,
		units: number,
	): void;
	packStates(
		packed: number,
		h: number,
		firstGroup: number,
		lastGroup: number,
		blocks: number,
		hStride: number,
		panelStride: number,
	): void;
	gatherInputs(block: number, table: number, bytes: number, firstPanel: number, lastPanel: number, rows: number): void;
	scatterInputs(
		gradient: number,
		block: number,
		bytes: number,
		firstPanel: number,
		lastPanel: number,
		rows: number,
	): void;
	gruForward(
		gates: number,
		recurrent: number,
		candidate: number,
		h: number,
		previous: number,
		inputBias: number,
		recurrentBias: number,
		units: number,
		firstPanel: number,
		lastPanel: number,
	): void;
	gruBackward(
		gates: number,
		candidate: number,
		dh: number,
		previous: number,
		dhPrevious: number,
		firstPanel: number,
		lastPanel: number,
	): void;
	gruInputGradient(gates: number, candidate: number, firstPanel: number, lastPanel: number): void;
	gruStep(state: number, input: number, recurrent: number, recurrentBias: number, units: number): void;
	crossEntropy(
		logits: number,
		bias: number,
		rows: number,
		rest: number,
		targets: number,
		mask: number,
		parts: number,
		scale: number,
		gradient: number,
	): void;
	sumSquares(g: number, count: number): number;
	sumRows(
		c: number,
		g: number,
		firstPanel: number,
		lastPanel: number,
		blocks: number,
		gStride: number,
		unitsPerPanel: number,
		units: number,
	): void;
	adam(
		p: number,
		g: number,
		m: number,
		v: number,
		count: number,
		scale: number,
		keep: number,
		rate: number,
		beta1: number,
		beta2: number,
		rootCorrection: number,
		epsilon: number,
	): void;
	multiplyF32(y: number, w: number, x: number, rows: number, k: number): void;
	multiplyI8(
		y: number,
		w: number,
		scales: number,
		offsets: number,
		q: number,
		rows: number,
		k: number,
		count: number,
		qStride: number,
		yStride: number,
	): void;
	quantize(q: number, x: number, count: number): void;
	activationScale(k: number): number;
	activationZero(): number;
	addF32(y: number, x: number, count: number): void;
	barrier(state: number, threads: number, spins: number): void;
}

/** In order of preference. */
export const kernelBuilds = ["relaxed", "simd"] as const;
export type KernelBuild = (typeof kernelBuilds)[number];

export interface CompiledKernels {
	readonly build: KernelBuild;
	readonly module: WebAssembly.Module;
}

/** The bundles lie beside the kernels; the sources, run directly, two folders above `dist`. */
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
	return new Failure(
		"badArgument",
		`The network, its batch and its unroll do not fit into memory: they take ${size} MiB`,
		{
			cause,
		},
	);
}

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
	return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
