/** How a training is put together from files, a start, a recipe and a budget: the same for the editor and the command line. */
import { readFile } from "node:fs/promises";
import type { UsedFiles } from "../corpus/holdout.ts";
import type { Corpus } from "../corpus/index.ts";
import type { CorpusReport } from "../domain/corpus.ts";
import type { Engine, NetworkShape } from "../engines/engine.ts";
import type { Model, TrainingState } from "../model/checkpoint.ts";
import { readUsedFiles } from "../protocol/corpusReport.ts";
import type { TrainingText } from "./measures.ts";
import { advising } from "./mixture/advice.ts";
import { gainSeconds, mixtureBpcs } from "./mixture/gain.ts";
import type { TrainingStart } from "./position.ts";
import { type RecipeOptions, recipeOf } from "./recipe.ts";
import { assertNotEmpty, corpusReport, trainingText } from "./text.ts";
import { type TrainingHooks, type TrainingOutcome, train } from "./train.ts";
import { inSymbols, vocabularyFor } from "./words.ts";

/** The time for training, and the clock that measures it. */
export interface Budget {
	readonly seconds: number;
	/** Seconds of the budget used so far. */
	readonly clock: () => number;
	/** What the budget comes to in CPU time. */
	readonly cpuSeconds: (threads: number) => number;
}

/** CPU time of all threads of this process. */
export function cpuSeconds(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1e6;
}

/** CPU-seconds of all threads, counted from the start of the process or from where it had used `since`. */
export function cpuBudget(seconds: number, since = 0): Budget {
	return { seconds, clock: () => cpuSeconds() - since, cpuSeconds: () => seconds };
}

/** Minutes by the clock on the wall, counted from the start of the process unless `clock` counts otherwise. */
export function wallBudget(minutes: number, clock: () => number = () => performance.now() / 1000): Budget {
	const seconds = minutes * 60;
	return { seconds, clock, cpuSeconds: (threads) => seconds * threads };
}

export interface TrainingPlan {
	/** What is left out is the recipe's. */
	readonly values: RecipeOptions;
	readonly threads: number;
	readonly budget: Budget;
}

/**
 * The files that the training of a model used, from the report that it wrote; null if it left none, as after an import.
 */
export async function readUsed(report: string): Promise<UsedFiles | null> {
	return readUsedFiles(await readFile(report, "utf8").catch(() => ""));
}

/** The text of the files that were found, and which files those are. */
export interface ReadText {
	readonly text: TrainingText;
	readonly report: CorpusReport;
}

/**
 * @param used the files that the model which training starts from was trained on; null if it has not seen this workspace
 * @throws {Failure} emptyCorpus or corpusTooSmall
 */
export function readText(corpus: Corpus, used: UsedFiles | null): ReadText {
	assertNotEmpty(corpus);
	const { text, heldOut } = trainingText(corpus.files, used);
	return { text, report: corpusReport(corpus, heldOut) };
}

export interface ComposedHooks extends Pick<TrainingHooks, "progress" | "proceed" | "validating"> {
	/** Keeps a model that is better than any before. */
	keep(model: Model): Promise<void>;
	/** Keeps the state to go on from, where somebody will. */
	save?(state: TrainingState): Promise<void>;
}

export interface ComposedOutcome extends TrainingOutcome {
	/** Whether `model` was handed to `keep`. A start that nothing was better than was not. */
	readonly isKept: boolean;
	/**
	 * By what share fewer bits the mixture with the memory needs for the held-out text than before this training; absent if
	 * that was not measured.
	 */
	readonly gain?: number;
}

/** Of CPU time: what a network of the base's size reads on a machine that is not busy (bench/NOTES.md, "Pretraining"). */
const bytesPerSecond = 12_000;

/** The text with what the memory says of it; without, if the user stops the training meanwhile. */
async function advised(text: TrainingText, bytes: number, proceed: () => Promise<boolean>): Promise<TrainingText> {
	const steps = advising(text, bytes);
	let step = await steps.next();
	for (; !step.done; step = await steps.next()) if (!(await proceed())) return text;
	return step.value;
}

