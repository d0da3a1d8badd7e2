import assert from "node:assert/strict";
import {
	type Cell,
	type NetworkShape,
	optimizers,
	type Parameters,
	type Segment,
	type TrainerOptions,
} from "../../../src/engines/engine.ts";
import { layerNames } from "../../../src/engines/shapes.ts";
import { cellNames } from "../../../src/engines/wasm/cells/index.ts";
import { createWasmEngine } from "../../../src/engines/wasm/index.ts";
import { Failure } from "../../../src/platform/failure.ts";
import type { KernelBuild } from "../../../src/platform/wasmModules.ts";
import { mixtureLoss } from "../reference/mixtureLoss.ts";
import * as reference from "../reference/network.ts";
import { ReferenceOptimizer } from "../reference/optimizer.ts";
import { parametersOf, randomBytes, randomNumbers, randomWeights } from "../reference/random.ts";

const builds: readonly KernelBuild[] = ["relaxed", "simd"];
const sizes = [
	{ hidden: 8, layers: 1, batch: 8, unroll: 1 },
	{ hidden: 24, layers: 1, batch: 8, unroll: 5 },
	{ hidden: 13, layers: 1, batch: 3, unroll: 4 },
	{ hidden: 50, layers: 1, batch: 9, unroll: 7 },
	{ hidden: 20, layers: 2, batch: 8, unroll: 6 },
	{ hidden: 9, layers: 3, batch: 17, unroll: 3 },
] as const;
/** With β₁ = 0 the first moment is the gradient itself. */
const plain = { beta1: 0, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: Number.POSITIVE_INFINITY };

function segmentOf(batch: number, unroll: number, random: () => number, letters = 256): Segment {
	const bytes = () => randomBytes(batch * unroll, random).map((byte) => byte % letters);
	return {
		inputs: bytes(),
		targets: bytes(),
		mask: Uint8Array.from({ length: batch * unroll }, () => (random() < 0.9 ? 1 : 0)),
		reset: new Uint8Array(batch),
	};
}

function largestDifference(actual: Parameters, expected: ReadonlyMap<string, ArrayLike<number>>): number {
	let largest = 0;
	assert.equal(actual.size, expected.size);
	for (const [name, values] of expected) {
		const tensor = actual.get(name);
		assert.equal(tensor?.data.length, values.length, name);
		for (let i = 0; i < values.length; i++) {
			const difference = Math.abs((tensor?.data[i] ?? Number.NaN) - (values[i] as number));
			assert.ok(Number.isFinite(difference), `${name}[${i}]`);
			largest = Math.max(largest, difference);
		}
	}
	return largest;
}

function data(parameters: Parameters): Map<string, Float32Array> {
	return new Map([...parameters].map(([name, tensor]) => [name, tensor.data]));
}

for (const build of builds) {
	for (const cell of cellNames) describe(`WebAssembly engine, ${build} kernels, ${cell}`, () => testCell(build, cell));
}

