/**
 * A network of both directions beside one that reads forward, trained for the same CPU-seconds: bits per character, speed, and how often
 * the word that was written comes first among misspellings of it, and among other words of its file.
 */
import { evaluateBoth } from "../src/cli/measure/bothSides.ts";
import { frozenScore } from "../src/cli/measure/frozenScore.ts";
import { holdOut } from "../src/cli/measure/holdOut.ts";
import { count, decimals, percent, table } from "../src/cli/terminal/format.ts";
import { number, UsageError, type Values } from "../src/cli/terminal/options.ts";
import type { Direction } from "../src/domain/cells.ts";
import type { Engine } from "../src/engines/engine.ts";
import { createEngine } from "../src/engines/registry.ts";
import type { Model } from "../src/model/checkpoint.ts";
import { encodeDocument } from "../src/model/document.ts";
import { cpuSeconds } from "../src/trainer/composition.ts";
import type { TrainingText } from "../src/trainer/measures.ts";
import { recipeOf } from "../src/trainer/recipe.ts";
import { trainingText } from "../src/trainer/text.ts";
import { train } from "../src/trainer/train.ts";
import { wordsFound } from "./both/words.ts";
import { describeMachine } from "./machine.ts";
import { publish, resultOptions } from "./results.ts";

export const bothOptions = {
	seconds: number("S", "CPU-seconds of each training (default: 20)", { min: 0.1, max: 1e5, whole: false }),
	cases: number("N", "words of each kind whose place is filled (default: 100)", { min: 1, max: 1e5, whole: true }),
	...resultOptions,
};

export async function both(values: Values<typeof bothOptions>, folders: readonly string[]): Promise<void> {
	if (folders.length === 0) throw new UsageError("Name a folder at least");
	const { seconds = 20, cases = 100 } = values;
	const engine = await createEngine();
	const results = [];
	for (const folder of folders) results.push({ folder, ...(await measure(engine, folder, seconds, cases)) });
	const rows = results.flatMap(({ folder, forward, both, words }) => [
		[folder, "forward", "both directions"],
		["units in each direction", count(forward.hidden), count(both.hidden)],
		["bits per character; given all others", decimals(forward.bpc), decimals(both.bpc)],
		["characters learned in a CPU-second", count(forward.learnedPerSecond), count(both.learnedPerSecond)],
		["characters scored in a CPU-second", "", count(Math.round(both.charactersPerSecond))],
		["the word first among misspellings", percent(words.misspellings.forward), percent(words.misspellings.both)],
		["the word first among other words", percent(words.others.forward), percent(words.others.both)],
	]);
	publish("both", await describeMachine(), { seconds, cases, results }, table(rows), values);
}

async function measure(engine: Engine, folder: string, seconds: number, cases: number) {
	const { training, heldOut } = await holdOut(folder, 10, () => undefined);
	const { text } = trainingText(training);
	const documents = heldOut.map((file) => encodeDocument(file.name, file.text));
	const forward = await trained(engine, text, "forward", seconds);
	const both = await trained(engine, text, "both", seconds);
	return {
		forward: { ...facts(forward, seconds), bpc: (await frozenScore(engine, forward, documents, 1)).bpc },
		both: { ...facts(both, seconds), ...(await evaluateBoth(engine, both, documents)) },
		words: await wordsFound(engine, forward, both, heldOut, cases),
	};
}

function facts({ shape, info }: Model, seconds: number) {
	return { hidden: shape.hidden, learnedPerSecond: Math.round(info.characters / seconds) };
}

async function trained(engine: Engine, text: TrainingText, direction: Direction, seconds: number): Promise<Model> {
	const since = cpuSeconds();
	const { model } = await train(
		engine,
		{
			text,
			recipe: recipeOf({ direction }, seconds),
			threads: 1,
			start: { kind: "new" },
			budgetSeconds: seconds,
			clock: () => cpuSeconds() - since,
			cpuSeconds,
			now: Date.now,
		},
		{
			progress: () => undefined,
			improved: () => Promise.resolve(),
			save: () => Promise.resolve(),
			proceed: () => Promise.resolve(true),
		},
	);
	if (model === undefined) throw new Error("Nothing was learned");
	return model;
}
