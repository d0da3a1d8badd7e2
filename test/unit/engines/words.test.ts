import assert from "node:assert/strict";
import type { NetworkShape, Parameters, TrainerOptions, WordShape } from "../../../src/engines/engine.ts";
import { clusterDivision, clustersOf, expectedShapes } from "../../../src/engines/shapes.ts";
import { createWasmEngine } from "../../../src/engines/wasm/index.ts";
import * as reference from "../reference/network.ts";
import { ReferenceOptimizer } from "../reference/optimizer.ts";
import { parametersOf, randomNumbers, randomWeights } from "../reference/random.ts";
import { logSoftmax, outputLayer } from "../reference/words.ts";
import { adaptive, full, segmentOf, stepThrough } from "../support/wordNetworks.ts";

/** With β₁ = 0 the first moment is the gradient itself. */
const plain = { beta1: 0, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: Number.POSITIVE_INFINITY };
const sizes = [
	{ cell: "gru", hidden: 24, layers: 1, batch: 8, unroll: 5, threads: 1 },
	{ cell: "gru", hidden: 13, layers: 2, batch: 3, unroll: 4, threads: 2 },
	{ cell: "lstm", hidden: 30, layers: 1, batch: 9, unroll: 7, threads: 3 },
	{ cell: "rnn_tanh", hidden: 16, layers: 1, batch: 1, unroll: 3, threads: 1 },
] as const;

function assertNear(actual: Parameters, expected: ReadonlyMap<string, ArrayLike<number>>, tolerance: number): void {
	assert.deepEqual(new Set(actual.keys()), new Set(expected.keys()));
	for (const [name, { data }] of actual) {
		const values = expected.get(name) ?? [];
		assert.equal(data.length, values.length, name);
		for (let i = 0; i < data.length; i++) {
			const [is, wanted] = [data[i] as number, values[i] as number];
			assert.ok(Math.abs(is - wanted) < tolerance, `${name}[${i}] is ${is}, not ${wanted}`);
		}
	}
}

