/** What the TensorFlow engine must do on every back end: the same as the float64 reference, PyTorch and Inkling's own engine. */
import assert from "node:assert/strict";
import {
	type Cell,
	type Engine,
	type NetworkShape,
	type NetworkTrainer,
	optimizers,
	type Parameters,
	type Segment,
	type Symbols,
	type TrainerOptions,
} from "../../src/engines/engine.ts";
import { createEngine } from "../../src/engines/registry.ts";
import { layerNames } from "../../src/engines/shapes.ts";
import type { TensorFlow } from "../../src/engines/tensorflow/api.ts";
import { cellNames } from "../../src/engines/tensorflow/cells/index.ts";
import { createTensorFlowEngine } from "../../src/engines/tensorflow/index.ts";
import type { GradientMethod } from "../../src/engines/tensorflow/trainer.ts";
import { scoreBoth } from "../unit/reference/bothSides.ts";
import { assertGolden, assertGoldenOptimizer } from "../unit/reference/goldenEngine.ts";
import * as reference from "../unit/reference/network.ts";
import { parametersOf, randomBytes, randomNumbers, randomWeights } from "../unit/reference/random.ts";

/** With β₁ = 0 and without clipping the first moment is the gradient itself. */
const plain = { beta1: 0, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: Number.POSITIVE_INFINITY, threads: 1 };
/** As trainings have it, with momentum. */
const usual = { ...plain, beta1: 0.9, weightDecay: 0.02, clip: 1 };

const methods: readonly GradientMethod[] = ["automatic", "byHand"];

/** Tests of the engine over `tf`, which is asked for when the tests run. `updates` of them must leave no tensor behind. */
export function testEngine(tf: () => TensorFlow, updates: number): void {
	for (const optimizer of optimizers) {
		if (optimizer === "adamw") continue;
		it(`makes PyTorch's steps by ${optimizer}`, () =>
			assertGoldenOptimizer(createTensorFlowEngine(tf()), optimizer, 1));
	}
	for (const method of methods) {
		for (const cell of cellNames) describe(`${cell}, gradient ${method}`, () => testCell(tf, cell, method, updates));
	}
	for (const cell of cellNames) describe(`${cell}, both directions`, () => testBothDirections(tf, cell));
}

function testBothDirections(tf: () => TensorFlow, cell: Cell): void {
	let engine: Engine;
	let tensors: number;

	beforeEach(() => {
		engine = createTensorFlowEngine(tf());
		tensors = tf().memory().numTensors;
	});
	afterEach(() => assert.equal(tf().memory().numTensors, tensors, "tensors are left behind"));

	it("has PyTorch's gradient and updates", () => assertGolden(engine, cell, 1, "both"));

	for (const [layers, batch, unroll, lookahead] of [
		[1, 3, 4, 0],
		[1, 2, 1, 2],
		[2, 4, 5, 3],
	] as const) {
		const title = `${layers} layers, ${batch} streams, ${unroll} steps, ${lookahead} behind them`;

		it(`has the reference's loss and gradient: ${title}`, async () => {
			const shape: NetworkShape = { cell, hidden: 7, layers, direction: "both" };
			const random = randomNumbers(layers);
			const weights = randomWeights(shape, random);
			const options: TrainerOptions = { ...plain, batch, unroll, lookahead };
			const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
			let state: reference.State | undefined;
			for (let update = 0; update < 3; update++) {
				const segment = bothSegmentOf(batch, unroll, lookahead, random);
				const { inputs, targets, mask } = segment;
				const { bytes: following, lengths } = segment.following;
				const expected = scoreBoth(shape, weights, { inputs, targets, mask, following, lengths }, batch, state);
				const { loss } = await trainer.update(segment, 0);
				assert.ok(Math.abs(loss - expected.loss) < 1e-5, `loss ${loss}, expected ${expected.loss}`);
				for (const [name, { data }] of (await trainer.optimizer()).first) {
					assertNear(name, data, expected.gradients.get(name) ?? []);
				}
				state = expected.finalState;
			}
			trainer.dispose();
		});
	}

	it("evaluates as Inkling's own engine, and goes on where that stopped", async () => {
		const own = await createEngine();
		const shape: NetworkShape = { cell, hidden: 16, layers: 2, direction: "both" };
		const start = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
		const options: TrainerOptions = { ...usual, batch: 5, unroll: 6, lookahead: 2 };
		const segments = Array.from({ length: 10 }, (_, i) => {
			const segment = bothSegmentOf(5, 6, 2, randomNumbers(i));
			segment.reset.fill(1);
			return segment;
		});
		const whole = await trainedBy([own], shape, start, options, segments);
		for (const order of [[engine], [own, engine], [engine, own]]) {
			assertTrained(await trainedBy(order, shape, start, options, segments), whole);
		}
		const random = randomNumbers(7);
		const texts = [30, 2, 9, 1].map((length) => randomBytes(length, random));
		const results = [];
		for (const one of [engine, own]) {
			const trainer = await one.createTrainer(shape, start, options);
			results.push(await trainer.evaluate(texts, [2, 0, 1, 0]));
			trainer.dispose();
		}
		const [found, expected] = results;
		assert.equal(found?.bytes, expected?.bytes);
		assert.ok(Math.abs((found?.nats ?? Number.NaN) - (expected?.nats ?? 0)) < 1e-3);
	});
}

