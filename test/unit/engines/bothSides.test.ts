/** Training of networks of both directions, against the float64 reference and PyTorch's numbers. */
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
import { kernelBuilds } from "../../../src/platform/wasmModules.ts";
import { scoreBoth } from "../reference/bothSides.ts";
import { golden, goldenBoth, goldenCase, summarize } from "../reference/golden.ts";
import { assertClose, assertGolden } from "../reference/goldenEngine.ts";
import { resetStreams, type State, type Weights } from "../reference/network.ts";
import { ReferenceOptimizer } from "../reference/optimizer.ts";
import { parametersOf, randomBytes, randomNumbers, randomWeights } from "../reference/random.ts";

/** With β₁ = 0 the first moment is the gradient itself. */
const plain = { beta1: 0, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: Number.POSITIVE_INFINITY };
const sizes = [
	{ hidden: 8, layers: 1, batch: 8, unroll: 1, lookahead: 0 },
	{ hidden: 24, layers: 1, batch: 8, unroll: 5, lookahead: 3 },
	{ hidden: 13, layers: 1, batch: 3, unroll: 4, lookahead: 0 },
	{ hidden: 20, layers: 2, batch: 9, unroll: 6, lookahead: 4 },
	{ hidden: 9, layers: 3, batch: 17, unroll: 3, lookahead: 2 },
] as const;

type FullSegment = Required<Omit<Segment, "advice">>;

/** With streams whose text ends within the targets, behind them, or not at all. */
function segmentOf(batch: number, unroll: number, lookahead: number, random: () => number): FullSegment {
	const lengths = Uint32Array.from({ length: batch }, (_, b) =>
		b % 3 === 0 ? unroll + lookahead : Math.floor(random() * (unroll + lookahead + 1)),
	);
	return {
		inputs: randomBytes(batch * unroll, random),
		targets: randomBytes(batch * unroll, random),
		mask: Uint8Array.from({ length: batch * unroll }, (_, i) =>
			Math.floor(i / batch) < (lengths[i % batch] as number) && random() < 0.9 ? 1 : 0,
		),
		reset: new Uint8Array(batch),
		following: { bytes: randomBytes(batch * lookahead, random), lengths },
	};
}

function expectedOf(
	shape: NetworkShape,
	weights: Weights,
	{ inputs, targets, mask, following }: FullSegment,
	batch: number,
	state?: State,
) {
	const segment = { inputs, targets, mask, following: following.bytes, lengths: following.lengths };
	return scoreBoth(shape, weights, segment, batch, state);
}

function largestDifference(actual: Parameters, expected: ReadonlyMap<string, ArrayLike<number>>): number {
	let largest = 0;
	assert.deepEqual([...actual.keys()], [...expected.keys()]);
	for (const [name, values] of expected) {
		const { data } = actual.get(name) as { data: Float32Array };
		assert.equal(data.length, values.length, name);
		for (const [i, value] of data.entries()) largest = Math.max(largest, Math.abs(value - (values[i] as number)));
	}
	return largest;
}

