/** Training as the commands do it: from what, for how long, how large. */
import { setImmediate as turn } from "node:timers/promises";
import { createEngine } from "../engines/registry.ts";
import { expectedShapes } from "../engines/shapes.ts";
import { type Model, maxModelBytes, readModel } from "../model/checkpoint.ts";
import { Failure } from "../platform/failure.ts";
import { shippedFile } from "../platform/shipped.ts";
import type { TrainingText } from "../trainer/measures.ts";
import { recipeOf } from "../trainer/recipe.ts";
import { cpuSeconds } from "../trainer/run.ts";
import { type TrainingHooks, type TrainingOutcome, type TrainingStart, train } from "../trainer/train.ts";
import { number, text, UsageError, type Values } from "./terminal/options.ts";

/** Options of every command that trains. */
export const trainingOptions = {
	from: text("scratch|base|FILE", "start from random weights, the base model or a model file (default: scratch)"),
	threads: number("N", "threads to train on (default: half the cores)", { min: 1, max: 64, whole: true }),
	hidden: number("H", "units per layer of a new model", { min: 8, max: 2048, whole: true }),
	layers: number("L", "layers of a new model", { min: 1, max: 4, whole: true }),
	batch: number("B", "streams trained side by side", { min: 1, max: 64, whole: true }),
	unroll: number("T", "time steps per update", { min: 1, max: 512, whole: true }),
	seed: number("K", "seed of all random numbers", { min: 0, max: 2 ** 32 - 1, whole: true }),
};

/** CPU time, for comparisons that do not depend on how many cores there are. */
export const budgetSeconds = number("S", "CPU-seconds of all threads, counted from the start of the process", {
	min: 0.1,
	max: 1e6,
	whole: false,
});

export const minutes = (standard: number) =>
	number("M", `minutes by the clock on the wall (default: ${standard})`, { min: 0.01, max: 10_000, whole: false });

/** The time for training and the clock that it is measured by, both counted from the start of the process. */
export interface Budget {
	readonly seconds: number;
	readonly clock: () => number;
	/** What it comes to in CPU time. */
	readonly cpuSeconds: (threads: number) => number;
}

export function cpuBudget(seconds: number): Budget {
	return { seconds, clock: cpuSeconds, cpuSeconds: () => seconds };
}

export function wallBudget(minutes: number): Budget {
	const seconds = minutes * 60;
	return { seconds, clock: () => performance.now() / 1000, cpuSeconds: (threads) => seconds * threads };
}

export interface Plan {
	/** Of the network and its training; what is left out is the recipe's. */
	readonly values: Partial<Values<typeof trainingOptions>>;
	readonly threads: number;
	readonly budget: Budget;
}

/** @throws {Failure | UsageError} if the start cannot be used */
export async function startOf(values: Plan["values"]): Promise<TrainingStart> {
	const { from, hidden, layers } = values;
	if (from === undefined || from === "scratch") {
		assertStorable(values);
		return { kind: "new" };
	}
	const model = await (from === "base" ? readBase() : readModel(from));
	const { shape } = model;
	if ((hidden ?? shape.hidden) !== shape.hidden || (layers ?? shape.layers) !== shape.layers) {
		throw new UsageError(
			`--hidden and --layers are for new models; this one has ${shape.hidden} units in ${shape.layers} layers`,
		);
	}
	return { kind: from === "base" ? "base" : "model", model };
}

/** A model that could not be read again is not worth training. */
export function assertStorable(values: Plan["values"]): void {
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

export interface Trained extends TrainingOutcome {
	readonly model: Model;
}

/** @throws {Failure} if nothing was learned, or the network does not fit into memory */
export async function trainWith(
	text: TrainingText,
	start: TrainingStart,
	{ values, threads, budget }: Plan,
	hooks: Partial<TrainingHooks> & Pick<TrainingHooks, "progress">,
): Promise<Trained> {
	const task = {
		text,
		recipe: recipeOf(values, budget.cpuSeconds(threads)),
		threads,
		start,
		budgetSeconds: budget.seconds,
		clock: budget.clock,
		cpuSeconds,
		now: Date.now,
	};
	const outcome = await train(await createEngine(), task, { ...unattended, ...hooks });
	if (outcome.model === undefined || outcome.updates === 0) throw nothingLearned();
	return { ...outcome, model: outcome.model };
}

export function nothingLearned(): Failure {
	return new Failure("badArgument", "The training was stopped before anything was learned");
}

/** What happens during a training unless a command wants it otherwise. */
const unattended: Omit<TrainingHooks, "progress"> = {
	async proceed() {
		// Lets signals in between two updates.
		await turn();
		return true;
	},
	// Models are kept at the end, and a training without an editor is started anew rather than gone on with.
	improved: () => Promise.resolve(),
	save: () => Promise.resolve(),
};
