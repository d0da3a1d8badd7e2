import assert from "node:assert/strict";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import type { Engine } from "../../../src/engines/engine.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { readTrainingState, type TrainingState, writeTrainingState } from "../../../src/model/checkpoint.ts";
import { Failure } from "../../../src/platform/failure.ts";
import {
	type HeldOutScore,
	meanBpc,
	type PretrainingHooks,
	type PretrainingTask,
	positionOf,
	pretrain,
} from "../../../src/trainer/pretraining.ts";
import { type PretrainingCorpus, readPretrainingCorpus } from "../../../src/trainer/pretrainingCorpus.ts";
import { pretrainingRecipe } from "../../../src/trainer/recipe.ts";
import { writeCorpus } from "../support/pretrainingCorpus.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

const recipe = {
	...pretrainingRecipe({ hidden: 16, batch: 4, unroll: 16, rate: 0.01 }),
	segmentBytes: 100,
	warmUpUpdates: 5,
};

interface Saved {
	readonly state: TrainingState;
	readonly heldOut: readonly HeldOutScore[];
}

/** Hooks that keep what is saved, and stop after some updates. */
function hooks(saved: Saved[], updates = Number.POSITIVE_INFINITY): PretrainingHooks {
	let left = updates;
	return {
		progress: () => undefined,
		proceed: async () => left-- > 0,
		save: async (state, heldOut) => void saved.push({ state, heldOut }),
	};
}

function taskOf(corpus: PretrainingCorpus, changes: Partial<PretrainingTask> = {}): PretrainingTask {
	return {
		corpus,
		recipe,
		budget: { characters: 6000, seconds: null },
		threads: 1,
		state: undefined,
		saveUpdates: 30,
		clock: () => 1,
		cpuSeconds: () => 2,
		now: () => 0,
		...changes,
	};
}

/** An engine of which the network is no number any more, or predicts none, after some updates. */
function breakingEngine(
	engine: Engine,
	updates: number,
	broken: { readonly parameters?: boolean; readonly scores?: boolean },
): Engine {
	return {
		...engine,
		async createTrainer(...of) {
			const trainer = await engine.createTrainer(...of);
			let left = updates;
			const isBroken = () => left <= 0;
			return {
				update(segment, rate) {
					left--;
					return trainer.update(segment, rate);
				},
				evaluate: (...of) => trainer.evaluate(...of),
				async *evaluation(...of) {
					const result = yield* trainer.evaluation(...of);
					return broken.scores && isBroken() ? { ...result, nats: Number.NaN } : result;
				},
				async parameters() {
					const parameters = await trainer.parameters();
					if (broken.parameters && isBroken()) parameters.get("head.bias")?.data.fill(Number.NaN);
					return parameters;
				},
				optimizer: () => trainer.optimizer(),
				dispose: () => trainer.dispose(),
			};
		},
	};
}

