/** What the TensorFlow engine must do with networks of words on every back end: the same as the float64 reference and Inkling's own engine. */
import assert from "node:assert/strict";
import {
	type Engine,
	type NetworkShape,
	type NetworkTrainer,
	optimizers,
	type Parameters,
	type SampledSoftmax,
	type TrainerOptions,
} from "../../src/engines/engine.ts";
import { createEngine } from "../../src/engines/registry.ts";
import type { TensorFlow } from "../../src/engines/tensorflow/api.ts";
import { cellNames } from "../../src/engines/tensorflow/cells/index.ts";
import { createTensorFlowEngine } from "../../src/engines/tensorflow/index.ts";
import * as reference from "../unit/reference/network.ts";
import { parametersOf, randomNumbers, randomWeights } from "../unit/reference/random.ts";
import { adaptive, full, segmentOf, stepThrough } from "../unit/support/wordNetworks.ts";
import { assertNear, assertTrained, trainedBy } from "./contract.ts";

const plain = { beta1: 0, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: Number.POSITIVE_INFINITY, threads: 1 };
const usual = { ...plain, beta1: 0.9, weightDecay: 0.1, clip: 1 };
const sampled: SampledSoftmax = {
	draws: 60,
	// Some are never drawn.
	weights: Float64Array.from({ length: full.symbols }, (_, symbol) => (symbol % 3 === 0 ? 0 : 1 + (symbol % 7))),
	seed: 5,
};
const softmaxes = {
	full: { words: full, more: {} },
	adaptive: { words: adaptive, more: {} },
	sampled: { words: full, more: { sampled } },
} as const;

