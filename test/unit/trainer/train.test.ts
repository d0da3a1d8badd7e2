import assert from "node:assert/strict";
import type { TrainingProgress } from "../../../src/domain/training.ts";
import type { Engine, NetworkTrainer, Parameters } from "../../../src/engines/engine.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import type { Model, TrainingState } from "../../../src/model/checkpoint.ts";
import { encodeDocument } from "../../../src/model/document.ts";
import { advising } from "../../../src/trainer/mixture/advice.ts";
import { isPosition } from "../../../src/trainer/position.ts";
import { defaultRecipe, type Recipe, rateAt } from "../../../src/trainer/recipe.ts";
import { type TrainingHooks, type TrainingTask, train } from "../../../src/trainer/train.ts";

const recipe: Recipe = {
	...defaultRecipe,
	shape: { cell: "gru", hidden: 16, layers: 1 },
	unroll: 16,
	segmentBytes: 128,
	warmUpUpdates: 5,
	maxEpochs: 1000,
	sharesToTry: [],
	surpriseShare: 1,
};

const sentence = "The quick brown fox jumps over the lazy dog.\n";
const text = {
	training: [encodeDocument("a.txt", sentence.repeat(40)), encodeDocument("b.txt", sentence.repeat(20))],
	validation: [encodeDocument("c.txt", sentence.repeat(4))],
};
/** For a model that was trained on it. */
const textAgain = { ...text, isHeldOutAgain: true };

/** A training whose clock runs one second with each update. */
class Scene {
	readonly progress: TrainingProgress[] = [];
	readonly models: Model[] = [];
	readonly states: TrainingState[] = [];
	updates = 0;

	task(changes: Partial<TrainingTask> = {}): TrainingTask {
		return {
			text,
			recipe,
			threads: 1,
			start: { kind: "new" },
			budgetSeconds: 100,
			clock: () => this.updates,
			cpuSeconds: () => this.updates / 2,
			now: () => this.updates * 1000,
			...changes,
		};
	}

	hooks(changes: Partial<TrainingHooks> = {}): TrainingHooks {
		return {
			progress: (progress) => this.progress.push(progress),
			improved: async (model) => void this.models.push(model),
			save: async (state) => void this.states.push(state),
			proceed: async () => {
				this.updates++;
				return true;
			},
			...changes,
		};
	}
}

function meanOf(one: Parameters, other: Parameters, shareOfOne: number): Parameters {
	return new Map(
		[...one].map(([name, { shape, data }]) => {
			const rest = other.get(name)?.data as Float32Array;
			return [
				name,
				{ shape, data: data.map((value, i) => shareOfOne * value + (1 - shareOfOne) * (rest[i] as number)) },
			];
		}),
	);
}

/**
 * An engine that has no effect but answers validation with the given figures, in nats per byte.
 *
 * @param steps of each validation
 */
function scriptedEngine(
	losses: readonly number[],
	steps: () => Generator<undefined, void> = function* () {
		yield;
	},
	parameters: Parameters = new Map(),
): Engine {
	let at = 0;
	const trainer: NetworkTrainer = {
		update: () => ({ loss: 1, gradientNorm: 1 }),
		parameters: () => parameters,
		optimizer: () => ({ updates: 0, first: parameters, second: parameters }),
		evaluate([text]) {
			// Nothing breaks this off, so only a short text may be read so.
			assert.ok(text !== undefined && text.length < 100);
			return { nats: text.length, mixtureNats: text.length, bytes: text.length };
		},
		*evaluation(texts, skip) {
			const bytes = texts.reduce((sum, bytes, i) => sum + bytes.length - (skip[i] as number), 0);
			const nats = (losses[Math.min(at++, losses.length - 1)] as number) * bytes;
			yield* steps();
			return { nats, mixtureNats: nats, bytes };
		},
		dispose: () => undefined,
	};
	return {
		name: "scripted",
		description: "",
		capabilities: {
			cells: new Set(["gru"]),
			optimizers: new Set(["adamw"]),
			precisions: new Set(["float32"]),
			threads: 1,
			mixtures: false,
			directions: new Set(["forward"]),
		},
		createTrainer: async () => trainer,
		createPredictor: () => Promise.reject(new Error("not needed")),
	};
}