describe("pretraining", () => {
	const path = useTemporaryFolder();
	let corpus: PretrainingCorpus;
	let engine: Engine;

	before(async () => {
		engine = await createEngine();
	});

	beforeEach(async () => {
		corpus = await readPretrainingCorpus(writeCorpus(path("corpus")));
	});

	it("learns until its characters are used up, and says how well each language is predicted", async () => {
		const saved: Saved[] = [];
		const { end, model, heldOut } = await pretrain(engine, taskOf(corpus), hooks(saved));
		assert.equal(end, "budget");
		assert.ok(model !== null);
		assert.ok(model.info.characters >= 6000 && model.info.characters < 6100, `${model.info.characters}`);
		assert.deepEqual(
			heldOut.map(({ name }) => name),
			["prose", "code"],
		);
		const first = meanBpc(corpus.languages, saved[0]?.heldOut ?? []) ?? 0;
		assert.ok((model.info.validationBpc ?? 9) < first - 0.5, `${first} → ${model.info.validationBpc}`);
	});

	it("learns of each language as much as its weight says", async () => {
		const saved: Saved[] = [];
		await pretrain(engine, taskOf(corpus), hooks(saved));
		const last = saved.at(-1);
		assert.ok(last !== undefined);
		const [prose = 0, code = 0] = positionOf(last.state).pieces.map(({ epoch, next }, index) => {
			const pieces = Math.ceil((corpus.languages[index]?.training.bytes.length ?? 0) / recipe.segmentBytes);
			return epoch * pieces + next;
		});
		const share = prose / (prose + code);
		assert.ok(share > 0.65 && share < 0.85, `${share}`);
	});

	it("goes on from a saved state to the bit as it goes on without", async () => {
		const saved: Saved[] = [];
		const whole = await pretrain(engine, taskOf(corpus), hooks(saved));
		assert.ok(saved.length >= 3);
		const file = path("base.training.safetensors");
		await writeTrainingState(file, saved[1]?.state as TrainingState);
		const state = await readTrainingState(file);
		const rest: Saved[] = [];
		const resumed = await pretrain(engine, taskOf(corpus, { state }), hooks(rest));
		assert.ok(resumed.model !== null);
		assert.deepEqual(resumed.model.parameters, whole.model?.parameters);
		assert.deepEqual(
			rest.map(({ state }) => positionOf(state).updates),
			saved.slice(2).map(({ state }) => positionOf(state).updates),
		);
		assert.equal(resumed.cpuSeconds, 4, "what was used before counts");
	});

	it("keeps what is learned when it is stopped, and can be gone on with", async () => {
		const saved: Saved[] = [];
		const { end, model } = await pretrain(engine, taskOf(corpus), hooks(saved, 40));
		assert.equal(end, "stopped");
		const state = saved.at(-1)?.state as TrainingState;
		assert.equal(positionOf(state).updates, 40);
		assert.deepEqual(state.model.parameters, model?.parameters);
		assert.equal((await pretrain(engine, taskOf(corpus, { state }), hooks([]))).end, "budget");
	});

	for (const [what, broken] of [
		["a parameter", { parameters: true }],
		["what is held out", { scores: true }],
	] as const)
		it(`ends, and saves nothing more, when ${what} is no longer a number`, async () => {
			const saved: Saved[] = [];
			// Saved after 30 updates and after 60.
			const { end, model } = await pretrain(breakingEngine(engine, 40, broken), taskOf(corpus), hooks(saved));
			assert.deepEqual([end, model], ["diverged", null]);
			assert.deepEqual(
				saved.map(({ state }) => positionOf(state).updates),
				[30],
			);
			const stopped: Saved[] = [];
			const hooked = hooks(stopped, 5);
			const early = await pretrain(breakingEngine(engine, 4, broken), taskOf(corpus), hooked);
			assert.deepEqual([early.end, early.model, stopped.length], ["diverged", null, 0]);
		});

	it("refuses to go on with another corpus, or with the training of a workspace", async () => {
		const saved: Saved[] = [];
		await pretrain(engine, taskOf(corpus), hooks(saved, 1));
		const state = saved[0]?.state as TrainingState;
		const other = { ...corpus, digest: "0" };
		await assert.rejects(pretrain(engine, taskOf(other, { state }), hooks([])), /another corpus/);
		assert.throws(() => positionOf({ ...state, position: {} }), Failure);
	});
});

describe("the corpus of a pretraining", () => {
	const path = useTemporaryFolder();
	const rejected = (message: RegExp) => assert.rejects(readPretrainingCorpus(path()), message);

	beforeEach(() => writeCorpus(path()));

	it("knows its documents, their headers and the shares of its languages", async () => {
		const { languages, digest } = await readPretrainingCorpus(path());
		assert.deepEqual(
			languages.map(({ name, share }) => [name, share]),
			[
				["prose", 0.75],
				["code", 0.25],
			],
		);
		const { bytes, starts, skips } = languages[0]?.training ?? assert.fail();
		assert.equal(starts.length, 5);
		for (const [index, start] of [...Array.from(starts)].entries()) {
			const header = bytes.subarray(start, start + (skips[index] as number));
			assert.equal(Buffer.from(header).toString(), `f${index}.txt\n`);
		}
		assert.match(digest, /^[0-9a-f]{64}$/);
	});

	it("has another digest when its text changes", async () => {
		const { digest } = await readPretrainingCorpus(path());
		writeFileSync(path("code.train"), readFileSync(path("code.train")).toString().replaceAll("fox", "cat"));
		assert.notEqual((await readPretrainingCorpus(path())).digest, digest);
	});

	it("passes over a language without weight", async () => {
		const languages = [
			{ name: "prose", weight: 1 },
			{ name: "absent", weight: 0 },
		];
		writeFileSync(path("manifest.json"), JSON.stringify({ languages }));
		assert.equal((await readPretrainingCorpus(path())).languages.length, 1);
	});

	for (const manifest of [
		"",
		"null",
		"{}",
		'{"languages":[]}',
		'{"languages":[{"name":"../x","weight":1}]}',
		'{"languages":[{"name":"prose","weight":-1}]}',
		'{"languages":[{"name":"prose"}]}',
		'{"languages":[{"name":"prose","weight":0}]}',
	]) {
		it(`refuses the manifest ${JSON.stringify(manifest)}`, async () => {
			writeFileSync(path("manifest.json"), manifest);
			await rejected(/The corpus is broken/);
		});
	}

	it("refuses missing, empty and cut files", async () => {
		truncateSync(path("prose.train"), 100);
		await rejected(/prose\.train has a document without header or end/);
		truncateSync(path("prose.train"), 0);
		await rejected(/prose\.train is empty/);
		rmSync(path("prose.train"));
		await rejected(/prose\.train cannot be read/);
	});
});
