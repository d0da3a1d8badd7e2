/** One training of a workspace: reads its files, trains, and keeps what is learned in the storage folder. */
import { join } from "node:path";
import { collect } from "../corpus/index.ts";
import { nameWithArticle } from "../domain/cells.ts";
import type { TrainingCurve } from "../domain/curve.ts";
import type { ModelSummary } from "../domain/model.ts";
import { storageFiles } from "../domain/storage.ts";
import type { TrainingEnd, TrainingJob, TrainingPhase, TrainingProgress } from "../domain/training.ts";
import type { Engine } from "../engines/engine.ts";
import {
	type Model,
	readModel,
	readTrainingState,
	summarize,
	type TrainingState,
	writeModel,
	writeTrainingState,
} from "../model/checkpoint.ts";
import { tryNetwork } from "../model/triedNetwork.ts";
import { type FileSystem, removeAtomic, writeAtomically } from "../platform/atomicFile.ts";
import { countOf } from "../platform/english.ts";
import { Failure, type FailureCode } from "../platform/failure.ts";
import { readText, readUsed, type TrainingPlan, trainOn, wallBudget } from "./composition.ts";
import { CurveFile } from "./curve/file.ts";
import type { TrainingText } from "./measures.ts";
import type { TrainingStart } from "./position.ts";
import { isPosition } from "./position.ts";
import type { TrainingHooks } from "./train.ts";

export interface RunHooks extends Pick<TrainingHooks, "progress" | "proceed" | "validating"> {
	checkpoint(file: string, model: ModelSummary): void;
	/** The learning curve has a new point. */
	curve(curve: TrainingCurve): void;
	log(level: "info" | "warn", message: string): void;
	/** Milliseconds spent paused so far. */
	pausedMilliseconds(): number;
}

/**
 * Share of bits. A first minute of training on a workspace brings 2 to 3 % (bench/NOTES.md); where one has brought less than a
 * tenth of that, the next is not worth its processor time.
 */
const leastGain = 0.002;

/** Whether another training right after may bring more: this one made suggestions better, and ended for want of time only. */
export function mayGainMore(end: TrainingEnd, hasImproved: boolean, gain: number | undefined): boolean {
	return end === "budget" && hasImproved && (gain === undefined || gain >= leastGain);
}

export async function runTraining(
	engine: Engine,
	job: TrainingJob,
	hooks: RunHooks,
	signal: AbortSignal,
	fileSystem?: FileSystem,
): Promise<{ end: TrainingEnd; model: ModelSummary | null; hasImproved: boolean }> {
	const began = performance.now();
	const file = (name: keyof typeof storageFiles) => join(job.storage, storageFiles[name]);
	const start = await startOf(engine, job, hooks);
	hooks.progress(notTraining("collecting"));
	const { text, report } = await readJob(job, start, hooks, signal);
	hooks.progress(notTraining("starting"));
	const plan: TrainingPlan = {
		values: { cell: job.cell ?? undefined, hidden: job.hidden === 0 ? undefined : job.hidden },
		threads: job.threads,
		budget: wallBudget(job.minutes, () => (performance.now() - began - hooks.pausedMilliseconds()) / 1000),
	};
	const curves = { file: file("curves"), changed: hooks.curve, log: hooks.log, fileSystem };
	const curve = await CurveFile.begin(curves, start.kind === "state");
	let isReported = false;
	/**
	 * A report belongs to what was learned from these files: as long as nothing of that is kept, the one before holds. It is written
	 * first: a report that names too many files keeps some text from being measured on, but a model whose report does not name a
	 * file that it has learned would be measured on that file.
	 */
	const writeReport = async () => {
		if (isReported) return;
		await writeAtomically(file("corpus"), [Buffer.from(report)], fileSystem);
		isReported = true;
	};
	const keep = async (model: Model) => {
		await writeReport();
		await writeModel(file("model"), model, fileSystem);
		hooks.checkpoint(file("model"), summarize(model));
		await curve.write();
	};
	const { end, model, updates, hasImproved, isKept, gain } = await trainOn(engine, text, start, plan, {
		progress(progress) {
			hooks.progress(progress);
			curve.add(progress);
		},
		proceed: () => hooks.proceed(),
		...(hooks.validating ? { validating: hooks.validating } : {}),
		keep,
		save: async (state) => {
			await writeReport();
			await writeTrainingState(file("training"), state, fileSystem);
			await curve.write();
		},
	});
	await curve.end(end);
	// A training that was stopped can be gone on with, another has nothing left to do.
	if (end !== "stopped") {
		await removeAtomic(file("training"));
		if (mayGainMore(end, hasImproved, gain)) await removeAtomic(file("settled"));
		else await writeAtomically(file("settled"), [Buffer.from(report)], fileSystem);
	}
	if (model === undefined || (start.kind === "base" && updates === 0)) return { end, model: null, hasImproved };
	// A base that nothing was better than becomes the model of the workspace.
	if (start.kind === "base" && !isKept) await keep(model);
	return { end, model: summarize(model), hasImproved };
}

