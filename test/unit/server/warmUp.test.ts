import assert from "node:assert/strict";
import { WarmUp } from "../../../src/server/warmUp.ts";
import { ngramModel } from "../support/ngramModel.ts";

describe("warming up", () => {
	const model = ngramModel("for (let i = 0; i < 10; i++) {\nvalue = compute(first);\n");

	it("has nothing to do without a model", () => {
		const warmUp = new WarmUp(() => 0);
		warmUp.use(null);
		assert.equal(
			warmUp.work(() => false),
			false,
		);
	});

	it("answers requests, a slice at a time, and is over some time", () => {
		const warmUp = new WarmUp(() => 0);
		warmUp.use(model);
		let slices = 0;
		const { batches } = model.work;
		while (warmUp.work(() => true)) slices++;
		assert.ok(slices > 24, `${slices} slices`);
		assert.ok(model.work.batches > batches + 24, "the model was asked");
	});

	it("is not done again for the next model, but goes on with it if it was not over", () => {
		const warmUp = new WarmUp(() => 0);
		warmUp.use(model);
		warmUp.work(() => true);
		const next = ngramModel("value = compute(first);\n");
		warmUp.use(next);
		while (warmUp.work(() => false));
		assert.ok(next.work.batches > 0);
		warmUp.use(model);
		assert.equal(
			warmUp.work(() => false),
			false,
		);
	});
});