for (const [softmax, words] of Object.entries({ full, adaptive })) {
	describe(`WebAssembly engine, words with ${softmax} softmax`, () => {
		for (const { batch, unroll, threads, ...size } of sizes) {
			const shape: NetworkShape = { ...size, words };
			const title = `${shape.cell}, hidden ${shape.hidden}, layers ${shape.layers}, batch ${batch}, ${threads} threads`;

			it(`gives the reference's loss and gradient: ${title}`, async () => {
				const random = randomNumbers(shape.hidden);
				const weights = randomWeights(shape, random);
				const engine = await createWasmEngine();
				const options: TrainerOptions = { ...plain, batch, unroll, threads };
				const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
				let state: reference.State | undefined;
				for (let step = 0; step < 2; step++) {
					const segment = segmentOf(batch, unroll, random);
					const { inputs, targets, mask } = segment;
					const expected = reference.backward(shape, weights, inputs, targets, mask, batch, state);
					const { loss, gradientNorm } = await trainer.update(segment, 0);
					assert.ok(Math.abs(loss - expected.loss) < 1e-5, `loss ${loss}, expected ${expected.loss}`);
					const norm = Math.hypot(...[...expected.gradients.values()].map((g) => Math.hypot(...g)));
					assert.ok(Math.abs(gradientNorm - norm) < 1e-5 * (1 + norm), `norm ${gradientNorm}, expected ${norm}`);
					// What an update does not touch keeps what the optimiser remembers of it.
					if (step === 0) assertNear((await trainer.optimizer()).first, expected.gradients, 2e-6);
					state = reference.forward(shape, weights, inputs, targets, mask, batch, state).finalState;
				}
				trainer.dispose();
			});

			it(`predicts and evaluates as the reference: ${title}`, async () => {
				const random = randomNumbers(shape.hidden + 1);
				const weights = randomWeights(shape, random);
				const engine = await createWasmEngine();
				const parameters = parametersOf(shape, weights);
				const text = Uint16Array.from({ length: 40 }, () => Math.floor(random() * words.symbols));
				const inputs = text.subarray(0, -1);
				const mask = new Uint8Array(inputs.length).fill(1);
				const expected = reference.forward(shape, weights, inputs, text.subarray(1), mask, 1);
				const trainer = await engine.createTrainer(shape, parameters, { ...plain, batch, unroll, threads });
				const { nats, bytes } = await trainer.evaluate([text], [0]);
				assert.ok(Math.abs(nats / bytes - expected.loss) < 1e-5, `${nats / bytes}, expected ${expected.loss}`);
				trainer.dispose();

				const predictor = await engine.createPredictor(shape, parameters, "float32", 2);
				const { differences } = stepThrough(predictor, words.symbols, inputs, expected.logits);
				for (const [t, difference] of differences.entries())
					assert.ok(difference < 1e-5, `${difference} after ${t + 1} words`);
				predictor.dispose();
			});
		}

		for (const cell of ["gru", "lstm", "rnn_relu"] as const) {
			it(`predicts nearly as the reference with weights of 8 bits: ${cell}`, async () => {
				const shape: NetworkShape = { cell, hidden: 40, layers: 2, words };
				const random = randomNumbers(11);
				const weights = randomWeights(shape, random);
				// Embeddings and what clusters project to lie anywhere.
				for (const [name, data] of weights) {
					const factor = name === "embedding.weight" ? 30 : /tail\..\.0/.test(name) ? 10 : 1;
					for (let i = 0; i < data.length; i++) data[i] = Math.fround(factor * (data[i] as number));
				}
				// One that is zero.
				weights.get("embedding.weight")?.fill(0, 7 * 40, 8 * 40);
				const engine = await createWasmEngine();
				const predictor = await engine.createPredictor(shape, parametersOf(shape, weights), "int8", 2);
				const inputs = Uint16Array.from({ length: 20 }, () => Math.floor(random() * words.symbols));
				inputs[3] = 7;
				const expected = reference.forward(shape, weights, inputs, inputs, new Uint8Array(20), 1);
				const { differences } = stepThrough(predictor, words.symbols, inputs, expected.logits);
				for (const [t, worst] of differences.entries()) assert.ok(worst < 0.2, `${worst} after ${t + 1} words`);
				predictor.dispose();
			});
		}

		it("moves what it has read or predicted as AdamW does, and leaves the rest as it was", async () => {
			const shape: NetworkShape = { cell: "gru", hidden: 16, layers: 1, words };
			const random = randomNumbers(8);
			const weights = randomWeights(shape, random);
			const engine = await createWasmEngine();
			const options = { ...plain, weightDecay: 0.1, batch: 8, unroll: 4, threads: 2 };
			const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
			const optimizer = new ReferenceOptimizer(weights, options);
			// In 262 symbols there is one of the first cluster at least, and none of the others.
			const segment = segmentOf(8, 4, random, 264);
			const { inputs, targets, mask } = segment;
			segment.targets[0] = 263;
			segment.mask[0] = 1;
			const before = new Map([...weights].map(([name, data]) => [name, data.slice()]));
			const { gradients } = reference.backward(shape, weights, inputs, targets, mask, 8);
			await trainer.update(segment, 0.01);
			// Each column of the input weights is of a unit, not of a byte.
			optimizer.update(gradients, Array(256).keys(), 0.01);
			const embeddings = weights.get("embedding.weight") as Float64Array;
			const wasRead = new Set(inputs);
			for (let i = 0; i < embeddings.length; i++) {
				if (!wasRead.has(Math.floor(i / 16))) embeddings[i] = before.get("embedding.weight")?.[i] as number;
			}
			for (const name of weights.keys()) {
				if (/tail\.[12]/.test(name)) weights.set(name, before.get(name) as Float64Array);
			}
			assertNear(await trainer.parameters(), weights, 2e-5);
			trainer.dispose();
		});
	});
}

