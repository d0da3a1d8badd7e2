import assert from "node:assert/strict";
import { createMemory } from "../../../../src/model/memory/index.ts";
import { createMixture } from "../../../../src/model/mixture.ts";
import { scoreDocument } from "../../../../src/model/score.ts";
import { SurpriseReader, surpriseOf } from "../../../../src/model/surprise/reader.ts";
import { ngramModel } from "../../support/ngramModel.ts";

const known = "const value = compute(first);\n".repeat(3);
const sum = (numbers: Float32Array): number => numbers.reduce((total, value) => total + value, 0);

describe("How surprising a text is", () => {
	it("to a model that does not learn is its score", () => {
		const model = ngramModel(known);
		const text = "const value = compute(other);\n";
		const { bits } = surpriseOf(model, { path: "a.ts", before: "", text });
		assert.ok(Math.abs(sum(bits) - scoreDocument(model, "a.ts", text).total.bits) < 1e-3);
		const at = text.indexOf("other");
		assert.ok((bits[at] as number) > 4 * Math.max(...bits.subarray(0, at)));
	});

	it("stands at the first UTF-16 unit of each character, all bytes together", () => {
		const text = "aé漢𝒳b";
		const { bits, expected } = surpriseOf(ngramModel(known), { path: "a.ts", before: "", text });
		assert.equal(bits.length, text.length);
		assert.deepEqual(
			[...bits].map((value) => value > 0),
			[true, true, true, true, false, true],
		);
		assert.equal(expected[4], 0);
		assert.ok((bits[2] as number) > (bits[0] as number), "three bytes surprise more than one");
	});

	it("is expected to be little where the model is certain", () => {
		const { expected } = surpriseOf(ngramModel(known), { path: "a.ts", before: known, text: "const v" });
		const certain = expected[3] as number;
		assert.ok(certain < 1, `${certain}`);
		const lost = surpriseOf(ngramModel(known), { path: "a.ts", before: "", text: "const 漢漢v" }).expected.at(-1);
		assert.ok((lost as number) > 2 * certain, `${lost}`);
	});

	it("is read after what stands before", () => {
		const text = "value = compute(first);";
		const alone = surpriseOf(ngramModel(known), { path: "a.ts", before: "", text });
		const after = surpriseOf(ngramModel(known), { path: "a.ts", before: "const ", text });
		assert.ok((after.bits[0] as number) < (alone.bits[0] as number) / 2);
	});

	it("falls where a model that learns meets the text again, and does not depend on the size of the steps", async () => {
		const text = "zyxwv(utsrq);\nzyxwv(utsrq);\n";
		const model = async () => createMixture(null, await createMemory({ mebibytes: 8, expectedBytes: 1 }));
		const whole = surpriseOf(await model(), { path: "a.ts", before: "", text });
		const half = text.length / 2;
		assert.ok(sum(whole.bits.subarray(half)) < sum(whole.bits.subarray(0, half)) / 2);
		const reader = new SurpriseReader(await model(), { path: "a.ts", before: "", text });
		while (!reader.step(3));
		assert.deepEqual(reader.surprise, whole);
	});
});
