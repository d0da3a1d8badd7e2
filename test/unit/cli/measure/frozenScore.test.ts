import assert from "node:assert/strict";
import { frozenScore } from "../../../../src/cli/measure/frozenScore.ts";
import { createEngine } from "../../../../src/engines/registry.ts";
import { encodeDocument } from "../../../../src/model/document.ts";
import { createNetwork } from "../../../../src/model/network.ts";
import { scoreDocument } from "../../../../src/model/score.ts";
import { chainModel } from "../../support/chainModel.ts";

describe("frozenScore", () => {
	it("is the score of all documents, read one after another from their headers", async () => {
		const chained = chainModel("abcdefgh\n");
		const documents = [
			{ path: "a.txt", text: "abcdefgh\nabcx".repeat(9) },
			{ path: "lib/b.txt", text: "é€💧 abc\r\ndefgh" },
			...Array.from({ length: 9 }, (_, index) => ({ path: `${index}.txt`, text: "hgfedcba".slice(index) })),
		];
		const engine = await createEngine();
		const model = createNetwork(await engine.createPredictor(chained.shape, chained.parameters, "float32", 1));
		const totals = documents.map(({ path, text }) => scoreDocument(model, path, text).total);
		const characters = totals.reduce((sum, total) => sum + total.characters, 0);
		const bits = totals.reduce((sum, total) => sum + total.bits, 0);

		const encoded = documents.map(({ path, text }) => encodeDocument(path, text));
		const score = await frozenScore(engine, chained, encoded, 1);
		assert.equal(score.characters, characters);
		assert.ok(Math.abs(score.bpc - bits / characters) < 1e-3 * score.bpc, `${score.bpc}, not ${bits / characters}`);
	});
});
