import assert from "node:assert/strict";
import { createMemory } from "../../../src/model/memory/index.ts";
import {
	decodeMemoryPrior,
	encodeMemoryPrior,
	inputsPerRow,
	loadedOnce,
	type MemoryPrior,
	shippedMemoryPrior,
} from "../../../src/model/memory/prior.ts";
import { randomNumbers } from "../reference/random.ts";
import { codeText } from "../support/codeText.ts";

const small = { mebibytes: 8, expectedBytes: 1 };
const code = (seed: number, length = 20_000): Uint8Array => codeText(randomNumbers(seed), length);
const uniform = new Float32Array(256).fill(-Math.log(256));

/** Bits a byte of a text that is read for the first time. */
async function bitsOf(
	text: Uint8Array,
	prior: MemoryPrior | null,
	network: Float32Array | null = null,
): Promise<number> {
	const memory = await createMemory({ ...small, prior });
	let cursor = memory.start();
	let nats = 0;
	for (const byte of text) {
		const lesson = memory.learnByte(cursor, byte, network);
		cursor = lesson.cursor;
		nats += lesson.nats;
	}
	return nats / Math.LN2 / text.length;
}

describe("loadedOnce", () => {
	it("loads once, also for those who ask meanwhile", async () => {
		let loads = 0;
		const load = loadedOnce(async () => ++loads);
		assert.deepEqual(await Promise.all([load(), load()]), [1, 1]);
		assert.equal(await load(), 1);
	});

	it("tries again after a failure", async () => {
		let loads = 0;
		const load = loadedOnce(async () => {
			if (++loads === 1) throw new Error("EMFILE");
			return loads;
		});
		await assert.rejects(load(), /EMFILE/);
		assert.equal(await load(), 2);
	});
});

describe("the prior of a memory", () => {
	const begun: Promise<MemoryPrior> = (async () => {
		const memory = await createMemory({ ...small, prior: null });
		memory.learn(memory.start(), code(1));
		return memory.mixerState();
	})();

	it("is better than nothing, and knows nothing of the text that it comes from", async () => {
		const prior = await begun;
		assert.ok((await bitsOf(code(2), prior)) < 0.95 * (await bitsOf(code(2), null)));
		const memory = await createMemory({ ...small, prior });
		assert.equal(memory.learned, 0);
		const distributions = [code(1), code(3)].map((text) => {
			const before = memory.read(memory.start(), text.subarray(100, 200));
			return (memory.predict(before, null)[text[200] as number] as number) < Math.log(0.2);
		});
		assert.deepEqual(distributions, [true, true]);
	});

	it("keeps what it says of a network apart from what it says without", async () => {
		const prior = await begun;
		const half = prior.weights.length / 2;
		const changed = { ...prior, weights: prior.weights.slice().fill(0, half) };
		assert.equal(await bitsOf(code(2, 2000), changed), await bitsOf(code(2, 2000), prior));
		assert.notEqual(await bitsOf(code(2, 2000), changed, uniform), await bitsOf(code(2, 2000), prior, uniform));
	});

	it("is written and read again: probabilities to 16 bits, counts to 255, weights to 1/254 of the largest of a row", async () => {
		const prior = await begun;
		const read = decodeMemoryPrior(encodeMemoryPrior(prior));
		for (const [index, entry] of prior.entries.entries()) {
			const expected = ((entry & 0xffff0000) | Math.min(entry & 1023, 255)) >>> 0;
			assert.equal(read.entries[index], expected, `entry ${index}`);
		}
		for (let row = 0; row < prior.weights.length; row += inputsPerRow) {
			const weights = prior.weights.subarray(row, row + inputsPerRow);
			const tolerance = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 253.9;
			for (const [i, weight] of weights.entries()) {
				assert.ok(Math.abs((read.weights[row + i] as number) - weight) <= tolerance, `weight ${row + i}`);
			}
		}
		assert.deepEqual(read.finals, prior.finals);
		const [before, after] = [await bitsOf(code(2), prior), await bitsOf(code(2), read)];
		assert.ok(Math.abs(after - before) < 0.01 * before, `${before} became ${after}`);
	});

	it("is refused if it is broken", async () => {
		const bytes = encodeMemoryPrior(await begun);
		const changed = (change: (copy: Uint8Array) => void) => {
			const copy = bytes.slice();
			change(copy);
			return copy;
		};
		const refused = { code: "memoryBroken" };
		assert.throws(() => decodeMemoryPrior(new Uint8Array(3)), refused);
		assert.throws(() => decodeMemoryPrior(bytes.subarray(0, -1)), refused);
		assert.throws(() => decodeMemoryPrior(changed((copy) => copy.fill(1, 0, 1))), refused);
		assert.throws(() => decodeMemoryPrior(changed((copy) => copy.fill(99, 4, 5))), refused);
		assert.throws(() => decodeMemoryPrior(changed((copy) => copy.fill(99, 8, 12))), refused);
		const prior = await begun;
		const smaller = { ...prior, finals: prior.finals.subarray(1) };
		await assert.rejects(createMemory({ ...small, prior: smaller }), refused);
		const unsound = { ...prior, finals: prior.finals.slice().fill(Number.NaN, 0, 1) };
		await assert.rejects(createMemory({ ...small, prior: unsound }), refused);
		// The shares of the correction stand behind two rows of eight weights.
		for (const shares of [
			[-0.1, 0, 0, 0, 0.5, 0.2, 0.2, 0.2],
			[0.4, 0, 0, 0, 0.5, 0.5, 0.5, 0.5],
			[0, 0, 0, 0, 0, 0, 0, 0],
		]) {
			const unfair = { ...prior, finals: prior.finals.slice() };
			unfair.finals.set(shares, 16);
			await assert.rejects(createMemory({ ...small, prior: unfair }), refused);
		}
	});

	it("comes with Inkling, in the form that this version reads, and every memory takes it", async () => {
		const shipped = await shippedMemoryPrior();
		assert.ok((await bitsOf(code(4), shipped)) < (await bitsOf(code(4), null)));
		assert.deepEqual((await createMemory(small)).mixerState(), shipped);
	});
});