describe(`Numbers of ${goldenBoth.madeBy} for both directions`, () => {
	for (const cell of cellNames) {
		it(`are those of the float64 reference: ${cell}`, () => {
			const { shape, weights, segments, options, expected } = goldenCase(cell, "both");
			const { batch } = options;
			const optimizer = new ReferenceOptimizer(weights, options);
			let state: State | undefined;
			for (const [update, segment] of segments.entries()) {
				const full = segment as FullSegment;
				if (state !== undefined) state = resetStreams(state, segment.reset, shape.hidden);
				const { loss, logits, gradients, finalState } = expectedOf(shape, weights, full, batch, state);
				if (update === 0) {
					assertClose("logits", summarize(logits), expected.logits, 1e-11);
					assert.deepEqual([...gradients.keys()], Object.keys(expected.gradients));
					for (const [name, gradient] of gradients) {
						assertClose(`gradient of ${name}`, summarize(gradient), expected.gradients[name], 1e-11);
					}
				}
				const behind = [...full.targets, ...full.following.bytes];
				const norm = optimizer.update(gradients, full.inputs, golden.rate, behind);
				const { loss: expectedLoss, norm: expectedNorm } = expected.updates[update] ?? {};
				assertClose(`update ${update}`, [loss, norm], [expectedLoss ?? 0, expectedNorm ?? 0], 1e-11);
				state = finalState;
			}
			for (const [name, values] of weights) assertClose(name, summarize(values), expected.parameters[name], 1e-8);
		});
	}

	for (const build of kernelBuilds) {
		for (const [cell, threads] of [...cellNames].flatMap((name) => [[name, 1] as const, [name, 2] as const])) {
			it(`are those of the WebAssembly engine: ${cell}, ${build} kernels, ${threads} threads`, async () => {
				await assertGolden(await createWasmEngine({ builds: [build] }), cell, threads, "both");
			});
		}
	}
});

for (const cell of cellNames) describe(`Training of both directions, ${cell}`, () => testCell(cell));

