/** The float64 reference and the engine against PyTorch's numbers, so that both cannot be wrong in the same way. */
import assert from "node:assert/strict";
import { type Cell, optimizers } from "../../../src/engines/engine.ts";
import { cellNames } from "../../../src/engines/wasm/cells/index.ts";
import { createWasmEngine } from "../../../src/engines/wasm/index.ts";
import { kernelBuilds } from "../../../src/platform/wasmModules.ts";
import { golden, goldenCase, goldenOptimizers, summarize } from "../reference/golden.ts";
import { assertClose, assertGolden, assertGoldenOptimizer } from "../reference/goldenEngine.ts";
import * as reference from "../reference/network.ts";
import { ReferenceOptimizer } from "../reference/optimizer.ts";

describe(`Numbers of ${golden.madeBy}`, () => {
	for (const cell of Object.keys(golden.cells) as Cell[]) {
		it(`are those of the float64 reference: ${cell}`, () => {
			// The numbers are stored with 13 digits.
			const tolerance = 1e-11;
			const { shape, weights, segments, options, expected } = goldenCase(cell);
			const { batch } = options;
			const optimizer = new ReferenceOptimizer(weights, options);
			let state: reference.State | undefined;
			for (const [update, { inputs, targets, mask, reset }] of segments.entries()) {
				if (state !== undefined) state = reference.resetStreams(state, reset, shape.hidden);
				const result = reference.forward(shape, weights, inputs, targets, mask, batch, state);
				const { loss, gradients } = reference.backward(shape, weights, inputs, targets, mask, batch, state);
				if (update === 0) {
					assertClose("logits", summarize(result.logits), expected.logits, tolerance);
					assert.deepEqual([...gradients.keys()], Object.keys(expected.gradients));
					for (const [name, gradient] of gradients) {
						assertClose(`gradient of ${name}`, summarize(gradient), expected.gradients[name], tolerance);
					}
				}
				const norm = optimizer.update(gradients, inputs, golden.rate);
				const { loss: expectedLoss, norm: expectedNorm } = expected.updates[update] ?? {};
				assertClose(`update ${update}`, [loss, norm], [expectedLoss ?? 0, expectedNorm ?? 0], tolerance);
				state = result.finalState;
			}
			for (const [name, values] of weights) {
				// Adam divides by the root of the second moment: rounding in the smallest gradients comes out larger.
				assertClose(name, summarize(values), expected.parameters[name], 1e-8);
			}
		});
	}

	for (const build of kernelBuilds) {
		for (const [cell, threads] of [...cellNames].flatMap((name) => [[name, 1] as const, [name, 2] as const])) {
			it(`are those of the WebAssembly engine: ${cell}, ${build} kernels, ${threads} threads`, async () => {
				await assertGolden(await createWasmEngine({ builds: [build] }), cell, threads);
			});
		}
	}
});

describe(`Optimisers of ${goldenOptimizers.madeBy}`, () => {
	for (const optimizer of optimizers) {
		if (optimizer === "adamw") continue;
		const { rate, updates, parameters: expected } = goldenOptimizers.optimizers[optimizer];

		it(`make the steps of the float64 reference: ${optimizer}`, () => {
			const { shape, weights, segments, options } = goldenCase("gru");
			const { batch } = options;
			const steps = new ReferenceOptimizer(weights, { ...options, optimizer });
			let state: reference.State | undefined;
			for (const [update, { inputs, targets, mask, reset }] of segments.entries()) {
				if (state !== undefined) state = reference.resetStreams(state, reset, shape.hidden);
				const { finalState } = reference.forward(shape, weights, inputs, targets, mask, batch, state);
				const { loss, gradients } = reference.backward(shape, weights, inputs, targets, mask, batch, state);
				const norm = steps.update(gradients, inputs, rate);
				const { loss: expectedLoss, norm: expectedNorm } = updates[update] ?? {};
				assertClose(`update ${update}`, [loss, norm], [expectedLoss ?? 0, expectedNorm ?? 0], 1e-11);
				state = finalState;
			}
			for (const [name, values] of weights) assertClose(name, summarize(values), expected[name], 1e-8);
		});

		for (const build of kernelBuilds) {
			it(`make the steps of the WebAssembly engine: ${optimizer}, ${build} kernels`, async () => {
				await assertGoldenOptimizer(await createWasmEngine({ builds: [build] }), optimizer, 2);
			});
		}
	}
});