describe("Adaptive softmax", () => {
	it("has widths by PyTorch's rule, none of them 0", () => {
		const widths = (hidden: number, cutoffs: number[]) =>
			clustersOf({ hidden, words: { symbols: 60_000, cutoffs } }).map(({ width }) => width);
		// int(in_features // (4.0 ** (i + 1)))
		assert.deepEqual(widths(256, [1000, 10_000]), [64, 16]);
		assert.deepEqual(widths(512, [1000, 10_000, 30_000]), [128, 32, 8]);
		// With PyTorch's default of 4 these would be 24, 6, 1.
		assert.equal(clusterDivision(96, 3), 2.28);
		assert.deepEqual(widths(96, [1000, 10_000, 30_000]), [42, 18, 8]);
		assert.deepEqual(widths(8, [1000, 10_000]), [8, 8]);
	});

	it("has PyTorch's golden log-probabilities", () => {
		// AdaptiveLogSoftmaxWithLoss(2, 5, [2, 3], div_value=1, head_bias=True), each log_prob(h) by hand from its definition.
		const words: WordShape = { symbols: 5, cutoffs: [2, 3] };
		const parameters = new Map(
			Object.entries({
				"head.head.weight": [1, 0, 0, 1, 1, 1, -1, 0],
				"head.head.bias": [0, 0.5, -0.5, 0],
				"head.tail.0.0.weight": [1, 0, 0, 1],
				"head.tail.0.1.weight": [1, 1],
				"head.tail.1.0.weight": [0, 1, 1, 0],
				"head.tail.1.1.weight": [1, 0, 0, 1],
			}).map(([name, values]) => [name, Float64Array.from(values)]),
		);
		// h = (1, 2): the head has the logits 1, 2.5, 2.5, −1; the second cluster, of h with its numbers exchanged, 2 and 1.
		const all = Math.log(Math.E + 2 * Math.exp(2.5) + Math.exp(-1));
		const pair = Math.log(Math.exp(2) + Math.E);
		const expected = [1 - all, 2.5 - all, 2.5 - all, -1 - all + 2 - pair, -1 - all + 1 - pair];
		const found = outputLayer(words, parameters, Float64Array.of(1, 2));
		for (const [i, value] of expected.entries()) assert.ok(Math.abs((found[i] as number) - value) < 1e-12, `${i}`);
	});
});

describe("Sampled softmax", () => {
	const shape: NetworkShape = { cell: "gru", hidden: 24, layers: 1, words: full };

	async function trainerOf(weights: reference.Weights, draws: number, weight: (symbol: number) => number, seed = 1) {
		const engine = await createWasmEngine();
		const sampled = {
			draws,
			seed,
			weights: Float64Array.from({ length: full.symbols }, (_, symbol) => weight(symbol)),
		};
		const options: TrainerOptions = { ...plain, batch: 8, unroll: 5, threads: 2, sampled };
		return await engine.createTrainer(shape, parametersOf(shape, weights), options);
	}

	it("with draws that miss nothing is the softmax over all", async () => {
		const random = randomNumbers(3);
		const weights = randomWeights(shape, random);
		const trainer = await trainerOf(weights, 20_000, () => 1);
		const segment = segmentOf(8, 5, random);
		const { inputs, targets, mask } = segment;
		const expected = reference.backward(shape, weights, inputs, targets, mask, 8);
		const { loss } = await trainer.update(segment, 0);
		assert.ok(Math.abs(loss - expected.loss) < 1e-5, `${loss}, expected ${expected.loss}`);
		assertNear((await trainer.optimizer()).first, expected.gradients, 2e-6);
		trainer.dispose();
	});

	it("with targets alone is a softmax over these, corrected by how probable each is", async () => {
		const random = randomNumbers(4);
		const weights = randomWeights(shape, random);
		// Only symbols below 40 are ever drawn, and all of them are.
		const trainer = await trainerOf(weights, 5000, (symbol) => (symbol < 40 ? 1 + symbol : 0));
		const segment = segmentOf(8, 5, random, 60);
		const { inputs, targets, mask } = segment;
		const counted = targets.filter((_, p) => mask[p] === 1);
		const taking = new Set([...Array.from({ length: 40 }, (_, symbol) => symbol), ...counted]);
		const total = (40 * 41) / 2;
		const correction = (symbol: number) =>
			symbol < 40 ? Math.log(-Math.expm1((5000 + counted.length) * Math.log1p(-(1 + symbol) / total))) : 0;
		let nats = 0;
		const expected = reference.backward(shape, weights, inputs, targets, mask, 8, undefined, (logits, p) => {
			const corrected = logits.map((value, symbol) => (taking.has(symbol) ? value - correction(symbol) : -Infinity));
			const own = logSoftmax(corrected);
			if (mask[p] === 1) nats -= own[targets[p] as number] as number;
			return own.map((value, symbol) => Math.exp(value) - (symbol === targets[p] ? 1 : 0));
		});
		const { loss } = await trainer.update(segment, 0);
		assert.ok(Math.abs(loss - nats / counted.length) < 1e-5, `${loss}, expected ${nats / counted.length}`);
		assertNear((await trainer.optimizer()).first, expected.gradients, 2e-6);
		trainer.dispose();
	});

	it("changes the rows that took part and no others, by the optimiser's rule", async () => {
		const random = randomNumbers(5);
		const weights = randomWeights(shape, random);
		const trainer = await trainerOf(weights, 5000, (symbol) => (symbol < 40 ? 1 : 0));
		const segment = segmentOf(8, 5, random, 40);
		await trainer.update(segment, 0.01);
		const first = (await trainer.optimizer()).first;
		const parameters = await trainer.parameters();
		const rootCorrection = 1 / Math.sqrt(1 - 0.99);
		for (const [name, columns] of [
			["head.weight", 24],
			["head.bias", 1],
		] as const) {
			const [before, after, gradient] = [
				weights.get(name) ?? [],
				parameters.get(name)?.data ?? [],
				first.get(name)?.data ?? [],
			];
			for (let i = 0; i < before.length; i++) {
				const g = gradient[i] as number;
				const isPart = Math.floor(i / columns) < 40;
				const step = isPart ? (0.01 * g) / (Math.sqrt(0.01 * g * g) * rootCorrection + 1e-8) : 0;
				assert.ok(Math.abs((after[i] as number) - ((before[i] as number) - step)) < 1e-5, `${name}[${i}]`);
				assert.equal(g !== 0, isPart, `${name}[${i}]`);
			}
		}
		trainer.dispose();
	});

	it("evaluates over all symbols after training on samples", async () => {
		const random = randomNumbers(6);
		const weights = randomWeights(shape, random);
		const trainer = await trainerOf(weights, 30, () => 1);
		await trainer.update(segmentOf(8, 5, random), 0.01);
		const text = Uint16Array.from({ length: 30 }, () => Math.floor(random() * full.symbols));
		const { nats } = await trainer.evaluate([text], [0]);
		const trained = new Map(
			[...(await trainer.parameters())].map(([name, { data }]) => [name, Float64Array.from(data)]),
		);
		const mask = new Uint8Array(29).fill(1);
		const { loss } = reference.forward(shape, trained, text.subarray(0, -1), text.subarray(1), mask, 1);
		assert.ok(Math.abs(nats / 29 - loss) < 1e-5, `${nats / 29}, expected ${loss}`);
		trainer.dispose();
	});
});