function testCell(build: KernelBuild, cell: Cell): void {
	for (const { batch, unroll, ...size } of sizes) {
		const shape: NetworkShape = { cell, ...size };
		const title = `hidden ${shape.hidden}, layers ${shape.layers}, batch ${batch}, unroll ${unroll}`;

		it(`gives the reference's loss and gradient: ${title}`, async () => {
			const random = randomNumbers(shape.hidden);
			const weights = randomWeights(shape, random);
			const engine = await createWasmEngine({ builds: [build] });
			const options: TrainerOptions = { ...plain, batch, unroll, threads: 1 };
			const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
			let state: reference.State | undefined;
			for (let step = 0; step < 2; step++) {
				const segment = segmentOf(batch, unroll, random);
				const { inputs, targets, mask } = segment;
				const expected = reference.backward(shape, weights, inputs, targets, mask, batch, state);
				// A rate of 0 leaves the parameters as they are, so the second step tests the carried state alone.
				const { loss, gradientNorm } = await trainer.update(segment, 0);
				assert.ok(Math.abs(loss - expected.loss) < 1e-5, `loss ${loss}, expected ${expected.loss}`);
				assert.ok(largestDifference((await trainer.optimizer()).first, expected.gradients) < 2e-6);
				const norm = Math.hypot(...[...expected.gradients.values()].map((g) => Math.hypot(...g)));
				assert.ok(Math.abs(gradientNorm - norm) < 1e-5 * (1 + norm), `norm ${gradientNorm}, expected ${norm}`);
				state = reference.forward(shape, weights, inputs, targets, mask, batch, state).finalState;
			}
			trainer.dispose();
		});

		it(`gives the reference's loss and gradient of a mixture: ${title}`, async () => {
			const random = randomNumbers(shape.hidden + 2);
			const weights = randomWeights(shape, random);
			const engine = await createWasmEngine({ builds: [build] });
			const network = Float32Array.from({ length: 256 }, () => random());
			const offset = Float32Array.from({ length: 256 }, () => 6 * random() - 3);
			const options: TrainerOptions = { ...plain, batch, unroll, threads: 1, mixture: { network, offset } };
			const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
			const segment = segmentOf(batch, unroll, random);
			const { inputs, targets, mask } = segment;
			const advice = Int8Array.from({ length: 8 * batch * unroll }, () => Math.floor(256 * random()) - 128);
			const mixed = (logits: Float64Array, p: number) => {
				const taken = (table: Float32Array) =>
					Float64Array.from(advice.subarray(8 * p, 8 * (p + 1)), (told) => table[128 + told] as number);
				return mixtureLoss(logits, targets[p] as number, taken(network), taken(offset));
			};
			const expected = reference.backward(shape, weights, inputs, targets, mask, batch, undefined, (logits, p) => {
				return mixed(logits, p).gradient;
			});
			const { loss } = await trainer.update({ ...segment, advice }, 0);
			assert.ok(Math.abs(loss - expected.loss) < 1e-5, `the network's own loss is ${loss}, not ${expected.loss}`);
			assert.ok(largestDifference((await trainer.optimizer()).first, expected.gradients) < 2e-6);

			// The same text in each stream, read as evaluation reads it.
			const bytes = randomBytes(unroll + 1, random);
			const told = advice.subarray(0, 8 * bytes.length);
			const { mixtureNats, nats } = await trainer.evaluate([bytes], [0], undefined, [told]);
			const { logits, loss: alone } = reference.forward(
				shape,
				weights,
				bytes.subarray(0, -1),
				bytes.subarray(1),
				new Uint8Array(unroll).fill(1),
				1,
			);
			let wanted = 0;
			for (let t = 0; t < unroll; t++) {
				const taken = (table: Float32Array) =>
					Float64Array.from(told.subarray(8 * (t + 1), 8 * (t + 2)), (value) => table[128 + value] as number);
				const row = logits.subarray(256 * t, 256 * (t + 1));
				wanted += mixtureLoss(row, bytes[t + 1] as number, taken(network), taken(offset)).loss;
			}
			assert.ok(Math.abs(mixtureNats - wanted) < 1e-4, `${mixtureNats}, expected ${wanted}`);
			assert.ok(Math.abs(nats - alone * unroll) < 1e-4, `${nats}, expected ${alone * unroll}`);
			// Without advice it is trained alone, as ever.
			const simple = reference.backward(shape, weights, inputs, targets, mask, batch);
			segment.reset.fill(1);
			await trainer.update(segment, 0);
			assert.ok(largestDifference((await trainer.optimizer()).first, simple.gradients) < 2e-6);
			trainer.dispose();
		});

		it(`predicts the reference's logits: ${title}`, async () => {
			const random = randomNumbers(shape.hidden + 1);
			const weights = randomWeights(shape, random);
			const engine = await createWasmEngine({ builds: [build] });
			const count = Math.min(batch, 5);
			const inputs = randomBytes(count * unroll, random);
			const expected = reference.forward(shape, weights, inputs, inputs, new Uint8Array(inputs.length), count);
			for (const [precision, tolerance] of [
				["float32", 2e-6],
				["int8", 0.03],
			] as const) {
				const predictor = await engine.createPredictor(shape, parametersOf(shape, weights), precision, 8);
				const states = new Float32Array(count * predictor.stateSize);
				const logits = new Float32Array(count * 256);
				for (let t = 0; t < unroll; t++) {
					predictor.step(count, states, inputs.subarray(t * count, (t + 1) * count), logits);
				}
				const last = expected.logits.subarray((unroll - 1) * count * 256);
				for (let i = 0; i < logits.length; i++) {
					assert.ok(Math.abs((logits[i] as number) - (last[i] as number)) < tolerance, `${precision} logit ${i}`);
				}
			}
		});
	}

	it("reads many bytes as it steps through them", async () => {
		const shape: NetworkShape = { cell, hidden: 24, layers: 2 };
		const random = randomNumbers(5);
		const engine = await createWasmEngine({ builds: [build] });
		const parameters = parametersOf(shape, randomWeights(shape, random));
		const predictor = await engine.createPredictor(shape, parameters, "float32", 2);
		const bytes = randomBytes(20, random);
		const read = new Float32Array(predictor.stateSize);
		const stepped = new Float32Array(predictor.stateSize);
		predictor.read(read, bytes);
		for (const byte of bytes) predictor.step(1, stepped, Uint8Array.of(byte));
		assert.deepEqual(read, stepped);
	});

	it("learns nothing from a gradient that is not finite", async () => {
		const shape: NetworkShape = { cell, hidden: 24, layers: 1 };
		const random = randomNumbers(4);
		const weights = randomWeights(shape, random);
		weights.get("head.weight")?.fill(3e38, 0, 24);
		const parameters = parametersOf(shape, weights);
		const engine = await createWasmEngine({ builds: [build] });
		const trainer = await engine.createTrainer(shape, parameters, { ...plain, batch: 8, unroll: 4, threads: 1 });
		const { gradientNorm } = await trainer.update(segmentOf(8, 4, random), 0.01);
		assert.ok(!Number.isFinite(gradientNorm));
		assert.deepEqual(data(await trainer.parameters()), data(parameters));
		trainer.dispose();
	});

	for (const optimizer of optimizers)
		it(`follows ${optimizer}, clips, and decays what it remembers of bytes no longer seen`, async () => {
			const shape: NetworkShape = { cell, hidden: 8, layers: 1 };
			const random = randomNumbers(3);
			const weights = randomWeights(shape, random);
			const rate = optimizer === "sgd" ? 1 : optimizer === "momentum" ? 0.3 : 0.01;
			const options: TrainerOptions = {
				optimizer,
				batch: 8,
				unroll: 4,
				threads: 1,
				beta1: 0.9,
				beta2: 0.99,
				epsilon: 1e-8,
				weightDecay: 0.1,
				clip: 0.05,
			};
			const engine = await createWasmEngine({ builds: [build] });
			const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
			const expected = new ReferenceOptimizer(weights, options);
			for (let t = 1; t <= 5; t++) {
				const segment = segmentOf(8, 4, random, t < 3 ? 256 : 3);
				segment.reset.fill(1);
				const { gradients } = reference.backward(shape, weights, segment.inputs, segment.targets, segment.mask, 8);
				expected.update(gradients, segment.inputs, rate);
				await trainer.update(segment, rate);
			}
			const { first, second } = await trainer.optimizer();
			const hasMean = optimizer !== "sgd" && optimizer !== "rmsprop";
			if (hasMean) assert.ok(largestDifference(first, expected.first) < 1e-6);
			if (optimizer !== "sgd") assert.ok(largestDifference(second, expected.second) < 1e-8);
			// Where a gradient is all rounding, Adam's step is of full size in a random direction; so on average.
			let total = 0;
			let count = 0;
			for (const [name, w] of weights) {
				const actual = (await trainer.parameters()).get(name)?.data ?? [];
				for (let i = 0; i < w.length; i++) total += Math.abs((actual[i] as number) - (w[i] as number));
				count += w.length;
			}
			assert.ok(total / count < 1e-5, `mean difference ${total / count}`);
			trainer.dispose();
		});

	it("does not decay the input weights of a byte that no update has met, though evaluation or padding has", async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 1 };
		const random = randomNumbers(6);
		const parameters = parametersOf(shape, randomWeights(shape, random));
		const engine = await createWasmEngine({ builds: [build] });
		// Three streams of eight that the kernels work on.
		const options: TrainerOptions = { ...plain, batch: 3, unroll: 4, threads: 1, weightDecay: 0.1 };
		const trainer = await engine.createTrainer(shape, parameters, options);
		await trainer.evaluate([Uint8Array.of(200, 201, 202)], [0]);
		const segment = segmentOf(3, 4, random);
		segment.inputs.fill(7);
		await trainer.update(segment, 0.01);
		const before = parameters.get(layerNames(cell, 0).weightIh)?.data ?? [];
		const after = (await trainer.parameters()).get(layerNames(cell, 0).weightIh)?.data ?? [];
		const changed = new Set<number>();
		for (let i = 0; i < after.length; i++) if (after[i] !== before[i]) changed.add(i % 256);
		assert.deepEqual([...changed], [7]);
		trainer.dispose();
	});

	it("leaves symbols that are not learned as they are, and gets all else as if they were learned", async () => {
		const shape: NetworkShape = { cell, hidden: 16, layers: 1 };
		const random = randomNumbers(31);
		const weights = randomWeights(shape, random);
		const learned = [10, 65, 66, 67, 200];
		const head = weights.get("head.weight") as Float64Array;
		for (let symbol = 0; symbol < 256; symbol++) {
			// 200 is not asked for below, but its weights are not zero.
			if (!learned.includes(symbol)) head.fill(0, symbol * 16, (symbol + 1) * 16);
		}
		const engine = await createWasmEngine({ builds: [build] });
		const options: TrainerOptions = {
			...plain,
			batch: 8,
			unroll: 5,
			threads: 2,
			symbols: Uint8Array.of(10, 65, 66, 67),
		};
		const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
		const segment = segmentOf(8, 5, random);
		segment.targets.forEach((target, i) => {
			segment.targets[i] = learned[target % 5] as number;
		});
		const { loss, gradients } = reference.backward(shape, weights, segment.inputs, segment.targets, segment.mask, 8);
		for (let symbol = 0; symbol < 256; symbol++) {
			if (learned.includes(symbol)) continue;
			gradients.get("head.weight")?.fill(0, symbol * 16, (symbol + 1) * 16);
			gradients.get("head.bias")?.fill(0, symbol, symbol + 1);
		}
		assert.ok(Math.abs((await trainer.update(segment, 0)).loss - loss) < 1e-5);
		assert.ok(largestDifference((await trainer.optimizer()).first, gradients) < 2e-6);
		assert.deepEqual(data(await trainer.parameters()), data(parametersOf(shape, weights)));
		const text = Uint8Array.of(65, 99, 66, 3);
		const mask = Uint8Array.of(1, 1, 1);
		const expected = 3 * reference.forward(shape, weights, text.subarray(0, 3), text.subarray(1), mask, 1).loss;
		assert.ok(Math.abs((await trainer.evaluate([text], [0])).nats - expected) < 1e-5);
		await assert.rejects(
			async () => trainer.update({ ...segment, targets: segment.targets.map(() => 99) }, 0),
			/byte 99/,
		);
		trainer.dispose();
	});

	it("makes the same update with 1, 2 and 3 threads", async () => {
		const shape: NetworkShape = { cell, hidden: 40, layers: 2 };
		const engine = await createWasmEngine({ builds: [build] });
		const results = [];
		for (const threads of [1, 2, 3]) {
			const random = randomNumbers(11);
			const options: TrainerOptions = { ...plain, beta1: 0.9, clip: 1, batch: 12, unroll: 9, threads };
			const weights = randomWeights(shape, random);
			const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
			for (let step = 0; step < 4; step++) await trainer.update(segmentOf(12, 9, random), 0.01);
			results.push(await trainer.parameters());
			trainer.dispose();
		}
		for (const other of results.slice(1)) {
			assert.ok(largestDifference(other, data(results[0] as Parameters)) < 1e-5);
		}
	});

	for (const optimizer of optimizers)
		it(`goes on from saved parameters and ${optimizer} as if it had not stopped`, async () => {
			const shape: NetworkShape = { cell, hidden: 16, layers: 1 };
			const engine = await createWasmEngine({ builds: [build] });
			const rules = { optimizer, beta1: 0.9, clip: 1, weightDecay: 0.1 };
			const options: TrainerOptions = { ...plain, ...rules, batch: 4, unroll: 6, threads: 1 };
			const weights = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
			const segments = Array.from({ length: 6 }, (_, i) => {
				const segment = segmentOf(4, 6, randomNumbers(i));
				segment.reset.fill(1);
				return segment;
			});
			const whole = await engine.createTrainer(shape, weights, options);
			for (const segment of segments) await whole.update(segment, 0.01);
			const before = await engine.createTrainer(shape, weights, options);
			for (const segment of segments.slice(0, 3)) await before.update(segment, 0.01);
			const after = await engine.createTrainer(shape, await before.parameters(), options, await before.optimizer());
			for (const segment of segments.slice(3)) await after.update(segment, 0.01);
			assert.deepEqual(data(await after.parameters()), data(await whole.parameters()));
			for (const trainer of [whole, before, after]) trainer.dispose();
		});

	it("evaluates texts of any length from the zero state, header not counted, without touching the streams", async () => {
		const shape: NetworkShape = { cell, hidden: 16, layers: 2 };
		const random = randomNumbers(21);
		const weights = randomWeights(shape, random);
		const engine = await createWasmEngine({ builds: [build] });
		const options: TrainerOptions = { ...plain, batch: 8, unroll: 5, threads: 1 };
		const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
		const untouched = await engine.createTrainer(shape, parametersOf(shape, weights), options);
		const warmUp = segmentOf(8, 5, random);
		await trainer.update(warmUp, 0);
		await untouched.update(warmUp, 0);
		const lengths = [1, 2, 30, 7, 64, 3, 5, 6, 12, 40, 0];
		const texts = lengths.map((length) => randomBytes(length, random));
		const skip = lengths.map((length) => Math.min(2, length));
		let nats = 0;
		let bytes = 0;
		for (const [index, text] of texts.entries()) {
			if (text.length < 2) continue;
			const mask = Uint8Array.from({ length: text.length - 1 }, (_, i) => (i + 1 >= (skip[index] ?? 0) ? 1 : 0));
			const counted = mask.reduce((sum, one) => sum + one, 0);
			nats += reference.forward(shape, weights, text.subarray(0, -1), text.subarray(1), mask, 1).loss * counted;
			bytes += counted;
		}
		const result = await trainer.evaluate(texts, skip);
		assert.equal(result.bytes, bytes);
		assert.ok(Math.abs(result.nats - nats) < 1e-4, `${result.nats}, expected ${nats}`);
		// Other parameters than its own, which it goes on with.
		const others = await engine.createTrainer(shape, parametersOf(shape, randomWeights(shape, random)), options);
		assert.deepEqual(
			await trainer.evaluate(texts, skip, await others.parameters()),
			await others.evaluate(texts, skip),
		);
		assert.deepEqual(await trainer.evaluate(texts, skip), result);
		others.dispose();
		const next = segmentOf(8, 5, random);
		assert.deepEqual(await trainer.update(next, 0), await untouched.update(next, 0));
		trainer.dispose();
		untouched.dispose();
	});

	it("refuses cells it does not have", async () => {
		const engine = await createWasmEngine({ builds: [build] });
		const shape: NetworkShape = { cell: "transformer" as Cell, hidden: 8, layers: 1 };
		await assert.rejects(engine.createPredictor(shape, new Map(), "int8", 1), { code: "modelUnsupported" });
		await assert.rejects(
			engine.createTrainer(shape, new Map(), { ...plain, batch: 1, unroll: 1, threads: 1 }),
			Failure,
		);
	});
}
