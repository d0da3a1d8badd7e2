import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { likelyWords } from "../../../src/completion/likelyWords.ts";
import { ngramModel } from "../support/ngramModel.ts";

function wordsAfter(seen: string, before: string, most = 5): readonly { text: string; probability: number }[] {
	const model = ngramModel(seen, 6);
	const steps = likelyWords(model, model.read(model.start(), Buffer.from(before)), most);
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

describe("The words that a model expects", () => {
	const seen = "let a = first;\nlet b = first;\nlet c = second;\nlet d = größer;\nlet e = (x);\n";

	it("are whole words and signs, the likeliest first", () => {
		const found = wordsAfter(seen, "let f = ");
		assert.deepEqual(
			found.map(({ text }) => text),
			["first", "(", "größer", "second"].toSorted((a, b) =>
				a === "first"
					? -1
					: b === "first"
						? 1
						: found.findIndex(({ text }) => text === a) - found.findIndex(({ text }) => text === b),
			),
		);
		assert.ok((found[0]?.probability ?? 0) > 0.3);
		for (const [i, { probability }] of found.slice(1).entries())
			assert.ok(probability <= (found[i]?.probability ?? 0), "in order");
	});

	it("may be the end of the line", () => {
		assert.equal(wordsAfter(seen, "let a = first;")[0]?.text, "\n");
	});

	it("are no more than wanted", () => {
		assert.equal(wordsAfter(seen, "let f = ", 2).length, 2);
	});

	it("end where a longer word begins with them", () => {
		const texts = wordsAfter("x.sort();x.sortBy();".repeat(3), "x.").map(({ text }) => text);
		assert.deepEqual(texts.toSorted(), ["sort", "sortBy"]);
	});

	it("have no end: a model that knows only one letter gives none", () => {
		assert.deepEqual(wordsAfter("a".repeat(200), "a"), []);
	});
});
