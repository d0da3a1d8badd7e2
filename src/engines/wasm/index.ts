/** The WebAssembly engine: the same on every machine that runs VS Code, SIMD at the hardware's 128-bit peak. */
import { directions } from "../../domain/cells.ts";
import { compileKernels, type KernelBuild } from "../../platform/wasmModules.ts";
import { type Engine, type EngineCapabilities, optimizers } from "../engine.ts";
import { requirePredictable, requireTrainable } from "../requirements.ts";
import { cellNames } from "./cells/index.ts";
import { WasmPredictor } from "./predictor.ts";
import { defaultTeam, type TeamOptions } from "./threads.ts";
import { WasmTrainer } from "./trainer.ts";

const capabilities: EngineCapabilities = {
	cells: cellNames,
	directions: new Set(directions),
	optimizers: new Set(optimizers),
	precisions: new Set(["float32", "int8"]),
	// The most that the setting and the command line take; each has its own cache lines, nothing else depends on it.
	threads: 64,
	mixtures: true,
};

/** For tests: the kernels to choose from, how threads are started and waited for. */
export interface WasmEngineOptions {
	readonly builds?: readonly KernelBuild[];
	readonly team?: Partial<TeamOptions>;
}

/** Throws `noSimd` where no build of the kernels runs. */
export async function createWasmEngine({ builds, team }: WasmEngineOptions = {}): Promise<Engine> {
	const kernels = await compileKernels(builds);
	return {
		name: "inkling",
		description: `WebAssembly ${kernels.build === "relaxed" ? "relaxed SIMD" : "SIMD"}`,
		capabilities,
		async createTrainer(shape, parameters, options, optimizer) {
			requireTrainable(capabilities, shape, options);
			return await WasmTrainer.create(kernels, shape, parameters, options, optimizer, { ...defaultTeam, ...team });
		},
		async createPredictor(shape, parameters, precision, maxBatch) {
			requirePredictable(capabilities, shape, precision, maxBatch);
			return new WasmPredictor(kernels, shape, parameters, precision, maxBatch);
		},
	};
}