function testCell(cell: Cell): void {
	for (const { batch, unroll, lookahead, ...size } of sizes) {
		const shape: NetworkShape = { cell, ...size, direction: "both" };
		const title = `hidden ${size.hidden}, layers ${size.layers}, batch ${batch}, unroll ${unroll}, lookahead ${lookahead}`;

		it(`gives the reference's loss and gradient: ${title}`, async () => {
			const random = randomNumbers(shape.hidden);
			const weights = randomWeights(shape, random);
			const engine = await createWasmEngine();
			const options: TrainerOptions = { ...plain, batch, unroll, lookahead, threads: 1 };
			const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
			let state: State | undefined;
			for (let step = 0; step < 4; step++) {
				const segment = segmentOf(batch, unroll, lookahead, random);
				// After more was read: no stream has text behind the targets.
				if (step === 2)
					segment.following.lengths.forEach((length, b) => {
						segment.following.lengths[b] = Math.min(length, unroll);
					});
				const expected = expectedOf(shape, weights, segment, batch, state);
				// A rate of 0 leaves the parameters as they are, so later steps test what is carried, or left behind.
				const { loss } = await trainer.update(segment, 0);
				assert.ok(Math.abs(loss - expected.loss) < 1e-5, `loss ${loss}, expected ${expected.loss}`);
				const worst = largestDifference((await trainer.optimizer()).first, expected.gradients);
				assert.ok(worst < 2e-6, `step ${step}: a gradient differs by ${worst}`);
				state = expected.finalState;
			}
			trainer.dispose();
		});
	}

	it("makes the same update with 1, 2 and 3 threads", async () => {
		const shape: NetworkShape = { cell, hidden: 40, layers: 2, direction: "both" };
		const engine = await createWasmEngine();
		const results = [];
		for (const threads of [1, 2, 3]) {
			const random = randomNumbers(11);
			const options: TrainerOptions = { ...plain, beta1: 0.9, clip: 1, batch: 12, unroll: 9, lookahead: 5, threads };
			const trainer = await engine.createTrainer(shape, parametersOf(shape, randomWeights(shape, random)), options);
			for (let step = 0; step < 4; step++) await trainer.update(segmentOf(12, 9, 5, random), 0.01);
			results.push(await trainer.parameters());
			trainer.dispose();
		}
		const [first, ...others] = results.map((one) => new Map([...one].map(([name, { data }]) => [name, data])));
		for (const other of results.slice(1)) assert.ok(largestDifference(other, first ?? new Map()) < 1e-5);
		assert.equal(others.length, 2);
	});

	it("scores no target by what it is: the probabilities of all bytes at a place sum to 1", async () => {
		for (const layers of [1, 2]) {
			const shape: NetworkShape = { cell, hidden: 8, layers, direction: "both" };
			const random = randomNumbers(layers);
			const options: TrainerOptions = { ...plain, batch: 1, unroll: 4, lookahead: 2, threads: 1 };
			const trainer = await (await createWasmEngine()).createTrainer(
				shape,
				parametersOf(shape, randomWeights(shape, random)),
				options,
			);
			const text = randomBytes(7, random);
			for (let at = 0; at < 4; at++) {
				let sum = 0;
				const losses = new Set<number>();
				for (let byte = 0; byte < 256; byte++) {
					const changed = text.with(at + 1, byte);
					const segment = {
						inputs: changed.subarray(0, 4),
						targets: changed.subarray(1, 5),
						mask: Uint8Array.from({ length: 4 }, (_, t) => (t === at ? 1 : 0)),
						reset: Uint8Array.of(1),
						following: { bytes: changed.subarray(5, 7), lengths: Uint32Array.of(6) },
					};
					const { loss } = await trainer.update(segment, 0);
					sum += Math.exp(-loss);
					losses.add(loss);
				}
				assert.ok(Math.abs(sum - 1) < 1e-5, `${layers} layers, target ${at}: ${sum}`);
				assert.ok(losses.size > 1);
			}
			trainer.dispose();
		}
	});

	it("reads each text from both of its ends in an evaluation, as far as its segments reach", async () => {
		const shape: NetworkShape = { cell, hidden: 16, layers: 2, direction: "both" };
		const random = randomNumbers(21);
		const weights = randomWeights(shape, random);
		const options: TrainerOptions = { ...plain, batch: 8, unroll: 5, lookahead: 4, threads: 1 };
		const engine = await createWasmEngine();
		const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
		const untouched = await engine.createTrainer(shape, parametersOf(shape, weights), options);
		const warmUp = segmentOf(8, 5, 4, random);
		for (const one of [trainer, untouched]) await one.update(warmUp, 0);
		const texts = [1, 2, 30, 7, 12, 0].map((length) => randomBytes(length, random));
		const skip = texts.map(({ length }) => Math.min(2, length));
		let nats = 0;
		let bytes = 0;
		for (const [index, text] of texts.entries()) {
			let state: State | undefined;
			for (let from = 0; from < text.length - 1; from += 5) {
				const length = Math.min(9, text.length - 1 - from);
				const part = (first: number, count: number) =>
					Uint8Array.from({ length: count }, (_, i) => text[first + i] ?? 0);
				const segment = {
					inputs: part(from, 5),
					targets: part(from + 1, 5),
					mask: Uint8Array.from({ length: 5 }, (_, t) => (t < length && from + t + 1 >= (skip[index] ?? 0) ? 1 : 0)),
					following: part(from + 6, 4),
					lengths: [length],
				};
				const result = scoreBoth(shape, weights, segment, 1, state);
				const counted = segment.mask.reduce((sum, one) => sum + one, 0);
				nats += result.loss * counted;
				bytes += counted;
				state = result.finalState;
			}
		}
		const result = await trainer.evaluate(texts, skip);
		assert.equal(result.bytes, bytes);
		assert.ok(Math.abs(result.nats - nats) < 1e-4, `${result.nats}, expected ${nats}`);
		const next = segmentOf(8, 5, 4, random);
		assert.deepEqual(await trainer.update(next, 0), await untouched.update(next, 0));
		for (const one of [trainer, untouched]) one.dispose();
	});

	for (const optimizer of optimizers)
		it(`goes on from saved parameters and ${optimizer} as if it had not stopped`, async () => {
			const shape: NetworkShape = { cell, hidden: 16, layers: 2, direction: "both" };
			const engine = await createWasmEngine();
			const rules = { optimizer, beta1: 0.9, clip: 1, weightDecay: 0.1 };
			const options: TrainerOptions = { ...plain, ...rules, batch: 4, unroll: 6, lookahead: 2, threads: 1 };
			const start = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
			const segments = Array.from({ length: 6 }, (_, i) => {
				const segment = segmentOf(4, 6, 2, randomNumbers(i));
				segment.reset.fill(1);
				return segment;
			});
			const whole = await engine.createTrainer(shape, start, options);
			for (const segment of segments) await whole.update(segment, 0.01);
			const before = await engine.createTrainer(shape, start, options);
			for (const segment of segments.slice(0, 3)) await before.update(segment, 0.01);
			const after = await engine.createTrainer(shape, await before.parameters(), options, await before.optimizer());
			for (const segment of segments.slice(3)) await after.update(segment, 0.01);
			assert.deepEqual(await after.parameters(), await whole.parameters());
			for (const trainer of [whole, before, after]) trainer.dispose();
		});

	it("leaves the input weights of a byte as they are in the direction that has not read it", async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 1, direction: "both" };
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(6)));
		const options: TrainerOptions = { ...plain, batch: 3, unroll: 4, lookahead: 1, threads: 1, weightDecay: 0.1 };
		const trainer = await (await createWasmEngine()).createTrainer(shape, parameters, options);
		const segment = segmentOf(3, 4, 1, randomNumbers(6));
		segment.inputs.fill(7);
		segment.targets.fill(8);
		segment.following.bytes.fill(9);
		// The text of the last stream ends before this byte.
		segment.following.bytes[2] = 10;
		segment.following.lengths.set([5, 5, 4]);
		await trainer.update(segment, 0.01);
		const after = await trainer.parameters();
		for (const [isReverse, read] of [
			[false, [7]],
			[true, [8, 9]],
		] as const) {
			const name = layerNames(cell, 0, isReverse).weightIh;
			const [from, to] = [parameters, after].map((one) => one.get(name)?.data ?? new Float32Array());
			const changed = [...(from?.keys() ?? [])].filter((i) => from?.[i] !== to?.[i]).map((i) => i % 256);
			assert.deepEqual([...new Set(changed)].sort(), read);
		}
		trainer.dispose();
	});
}

