/** Trains a recurrent network with Inkling's own engine, on one thread. */
import { frozenScore } from "../../src/cli/measure/frozenScore.ts";
import { type Engine, type NetworkShape, type Parameters, SYMBOLS, type Symbols } from "../../src/engines/engine.ts";
import { createEngine } from "../../src/engines/registry.ts";
import type { Model } from "../../src/model/checkpoint.ts";
import { initialize } from "../../src/model/initialize.ts";
import { cpuBudget, cpuSeconds } from "../../src/trainer/composition.ts";
import { measure, type TrainingText } from "../../src/trainer/measures.ts";
import { type Recipe, rateAt } from "../../src/trainer/recipe.ts";
import { RandomSource, Sampler } from "../../src/trainer/sampler.ts";
import { train } from "../../src/trainer/train.ts";
import { stateGradientNorms } from "./gradientReach.ts";
import { cpuMicroseconds, type Measured, meanNorms, placesIn } from "./measured.ts";
import { type Member, recurrentRecipe } from "./members.ts";
import type { Text } from "./texts.ts";

export async function measureRecurrent(
	member: Extract<Member, { kind: "recurrent" }>,
	{ training, heldOut }: Text,
	seconds: number,
	seed: number,
): Promise<Measured> {
	const engine = await createEngine();
	const recipe = recurrentRecipe(member, seconds, seed);
	const places = placesIn(heldOut);
	const reach = (parameters: Parameters) =>
		meanNorms(places, ({ bytes, target }) => stateGradientNorms(recipe.shape, parameters, bytes, target));
	const text = { training, validation: [] };
	const gradientNormAtStart = reach(await afterFirstUpdate(engine, recipe, text));
	const { model, ...figures } = await trained(engine, text, recipe, seconds, cpuSeconds());
	const { bpc } = await frozenScore(engine, model, heldOut, 1);
	return {
		bpc,
		...figures,
		parameters: parameterCount(model.parameters),
		stepMicroseconds: await stepTime(engine, recipe.shape, model.parameters, places[0]?.bytes ?? Uint8Array.of(0)),
		gradientNormAtStart,
		gradientNorm: reach(model.parameters),
		shape: recipe.shape,
	};
}

interface Trained {
	readonly model: Model;
	readonly characters: number;
	readonly cpuSeconds: number;
	readonly updates: number;
}

/**
 * A new model of a text. Without validation text the last model counts, so that choosing among models leaks nothing of what is held out.
 *
 * @param began CPU-seconds of the process at which the budget begins
 */
export async function trained(
	engine: Engine,
	text: TrainingText<Symbols>,
	recipe: Recipe,
	seconds: number,
	began: number,
): Promise<Trained> {
	const { clock } = cpuBudget(seconds, began);
	const hooks = {
		progress: () => undefined,
		improved: () => Promise.resolve(),
		save: () => Promise.resolve(),
		proceed: () => Promise.resolve(true),
	};
	const start = { kind: "new" } as const;
	const task = { text, recipe, threads: 1, start, budgetSeconds: seconds, clock, cpuSeconds: clock, now: Date.now };
	const { model, updates } = await train(engine, task, hooks);
	if (model === undefined) throw new Error("Nothing was learned");
	return { model, characters: model.info.characters, cpuSeconds: clock(), updates };
}

export function parameterCount(parameters: Parameters): number {
	return [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}

/**
 * The network that `train` begins with, after one update: the output weights are zero before, and let no gradient through. That
 * update changes nothing else, as nothing else has a gradient then.
 */
async function afterFirstUpdate(engine: Engine, recipe: Recipe, text: TrainingText): Promise<Parameters> {
	const { symbolCounts, symbols } = measure(text);
	const random = new RandomSource(recipe.seed);
	const parameters = initialize(recipe.shape, symbolCounts, recipe.initialization, () => random.next());
	const trainer = await engine.createTrainer(recipe.shape, parameters, { ...recipe, threads: 1, symbols });
	try {
		const segment = new Sampler(text.training, recipe, recipe.seed).segment();
		await trainer.update(segment, recipe.learningRate.cold * rateAt(recipe, 0, 0));
		return await trainer.parameters();
	} finally {
		trainer.dispose();
	}
}

/** In float32, as everything here; suggestions come from 8-bit weights, which are faster. */
export async function stepTime(
	engine: Engine,
	shape: NetworkShape,
	parameters: Parameters,
	symbols: Symbols,
): Promise<number> {
	const predictor = await engine.createPredictor(shape, parameters, "float32", 1);
	try {
		const state = new Float32Array(predictor.stateSize);
		const logits = new Float32Array(shape.words?.symbols ?? SYMBOLS);
		let at = 0;
		return cpuMicroseconds(() => {
			predictor.step(1, state, symbols.subarray(at, at + 1), logits);
			at = (at + 1) % symbols.length;
		});
	} finally {
		predictor.dispose();
	}
}
