/** What the Transformer must do on every back end: the same as the float64 reference. */
import assert from "node:assert/strict";
import type { TensorFlow } from "../../../src/engines/tensorflow/api.ts";
import { backendOf } from "../../../src/engines/tensorflow/backend.ts";
import {
	type Past,
	type Rows,
	Transformer,
	type TransformerShape,
} from "../../../src/engines/tensorflow/transformer/transformer.ts";
import { randomBytes, randomNumbers } from "../../unit/reference/random.ts";
import * as reference from "./reference.ts";

const options = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: Number.POSITIVE_INFINITY };
const small: TransformerShape = { width: 4, heads: 2, blocks: 2, context: 6 };

/** Tests over `tf`, which is asked for when they run. */
export function testTransformer(tf: () => TensorFlow): void {
	describe("The Transformer", () => {
		let tensors: number;
		beforeEach(() => {
			tensors = tf().memory().numTensors;
		});
		afterEach(() => assert.equal(tf().memory().numTensors, tensors, "tensors are left behind"));

		const begun = (shape: TransformerShape, seed: number, some: Partial<typeof options> = {}) =>
			new Transformer(backendOf(tf()), shape, { ...options, ...some }, new Float32Array(256), normal(seed));

		/** One in which every weight is drawn, as the output weights begin at 0 and let no gradient through. */
		const drawn = (seed: number, some: Partial<typeof options> = {}) => {
			const transformer = begun(small, seed, some);
			const draw = normal(seed + 1);
			for (const variable of transformer.weights.values()) {
				const data = variable.dataSync().map(() => draw() / 2);
				tf().tidy(() => variable.assign(tf().tensor(data, variable.shape, "float32")));
			}
			return transformer;
		};

		const weightsOf = ({ weights }: Transformer): Map<string, Float64Array> =>
			new Map([...weights].map(([name, variable]) => [name, Float64Array.from(variable.dataSync())]));

		it("has the reference's logits, all at once and byte after byte", () => {
			const transformer = drawn(1);
			const bytes = randomBytes(small.context, randomNumbers(1));
			const weights = weightsOf(transformer);
			const expected = reference.read(small, weights, reference.embed(small, weights, bytes));
			const whole = transformer.step(bytes);
			let past: Past = [];
			for (const [t, logits] of expected.entries()) {
				const step = transformer.step(bytes.subarray(t, t + 1), past);
				dispose(past);
				past = step.past;
				assertNear(`all at once, ${t}`, whole.logits.subarray(256 * t, 256 * (t + 1)), logits, 1e-5);
				assertNear(`one by one, ${t}`, step.logits, logits, 1e-5);
			}
			dispose(past);
			dispose(whole.past);
			transformer.dispose();
		});

		it("has the reference's loss and gradient", () => {
			// With so large an ε a step of AdamW is the gradient times rate / ε, but for one part in 10⁴.
			const epsilon = 1e4;
			const transformer = drawn(3, { beta1: 0, epsilon });
			const random = randomNumbers(3);
			const rows = { ...rowsOf(2, 5, random), mask: Uint8Array.of(1, 1, 0, 1, 1, 1, 1, 1, 1, 0) };
			const weights = weightsOf(transformer);
			const loss = () => {
				const all = [0, 1].map((row) => {
					const [inputs, targets, mask] = [rows.inputs, rows.targets, rows.mask].map((one) =>
						one.subarray(5 * row, 5 * (row + 1)),
					) as [Uint8Array, Uint8Array, Uint8Array];
					const logits = reference.read(small, weights, reference.embed(small, weights, inputs));
					return logits.reduce(
						(sum, one, t) => sum + (mask[t] === 0 ? 0 : reference.nats(one, targets[t] as number)),
						0,
					);
				});
				return ((all[0] as number) + (all[1] as number)) / 8;
			};
			const expectedLoss = loss();
			assert.ok(Math.abs(transformer.score(rows) / 8 - expectedLoss) < 1e-5);
			const result = transformer.update(rows, epsilon);
			assert.ok(Math.abs(result.loss - expectedLoss) < 1e-5);
			let squares = 0;
			for (const [name, values] of weights) {
				const expected = values.map((value, i) => {
					const lossWith = (other: number) => {
						values[i] = other;
						const found = loss();
						values[i] = value;
						return found;
					};
					// Rows of bytes that do not occur have no gradient.
					if (name === "bytes" && !rows.inputs.includes(Math.floor(i / small.width))) return 0;
					return (lossWith(value + 1e-5) - lossWith(value - 1e-5)) / 2e-5;
				});
				squares += expected.reduce((sum, value) => sum + value ** 2, 0);
				const changed = transformer.weights.get(name)?.dataSync() ?? [];
				assertNear(
					name,
					values.map((value, i) => value - (changed[i] as number)),
					expected,
					1e-3,
				);
			}
			assert.ok(Math.abs(result.gradientNorm / Math.sqrt(squares) - 1) < 1e-4);
			transformer.dispose();
		});

		it("has the reference's gradient by what enters each position", () => {
			const transformer = drawn(5);
			const bytes = randomBytes(5, randomNumbers(5));
			const weights = weightsOf(transformer);
			const entry = reference.embed(small, weights, bytes);
			const loss = () => reference.nats(reference.read(small, weights, entry).at(-1) as Float64Array, 9);
			const expected = entry.map((vector) => {
				const slopes = vector.map((value, i) => {
					const lossWith = (other: number) => {
						vector[i] = other;
						const found = loss();
						vector[i] = value;
						return found;
					};
					return (lossWith(value + 1e-5) - lossWith(value - 1e-5)) / 2e-5;
				});
				return Math.hypot(...slopes);
			});
			assertNear("norms", transformer.reach(bytes, 9), expected, 1e-4);
			transformer.dispose();
		});

		it("learns what comes next in a text that repeats itself", () => {
			const shape: TransformerShape = { width: 16, heads: 2, blocks: 1, context: 16 };
			const transformer = begun(shape, 7);
			const text = Uint8Array.from({ length: 17 }, (_, i) => "abcd".charCodeAt(i % 4));
			const rows = {
				batch: 1,
				inputs: text.subarray(0, -1),
				targets: text.subarray(1),
				mask: new Uint8Array(16).fill(1),
			};
			const first = transformer.score(rows) / 16;
			assert.ok(Math.abs(first - Math.log(256)) < 1e-4, `${first} nats before`);
			for (let update = 0; update < 40; update++) transformer.update(rows, 0.03);
			assert.ok(transformer.score(rows) / 16 < 0.1);
			transformer.dispose();
		});

		it("learns nothing from a gradient that is not finite", () => {
			const transformer = drawn(8);
			const head = transformer.weights.get("head");
			tf().tidy(() => head?.assign(tf().tensor(new Float32Array(4 * 256).fill(3e38), [4, 256], "float32")));
			const before = weightsOf(transformer);
			assert.ok(!Number.isFinite(transformer.update(rowsOf(1, 4, randomNumbers(8)), 0.1).gradientNorm));
			assert.deepEqual(weightsOf(transformer), before);
			transformer.dispose();
		});
	});
}

function normal(seed: number): () => number {
	const random = randomNumbers(seed);
	return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function rowsOf(batch: number, length: number, random: () => number): Rows {
	const size = batch * length;
	return {
		batch,
		inputs: randomBytes(size, random),
		targets: randomBytes(size, random),
		mask: new Uint8Array(size).fill(1),
	};
}

function dispose(past: Past): void {
	for (const { keys, values } of past) for (const tensor of [keys, values]) tensor.dispose();
}

/** Within a share of the largest of the expected values. */
function assertNear(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, share: number): void {
	assert.equal(actual.length, expected.length, what);
	const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
	for (let i = 0; i < expected.length; i++) {
		const difference = Math.abs((actual[i] as number) - (expected[i] as number));
		assert.ok(difference <= share * largest, `${what}[${i}] is ${actual[i]}, expected ${expected[i]}`);
	}
}