describe("training", () => {
	it("learns: the loss and the validation figure fall, the best model is handed over", async () => {
		const scene = new Scene();
		const outcome = await train(await createEngine(), scene.task(), scene.hooks());
		assert.equal(outcome.end, "budget");
		assert.ok(outcome.model);
		const { initialBpc, validationBpc } = outcome.model.info;
		assert.ok(initialBpc !== null && initialBpc > 3.5, `began with ${initialBpc}`);
		assert.ok(validationBpc !== null && validationBpc < initialBpc - 1, `ended with ${validationBpc}`);
		const figures = scene.models.map(({ info }) => info.validationBpc as number);
		assert.deepEqual(
			figures,
			figures.toSorted((a, b) => b - a),
			"each model handed over is better than the last",
		);
		assert.equal(scene.models.at(-1), outcome.model);
		const last = scene.progress.at(-1) as TrainingProgress;
		assert.ok(last.fraction > 0.9 && last.leftSeconds < 10 && last.elapsedSeconds > 90);
		assert.ok(last.characters > 1000 && last.charactersPerSecond > 0);
		assert.ok((last.trainBpc as number) < (scene.progress.find((p) => p.trainBpc !== null)?.trainBpc as number));
	});

	it("has no time left, rather than less than none, when its first step goes over the budget", async () => {
		const scene = new Scene();
		const proceed = async (): Promise<boolean> => {
			scene.updates += 150;
			return true;
		};
		await train(await createEngine(), scene.task(), scene.hooks({ proceed }));
		const last = scene.progress.at(-1) as TrainingProgress;
		assert.ok(last.elapsedSeconds > scene.task().budgetSeconds);
		assert.equal(last.leftSeconds, 0);
	});

	it("saves its state every 20 seconds, and goes on from it as far as the budget was used", async () => {
		const scene = new Scene();
		const engine = await createEngine();
		await train(engine, scene.task(), scene.hooks({ proceed: async () => ++scene.updates <= 50 }));
		assert.deepEqual(
			scene.states.map(({ position }) => position["updates"]),
			[20, 40, 50],
			"and when it is stopped",
		);
		const state = JSON.parse(JSON.stringify(scene.states[1]?.position));
		const saved = { ...(scene.states[1] as TrainingState), position: state };
		assert.ok(isPosition(state));
		assert.ok(!isPosition({ ...state, sampler: {} }));
		assert.ok(!isPosition({ ...state, usedSeconds: "7" }));
		const again = new Scene();
		const outcome = await train(
			engine,
			again.task({ start: { kind: "state", state: saved, best: scene.models.at(-1) } }),
			again.hooks(),
		);
		assert.equal(outcome.end, "budget");
		assert.ok(again.updates >= 58 && again.updates <= 61, `${again.updates} updates after 40 seconds of 100`);
		assert.ok(outcome.updates >= 98 && outcome.updates <= 101);
		assert.equal(outcome.model?.info.initialBpc, scene.models[0]?.info.initialBpc);
		assert.ok((outcome.model?.info.validationBpc as number) < (scene.models.at(-1)?.info.validationBpc as number));
	});

	it("trains a finished model further, and keeps it when nothing better comes", async () => {
		const engine = await createEngine();
		const before = new Scene();
		const first = await train(engine, before.task(), before.hooks());
		const scene = new Scene();
		const wild = { ...recipe, learningRate: { cold: 5, warm: 5 }, clip: 1e9 };
		const start = { kind: "model", model: first.model as Model } as const;
		const task = { recipe: wild, start, budgetSeconds: 20 };
		const outcome = await train(engine, scene.task({ ...task, text: textAgain }), scene.hooks());
		assert.equal(outcome.model, first.model);
		assert.deepEqual(scene.models, []);

		const elsewhere = new Scene();
		const { model } = await train(engine, elsewhere.task(task), elsewhere.hooks());
		assert.equal(model?.parameters, start.model.parameters);
		assert.equal(
			model?.info.initialBpc,
			model?.info.validationBpc,
			"nothing is said of the text of its first training",
		);
	});

	it("of a model gives the mean of where it began and where it ended, also when it was interrupted", async () => {
		const engine = await createEngine();
		const before = new Scene();
		const { model } = await train(engine, before.task({ budgetSeconds: 10 }), before.hooks());
		const begun = (model as Model).parameters;
		for (const kind of ["base", "model"] as const) {
			const start = { kind, model: model as Model };
			const share = (shareOfStart: number) => ({ start, recipe: { ...recipe, shareOfStart } });
			const plain = new Scene();
			const { model: trained } = await train(engine, plain.task(share(0)), plain.hooks());
			const scene = new Scene();
			const { model: mean } = await train(engine, scene.task(share(0.75)), scene.hooks());
			const expected = meanOf(begun, (trained as Model).parameters, 0.75);
			assert.deepEqual(mean?.parameters, expected);

			const first = new Scene();
			await train(engine, first.task(share(0.75)), first.hooks({ proceed: async () => ++first.updates <= 50 }));
			const state = first.states.at(-1) as TrainingState;
			assert.deepEqual(state.start, begun);
			const second = new Scene();
			const resumed = (shareOfStart: number) => ({
				start: { kind: "state", state, best: undefined } as const,
				recipe: { ...recipe, shareOfStart },
			});
			const { model: late } = await train(engine, second.task(resumed(0.75)), second.hooks());
			const third = new Scene();
			const { model: ended } = await train(engine, third.task(resumed(0)), third.hooks());
			assert.deepEqual(late?.parameters, meanOf(begun, (ended as Model).parameters, 0.75));
		}
	});

	it("keeps the share of the start that predicts the validation text best", async () => {
		const engine = await createEngine();
		const before = new Scene();
		const { model } = await train(engine, before.task({ budgetSeconds: 10 }), before.hooks());
		const start = { kind: "base", model: model as Model } as const;
		const figures: number[] = [];
		for (const shares of [[0.9], [0.9, 0], [0.9, 0, 0.5]]) {
			const [shareOfStart = 0, ...sharesToTry] = shares;
			const scene = new Scene();
			const outcome = await train(
				engine,
				scene.task({ start, recipe: { ...recipe, shareOfStart, sharesToTry } }),
				scene.hooks(),
			);
			assert.equal(outcome.model, scene.models.at(-1), "what was handed over last is the best");
			figures.push(outcome.model?.info.validationBpc as number);
		}
		const [nine, all, choice] = figures as [number, number, number];
		// On a sentence that is repeated, all of the training is better than a tenth of it.
		assert.ok(all < nine && choice <= all, `${nine}, ${all}, ${choice}`);
	});

	it("is measured by the mixture if the memory advises it, and keeps what is better for that", async () => {
		const engine = await createEngine();
		const before = new Scene();
		const { model } = await train(engine, before.task({ budgetSeconds: 10 }), before.hooks());
		const steps = advising(text, 1e9);
		let step = await steps.next();
		while (!step.done) step = await steps.next();
		const scene = new Scene();
		const outcome = await train(
			engine,
			scene.task({ text: step.value, start: { kind: "base", model: model as Model } }),
			scene.hooks(),
		);
		assert.ok(outcome.model);
		const { initialBpc, initialMixtureBpc, mixtureBpc } = outcome.model.info;
		assert.ok((initialMixtureBpc as number) < (initialBpc as number), "the memory knows the sentence");
		assert.ok((mixtureBpc as number) < (initialMixtureBpc as number));
		const mixtures = scene.models.map(({ info }) => info.mixtureBpc as number);
		assert.deepEqual(
			mixtures,
			mixtures.toSorted((a, b) => b - a),
		);
	});

	it("asks the engine for the loss of a mixture only where the memory advises it", async () => {
		const engine = await createEngine();
		const asked: boolean[] = [];
		const noting: Engine = {
			...engine,
			createTrainer(shape, parameters, options, optimizer) {
				asked.push(options.mixture !== undefined);
				return engine.createTrainer(shape, parameters, options, optimizer);
			},
		};
		const scene = new Scene();
		await train(noting, scene.task({ budgetSeconds: 1 }), scene.hooks());
		assert.deepEqual(asked, [false]);
	});

	it("ends when stopped, with what was learned until then", async () => {
		const scene = new Scene();
		const outcome = await train(
			await createEngine(),
			scene.task(),
			scene.hooks({ proceed: async () => ++scene.updates <= 3 }),
		);
		assert.equal(outcome.end, "stopped");
		assert.equal(scene.models.length, 1);
	});

	it("goes on where it was stopped, with all that it has learned", async () => {
		const engine = await createEngine();
		const scene = new Scene();
		await train(engine, scene.task(), scene.hooks({ proceed: async () => ++scene.updates <= 25 }));
		const state = scene.states.at(-1) as TrainingState;
		assert.equal(state.position["updates"], 25);
		const again = new Scene();
		const outcome = await train(
			engine,
			again.task({ start: { kind: "state", state, best: scene.models.at(-1) } }),
			again.hooks({ proceed: async () => ++again.updates <= 2 }),
		);
		assert.equal(outcome.updates, 27);
		assert.ok((outcome.model?.info.characters as number) >= (scene.models.at(-1)?.info.characters as number));
	});

	it("leaves the model and the state alone if it is stopped before it goes on", async () => {
		const first = new Scene();
		await train(scriptedEngine([5, 4, 3]), first.task(), first.hooks());
		const [saved, best] = [first.states[0] as TrainingState, first.models.at(-1) as Model];
		// Stopped while the memory was asked, a training has no mixture to compare with that of the best model.
		const state = { ...saved, position: { ...saved.position, bestMixtureBpc: 0.5 } };
		const scene = new Scene();
		const task = scene.task({ start: { kind: "state", state, best } });
		const outcome = await train(scriptedEngine([0.1]), task, scene.hooks({ proceed: async () => false }));
		assert.deepEqual([outcome.end, scene.models.length, scene.states.length], ["stopped", 0, 0]);
		assert.equal(outcome.model, best);
		assert.ok(!outcome.hasImproved);
	});

	it("keeps a model that is newer than the state it goes on from, until there is a better one", async () => {
		const first = new Scene();
		await train(scriptedEngine([5, 4, 3, 2, 1]), first.task(), first.hooks());
		const state = first.states[0] as TrainingState;
		const best = first.models.at(-1) as Model;
		// As after a kill: the best model is on disk, and the state is the one before.
		const bestBpc = best.info.validationBpc as number;
		assert.ok(bestBpc < (state.position["bestBpc"] as number));
		const start = { kind: "state", state, best } as const;
		const worse = new Scene();
		const outcome = await train(scriptedEngine([2]), worse.task({ start }), worse.hooks());
		assert.deepEqual(worse.models, []);
		assert.equal(outcome.model, best);
		const better = new Scene();
		await train(scriptedEngine([0.5]), better.task({ start }), better.hooks());
		assert.ok((better.models[0]?.info.validationBpc as number) < bestBpc);
	});

	it("does not wait for a long validation when it is stopped, and keeps a model all the same", async () => {
		let steps = 0;
		const engine = scriptedEngine([1], function* () {
			for (;;) {
				steps++;
				yield;
			}
		});
		const scene = new Scene();
		const { end, model, hasImproved } = await train(
			engine,
			scene.task({ now: () => scene.updates * 1000 + steps * 100 }),
			scene.hooks({ proceed: async () => ++scene.updates <= 3 }),
		);
		assert.deepEqual(
			{ end, hasImproved, bpc: model?.info.validationBpc },
			{ end: "stopped", hasImproved: true, bpc: null },
		);
		assert.ok(steps <= 12, `${steps} steps of 0.1 s`);
		assert.equal(scene.states.length, 1);
	});

	it("breaks a validation off when it is stopped meanwhile", async () => {
		let steps = 0;
		const engine = scriptedEngine([1], function* () {
			for (let i = 0; i < 1000; i++) {
				steps++;
				yield;
			}
		});
		const scene = new Scene();
		let isStopped = false;
		const outcome = await train(
			engine,
			scene.task({ now: () => scene.updates * 1000 + steps * 100 }),
			scene.hooks({
				proceed: async () => !isStopped && ++scene.updates > 0,
				validating: async () => {
					isStopped = true;
					return false;
				},
			}),
		);
		assert.equal(outcome.end, "stopped");
		assert.ok(steps <= 14, `${steps}`);
	});

	for (const [what, nats] of [
		["no number", Number.NaN],
		["without bounds", Number.POSITIVE_INFINITY],
	] as const) {
		it(`ends, and keeps the best model from before, when the validation figure is ${what}`, async () => {
			const scene = new Scene();
			const outcome = await train(scriptedEngine([2, nats]), scene.task(), scene.hooks());
			assert.equal(outcome.end, "diverged");
			assert.deepEqual(
				scene.models.map(({ info }) => Number.isFinite(info.validationBpc)),
				[true],
			);
			assert.equal(outcome.model, scene.models[0]);
		});
	}

	it("saves nothing that is no number when it is stopped in a long validation", async () => {
		const broken: Parameters = new Map([["head.bias", { shape: [1], data: new Float32Array([Number.NaN]) }]]);
		let steps = 0;
		const engine = scriptedEngine(
			[1],
			function* () {
				for (;;) {
					steps++;
					yield;
				}
			},
			broken,
		);
		const scene = new Scene();
		const outcome = await train(
			engine,
			scene.task({ now: () => scene.updates * 1000 + steps * 100 }),
			scene.hooks({ proceed: async () => ++scene.updates <= 3 }),
		);
		assert.deepEqual([outcome.end, scene.models.length, scene.states.length], ["diverged", 0, 0]);
	});

	it("learns something even where the budget is over when it begins", async () => {
		const scene = new Scene();
		const slow = await train(await createEngine(), scene.task({ budgetSeconds: 0.5 }), scene.hooks());
		assert.ok(slow.updates > 0 && slow.model !== undefined);
		const stopped = new Scene();
		await train(await createEngine(), stopped.task(), stopped.hooks({ proceed: async () => ++stopped.updates <= 25 }));
		const again = new Scene();
		const start = {
			kind: "state",
			state: stopped.states.at(-1) as TrainingState,
			best: stopped.models.at(-1),
		} as const;
		const resumed = await train(await createEngine(), again.task({ start, budgetSeconds: 20 }), again.hooks());
		assert.equal(resumed.updates, 26);
	});

	it("keeps no network that is no number where there is nothing to validate on", async () => {
		const scene = new Scene();
		const broken: Parameters = new Map([["head.bias", { shape: [1], data: new Float32Array([Number.NaN]) }]]);
		const task = scene.task({ text: { ...text, validation: [] }, budgetSeconds: 10 });
		const outcome = await train(scriptedEngine([1], undefined, broken), task, scene.hooks());
		assert.deepEqual([outcome.end, outcome.model, scene.models.length], ["diverged", undefined, 0]);
	});

	it("keeps saying what the model was before its first training", async () => {
		const engine = await createEngine();
		const before = new Scene();
		const first = await train(engine, before.task({ budgetSeconds: 20 }), before.hooks());
		const scene = new Scene();
		const start = { kind: "model", model: first.model as Model } as const;
		const second = await train(engine, scene.task({ start, text: textAgain }), scene.hooks());
		assert.notEqual(second.model, first.model);
		assert.equal(second.model?.info.initialBpc, first.model?.info.initialBpc);
		assert.equal(scene.progress.at(-1)?.initialBpc, first.model?.info.initialBpc);
	});

	it("of a model from elsewhere says what it was on this text", async () => {
		const engine = await createEngine();
		const before = new Scene();
		const first = await train(engine, before.task({ budgetSeconds: 20 }), before.hooks());
		const scene = new Scene();
		const start = { kind: "model", model: first.model as Model } as const;
		const other = { ...text, validation: [encodeDocument("d.txt", "Wholly different words stand here.\n".repeat(4))] };
		const { model } = await train(engine, scene.task({ start, text: other }), scene.hooks());
		const measured = scene.progress.find(({ phase, initialBpc }) => phase === "training" && initialBpc !== null);
		assert.equal(model?.info.initialBpc, measured?.initialBpc);
		assert.ok((model?.info.initialBpc as number) > (first.model?.info.initialBpc as number));
	});

	it("has no model when it is stopped before it has begun", async () => {
		const scene = new Scene();
		const outcome = await train(await createEngine(), scene.task(), scene.hooks({ proceed: async () => false }));
		assert.equal(outcome.model, undefined);
		assert.deepEqual(scene.models, []);
	});

	it("ends early when validation gains nothing any more in the second half", async () => {
		const scene = new Scene();
		const outcome = await train(scriptedEngine([3, 2, 1, 1.5]), scene.task({ budgetSeconds: 5000 }), scene.hooks());
		assert.equal(outcome.end, "converged");
		assert.ok(scene.updates > 2500 && scene.updates < 3000, `${scene.updates}`);
		assert.equal(scene.models.length, 3);
	});

	it("ends after as many passes over a small text as the recipe allows", async () => {
		const scene = new Scene();
		const outcome = await train(
			await createEngine(),
			scene.task({ recipe: { ...recipe, maxEpochs: 2 }, budgetSeconds: 1e6 }),
			scene.hooks(),
		);
		assert.equal(outcome.end, "passes");
		assert.ok(outcome.epochs >= 2 && outcome.epochs < 3);
	});

	it("does without validation text", async () => {
		const scene = new Scene();
		const task = scene.task({ text: { ...text, validation: [] }, budgetSeconds: 10 });
		const outcome = await train(await createEngine(), task, scene.hooks());
		assert.equal(outcome.model?.info.validationBpc, null);
		assert.ok(scene.models.length > 0);
	});

	it("lets a failure to save through", async () => {
		const scene = new Scene();
		const hooks = scene.hooks({ improved: () => Promise.reject(new Error("no space")) });
		await assert.rejects(train(await createEngine(), scene.task(), hooks), /no space/);
	});
});

describe("learning rate", () => {
	it("rises, then falls along a cosine to its last share", () => {
		assert.ok(Math.abs(rateAt(recipe, 0, 0) - 1 / 5) < 1e-12);
		assert.equal(rateAt(recipe, 100, 0), 1);
		assert.ok(Math.abs(rateAt(recipe, 100, 0.5) - (1 + recipe.finalRate) / 2) < 1e-12);
		assert.ok(Math.abs(rateAt(recipe, 100, 1) - recipe.finalRate) < 1e-12);
		assert.equal(rateAt(recipe, 100, 2), rateAt(recipe, 100, 1));
	});
});