/** @throws {Failure} if the network does not fit into memory, or a thread is lost */
export async function trainOn(
	engine: Engine,
	text: TrainingText,
	start: TrainingStart,
	{ values, threads, budget }: TrainingPlan,
	{ keep, save, ...hooks }: ComposedHooks,
): Promise<ComposedOutcome> {
	const cpuBudget = budget.cpuSeconds(threads);
	const vocabulary = vocabularyFor(text, modelOf(start), values);
	const isOfBytes = vocabulary === undefined && shapeOf(start)?.direction !== "both";
	const isMixed = engine.capabilities.mixtures && start.kind !== "new" && isOfBytes;
	// Of the budget, some is left to measure what came of it.
	const kept = isMixed ? Math.min(gainSeconds(text), budget.seconds / 10) : 0;
	const bytes = isMixed ? await advised(text, cpuBudget * bytesPerSecond, hooks.proceed) : text;
	const task = {
		text: vocabulary === undefined ? bytes : inSymbols(text, vocabulary),
		recipe: recipeOf({ ...values, ...kindOf(shapeOf(start)) }, cpuBudget),
		threads,
		start,
		budgetSeconds: budget.seconds - kept,
		clock: budget.clock,
		cpuSeconds,
		now: Date.now,
	};
	let best: Model | undefined;
	const outcome = await train(engine, task, {
		...hooks,
		async improved(model) {
			await keep(model);
			best = model;
		},
		save: async (state) => await save?.(state),
	});
	const before = task.text.advice === undefined ? undefined : networkOf(start);
	if (before === undefined || outcome.model === undefined || !outcome.hasImproved || outcome.end === "stopped") {
		return { ...outcome, isKept: outcome.model !== undefined && outcome.model === best };
	}
	const measured = await mixtureBpcs(engine, [before, outcome.model], text, hooks.proceed);
	if (measured === null) return { ...outcome, isKept: true };
	const earlier = start.kind === "model" && text.isHeldOutAgain === true ? start.model.info : undefined;
	const judged = judge(outcome.model, before, earlier, measured);
	await keep(judged.model);
	return { ...outcome, ...judged, isKept: true };
}

/** The network that training starts from; undefined if it is a new one. */
function networkOf(start: TrainingStart): Pick<Model, "shape" | "parameters"> | undefined {
	if (start.kind === "new") return undefined;
	if (start.kind !== "state") return start.model;
	const { model, start: parameters } = start.state;
	return parameters === undefined ? undefined : { shape: model.shape, parameters };
}

/**
 * The trained model with what was measured; if suggestions are no better with it, the network from before instead.
 *
 * @param earlier figures of the network from before, if they are of the same text
 */
function judge(
	trained: Model,
	before: Pick<Model, "parameters">,
	earlier: Model["info"] | undefined,
	[bpcBefore = Number.NaN, bpcAfter = Number.NaN]: readonly number[],
): Pick<ComposedOutcome, "hasImproved" | "gain"> & { readonly model: Model } {
	const hasImproved = bpcAfter < bpcBefore;
	const { validationBpc } = hasImproved ? trained.info : (earlier ?? baseFigure(trained));
	const info = {
		...trained.info,
		validationBpc,
		initialMixtureBpc: earlier?.initialMixtureBpc ?? bpcBefore,
		mixtureBpc: hasImproved ? bpcAfter : bpcBefore,
	};
	const model = { ...trained, parameters: hasImproved ? trained.parameters : before.parameters, info };
	return { model, hasImproved, gain: 1 - bpcAfter / bpcBefore };
}

/** The figure of the network alone, before it was trained. */
function baseFigure({ info }: Pick<Model, "info">): Pick<Model["info"], "validationBpc"> {
	return { validationBpc: info.initialBpc };
}

/** The model that training starts from; undefined if it is a new one. */
function modelOf(start: TrainingStart): Model | undefined {
	if (start.kind === "new") return undefined;
	return start.kind === "state" ? start.state.model : start.model;
}

function shapeOf(start: TrainingStart): NetworkShape | undefined {
	return modelOf(start)?.shape;
}

/** What of a shape decides the recipe. */
function kindOf(shape: NetworkShape | undefined): RecipeOptions {
	if (shape === undefined) return {};
	return { cell: shape.cell, direction: shape.direction, tokens: shape.words === undefined ? "byte" : "word" };
}
