/** Training as the commands do it: from what, for how long, how large. */
import { realpath } from "node:fs/promises";
import { join, parse } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { UsedFiles } from "../corpus/holdout.ts";
import { cells, type Direction, directions, nameWithArticle } from "../domain/cells.ts";
import { storageFiles } from "../domain/storage.ts";
import { softmaxes, tokenSchemes } from "../domain/words.ts";
import { optimizers } from "../engines/engine.ts";
import { expectedShapes } from "../engines/shapes.ts";
import { type Model, maxModelBytes, readModel } from "../model/checkpoint.ts";
import { tryNetwork } from "../model/triedNetwork.ts";
import { mostWords, usualWords } from "../model/words/vocabulary.ts";
import { Failure } from "../platform/failure.ts";
import { shippedFile } from "../platform/shipped.ts";
import {
	type ComposedHooks,
	type ComposedOutcome,
	readUsed,
	type TrainingPlan,
	trainOn,
} from "../trainer/composition.ts";
import type { TrainingText } from "../trainer/measures.ts";
import type { TrainingStart } from "../trainer/position.ts";
import { type RecipeOptions, recipeOf } from "../trainer/recipe.ts";
import { assertEngineOptions, type EngineValues, engineOf, engineOptions } from "./engine.ts";
import { choice, number, text, UsageError, type Values } from "./terminal/options.ts";

/** Options of every command that trains. */
export const trainingOptions = {
	from: text("scratch|base|FILE", "start from random weights, the base model or a model file (default: scratch)"),
	threads: number("N", "threads to train on (default: half the cores)", { min: 1, max: 64, whole: true }),
	cell: choice(cells, `${cells.join(", ")}: kind of a new model (default: gru)`, "NAME"),
	optimizer: choice(optimizers, `${optimizers.join(", ")} (default: adamw)`, "NAME"),
	hidden: number("H", "units per layer of a new model", { min: 8, max: 2048, whole: true }),
	layers: number("L", "layers of a new model", { min: 1, max: 4, whole: true }),
	batch: number("B", "streams trained side by side", { min: 1, max: 64, whole: true }),
	unroll: number("T", "time steps per update", { min: 1, max: 512, whole: true }),
	seed: number("K", "seed of all random numbers", { min: 0, max: 2 ** 32 - 1, whole: true }),
	...engineOptions,
};

/** Of the commands that can do something with a network of both directions. */
export const directionOption = choice(
	directions,
	"forward, or both: scores text from both sides, writes none (default: forward)",
	"NAME",
);

/** Of the commands that can do something with a word model. */
export const wordOptions = {
	tokens: choice(tokenSchemes, "byte, or word: predicts words and spells those it does not know (default: byte)"),
	words: number("N", `with --tokens word: the N most frequent words are known (default: ${usualWords})`, {
		min: 1,
		max: mostWords,
		whole: true,
	}),
	softmax: choice(softmaxes, "with --tokens word: how the output is computed in training (default: adaptive)"),
};

/** CPU time, for comparisons that do not depend on how many cores there are. */
export const budgetSeconds = number("S", "CPU-seconds of all threads, counted from the start of the process", {
	min: 0.1,
	max: 1e6,
	whole: false,
});

export const minutes = (standard: number) =>
	number("M", `minutes by the clock on the wall (default: ${standard})`, { min: 0.01, max: 10_000, whole: false });

type StartOptions = Partial<Pick<Values<typeof trainingOptions>, "from" | "cell" | "hidden" | "layers">> &
	Partial<Values<typeof wordOptions>> & {
		readonly direction?: Direction | undefined;
	} & EngineValues;

/** Models of both directions, and of words. */
export interface TakenModels {
	readonly both?: boolean;
	readonly words?: boolean;
}

/**
 * @param takes which models that make no suggestions the command knows what to do with
 * @throws {Failure | UsageError} if the start cannot be used
 */
export async function startOf(values: StartOptions, takes: TakenModels = {}): Promise<TrainingStart> {
	assertEngineOptions(values);
	const { from, cell, direction, hidden, layers } = values;
	assertWordOptions(values);
	if (from === undefined || from === "scratch") {
		assertStorable(values);
		return { kind: "new" };
	}
	const model = await (from === "base" ? readBase() : readModel(from));
	const { shape } = model;
	if ((cell ?? shape.cell) !== shape.cell) {
		throw new UsageError(
			`--cell is for new models, and this one is ${nameWithArticle(shape.cell)}: leave --from out to start from random weights`,
		);
	}
	assertTokens(values, model);
	const { direction: own = "forward" } = shape;
	if (own === "both" && !takes.both) throw new Failure("scoresOnly");
	if (shape.words !== undefined && !takes.words) throw new Failure("wordsOnly");
	if ((direction ?? own) !== own) {
		throw new UsageError(
			`--direction is for new models, and this one has ${JSON.stringify(own)}: leave --from out to start from random weights`,
		);
	}
	if ((hidden ?? shape.hidden) !== shape.hidden || (layers ?? shape.layers) !== shape.layers) {
		throw new UsageError(
			`--hidden and --layers are for new models; this one has ${shape.hidden} units in ${shape.layers} layers`,
		);
	}
	return { kind: from === "base" ? "base" : "model", model };
}