describe("A network of both directions", () => {
	const shape: NetworkShape = { cell: "gru", hidden: 8, layers: 2, direction: "both" };
	const options: TrainerOptions = { ...plain, batch: 1, unroll: 4, lookahead: 2, threads: 1 };
	const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(1)));

	it("makes no predictor", async () => {
		const engine = await createWasmEngine();
		await assert.rejects(engine.createPredictor(shape, parameters, "float32", 1), { code: "scoresOnly" });
	});

	it("is refused where a deeper layer reads both directions", async () => {
		const engine = await createWasmEngine();
		for (const [name, column] of [
			["gru.weight_ih_l1", 8],
			["gru.weight_ih_l1_reverse", 0],
		] as const) {
			const tensor = parameters.get(name);
			assert.ok(tensor);
			const data = tensor.data.slice();
			data[16 * 5 + column] = 0.1;
			const mixed = new Map(parameters).set(name, { ...tensor, data });
			await assert.rejects(engine.createTrainer(shape, mixed, options), {
				code: "modelUnsupported",
				message: new RegExp(`${name} reads both directions`),
			});
		}
	});

	it("cannot be a part of a mixture, and reads only what it was made for", async () => {
		const engine = await createWasmEngine();
		const mixture = { network: new Float32Array(256), offset: new Float32Array(256) };
		await assert.rejects(engine.createTrainer(shape, parameters, { ...options, mixture }), { code: "badArgument" });
		await assert.rejects(engine.createTrainer(shape, parameters, { ...options, lookahead: -1 }), {
			code: "badArgument",
		});
		const trainer = await engine.createTrainer(shape, parameters, options);
		const segment = segmentOf(1, 4, 2, randomNumbers(1));
		const { following } = segment;
		for (const wrong of [
			{ ...following, bytes: new Uint8Array(3) },
			{ ...following, lengths: new Uint32Array(2) },
		]) {
			assert.throws(() => trainer.update({ ...segment, following: wrong }, 0), { code: "badArgument" });
		}
		trainer.dispose();
	});
});