/** Reads the files. Only what is trained on and the report, as JSON, outlive this function. */
async function readJob(
	job: TrainingJob,
	start: TrainingStart,
	hooks: RunHooks,
	signal: AbortSignal,
): Promise<{ text: TrainingText; report: string }> {
	// A model that has learned from this workspace before must be validated on what it was not trained on then.
	const isOwn = start.kind === "model" || start.kind === "state";
	const used = isOwn ? await readUsed(join(job.storage, storageFiles.corpus)) : null;
	const corpus = await collect(job.folders, job.rules, signal);
	for (const warning of corpus.warnings) hooks.log("warn", warning);
	const { text, report } = readText(corpus, used);
	hooks.log(
		"info",
		`The training reads ${countOf(corpus.files.length, "file")} and leaves out ${countOf(corpus.leftOut.length, "file")}.`,
	);
	return { text, report: JSON.stringify(report) };
}

/** Progress while nothing is learned yet. */
export function notTraining(phase: TrainingPhase): TrainingProgress {
	return {
		phase,
		characters: 0,
		charactersPerSecond: 0,
		trainBpc: null,
		validationBpc: null,
		measuredBpc: null,
		initialBpc: null,
		elapsedSeconds: 0,
		leftSeconds: 0,
		fraction: 0,
	};
}

/**
 * The interrupted training in storage, else the model there, else the base. A broken file in storage is passed over.
 *
 * @throws {Failure} modelNewer, modelUnsupported, scoresOnly or wordsOnly if a file in storage is of a kind that makes no suggestions here;
 * as `readModel` if there is a base that cannot be used
 */
async function startOf(engine: Engine, job: TrainingJob, hooks: RunHooks): Promise<TrainingStart> {
	const readTried = async (file: string): Promise<Model> => {
		const model = await readModel(file);
		// Suggestions come of the model of a workspace.
		if (model.shape.direction === "both") throw new Failure("scoresOnly");
		if (model.shape.words !== undefined) throw new Failure("wordsOnly");
		await tryNetwork(engine, model);
		return model;
	};
	const readTriedState = async (file: string): Promise<TrainingState> => {
		const state = await readTrainingState(file);
		await tryNetwork(engine, state.model);
		return state;
	};
	const fits = ({ shape }: Model) =>
		(job.hidden === 0 || shape.hidden === job.hidden) && (job.cell === null || shape.cell === job.cell);
	if (job.resume) {
		const best = await usable(readTried(join(job.storage, storageFiles.model)), hooks);
		const state = await usable(readTriedState(join(job.storage, storageFiles.training)), hooks);
		if (state !== undefined && fits(state.model) && isPosition(state.position)) return { kind: "state", state, best };
		if (best !== undefined) {
			if (fits(best)) return { kind: "model", model: best };
			hooks.log("info", `The model of the workspace is ${described(best)}: the settings ask for a new one.`);
		}
	}
	const base = job.base === null ? undefined : await readTried(job.base);
	if (base === undefined) return { kind: "new" };
	if (fits(base)) {
		hooks.log("info", `The new model starts from ${job.base}.`);
		return { kind: "base", model: base };
	}
	hooks.log(
		"info",
		`The new model starts from random weights, as ${job.base} is ${described(base)} and the settings ask for another network.`,
	);
	return { kind: "new" };
}

function described({ shape }: Model): string {
	return `${nameWithArticle(shape.cell)} of ${shape.hidden} units`;
}

async function usable<T>(read: Promise<T>, hooks: RunHooks): Promise<T | undefined> {
	try {
		return await read;
	} catch (error) {
		// A training would replace a model that another version of Inkling, or another command, can still use.
		const isUsableElsewhere = (code: FailureCode) =>
			["modelNewer", "modelUnsupported", "scoresOnly", "wordsOnly"].includes(code);
		if (!(error instanceof Failure) || isUsableElsewhere(error.code)) throw error;
		if (error.code !== "modelMissing") hooks.log("warn", error.message);
		return undefined;
	}
}
