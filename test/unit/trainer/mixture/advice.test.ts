import assert from "node:assert/strict";
import { type EncodedDocument, encodeDocument } from "../../../../src/model/document.ts";
import type { TrainingText } from "../../../../src/trainer/measures.ts";
import { advising } from "../../../../src/trainer/mixture/advice.ts";

/** Lines that no other seed gives. */
function lines(seed: number, count = 40): string {
	return Array.from({ length: count }, (_, i) => `const name${(seed * 7919 + i * 104729) % 99991} = ${seed};\n`).join(
		"",
	);
}

function documents(...texts: readonly string[]): EncodedDocument[] {
	return texts.map((text, i) => encodeDocument(`file${i}.ts`, text));
}

async function advised(text: TrainingText, bytes = 1e9): Promise<Required<TrainingText>> {
	const steps = advising(text, bytes);
	let step = await steps.next();
	while (!step.done) step = await steps.next();
	return step.value as Required<TrainingText>;
}

/** What the memory thinks the bytes take, in bits each, the first ones not counted. */
function bitsPerByte(advice: Int8Array, from = 64): number {
	const odds = advice.subarray(8 * from);
	return odds.reduce((sum, tenths) => sum + Math.log2(1 + Math.exp(-tenths / 10)), 0) / (odds.length / 8);
}

describe("advice of the memory", () => {
	it("comes from a memory that knows the other half of the files, and not the file itself", async () => {
		const [once, twice] = [lines(1), lines(2)];
		const text = { training: documents(once, twice, lines(3), twice), validation: documents(lines(3), lines(4)) };
		const { training, advice } = await advised(text);
		assert.deepEqual(
			training.map((document) => text.training.indexOf(document)).sort(),
			[0, 1, 2, 3],
			"all are trained on",
		);
		const bits = text.training.map((document) => bitsPerByte(advice.training[training.indexOf(document)] as Int8Array));
		assert.ok((bits[0] as number) > 0.5, `known to nobody else: ${bits[0]}`);
		// Both copies are in the same half: the second to be predicted is known from the first.
		assert.ok((bits[3] as number) < 0.1, `known from another file: ${bits[3]}`);
		const [known, unknown] = advice.validation.map((one) => bitsPerByte(one)) as [number, number];
		assert.ok(known < 0.1 && unknown > 0.3, `validation: ${known} where it was trained on, ${unknown} elsewhere`);
	});

	it("has eight numbers for each byte, and yields between them", async () => {
		const text = { training: documents(lines(1), lines(2)), validation: documents(lines(3)) };
		const { training, validation, advice } = await advised(text);
		for (const [i, { bytes }] of training.entries()) assert.equal(advice.training[i]?.length, 8 * bytes.length);
		for (const [i, { bytes }] of validation.entries()) assert.equal(advice.validation[i]?.length, 8 * bytes.length);
		const { done } = await advising(text, 1e9).next();
		assert.equal(done, false);
	});

	it("is asked for no more than training will read, from a memory of all the rest", async () => {
		const text = { training: documents(...Array.from({ length: 12 }, (_, i) => lines(i % 6))), validation: [] };
		const total = text.training.reduce((sum, { bytes }) => sum + bytes.length, 0);
		const { training, advice } = await advised(text, total / 4);
		assert.deepEqual(
			training.map((document) => text.training.indexOf(document)),
			[0, 4, 8],
		);
		for (const one of advice.training) assert.ok(bitsPerByte(one) < 0.1, "its copy is in the rest");
	});

	it("serves a single file, too", async () => {
		const text = { training: documents(lines(1).repeat(3)), validation: [] };
		const { training, advice } = await advised(text);
		assert.equal(training.length, 1);
		assert.ok(bitsPerByte((advice.training[0] as Int8Array).slice(-4000), 0) < 0.1, "what it repeats is known");
	});
});
