import assert from "node:assert/strict";
import { type NetworkShape, type Predictor, SYMBOLS } from "../../../src/engines/engine.ts";
import type { Context } from "../../../src/model/languageModel.ts";
import { createNetwork } from "../../../src/model/network.ts";

const shape: NetworkShape = { cell: "gru", hidden: 3, layers: 1 };

/** A network of three units that leak: each step mixes the byte in. It counts what it is asked for. */
function leakyPredictor(maxBatch: number): Predictor & { readonly calls: { steps: number[]; read: number } } {
	const calls: { steps: number[]; read: number } = { steps: [], read: 0 };
	const advance = (state: Float32Array, byte: number): void => {
		for (let unit = 0; unit < shape.hidden; unit++) {
			state[unit] = 0.5 * (state[unit] as number) + Math.sin(byte * (unit + 1));
		}
	};
	return {
		shape,
		stateSize: shape.hidden,
		maxBatch,
		calls,
		step(count, states, bytes, logits) {
			assert.ok(count <= maxBatch);
			calls.steps.push(count);
			for (let i = 0; i < count; i++) {
				const state = states.subarray(i * shape.hidden, (i + 1) * shape.hidden);
				advance(state, bytes[i] as number);
				for (let symbol = 0; logits !== undefined && symbol < SYMBOLS; symbol++) {
					logits[i * SYMBOLS + symbol] = 20 * Math.cos(symbol + (state[symbol % shape.hidden] as number));
				}
			}
		},
		read(state, bytes) {
			calls.read += bytes.length;
			for (const byte of bytes) advance(state, byte);
		},
		dispose: () => undefined,
	};
}

function sumOf({ logProbabilities }: Context): number {
	return logProbabilities.reduce((sum, logProbability) => sum + Math.exp(logProbability), 0);
}

describe("a recurrent network as a language model", () => {
	it("states distributions that sum to 1, also for great logits", () => {
		const model = createNetwork(leakyPredictor(4));
		const contexts = [model.start(), model.read(model.start(), Uint8Array.of(1, 2, 3))];
		for (const context of [...contexts, ...model.advance(contexts, [200, 7])]) {
			assert.ok(Math.abs(sumOf(context) - 1) < 1e-5);
		}
		const huge = leakyPredictor(1);
		const model2 = createNetwork({ ...huge, step: (_c, _s, _b, logits) => void logits?.fill(0).fill(3e38, 65, 66) });
		const certain = model2.read(model2.start(), Uint8Array.of(1));
		assert.equal(certain.logProbabilities[65], 0);
		assert.equal(sumOf(certain), 1);
	});

	it("expects any byte before it has read one", () => {
		const { logProbabilities } = createNetwork(leakyPredictor(1)).start();
		assert.equal(new Set(logProbabilities).size, 1);
		assert.ok(Math.abs(Math.exp(logProbabilities[0] as number) - 1 / 256) < 1e-9);
	});

	it("reaches the same context by reading and by single steps", () => {
		const model = createNetwork(leakyPredictor(2));
		let stepped = model.start();
		for (const byte of [10, 20, 30]) stepped = model.advance([stepped], [byte])[0] as Context;
		assert.deepEqual(model.read(model.start(), Uint8Array.of(10, 20, 30)), stepped);
		assert.deepEqual(model.read(model.read(model.start(), Uint8Array.of(10)), Uint8Array.of(20, 30)), stepped);
	});

	it("leaves contexts as they are", () => {
		const model = createNetwork(leakyPredictor(2));
		const context = model.read(model.start(), Uint8Array.of(5, 6));
		const before = structuredClone(context);
		const [one, other] = model.advance([context, context], [7, 8]);
		model.read(context, Uint8Array.of(9, 9, 9));
		assert.deepEqual({ ...context }, before);
		assert.notDeepEqual(one, other);
		assert.deepEqual(model.advance([context], [7])[0], one);
		assert.deepEqual(
			[...model.start().logProbabilities],
			[...createNetwork(leakyPredictor(2)).start().logProbabilities],
		);
	});

	it("splits what is more than one batch", () => {
		const predictor = leakyPredictor(3);
		const model = createNetwork(predictor);
		const starts = Array.from({ length: 8 }, (_, i) => model.read(model.start(), Uint8Array.of(i)));
		predictor.calls.steps.length = 0;
		const bytes = [9, 8, 7, 6, 5, 4, 3, 2];
		const together = model.advance(starts, bytes);
		assert.deepEqual(predictor.calls.steps, [3, 3, 2]);
		assert.deepEqual(
			together,
			starts.map((start, i) => model.advance([start], [bytes[i] as number])[0]),
		);
	});

	it("computes one distribution to read many bytes, and nothing to read none", () => {
		const predictor = leakyPredictor(3);
		const model = createNetwork(predictor);
		const context = model.read(model.start(), new Uint8Array(100));
		assert.deepEqual(predictor.calls, { steps: [1], read: 99 });
		assert.equal(model.read(context, new Uint8Array(0)), context);
		assert.deepEqual(predictor.calls, { steps: [1], read: 99 });
	});

	it("refuses contexts that are not its own kind", () => {
		const model = createNetwork(leakyPredictor(1));
		assert.throws(() => model.advance([{ logProbabilities: new Float32Array(256) }], [1]), TypeError);
	});
});
