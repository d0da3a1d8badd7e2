/** An engine against PyTorch's numbers. */
import assert from "node:assert/strict";
import type { Cell, Direction, Engine, OptimizerName } from "../../../src/engines/engine.ts";
import { difference, golden, goldenCase, goldenOptimizers, type Summary, summarize } from "./golden.ts";
import { parametersOf } from "./random.ts";

export function assertClose(what: string, actual: Summary, expected: Summary | undefined, tolerance: number): void {
	assert.ok(expected, `PyTorch has no ${what}`);
	const found = difference(actual, expected);
	assert.ok(found <= tolerance, `${what}: [${actual}], PyTorch has [${expected}]; they differ by ${found}`);
}

/** Compares the gradient of one segment, the updates of several and the logits of the first with PyTorch's. */
export async function assertGolden(
	engine: Engine,
	cell: Cell,
	threads: number,
	direction: Direction = "forward",
): Promise<void> {
	const { shape, weights, segments, options, expected } = goldenCase(cell, direction);
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
	// Both directions have no predictor of their own.
	if (direction === "both") return;

	const { batch, unroll } = options;
	const predictor = await engine.createPredictor(shape, parameters, "float32", batch);
	const states = new Float32Array(batch * predictor.stateSize);
	const logits = new Float32Array(unroll * batch * 256);
	for (let t = 0; t < unroll; t++) {
		const bytes = firstSegment.inputs.subarray(t * batch, (t + 1) * batch);
		predictor.step(batch, states, bytes, logits.subarray(t * batch * 256, (t + 1) * batch * 256));
	}
	assertClose("logits", summarize(logits), expected.logits, 2e-6);
	predictor.dispose();
}

/** Compares updates by an optimiser with PyTorch's. */
export async function assertGoldenOptimizer(
	engine: Engine,
	optimizer: Exclude<OptimizerName, "adamw">,
	threads: number,
): Promise<void> {
	const { rate, updates, parameters: expected } = goldenOptimizers.optimizers[optimizer];
	const { shape, weights, segments, options } = goldenCase("gru");
	const all = { ...options, optimizer, threads };
	const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), all);
	for (const [update, segment] of segments.entries()) {
		const { loss, gradientNorm } = await trainer.update(segment, rate);
		const { loss: expectedLoss, norm: expectedNorm } = updates[update] ?? {};
		assertClose(`update ${update}`, [loss, gradientNorm], [expectedLoss ?? 0, expectedNorm ?? 0], 2e-5);
	}
	for (const [name, { data }] of await trainer.parameters()) assertClose(name, summarize(data), expected[name], 1e-4);
	trainer.dispose();
}
