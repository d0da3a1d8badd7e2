/** The WebAssembly engine: the same on every machine that runs VS Code, SIMD at the hardware's 128-bit peak. */
import type { Engine } from "../engine.ts";
import { compileKernels, type KernelBuild } from "./kernels.ts";
import { assertGru } from "./parameters.ts";
import { WasmPredictor } from "./predictor.ts";
import { WasmTrainer } from "./trainer.ts";

/** `builds` restricts the choice of kernels (for tests). Throws `noSimd` where none runs. */
export async function createWasmEngine(builds?: readonly KernelBuild[]): Promise<Engine> {
	const kernels = await compileKernels(builds);
	return {
		name: "wasm",
		description: `WebAssembly ${kernels.build === "relaxed" ? "relaxed SIMD" : "SIMD"}`,
		async createTrainer(shape, parameters, options, optimizer) {
			assertGru(shape);
			return new WasmTrainer(kernels, shape, parameters, options, optimizer);
		},
		async createPredictor(shape, parameters, precision, maxBatch) {
			assertGru(shape);
			return new WasmPredictor(kernels, shape, parameters, precision, maxBatch);
		},
	};
}