describe("Networks of words", () => {
	it("move no embedding but those that are read, however many streams there are", async () => {
		const shape: NetworkShape = { cell: "gru", hidden: 8, layers: 1, words: full };
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(6)));
		const engine = await createWasmEngine();
		// The engine works on 8 streams at a time.
		const options: TrainerOptions = { ...plain, weightDecay: 0.1, batch: 3, unroll: 4, threads: 1 };
		const trainer = await engine.createTrainer(shape, parameters, options);
		const segment = segmentOf(3, 4, randomNumbers(6));
		segment.inputs.fill(7);
		await trainer.update(segment, 0.01);
		const before = parameters.get("embedding.weight")?.data ?? [];
		const after = (await trainer.parameters()).get("embedding.weight")?.data ?? [];
		const changed = [...before.keys()].filter((i) => before[i] !== after[i]);
		assert.deepEqual(new Set(changed.map((i) => Math.floor(i / 8))), new Set([7]));
		trainer.dispose();
	});

	it("are refused where they make no sense, with a sentence that says why", async () => {
		const engine = await createWasmEngine();
		const options: TrainerOptions = { ...plain, batch: 8, unroll: 4, threads: 1 };
		const attempt = (words: WordShape, more: Partial<TrainerOptions> = {}, direction?: "both") => {
			const shape: NetworkShape = { cell: "gru", hidden: 8, layers: 1, words, ...(direction && { direction }) };
			const data = (dimensions: readonly number[]) =>
				new Float32Array(
					Math.max(
						0,
						dimensions.reduce((a, b) => a * b, 1),
					),
				);
			const parameters = new Map(
				[...expectedShapes(shape)].map(([name, shape]) => [name, { shape, data: data(shape) }]),
			);
			return engine.createTrainer(shape, parameters, { ...options, ...more });
		};
		const sampled = { draws: 5, seed: 1, weights: new Float64Array(full.symbols).fill(1) };
		await assert.rejects(attempt(full, {}, "both"), { code: "badArgument" });
		await assert.rejects(attempt(adaptive, { sampled }), { code: "badArgument" });
		await assert.rejects(attempt(full, { sampled: { ...sampled, weights: new Float64Array(3) } }), {
			code: "badArgument",
		});
		await assert.rejects(attempt({ symbols: 300, cutoffs: [270, 260] }), { code: "badArgument" });
		await assert.rejects(attempt({ symbols: 300, cutoffs: [300] }), { code: "badArgument" });
		const mixture = { network: new Float32Array(256), offset: new Float32Array(256) };
		await assert.rejects(attempt(full, { mixture }), { code: "wordsOnly" });
	});
});