export function testWords(tf: () => TensorFlow): void {
	for (const [softmax, { words, more }] of Object.entries(softmaxes)) {
		for (const method of ["automatic", "byHand"] as const) {
			describe(`words, ${softmax} softmax, gradient ${method}`, () => {
				let engine: Engine;
				let own: Engine;
				let tensors: number;

				beforeEach(async () => {
					engine = createTensorFlowEngine(tf(), method);
					own = await createEngine();
					tensors = tf().memory().numTensors;
				});
				afterEach(() => assert.equal(tf().memory().numTensors, tensors, "tensors are left behind"));

				// Sizes drawn at random, always the same.
				const random = randomNumbers(softmax.length);
				const below = (most: number) => 1 + Math.floor(random() * most);
				for (const [index, cell] of [...cellNames].entries()) {
					const shape: NetworkShape = { cell, hidden: 8 + below(16), layers: 1 + (index % 2), words };
					const [batch, unroll] = [below(9), below(8)];
					const title = `${cell}, ${shape.hidden} units in ${shape.layers} layers, ${batch} streams, ${unroll} steps`;

					it(`has the loss and gradient of Inkling's own engine${softmax === "sampled" ? "" : " and of the reference"}: ${title}`, async () => {
						const random = randomNumbers(index);
						const weights = randomWeights(shape, random);
						const options: TrainerOptions = { ...plain, ...more, batch, unroll };
						const trainers = [];
						for (const one of [engine, own])
							trainers.push(await one.createTrainer(shape, parametersOf(shape, weights), options));
						const [trainer, other] = trainers as [NetworkTrainer, NetworkTrainer];
						for (let update = 0; update < 3; update++) {
							// Afresh, as what an update does not touch keeps its moments.
							const segment = { ...segmentOf(batch, unroll, random), reset: new Uint8Array(batch).fill(update % 2) };
							const [found, expected] = [await trainer.update(segment, 0), await other.update(segment, 0)];
							assert.ok(Math.abs(found.loss - expected.loss) < 1e-5, `loss ${found.loss}, not ${expected.loss}`);
							const difference = Math.abs(found.gradientNorm - expected.gradientNorm);
							assert.ok(difference <= 1e-4 * expected.gradientNorm, `norm ${found.gradientNorm}`);
							const moments = [await trainer.optimizer(), await other.optimizer()] as const;
							for (const [name, { data }] of moments[1].first) {
								assertNear(name, moments[0].first.get(name)?.data ?? [], data);
							}
							if (update > 0 || softmax === "sampled") continue;
							const { inputs, targets, mask } = segment;
							const { loss, gradients } = reference.backward(shape, weights, inputs, targets, mask, batch);
							assert.ok(Math.abs(found.loss - loss) < 1e-5, `loss ${found.loss}, not ${loss}`);
							for (const [name, { data }] of moments[0].first) assertNear(name, data, gradients.get(name) ?? []);
						}
						for (const one of trainers) one.dispose();
					});
				}

				for (const optimizer of optimizers) {
					it(`makes the steps of Inkling's own engine, and goes on where that stopped: ${optimizer}`, async () => {
						const shape: NetworkShape = { cell: "gru", hidden: 16, layers: 2, words };
						const start = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
						const options: TrainerOptions = { ...usual, ...more, optimizer, batch: 5, unroll: 6 };
						const segments = Array.from({ length: 10 }, (_, i) => ({
							...segmentOf(5, 6, randomNumbers(i)),
							reset: new Uint8Array(5).fill(1),
						}));
						const whole = await trainedBy([own], shape, start, options, segments);
						assertTrained(await trainedBy([engine], shape, start, options, segments), whole);
						const inTurns = [];
						for (const order of [
							[own, own],
							[own, engine],
							[engine, own],
						])
							inTurns.push(await trainedBy(order, shape, start, options, segments));
						const [expected, ...found] = inTurns as [Parameters, ...Parameters[]];
						for (const parameters of found) assertTrained(parameters, expected);
					});
				}

				it("leaves what a segment neither reads nor predicts as it is", async () => {
					const shape: NetworkShape = { cell: "gru", hidden: 8, layers: 1, words };
					const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(6)));
					const trainer = await engine.createTrainer(shape, parameters, { ...usual, ...more, batch: 3, unroll: 4 });
					const segment = segmentOf(3, 4, randomNumbers(6));
					segment.inputs.fill(7);
					segment.targets.fill(265);
					segment.mask.fill(1);
					await trainer.update(segment, 0.01);
					const after = await trainer.parameters();
					const changedRows = (name: string, columns: number) => {
						const [from, to] = [parameters.get(name)?.data ?? [], after.get(name)?.data ?? []];
						const places = [...from.keys()].filter((i) => from[i] !== to[i]);
						return new Set(places.map((i) => Math.floor(i / columns)));
					};
					assert.deepEqual(changedRows("embedding.weight", 8), new Set([7]));
					if (softmax === "adaptive") {
						assert.equal(changedRows("head.tail.0.1.weight", 8).size, 11);
						for (const name of ["head.tail.1.0.weight", "head.tail.2.1.weight"]) {
							assert.equal(changedRows(name, 8).size, 0, name);
						}
					}
					if (softmax === "sampled") {
						const rows = changedRows("head.weight", 8);
						assert.ok(rows.has(265) && rows.size > 10 && rows.size <= 61, `${rows.size} rows`);
						assert.deepEqual(changedRows("head.bias", 1), rows);
						for (const row of rows) assert.ok(row === 265 || row % 3 !== 0, `row ${row}`);
					}
					trainer.dispose();
				});

				it("predicts and evaluates as the reference", async () => {
					const shape: NetworkShape = { cell: "lstm", hidden: 13, layers: 2, words };
					const random = randomNumbers(9);
					const weights = randomWeights(shape, random);
					const parameters = parametersOf(shape, weights);
					const text = Uint16Array.from({ length: 40 }, () => Math.floor(random() * words.symbols));
					const [inputs, targets] = [text.subarray(0, -1), text.subarray(1)];
					const mask = new Uint8Array(inputs.length).fill(1);
					const expected = reference.forward(shape, weights, inputs, targets, mask, 1);
					const trainer = await engine.createTrainer(shape, parameters, { ...plain, ...more, batch: 3, unroll: 7 });
					const { nats, bytes } = await trainer.evaluate([text, text.subarray(0, 1)], [0, 0]);
					assert.equal(bytes, 39);
					assert.ok(Math.abs(nats / bytes - expected.loss) < 1e-5, `${nats / bytes}, expected ${expected.loss}`);
					trainer.dispose();

					const predictor = await engine.createPredictor(shape, parameters, "float32", 2);
					const { differences, state } = stepThrough(predictor, words.symbols, inputs, expected.logits);
					for (const [t, difference] of differences.entries())
						assert.ok(difference < 1e-4, `${difference} after ${t + 1} words`);
					const read = new Float32Array(predictor.stateSize);
					predictor.read(read, inputs);
					assertNear("state", read, state);
					predictor.dispose();
				});
			});
		}
	}
}
