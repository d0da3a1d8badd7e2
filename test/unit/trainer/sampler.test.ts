import assert from "node:assert/strict";
import type { EncodedDocument } from "../../../src/model/document.ts";
import { encodeDocument } from "../../../src/model/document.ts";
import { RandomSource, Sampler } from "../../../src/trainer/sampler.ts";

/** Documents in which each byte of the text is told from the others by its place. */
function documents(lengths: readonly number[]): EncodedDocument[] {
	const random = new RandomSource(9);
	return lengths.map((length, index) =>
		encodeDocument(`f${index}.ts`, Array.from({ length }, () => String.fromCharCode(33 + random.below(90))).join("")),
	);
}

/** How often each learned bigram and its count occur, to compare multisets. */
function tally(pairs: Iterable<string>): Map<string, number> {
	const counts = new Map<string, number>();
	for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1);
	return counts;
}

describe("sampler", () => {
	for (const { lengths, batch, unroll, segmentBytes } of [
		{ lengths: [1000], batch: 1, unroll: 16, segmentBytes: 64 },
		{ lengths: [10, 500, 3, 300], batch: 4, unroll: 8, segmentBytes: 50 },
		{ lengths: [40], batch: 8, unroll: 64, segmentBytes: 1536 },
		{ lengths: [200, 200], batch: 3, unroll: 7, segmentBytes: 100 },
	]) {
		it(`learns every byte but headers once in an epoch: ${JSON.stringify({ lengths, batch, unroll })}`, () => {
			const docs = documents(lengths);
			const sampler = new Sampler(docs, { batch, unroll, segmentBytes }, 5);
			const total = docs.reduce((sum, { bytes, skip }) => sum + bytes.length - skip, 0);
			const epochs = 6;
			const learned: string[] = [];
			while (sampler.epochs < epochs) {
				const segment = sampler.segment();
				assert.equal(
					segment.learned,
					segment.mask.reduce((sum, one) => sum + one, 0),
				);
				segment.mask.forEach((one, i) => {
					if (one) learned.push(`${segment.inputs[i]} ${segment.targets[i]}`);
				});
			}
			const expected: string[] = [];
			for (const { bytes, skip } of docs) {
				for (let i = skip; i < bytes.length; i++) expected.push(`${bytes[i - 1]} ${bytes[i]}`);
			}
			// Streams are in the middle of their segments when the last one has been dealt out.
			const slack = batch * (segmentBytes + 1) + total;
			assert.ok(Math.abs(learned.length - epochs * total) <= slack, `${learned.length} of ${epochs * total}`);
			const counts = tally(learned);
			assert.deepEqual(new Set(counts.keys()), new Set(expected), "what is learned are the bytes of the documents");
		});
	}

	it("puts the document's header before a segment from its middle, and does not learn it", () => {
		const docs = documents([5000]);
		const header = Buffer.from(docs[0]?.bytes.subarray(0, docs[0].skip) ?? []);
		const sampler = new Sampler(docs, { batch: 1, unroll: 32, segmentBytes: 512 }, 1);
		let starts = 0;
		for (let i = 0; i < 100; i++) {
			const segment = sampler.segment();
			if (!segment.reset[0]) continue;
			starts++;
			assert.deepEqual(Buffer.from(segment.inputs.subarray(0, header.length)), header);
			assert.ok(segment.mask.subarray(0, header.length - 1).every((one) => one === 0));
			assert.equal(segment.mask[header.length + 1], 1);
		}
		assert.ok(starts > 3);
	});

	it("says where the text of a stream ends within a segment", () => {
		const [batch, unroll] = [2, 8];
		const sampler = new Sampler(documents([400]), { batch, unroll, segmentBytes: 50 }, 5);
		let short = 0;
		while (sampler.epochs < 3) {
			const { targets, following } = sampler.segment();
			assert.ok(following);
			for (const [b, length] of following.lengths.entries()) {
				const column = [...targets].filter((_, i) => i % batch === b);
				assert.ok(column.slice(0, length - 1).every((byte) => byte !== 0));
				assert.ok(column.slice(length).every((byte) => byte === 0));
				if (length < unroll) short++;
			}
		}
		assert.ok(short > 3);
	});

	it("leaves out what the memory knows, whole segments of it, and hands on what it says of the rest", () => {
		// The memory is sure of every byte of the first half, and of none in the second.
		const bytes = Uint8Array.from({ length: 1600 }, (_, i) => (i < 800 ? 1 : 2));
		const document = { bytes, skip: 0 };
		const advice = Int8Array.from({ length: 8 * 1600 }, (_, i) => (i < 8 * 800 ? 100 : -(i % 8)));
		const options = { batch: 1, unroll: 100, segmentBytes: 100, surpriseShare: 0.9 };
		const sampler = new Sampler([document], options, 1, undefined, [advice]);
		const learned = { 1: 0, 2: 0 };
		while (sampler.epochs < 1) {
			const segment = sampler.segment();
			for (const [i, target] of segment.targets.entries()) {
				if (segment.mask[i] === 0) continue;
				learned[target as 1 | 2]++;
				const told = segment.advice?.subarray(8 * i, 8 * (i + 1));
				assert.deepEqual([...(told ?? [])], target === 1 ? Array(8).fill(100) : [0, -1, -2, -3, -4, -5, -6, -7]);
			}
		}
		assert.ok(learned[1] <= 100 && learned[2] >= 600 && learned[2] <= 900, JSON.stringify(learned));
		const all = new Sampler([document], { ...options, surpriseShare: 1 }, 1, undefined, [advice]);
		let count = 0;
		while (all.epochs < 1) count += all.segment().learned;
		assert.ok(count >= 1400, "with a share of 1 all are kept");
	});

	it("goes on in the same order from a saved position", () => {
		const docs = documents([3000, 2000]);
		const options = { batch: 2, unroll: 32, segmentBytes: 64 };
		const whole = new Sampler(docs, options, 3);
		for (let i = 0; i < 150; i++) whole.segment();
		const { position } = whole;
		const restored = new Sampler(docs, options, 999, JSON.parse(JSON.stringify(position)));
		assert.deepEqual(restored.position, position);
		assert.equal(restored.epochs, whole.epochs);
		// Streams begin new segments after a restart; run both to where they draw the same next one.
		for (const sampler of [whole, restored]) while (sampler.position.epoch < position.epoch + 2) sampler.segment();
		assert.equal(whole.position.random, restored.position.random);
		assert.equal(whole.position.offset, restored.position.offset);
	});

	it("differs from seed to seed and is the same for the same", () => {
		const docs = documents([3000]);
		const first = (seed: number) =>
			new Sampler(docs, { batch: 2, unroll: 64, segmentBytes: 256 }, seed).segment().inputs;
		assert.deepEqual(first(1), first(1));
		assert.notDeepEqual(first(1), first(2));
	});
});
