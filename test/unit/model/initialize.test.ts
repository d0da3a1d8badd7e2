import assert from "node:assert/strict";
import { cells } from "../../../src/domain/cells.ts";
import type { Cell, Parameters } from "../../../src/engines/engine.ts";
import { expectedShapes, layerNames } from "../../../src/engines/shapes.ts";
import { initialize, logFrequencies } from "../../../src/model/initialize.ts";
import { randomNumbers } from "../reference/random.ts";

const hidden = 24;
const layers = 2;
const counts = Float64Array.from({ length: 256 }, (_, byte) => byte % 7);

function parametersOf(cell: Cell): Parameters {
	const initialization = { inputDeviation: 0.5, recurrentGain: 0.8, keepBias: 1.5 };
	return initialize({ cell, hidden, layers }, counts, initialization, randomNumbers(1));
}

function data(parameters: Parameters, name: string): Float32Array {
	return parameters.get(name)?.data ?? assert.fail(`There is no ${name}`);
}

describe("an untrained network", () => {
	for (const cell of cells) {
		it(`has the parameters of its cell, and predicts the frequencies of the bytes: ${cell}`, () => {
			const parameters = parametersOf(cell);
			const shapes = [...parameters].map(([name, { shape }]) => [name, shape]);
			assert.deepEqual(shapes, [...expectedShapes({ cell, hidden, layers })]);
			assert.deepEqual(data(parameters, "head.bias"), Float32Array.from(logFrequencies(counts)));
			assert.ok(data(parameters, "head.weight").every((weight) => weight === 0));
			const { weightIh } = layerNames(cell, 0);
			assert.ok(Math.abs(deviation(data(parameters, weightIh)) - 0.5) < 0.02);
		});
	}

	for (const cell of ["gru", "lstm"] as const) {
		it(`has random recurrent weights, and a bias for the gate that keeps the state: ${cell}`, () => {
			const parameters = parametersOf(cell);
			for (let layer = 0; layer < layers; layer++) {
				const { weightHh, biasIh, biasHh } = layerNames(cell, layer);
				assert.ok(Math.abs(deviation(data(parameters, weightHh)) * Math.sqrt(hidden) - 0.8) < 0.05);
				// The update gate and the forget gate are both the second.
				const expected = data(parameters, biasIh).map((_, i) => (Math.floor(i / hidden) === 1 ? 1.5 : 0));
				assert.deepEqual(data(parameters, biasIh), expected);
				assert.ok(data(parameters, biasHh).every((bias) => bias === 0));
			}
		});
	}

	it("has orthogonal recurrent weights: rnn_tanh", () => {
		const weights = data(parametersOf("rnn_tanh"), "rnn.weight_hh_l1");
		for (let one = 0; one < hidden; one++) {
			for (let other = 0; other < hidden; other++) {
				let product = 0;
				for (let i = 0; i < hidden; i++) {
					product += (weights[one * hidden + i] as number) * (weights[other * hidden + i] as number);
				}
				assert.ok(Math.abs(product - (one === other ? 0.8 ** 2 : 0)) < 1e-6, `${one}, ${other}: ${product}`);
			}
		}
	});

	it("has a multiple of the identity for recurrent weights: rnn_relu", () => {
		const weights = data(parametersOf("rnn_relu"), "rnn.weight_hh_l1");
		const expected = weights.map((_, i) => (Math.floor(i / hidden) === i % hidden ? 0.8 : 0));
		assert.deepEqual(weights, expected);
	});
});

function deviation(values: Float32Array): number {
	return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
