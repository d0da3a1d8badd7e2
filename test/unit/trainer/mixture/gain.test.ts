import assert from "node:assert/strict";
import type { Engine } from "../../../../src/engines/engine.ts";
import { createEngine } from "../../../../src/engines/registry.ts";
import type { Model } from "../../../../src/model/checkpoint.ts";
import { encodeDocument } from "../../../../src/model/document.ts";
import { trainOn } from "../../../../src/trainer/composition.ts";
import { mixtureBpcs } from "../../../../src/trainer/mixture/gain.ts";
import type { TrainingStart } from "../../../../src/trainer/position.ts";
import { exampleModel } from "../../model/modelFixture.ts";

const shape = { cell: "gru", hidden: 16, layers: 1 } as const;
const base: Model = exampleModel(shape);

/** Words in an order that the memory cannot know, out of few that it can. */
function prose(seed: number, words = 300): string {
	let state = seed;
	return Array.from({ length: words }, () => {
		state = (Math.imul(state, 1103515245) + 12345) >>> 0;
		return ["apple", "stone", "river", "cloud", "green", "quiet", "seven", "light"][(state >>> 16) % 8];
	}).join(" ");
}

const text = {
	training: [encodeDocument("a.txt", prose(1)), encodeDocument("b.txt", prose(2)), encodeDocument("c.txt", prose(3))],
	validation: [encodeDocument("d.txt", prose(4, 100))],
};

const goesOn = async () => true;

/** Ends after a number of updates, by a clock that runs with them. */
async function trained(engine: Engine, start: TrainingStart = { kind: "base", model: base }, isHeldOutAgain = false) {
	const updates = 60;
	let used = 0;
	const models: Model[] = [];
	const outcome = await trainOn(
		engine,
		{ ...text, isHeldOutAgain },
		start,
		{ values: {}, threads: 1, budget: { seconds: updates, clock: () => used, cpuSeconds: () => updates } },
		{
			progress: ({ phase }) => {
				if (phase === "training") used += 5;
			},
			proceed: goesOn,
			keep: async (model) => void models.push(model),
		},
	);
	return { outcome, models };
}

describe("what a training did for suggestions", () => {
	it("is measured as the editor predicts, and nothing is told that was not measured", async () => {
		const engine = await createEngine();
		const bpcs = await mixtureBpcs(engine, [base, base], text, goesOn);
		assert.equal(bpcs?.length, 2);
		assert.equal(bpcs[0], bpcs[1], "the first network leaves nothing behind for the second");
		assert.ok(
			(bpcs[0] as number) > 0.2 && (bpcs[0] as number) < 2,
			`three bits for a word of six characters: ${bpcs[0]}`,
		);
		assert.equal(await mixtureBpcs(engine, [base], { ...text, validation: [] }, goesOn), null);
		assert.equal(await mixtureBpcs(engine, [base], text, async () => false), null);
	});

	it("stands in the model that is kept", async () => {
		const { outcome, models } = await trained(await createEngine());
		assert.ok(outcome.model);
		const { mixtureBpc, initialMixtureBpc } = outcome.model.info;
		const [before] = (await mixtureBpcs(await createEngine(), [base], text, goesOn)) ?? [];
		assert.equal(initialMixtureBpc, before);
		assert.ok((mixtureBpc as number) <= (initialMixtureBpc as number));
		assert.equal(models.at(-1), outcome.model);
	});

	it("brings the network from before back where suggestions are no better", async () => {
		const engine = await createEngine();
		// Predicts with any other network than the base as one whose weights are all noise.
		const spoiled: Engine = {
			...engine,
			createPredictor: (of, parameters, ...rest) => {
				const noise = parameters === base.parameters ? parameters : noisy(base).parameters;
				return engine.createPredictor(of, noise, ...rest);
			},
		};
		const { outcome, models } = await trained(spoiled);
		assert.equal(outcome.hasImproved, false);
		assert.deepEqual(outcome.model?.parameters, base.parameters);
		assert.equal(outcome.model?.info.mixtureBpc, outcome.model?.info.initialMixtureBpc);
		assert.equal(models.at(-1), outcome.model, "it replaces what was kept meanwhile");
	});

	it("is compared with an earlier training's figures only if they are of the same text", async () => {
		const info = { ...base.info, initialBpc: 9, initialMixtureBpc: 7 };
		const start = { kind: "model", model: { ...base, info } } as const;
		const engine = await createEngine();
		const again = await trained(engine, start, true);
		assert.deepEqual([again.outcome.model?.info.initialBpc, again.outcome.model?.info.initialMixtureBpc], [9, 7]);
		const [before] = (await mixtureBpcs(engine, [base], text, goesOn)) ?? [];
		const elsewhere = await trained(engine, start, false);
		assert.equal(elsewhere.outcome.model?.info.initialMixtureBpc, before);
		assert.notEqual(elsewhere.outcome.model?.info.initialBpc, 9);
	});
});

function noisy(model: Model): Model {
	const parameters = new Map(
		[...model.parameters].map(([name, { shape, data }]) => [
			name,
			{ shape, data: data.map((_, i) => 4 * Math.sin(12.9898 * (i + 1))) },
		]),
	);
	return { ...model, parameters };
}
