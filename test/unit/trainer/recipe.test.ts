import assert from "node:assert/strict";
import { cells } from "../../../src/domain/cells.ts";
import { type NetworkShape, optimizers } from "../../../src/engines/engine.ts";
import { cellLayout } from "../../../src/engines/shapes.ts";
import { defaultRecipe, pretrainingRecipe, recipeOf } from "../../../src/trainer/recipe.ts";

/** Multiplications to learn a character of a text with 100 different bytes; about a tenth is spent on all else. */
function cost({ cell, hidden }: NetworkShape): number {
	return cellLayout[cell].gates * hidden ** 2 + 100 * hidden;
}

describe("the recipe of a training", () => {
	for (const cell of cells) {
		for (const seconds of [5, 60, 600]) {
			it(`gives ${cell} as many units for ${seconds} CPU-seconds as cost what the GRU's do`, () => {
				const { shape } = recipeOf({ cell }, seconds);
				assert.equal(shape.hidden % 8, 0);
				const ratio = cost(shape) / cost(recipeOf({}, seconds).shape);
				// Eight units more or less, and the functions of the units.
				assert.ok(ratio > 0.8 && ratio < 1.2, `${shape.hidden} units: ${ratio}`);
			});
		}

		it(`gives each direction of ${cell} half of what one network costs`, () => {
			const { shape } = recipeOf({ cell, direction: "both" }, 60);
			assert.equal(shape.direction, "both");
			const ratio = (2 * cost(shape)) / cost(recipeOf({}, 60).shape);
			assert.ok(ratio > 0.8 && ratio < 1.2, `${shape.hidden} units: ${ratio}`);
		});

		it(`takes the size that is asked for: ${cell}`, () => {
			assert.deepEqual(recipeOf({ cell, hidden: 40, layers: 2 }, 60).shape, { cell, hidden: 40, layers: 2 });
			assert.deepEqual(pretrainingRecipe({ cell, hidden: 40 }).shape, { cell, hidden: 40, layers: 1 });
		});
	}

	it("is that of a GRU with AdamW unless it says otherwise", () => {
		const { shape, ...recipe } = recipeOf({}, 60);
		const { shape: standard, ...rest } = defaultRecipe;
		assert.deepEqual(recipe, rest);
		assert.deepEqual(shape, { ...standard, hidden: 192 });
		assert.equal(pretrainingRecipe({}).shape.hidden, 384);
		assert.equal(pretrainingRecipe({}).learningRate, 3.5e-3);
	});

	for (const optimizer of optimizers) {
		it(`has a rate of its own for ${optimizer}, in proportion to that of the cell`, () => {
			const [gru, elman] = (["gru", "rnn_tanh"] as const).map((cell) => recipeOf({ cell, optimizer }, 60));
			assert.equal(gru?.optimizer, optimizer);
			const share = (elman?.learningRate.cold ?? 0) / (gru?.learningRate.cold ?? 1);
			const usual = recipeOf({ cell: "rnn_tanh" }, 60).learningRate.cold / defaultRecipe.learningRate.cold;
			assert.ok(Math.abs(share - usual) < 1e-9);
			assert.ok((gru?.beta1 ?? 1) < 1 && (gru?.beta2 ?? 1) < 1);
		});
	}
});