/** @throws {UsageError} if the options of word models do not go together with the others */
function assertWordOptions({ from, tokens, words, softmax, direction }: StartOptions): void {
	const isNew = from === undefined || from === "scratch";
	if (isNew && tokens !== "word" && (words !== undefined || softmax !== undefined)) {
		throw new UsageError("--words and --softmax go with --tokens word");
	}
	if (tokens === "word" && direction === "both")
		throw new UsageError("--tokens word does not go with --direction both");
}

/** @throws {UsageError} if the options ask for another vocabulary or output layer than that of the model */
function assertTokens({ tokens, words, softmax }: StartOptions, { shape }: Pick<Model, "shape">): void {
	const own = shape.words === undefined ? "byte" : "word";
	if ((tokens ?? own) !== own || words !== undefined) {
		throw new UsageError(`--tokens and --words are for new models, and this one predicts ${own}s: leave --from out`);
	}
	if (softmax === undefined) return;
	if (shape.words === undefined) throw new UsageError("--softmax goes with a model of words");
	const isAdaptive = shape.words.cutoffs.length > 0;
	if (isAdaptive !== (softmax === "adaptive")) {
		throw new UsageError(
			`--softmax ${softmax} is for new models: this one has ${isAdaptive ? "an adaptive" : "a full"} softmax`,
		);
	}
}

/** The files that the model which training starts from was trained on, as far as its training wrote them down. */
export async function usedBefore({ from }: StartOptions): Promise<UsedFiles | null> {
	if (from === undefined || from === "scratch" || from === "base") return null;
	// The report lies beside the file itself, not beside a link to it.
	return await readUsed(reportFileOf(await realpath(from).catch(() => from)));
}

/**
 * Where a training writes down which files it used and held out: `my.corpus.json` beside `my.safetensors`, and `corpus.json`
 * beside `model.safetensors`, as in the editor's storage folder.
 */
export function reportFileOf(model: string): string {
	const { dir, name, base } = parse(model);
	return join(dir, base === storageFiles.model ? storageFiles.corpus : `${name}.${storageFiles.corpus}`);
}

/** A model that could not be read again is not worth training. */
export function assertStorable(values: StartOptions): void {
	let bytes = 0;
	for (const dimensions of expectedShapes(recipeOf(values, 0).shape).values()) {
		bytes += dimensions.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
	}
	if (bytes > maxModelBytes) {
		throw new UsageError(
			`--hidden and --layers ask for ${mebibytes(bytes)}, and ${mebibytes(maxModelBytes)} are the limit`,
		);
	}
}

function mebibytes(bytes: number): string {
	return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/** @throws {Failure} badArgument if a command that can score from both sides was not asked to, and the model can do nothing else */
export function assertForward({ shape }: Pick<Model, "shape">): void {
	if (shape.direction === "both") throw new Failure("badArgument", "The model reads in both directions: add --both");
}

/**
 * The model that comes with Inkling.
 *
 * @throws {Failure} if this copy of it comes without one
 */
export async function readBase(file = shippedFile("base.safetensors")): Promise<Model> {
	return await readModel(file).catch((error: unknown) => {
		throw error instanceof Failure && error.code === "modelMissing" ? noBase(error) : error;
	});
}

function noBase(cause: Failure): Failure {
	return new Failure("badArgument", "This copy of Inkling comes without a base model: train --from scratch", { cause });
}

export interface Trained extends ComposedOutcome {
	readonly model: Model;
}

/** With the engine that the command line asks for. */
export interface CommandPlan extends TrainingPlan {
	readonly values: RecipeOptions & EngineValues;
}

/** @throws {Failure} if nothing was learned, the engine cannot be used, or the network does not fit into memory */
export async function trainWith(
	text: TrainingText,
	start: TrainingStart,
	plan: CommandPlan,
	hooks: Partial<ComposedHooks> & Pick<ComposedHooks, "progress">,
): Promise<Trained> {
	const engine = await engineOf(plan.values, plan.threads);
	if (start.kind !== "new") await tryNetwork(engine, start.kind === "state" ? start.state.model : start.model);
	return requireLearned(await trainOn(engine, text, start, plan, { ...unattended, ...hooks }));
}

/** @throws {Failure} if the training has no model, or learned nothing */
export function requireLearned(outcome: ComposedOutcome): Trained {
	const { model, updates, end } = outcome;
	if (model === undefined || updates === 0) throw end === "diverged" ? becameUnstable() : nothingLearned();
	return { ...outcome, model };
}

export function nothingLearned(): Failure {
	return new Failure("badArgument", "The training was stopped before anything was learned");
}

export function becameUnstable(): Failure {
	return new Failure("badArgument", "The training became unstable before there was a model to keep");
}

/** What happens during a training unless a command wants it otherwise. */
const unattended: Omit<ComposedHooks, "progress"> = {
	async proceed() {
		// Lets signals in between two updates.
		await turn();
		return true;
	},
	// Models are kept at the end, and a training without an editor is started anew rather than gone on with.
	keep: () => Promise.resolve(),
};
