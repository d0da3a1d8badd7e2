import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { NetworkShape } from "../../../src/engines/engine.ts";
import { backward, forward, type State, type Weights } from "./network.ts";
import { randomBytes, randomNumbers, randomWeights } from "./random.ts";

const shapes: NetworkShape[] = [
	{ cell: "gru", hidden: 4, layers: 1 },
	{ cell: "gru", hidden: 3, layers: 2 },
	{ cell: "lstm", hidden: 3, layers: 1 },
	{ cell: "lstm", hidden: 2, layers: 3 },
	{ cell: "rnn_tanh", hidden: 3, layers: 2 },
	{ cell: "rnn_relu", hidden: 5, layers: 2 },
];

describe("reference network", () => {
	for (const shape of shapes) {
		describe(`${shape.cell}, ${shape.hidden} units, ${shape.layers} layers`, () => {
			const batch = 2;
			const steps = 4;
			const random = randomNumbers(1);
			const weights = randomWeights(shape, random);
			const inputs = randomBytes(steps * batch, random);
			const targets = randomBytes(steps * batch, random);
			const mask = Uint8Array.from([1, 1, 0, 1, 1, 1, 1, 0]);
			const cellState = () => Float64Array.from({ length: shape.layers * batch * shape.hidden }, () => random() - 0.5);
			const state: State = { h: cellState(), c: shape.cell === "lstm" ? cellState() : new Float64Array(0) };

			it("has the gradients that central differences give", () => {
				const { gradients, loss } = backward(shape, weights, inputs, targets, mask, batch, state);
				const lossWith = (changed: Weights) => forward(shape, changed, inputs, targets, mask, batch, state).loss;
				assert.equal(loss, lossWith(weights));
				assert.deepEqual([...gradients.keys()], [...weights.keys()]);
				for (const [name, gradient] of gradients) {
					assert.ok(
						gradient.some((value) => value !== 0),
						name,
					);
					// Weights of bytes that do not occur have no gradient: the largest entries, and a few others.
					const order = [...gradient.keys()].sort((i, j) => Math.abs(gradient[j] ?? 0) - Math.abs(gradient[i] ?? 0));
					for (const index of [...order.slice(0, 6), ...order.slice(-2)]) {
						const epsilon = 1e-5;
						const nudged = (by: number) => {
							const data = Float64Array.from(weights.get(name) ?? []);
							data[index] = (data[index] ?? 0) + by;
							return lossWith(new Map([...weights, [name, data]]));
						};
						const expected = (nudged(epsilon) - nudged(-epsilon)) / (2 * epsilon);
						assert.ok(
							Math.abs(expected - (gradient[index] ?? Number.NaN)) < 1e-9,
							`${name}[${index}]: ${gradient[index]}, not ${expected}`,
						);
					}
				}
			});

			it("computes the same in one piece and in two with the state carried", () => {
				const half = (steps / 2) * batch;
				const whole = forward(shape, weights, inputs, targets, mask, batch, state);
				const piece = (from: number, to: number, start: State) =>
					forward(shape, weights, inputs.slice(from, to), targets.slice(from, to), mask.slice(from, to), batch, start);
				const first = piece(0, half, state);
				const second = piece(half, steps * batch, first.finalState);
				assert.deepEqual([...first.logits, ...second.logits], [...whole.logits]);
				assert.deepEqual(second.finalState, whole.finalState);
			});

			it("treats each stream of a batch by itself", () => {
				const both = forward(shape, weights, inputs, targets, mask, batch);
				for (let b = 0; b < batch; b++) {
					const stream = (bytes: Uint8Array) => bytes.filter((_, p) => p % batch === b);
					const alone = forward(shape, weights, stream(inputs), stream(targets), stream(mask), 1);
					const logits = both.logits.filter((_, k) => Math.floor(k / 256) % batch === b);
					assert.deepEqual(alone.logits, logits);
				}
			});
		});
	}

	it("is indifferent, 8 bits a byte, when all weights are zero", () => {
		const shape: NetworkShape = { cell: "gru", hidden: 2, layers: 1 };
		const weights = new Map([...randomWeights(shape, () => 0.5)].map(([name, data]) => [name, data.fill(0)]));
		const { loss } = forward(shape, weights, Uint8Array.of(1, 2), Uint8Array.of(2, 3), Uint8Array.of(1, 1), 1);
		assert.ok(Math.abs(loss - Math.log(256)) < 1e-12);
	});

	it("has no loss where nothing is counted", () => {
		const shape: NetworkShape = { cell: "lstm", hidden: 2, layers: 1 };
		const weights = randomWeights(shape, randomNumbers(2));
		const result = backward(shape, weights, Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(0), 1);
		assert.equal(result.loss, 0);
		for (const gradient of result.gradients.values()) assert.ok(gradient.every((value) => value === 0));
	});

	it("names the parameter that is missing", () => {
		const shape: NetworkShape = { cell: "gru", hidden: 2, layers: 1 };
		assert.throws(
			() => forward(shape, new Map(), Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(1), 1),
			/gru\.bias_ih_l0|gru\.weight_ih_l0/,
		);
	});
});
