/** The float64 reference and the engine against PyTorch's numbers, so that both cannot be wrong in the same way. */
import assert from "node:assert/strict";
import type { Cell } from "../../../src/engines/engine.ts";
import { cellNames } from "../../../src/engines/wasm/cells/index.ts";
import { createWasmEngine } from "../../../src/engines/wasm/index.ts";
import { kernelBuilds } from "../../../src/platform/wasmModules.ts";
import { AdamW } from "../reference/adamw.ts";
import { difference, golden, goldenCase, type Summary, summarize } from "../reference/golden.ts";
import * as reference from "../reference/network.ts";
import { parametersOf } from "../reference/random.ts";

function assertClose(what: string, actual: Summary, expected: Summary | undefined, tolerance: number): void {
	assert.ok(expected, `PyTorch has no ${what}`);
	const found = difference(actual, expected);
	assert.ok(found <= tolerance, `${what}: [${actual}], PyTorch has [${expected}]; they differ by ${found}`);
}

describe(`Numbers of ${golden.madeBy}`, () => {
	for (const cell of Object.keys(golden.cells) as Cell[]) {
		it(`are those of the float64 reference: ${cell}`, () => {
			// The numbers are stored with 13 digits.
			const tolerance = 1e-11;
			const { shape, weights, segments, options, expected } = goldenCase(cell);
			const { batch } = options;
			const adam = new AdamW(weights, options);
			let state: reference.State | undefined;
			for (const [update, { inputs, targets, mask, reset }] of segments.entries()) {
				if (state !== undefined) state = resetStreams(state, reset, shape.hidden);
				const result = reference.forward(shape, weights, inputs, targets, mask, batch, state);
				const { loss, gradients } = reference.backward(shape, weights, inputs, targets, mask, batch, state);
				if (update === 0) {
					assertClose("logits", summarize(result.logits), expected.logits, tolerance);
					assert.deepEqual([...gradients.keys()], Object.keys(expected.gradients));
					for (const [name, gradient] of gradients) {
						assertClose(`gradient of ${name}`, summarize(gradient), expected.gradients[name], tolerance);
					}
				}
				const norm = adam.update(gradients, inputs, golden.rate);
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
				const { shape, weights, segments, options, expected } = goldenCase(cell);
				const engine = await createWasmEngine({ builds: [build] });
				const parameters = parametersOf(shape, weights);
				// With β₁ = 0 and without clipping the first moment is the gradient itself.
				const plain = { ...options, beta1: 0, clip: Number.POSITIVE_INFINITY, threads };
				const differentiator = await engine.createTrainer(shape, parameters, plain);
				const [firstSegment] = segments;
				assert.ok(firstSegment);
				await differentiator.update(firstSegment, 0);
				for (const [name, { data }] of (await differentiator.optimizer()).first) {
					assertClose(`gradient of ${name}`, summarize(data), expected.gradients[name], 1e-6);
				}
				differentiator.dispose();

				const trainer = await engine.createTrainer(shape, parameters, { ...options, threads });
				// In float32 the smallest gradients are all rounding, and Adam makes steps of full size of them.
				const rounding = 2e-5;
				for (const [update, segment] of segments.entries()) {
					const { loss, gradientNorm } = await trainer.update(segment, golden.rate);
					const { loss: expectedLoss, norm: expectedNorm } = expected.updates[update] ?? {};
					assertClose(`update ${update}`, [loss, gradientNorm], [expectedLoss ?? 0, expectedNorm ?? 0], rounding);
				}
				for (const [name, { data }] of await trainer.parameters()) {
					assertClose(name, summarize(data), expected.parameters[name], 5 * rounding);
				}
				trainer.dispose();

				const { batch, unroll } = options;
				const predictor = await engine.createPredictor(shape, parameters, "float32", batch);
				const states = new Float32Array(batch * predictor.stateSize);
				const logits = new Float32Array(unroll * batch * 256);
				for (let t = 0; t < unroll; t++) {
					const bytes = firstSegment.inputs.subarray(t * batch, (t + 1) * batch);
					predictor.step(batch, states, bytes, logits.subarray(t * batch * 256, (t + 1) * batch * 256));
				}
				assertClose("logits", summarize(logits), expected.logits, 2e-6);
			});
		}
	}
});

/** States `[layers, batch, hidden]` with zeros in the streams that start afresh. */
function resetStreams({ h, c }: reference.State, reset: Uint8Array, hidden: number): reference.State {
	const kept = (_: number, i: number) => (reset[Math.floor(i / hidden) % reset.length] ? 0 : 1);
	return { h: h.map((value, i) => value * kept(value, i)), c: c.map((value, i) => value * kept(value, i)) };
}