function testCell(tf: () => TensorFlow, cell: Cell, method: GradientMethod, updates: number): void {
	let engine: Engine;
	let tensors: number;

	beforeEach(() => {
		engine = createTensorFlowEngine(tf(), method);
		tensors = tf().memory().numTensors;
	});
	afterEach(() => assert.equal(tf().memory().numTensors, tensors, "tensors are left behind"));

	it("has PyTorch's gradient, updates and logits", () => assertGolden(engine, cell, 1));

	// Sizes drawn at random, always the same.
	const random = randomNumbers(12);
	const below = (most: number) => 1 + Math.floor(random() * most);
	for (let seed = 0; seed < 4; seed++) {
		const shape: NetworkShape = { cell, hidden: below(24), layers: 1 + (seed % 2) };
		const [batch, unroll] = [below(9), below(8)];
		const title = `${shape.hidden} units in ${shape.layers} layers, ${batch} streams, ${unroll} steps`;

		it(`has the reference's loss, gradient and logits: ${title}`, async () => {
			const random = randomNumbers(seed);
			const weights = randomWeights(shape, random);
			const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), { ...plain, batch, unroll });
			let state: reference.State | undefined;
			for (let update = 0; update < 3; update++) {
				const segment = segmentOf(batch, unroll, random);
				const { inputs, targets, mask } = segment;
				const expected = reference.backward(shape, weights, inputs, targets, mask, batch, state);
				// A rate of 0 leaves the parameters as they are, so later updates test the states that are carried on.
				const { loss, gradientNorm } = await trainer.update(segment, 0);
				assert.ok(Math.abs(loss - expected.loss) < 1e-5, `loss ${loss}, expected ${expected.loss}`);
				const norm = Math.hypot(...[...expected.gradients.values()].map((gradient) => Math.hypot(...gradient)));
				assert.ok(Math.abs(gradientNorm - norm) <= 1e-4 * norm, `norm ${gradientNorm}, expected ${norm}`);
				for (const [name, { data }] of (await trainer.optimizer()).first) {
					assertNear(name, data, expected.gradients.get(name) ?? []);
				}
				state = reference.forward(shape, weights, inputs, targets, mask, batch, state).finalState;
			}
			trainer.dispose();

			const predictor = await engine.createPredictor(shape, parametersOf(shape, weights), "float32", batch);
			const inputs = randomBytes(batch * unroll, random);
			const expected = reference.forward(shape, weights, inputs, inputs, new Uint8Array(inputs.length), batch);
			const states = new Float32Array(batch * predictor.stateSize);
			const logits = new Float32Array(batch * 256);
			for (let t = 0; t < unroll; t++) {
				predictor.step(batch, states, inputs.subarray(t * batch, (t + 1) * batch), logits);
			}
			for (const [i, logit] of expected.logits.subarray(-logits.length).entries()) {
				assert.ok(Math.abs((logits[i] as number) - logit) < 1e-4, `logit ${i}`);
			}
			predictor.dispose();
		});
	}

	it("goes on where Inkling's own engine stopped, and the other way round, as if one had done it all", async () => {
		const own = await createEngine();
		const shape: NetworkShape = { cell, hidden: 16, layers: 2 };
		const start = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
		const segments = Array.from({ length: 4 }, (_, i) => {
			const segment = segmentOf(5, 6, randomNumbers(i));
			segment.reset.fill(1);
			return segment;
		});
		for (const optimizer of optimizers) {
			const options: TrainerOptions = { ...usual, optimizer, batch: 5, unroll: 6 };
			const whole = await trainedBy([own], shape, start, options, segments);
			for (const order of [[engine], [own, engine], [engine, own]]) {
				assertTrained(await trainedBy(order, shape, start, options, segments), whole);
			}
		}
	});

	it("trains only the symbols asked for, and those with output weights", async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 1 };
		const random = randomNumbers(31);
		const weights = randomWeights(shape, random);
		const learned = [10, 65, 66, 67, 200];
		const head = weights.get("head.weight") as Float64Array;
		for (let symbol = 0; symbol < 256; symbol++) {
			// 200 is not asked for below, but its weights are not zero.
			if (!learned.includes(symbol)) head.fill(0, symbol * 8, (symbol + 1) * 8);
		}
		const options: TrainerOptions = {
			...plain,
			weightDecay: 0.5,
			batch: 4,
			unroll: 5,
			symbols: Uint8Array.of(10, 65, 66, 67),
		};
		const trainer = await engine.createTrainer(shape, parametersOf(shape, weights), options);
		const segment = segmentOf(4, 5, random);
		segment.targets.forEach((target, i) => {
			segment.targets[i] = learned[target % 5] as number;
		});
		const { loss, gradients } = reference.backward(shape, weights, segment.inputs, segment.targets, segment.mask, 4);
		assert.ok(Math.abs((await trainer.update(segment, 0.01)).loss - loss) < 1e-5);
		const { first } = await trainer.optimizer();
		const after = await trainer.parameters();
		for (let symbol = 0; symbol < 256; symbol++) {
			const isLearned = learned.includes(symbol);
			const gradient = gradients.get("head.bias")?.[symbol] as number;
			const found = first.get("head.bias")?.data[symbol] as number;
			assert.ok(Math.abs(found - (isLearned ? gradient : 0)) < 1e-6, `gradient of symbol ${symbol}`);
			const bias = weights.get("head.bias")?.[symbol];
			assert.equal(after.get("head.bias")?.data[symbol] === bias, !isLearned, `bias of symbol ${symbol}`);
		}
		await assert.rejects(
			async () => trainer.update({ ...segment, targets: segment.targets.map(() => 99) }, 0),
			/byte 99/,
		);
		trainer.dispose();
	});

	for (const optimizer of optimizers) {
		it(`leaves the input weights of a byte that no update has met as they are: ${optimizer}`, async () => {
			const shape: NetworkShape = { cell, hidden: 8, layers: 1 };
			const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(6)));
			const options: TrainerOptions = { ...plain, optimizer, batch: 3, unroll: 4, weightDecay: 0.1 };
			const trainer = await engine.createTrainer(shape, parameters, options);
			await trainer.evaluate([Uint8Array.of(200, 201, 202)], [0]);
			const segment = segmentOf(3, 4, randomNumbers(6));
			segment.inputs.fill(7);
			// An input whose target does not count has no gradient, but is met.
			segment.inputs.fill(9, 9);
			segment.mask.fill(0, 9);
			await trainer.update(segment, 0.01);
			// Another trainer knows from the state which bytes there have been.
			const next = await engine.createTrainer(shape, await trainer.parameters(), options, await trainer.optimizer());
			segment.inputs.fill(8);
			await next.update(segment, 0.01);
			const { weightIh } = layerNames(cell, 0);
			const [before, between, after] = [parameters, await trainer.parameters(), await next.parameters()].map(
				(all) => all.get(weightIh)?.data ?? new Float32Array(),
			) as [Float32Array, Float32Array, Float32Array];
			const changed = (from: Float32Array, to: Float32Array) => {
				const places = [...from.keys()].filter((i) => from[i] !== to[i]);
				return [...new Set(places.map((i) => i % 256))].sort((a, b) => a - b);
			};
			assert.deepEqual(changed(before, between), [7, 9]);
			assert.deepEqual(changed(between, after), [7, 8, 9]);
			for (const one of [trainer, next]) one.dispose();
		});
	}

	it("refuses to learn as a part of a mixture, rather than learn something else", async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 1 };
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(4)));
		const mixture = { network: new Float32Array(256), offset: new Float32Array(256) };
		const options: TrainerOptions = { ...plain, batch: 2, unroll: 4 };
		await assert.rejects(engine.createTrainer(shape, parameters, { ...options, mixture }), { code: "badArgument" });
		const trainer = await engine.createTrainer(shape, parameters, options);
		const advised = { ...segmentOf(2, 4, randomNumbers(4)), advice: new Int8Array(64) };
		await assert.rejects(async () => trainer.update(advised, 0.01), { code: "badArgument" });
		trainer.dispose();
	});

	it("learns nothing from a gradient that is not finite, nor where nothing counts", async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 1 };
		const weights = randomWeights(shape, randomNumbers(4));
		weights.get("head.weight")?.fill(3e38, 0, 8);
		const parameters = parametersOf(shape, weights);
		const trainer = await engine.createTrainer(shape, parameters, { ...plain, batch: 2, unroll: 4 });
		const { gradientNorm } = await trainer.update(segmentOf(2, 4, randomNumbers(4)), 0.01);
		assert.ok(!Number.isFinite(gradientNorm));
		assert.deepEqual(await trainer.parameters(), parameters);
		trainer.dispose();

		const sound = parametersOf(shape, randomWeights(shape, randomNumbers(4)));
		const idle = await engine.createTrainer(shape, sound, { ...plain, batch: 2, unroll: 4 });
		const nothing = { ...segmentOf(2, 4, randomNumbers(4)), mask: new Uint8Array(8) };
		assert.deepEqual(await idle.update(nothing, 0.01), { loss: 0, gradientNorm: 0 });
		assert.deepEqual(await idle.parameters(), sound);
		idle.dispose();
	});

	it("evaluates texts of any length from the zero state, without touching the streams", async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 2 };
		const random = randomNumbers(21);
		const weights = randomWeights(shape, random);
		const parameters = parametersOf(shape, weights);
		const options: TrainerOptions = { ...usual, batch: 3, unroll: 5 };
		const trainer = await engine.createTrainer(shape, parameters, options);
		const untouched = await engine.createTrainer(shape, parameters, options);
		const [first, second] = [segmentOf(3, 5, random), segmentOf(3, 5, random)];
		for (const one of [trainer, untouched]) await one.update(first, 0);
		const lengths = [1, 2, 30, 7, 3, 12, 0];
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
		const other = parametersOf(shape, randomWeights(shape, randomNumbers(22)));
		const elsewhere = await trainer.evaluate(texts, skip, other);
		const here = await trainer.evaluate(texts, skip);
		assert.equal(here.bytes, bytes);
		assert.ok(Math.abs(here.nats - nats) < 1e-4 * bytes, `${here.nats} nats, expected ${nats}`);
		assert.notEqual(elsewhere.nats, here.nats);
		// Broken off in the middle.
		const steps = trainer.evaluation(texts, skip, other);
		await steps.next();
		await steps.return({ nats: 0, mixtureNats: 0, bytes: 0 });
		for (const one of [trainer, untouched]) await one.update(second, 0.01);
		assert.deepEqual(await trainer.parameters(), await untouched.parameters());
		for (const one of [trainer, untouched]) one.dispose();
	});

	it("reads many bytes as it steps through them", async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 2 };
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(5)));
		const predictor = await engine.createPredictor(shape, parameters, "float32", 2);
		// More than are read at once.
		const bytes = randomBytes(300, randomNumbers(6));
		const read = new Float32Array(predictor.stateSize);
		const stepped = new Float32Array(predictor.stateSize);
		predictor.read(read, bytes);
		for (const byte of bytes) predictor.step(1, stepped, Uint8Array.of(byte));
		assertNear("state", read, stepped);
		predictor.dispose();
	});

	it(`keeps no more tensors after ${updates} updates than after one`, async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 1 };
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(2)));
		const trainer = await engine.createTrainer(shape, parameters, { ...usual, batch: 2, unroll: 3 });
		const random = randomNumbers(3);
		await trainer.update(segmentOf(2, 3, random), 0.01);
		const before = tf().memory().numTensors;
		for (let update = 0; update < updates; update++) await trainer.update(segmentOf(2, 3, random), 0.01);
		assert.equal(tf().memory().numTensors, before);
		trainer.dispose();
	});

	it("leaves nothing behind of parameters that do not fit", async () => {
		const shape: NetworkShape = { cell, hidden: 8, layers: 1 };
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(2)));
		const lacking = new Map([...parameters].filter(([name]) => name !== "head.bias"));
		const options: TrainerOptions = { ...usual, batch: 2, unroll: 3 };
		const broken = { name: "Failure", code: "modelBroken" };
		await assert.rejects(engine.createTrainer(shape, lacking, options), broken);
		await assert.rejects(engine.createPredictor(shape, lacking, "float32", 1), broken);
		for (const moments of [
			{ first: lacking, second: parameters },
			{ first: parameters, second: lacking },
		]) {
			await assert.rejects(engine.createTrainer(shape, parameters, options, { updates: 1, ...moments }), broken);
		}
	});
}

