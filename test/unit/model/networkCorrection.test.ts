import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { NetworkShape } from "../../../src/engines/engine.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import type { NetworkState } from "../../../src/model/languageModel.ts";
import { createMemory, type Memory, restoreMemory } from "../../../src/model/memory/index.ts";
import { createMixture } from "../../../src/model/mixture.ts";
import { createNetwork } from "../../../src/model/network.ts";
import { randomNumbers } from "../reference/random.ts";
import { randomParameters } from "./modelFixture.ts";

const options = { mebibytes: 8, expectedBytes: 1 };
const uniform = new Float32Array(256).fill(-Math.log(256));
const random = randomNumbers(9);
const state = (network: number): NetworkState => ({
	network,
	units: Float32Array.from({ length: 40 }, () => 2 * random() - 1),
});
const first = state(1);
const texts = [..."qzjxkvbw"].map((letter) => Buffer.from(letter));

/** A memory that has learned that any of the letters follows a state: that its network says so, and not its contexts. */
async function taught(): Promise<Memory> {
	const memory = await createMemory(options);
	for (let i = 0; i < 40; i++) {
		const cursor = memory.read(memory.start(), (texts[i % texts.length] as Buffer).subarray(0, 1));
		memory.learnByte(cursor, "#".charCodeAt(0), uniform, first);
	}
	return memory;
}

/** Of "#" where nothing is known but the state. */
function expectation(memory: Memory, from?: NetworkState): number {
	const cursor = memory.read(memory.start(), Buffer.from("ÄÖÜ 漢字"));
	return Math.exp(memory.predict(cursor, uniform, from)["#".charCodeAt(0)] as number);
}

describe("what a memory has learned about the states of a network", () => {
	it("tells what comes after such a state", async () => {
		const memory = await taught();
		assert.ok(expectation(memory, first) > 3 * expectation(memory));
		assert.ok(expectation(memory, { ...first, units: state(1).units }) < 2 * expectation(memory));
	});

	it("says nothing about another network, and is forgotten once that one teaches", async () => {
		const memory = await taught();
		assert.equal(expectation(memory, { ...first, network: 2 }), expectation(memory));
		memory.learnByte(memory.start(), 65, uniform, state(2));
		assert.equal(expectation(memory, first), expectation(memory));
	});

	it("is part of a snapshot, and gone when all is forgotten", async () => {
		const memory = await taught();
		const restored = await restoreMemory(memory.snapshot(), options);
		assert.equal(expectation(restored, first), expectation(memory, first));
		memory.forget();
		assert.equal(expectation(memory, first), expectation(memory));
	});

	it("is taken over with the mixer if it is given, and else left as it is", async () => {
		const memory = await taught();
		const other = await createMemory(options);
		other.restoreMixer(memory.mixerState());
		assert.equal(expectation(other, first), expectation(other));
		other.restoreMixer({ ...memory.mixerState(), correction: memory.networkCorrection() });
		assert.ok(expectation(other, first) > 3 * expectation(other));
		memory.restoreMixer((await createMemory(options)).mixerState());
		assert.ok(expectation(memory, first) > 3 * expectation(memory));
	});

	it("does not change by reading or predicting", async () => {
		const memory = await taught();
		const before = memory.snapshot().slice();
		expectation(memory, first);
		expectation(memory, state(2));
		assert.ok(Buffer.compare(memory.snapshot(), before) === 0);
	});

	for (const hidden of [20, 400])
		for (const [cell, layers] of [
			["gru", 1],
			["lstm", 2],
		] as const)
			it(`comes from the mixture with a network: ${cell}, ${layers} of ${hidden} units`, async () => {
				const engine = await createEngine();
				const shape: NetworkShape = { cell, hidden, layers };
				const parameters = randomParameters(shape, 4);
				const network = createNetwork(await engine.createPredictor(shape, parameters, "float32", 1));
				const memory = await createMemory(options);
				const mixture = createMixture(network, memory);
				const empty = memory.networkCorrection();
				mixture.learn(mixture.start(), Buffer.from("Some text.\n"));
				assert.ok(Buffer.compare(memory.networkCorrection(), empty) !== 0);
				// The output layer computes the distribution from what is told: the units of the top layer.
				const context = network.read(network.start(), Buffer.from("More text.\n"));
				const weights = parameters.get("head.weight")?.data as Float32Array;
				const bias = parameters.get("head.bias")?.data as Float32Array;
				const { units } = context.origin as NetworkState;
				assert.equal(units.length, hidden);
				const logits = Float64Array.from(bias, (offset, row) =>
					units.reduce((sum, unit, i) => sum + unit * (weights[row * hidden + i] as number), offset),
				);
				const normalizer = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
				for (const [i, logit] of logits.entries())
					assert.ok(Math.abs(logit - normalizer - (context.logProbabilities[i] as number)) < 1e-4);
			});

	it("is told apart by what networks say", async () => {
		const engine = await createEngine();
		const fingerprint = async (seed: number) => {
			const shape: NetworkShape = { cell: "gru", hidden: 8, layers: 1 };
			const network = createNetwork(await engine.createPredictor(shape, randomParameters(shape, seed), "float32", 1));
			return (network.start().origin as NetworkState).network;
		};
		assert.equal(await fingerprint(1), await fingerprint(1));
		assert.notEqual(await fingerprint(1), await fingerprint(2));
	});
});
