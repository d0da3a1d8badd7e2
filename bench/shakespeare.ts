/** How well a network predicts the last tenth of a text after training on the rest: the usual test of small models. */
import { frozenScore } from "../src/cli/measure/frozenScore.ts";
import { count, table } from "../src/cli/terminal/format.ts";
import { choice, number, UsageError, type Values } from "../src/cli/terminal/options.ts";
import { ProgressDisplay } from "../src/cli/terminal/progress.ts";
import { processTerminal } from "../src/cli/terminal/terminal.ts";
import { cells } from "../src/domain/cells.ts";
import { optimizers } from "../src/engines/engine.ts";
import { createEngine } from "../src/engines/registry.ts";
import { cpuSeconds, wallBudget } from "../src/trainer/composition.ts";
import { type Recipe, recipeOf } from "../src/trainer/recipe.ts";
import { train } from "../src/trainer/train.ts";
import { readText } from "./family/texts.ts";
import { describeMachine } from "./machine.ts";
import { publish, resultOptions } from "./results.ts";

const whole = (max: number) => ({ min: 1, max, whole: true });
const positive = (max: number) => ({ min: 1e-6, max, whole: false });

export const shakespeareOptions = {
	minutes: number("M", "wall time, start of the process included (default: 3)", positive(1000)),
	threads: number("N", "threads (default: 2)", whole(64)),
	cell: choice(cells, "recurrent network (default: gru)"),
	optimizer: choice(optimizers, "rule by which weights follow their gradient (default: adamw)"),
	hidden: number("H", "units per layer", whole(2048)),
	layers: number("L", "layers", whole(4)),
	batch: number("B", "streams trained side by side", whole(64)),
	unroll: number("T", "time steps per update", whole(512)),
	rate: number("R", "highest learning rate", positive(1)),
	epochs: number("E", "most passes over the text", positive(1000)),
	seed: number("K", "seed of all random numbers", whole(2 ** 31)),
	...resultOptions,
};

export async function shakespeare(values: Values<typeof shakespeareOptions>, files: readonly string[]): Promise<void> {
	const [file] = files;
	if (file === undefined) throw new UsageError("Name the FILE whose last tenth is held out");
	const threads = values.threads ?? 2;
	const budget = wallBudget(values.minutes ?? 3);
	const recipe = tuned(recipeOf(values, budget.cpuSeconds(threads)), values);
	const text = await readText({ kind: "file", path: file });

	const engine = await createEngine();
	const display = new ProgressDisplay(processTerminal().stderr, () => performance.now() / 1000);
	const outcome = await train(
		engine,
		{
			// Without validation text the last model counts, so that choosing among models leaks nothing of the test text.
			text: { training: text.training, validation: [] },
			recipe,
			threads,
			start: { kind: "new" },
			budgetSeconds: budget.seconds,
			clock: budget.clock,
			cpuSeconds,
			now: Date.now,
		},
		{
			progress: (progress) => display.show(progress),
			improved: () => Promise.resolve(),
			save: () => Promise.resolve(),
			proceed: () => Promise.resolve(true),
		},
	);
	display.end();
	const { model } = outcome;
	if (model === undefined) throw new Error("Nothing was learned");
	const seconds = performance.now() / 1000;
	const score = await frozenScore(engine, model, text.heldOut, threads);
	const figures = {
		natsPerCharacter: score.bpc * Math.LN2,
		bpc: score.bpc,
		characters: score.characters,
		seconds,
		cpuSeconds: outcome.cpuSeconds,
		threads,
		learnedCharacters: model.info.characters,
		epochs: outcome.epochs,
		recipe,
	};
	publish(
		"shakespeare",
		await describeMachine(),
		figures,
		table([
			["nats per character", figures.natsPerCharacter.toFixed(3)],
			["bits per character", score.bpc.toFixed(3)],
			["characters predicted", count(score.characters)],
			["characters learned", count(figures.learnedCharacters)],
			["epochs", outcome.epochs.toFixed(1)],
			["seconds, by the clock", seconds.toFixed(0)],
			["CPU-seconds", outcome.cpuSeconds.toFixed(0)],
		]),
		values,
	);
}

function tuned(recipe: Recipe, { rate, epochs }: Values<typeof shakespeareOptions>): Recipe {
	return {
		...recipe,
		learningRate: rate === undefined ? recipe.learningRate : { cold: rate, warm: rate },
		maxEpochs: epochs ?? recipe.maxEpochs,
	};
}
