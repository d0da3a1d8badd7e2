/** The gradient that reaches back, against differences of a float64 reference and a case with a closed form. */
import assert from "node:assert/strict";
import { stateGradientNorms } from "../../../../bench/family/gradientReach.ts";
import { cells } from "../../../../src/domain/cells.ts";
import type { NetworkShape } from "../../../../src/engines/engine.ts";
import { layerNames } from "../../../../src/engines/shapes.ts";
import { forward, type State, type Weights } from "../../reference/network.ts";
import { parametersOf, randomBytes, randomNumbers, randomWeights } from "../../reference/random.ts";

/** The norm by central differences of the loss, which the reference goes on to from a changed state. */
function normByDifferences(
	shape: NetworkShape,
	weights: Weights,
	bytes: Uint8Array,
	target: number,
	at: number,
): number {
	const targets = Uint8Array.of(...bytes.subarray(1), target);
	const mask = Uint8Array.from(bytes, (_, i) => (i === bytes.length - 1 ? 1 : 0));
	const before = bytes.subarray(0, at);
	const { finalState } = forward(shape, weights, before, before, new Uint8Array(at), 1);
	const lossFrom = (state: State) =>
		forward(shape, weights, bytes.subarray(at), targets.subarray(at), mask.subarray(at), 1, state).loss;
	const step = 1e-5;
	let squares = 0;
	for (const vector of ["h", "c"] as const) {
		for (let i = 0; i < finalState[vector].length; i++) {
			const changed = (by: number) => {
				const values = finalState[vector].slice();
				values[i] = (values[i] as number) + by;
				return lossFrom({ ...finalState, [vector]: values });
			};
			squares += ((changed(step) - changed(-step)) / (2 * step)) ** 2;
		}
	}
	return Math.sqrt(squares);
}

describe("stateGradientNorms", () => {
	for (const cell of cells) {
		for (const layers of [1, 2]) {
			it(`agrees with differences of the reference's loss: ${cell}, ${layers} layers`, () => {
				const shape: NetworkShape = { cell, hidden: 5, layers };
				const random = randomNumbers(layers);
				const weights = randomWeights(shape, random);
				// Else too many units of a ReLU network are 0 for a gradient to get far.
				for (let layer = 0; layer < layers; layer++) weights.get(layerNames(cell, layer).biasIh)?.fill(0.5);
				const bytes = randomBytes(9, random);
				const norms = stateGradientNorms(shape, parametersOf(shape, weights), bytes, 65);
				assert.equal(norms.length, 10);
				// The state after the last byte goes into the loss without another step.
				for (let at = 0; at < bytes.length; at++) {
					const expected = normByDifferences(shape, weights, bytes, 65, at);
					assert.ok(expected > 1e-8, `${expected} says nothing`);
					assert.ok(
						Math.abs((norms[at] as number) - expected) <= 1e-4 * expected,
						`${at}: ${norms[at]}, expected ${expected}`,
					);
				}
			});
		}
	}

	it("is a power of the recurrent weight where a ReLU network is linear, from the head's slope on", () => {
		// With recurrence a·I and inputs that keep every unit above 0, ∂h_T/∂h_{T−k} = aᵏ I.
		const shape: NetworkShape = { cell: "rnn_relu", hidden: 4, layers: 1 };
		const names = layerNames("rnn_relu", 0);
		for (const a of [0.5, 1, 1.1]) {
			const weights = randomWeights(shape, randomNumbers(3));
			weights.get(names.weightIh)?.fill(0.25);
			weights.get(names.biasIh)?.fill(0);
			weights.get(names.biasHh)?.fill(0);
			weights.set(
				names.weightHh,
				Float64Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? a : 0)),
			);
			const norms = stateGradientNorms(shape, parametersOf(shape, weights), randomBytes(60, randomNumbers(4)), 7);
			const last = norms[60] as number;
			assert.ok(last > 0);
			for (const k of [0, 1, 2, 5, 20, 60]) {
				const expected = last * Math.fround(a) ** k;
				assert.ok(Math.abs((norms[60 - k] as number) / expected - 1) < 1e-6, `${k} steps back with ${a}`);
			}
		}
	});

	it("is 0 where nothing gets through", () => {
		const shape: NetworkShape = { cell: "rnn_tanh", hidden: 4, layers: 1 };
		const weights = randomWeights(shape, randomNumbers(5));
		weights.get(layerNames("rnn_tanh", 0).weightHh)?.fill(0);
		const norms = stateGradientNorms(shape, parametersOf(shape, weights), randomBytes(4, randomNumbers(6)), 7);
		assert.deepEqual([...norms.subarray(0, 4)], [0, 0, 0, 0]);
		assert.ok((norms[4] as number) > 0);
	});
});