function segmentOf(batch: number, unroll: number, random: () => number): Segment {
	const flags = (count: number, share: number) => Uint8Array.from({ length: count }, () => (random() < share ? 1 : 0));
	return {
		inputs: randomBytes(batch * unroll, random),
		targets: randomBytes(batch * unroll, random),
		mask: flags(batch * unroll, 0.9),
		reset: new Uint8Array(batch),
	};
}

/** With streams whose text ends within the targets, behind them, or not at all. */
function bothSegmentOf(batch: number, unroll: number, lookahead: number, random: () => number) {
	const segment = segmentOf(batch, unroll, random);
	const lengths = Uint32Array.from({ length: batch }, (_, b) => Math.max(1, unroll + lookahead - 2 * b));
	const isText = (i: number) => Math.floor(i / batch) < (lengths[i % batch] as number);
	return {
		...segment,
		mask: segment.mask.map((flag, i) => (isText(i) ? flag : 0)),
		following: { bytes: randomBytes(batch * lookahead, random), lengths },
	};
}

/** Parameters after all segments, shared out between the engines in turn. */
export async function trainedBy(
	engines: readonly Engine[],
	shape: NetworkShape,
	start: Parameters,
	options: TrainerOptions,
	segments: readonly Segment<Symbols>[],
): Promise<Parameters> {
	const share = Math.ceil(segments.length / engines.length);
	let parameters = start;
	let optimizer: Awaited<ReturnType<NetworkTrainer["optimizer"]>> | undefined;
	for (const [turn, engine] of engines.entries()) {
		const trainer = await engine.createTrainer(shape, parameters, options, optimizer);
		for (const segment of segments.slice(turn * share, (turn + 1) * share)) await trainer.update(segment, 0.01);
		[parameters, optimizer] = [await trainer.parameters(), await trainer.optimizer()];
		trainer.dispose();
	}
	return parameters;
}

/** Within 1e-4 of the largest of the expected values. */
export function assertNear(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
	assert.equal(actual.length, expected.length, what);
	const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
	for (let i = 0; i < expected.length; i++) {
		const difference = Math.abs((actual[i] as number) - (expected[i] as number));
		assert.ok(difference <= 1e-4 * largest, `${what}[${i}] is ${actual[i]}, expected ${expected[i]}`);
	}
}

/** Where a gradient is all rounding, Adam's step is of full size in a random direction: so near on average. */
export function assertTrained(actual: Parameters, expected: Parameters): void {
	for (const [name, { data }] of expected) {
		const found = actual.get(name)?.data ?? [];
		const total = data.reduce((sum, value, i) => sum + Math.abs(value - (found[i] ?? Number.NaN)), 0);
		assert.ok(total / data.length < 1e-4, `${name} differs by ${total / data.length} on average`);
	}
}
