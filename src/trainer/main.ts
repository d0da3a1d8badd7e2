/** Child process 2: trains while it lives, one job in a life. Ends with its parent. */
import * as fileSystem from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { chooseValidation } from "../corpus/holdout.ts";
import { collect } from "../corpus/index.ts";
import { trainingLock } from "../domain/storage.ts";
import type { TrainingJob, TrainingProgress } from "../domain/training.ts";
import { createChosenEngine } from "../engines/registry.ts";
import { storageFailure } from "../platform/atomicFile.ts";
import { countOf } from "../platform/english.ts";
import { Failure } from "../platform/failure.ts";
import { withLockAtOnce } from "../platform/fileLock.ts";
import type { TrainerMessage, TrainerRequest } from "../protocol/trainer.ts";
import { trainerRequests } from "../protocol/trainerShapes.ts";
import { notTraining, type RunHooks, runTraining } from "./run.ts";
import { corpusReport } from "./text.ts";

const abort = new AbortController();
let stopped = false;
let latest: TrainingProgress = notTraining("starting");
let paused:
	| { readonly since: number; readonly over: Promise<void>; readonly end: () => void; isHeld: boolean }
	| undefined;
let pausedMilliseconds = 0;

function send(message: TrainerMessage): Promise<void> {
	return new Promise((resolve) => {
		if (process.send === undefined || !process.connected) resolve();
		else process.send(message, () => resolve());
	});
}

/** What the user has asked for is said at once, whatever training is still busy with. */
function report(progress: TrainingProgress): void {
	latest = progress;
	const phase = stopped ? "stopping" : paused === undefined ? progress.phase : paused.isHeld ? "paused" : "pausing";
	void send({ type: "progress", progress: { ...progress, phase } });
}

/** Lets messages in, and waits while training is paused; false once it is stopped. */
async function goesOn(): Promise<boolean> {
	await turn();
	if (paused !== undefined) {
		paused.isHeld = true;
		report(latest);
		await paused.over;
	}
	return !stopped;
}

function pause(): void {
	if (paused !== undefined || stopped) return;
	let end: () => void = () => {};
	const over = new Promise<void>((resolve) => {
		end = resolve;
	});
	paused = { since: performance.now(), over, end, isHeld: false };
	report(latest);
}

function resume(): void {
	if (paused === undefined) return;
	pausedMilliseconds += performance.now() - paused.since;
	paused.end();
	paused = undefined;
	report(latest);
}

async function train(job: TrainingJob): Promise<void> {
	try {
		report(latest);
		const { engine: name, tensorflow, threads } = job;
		const engine = await createChosenEngine({ name, folder: tensorflow ?? undefined, threads });
		void send({
			type: "log",
			level: "info",
			message: `The training runs on ${countOf(threads, "thread")}: ${engine.description}.`,
		});
		const hooks: RunHooks = {
			progress: report,
			proceed: goesOn,
			validating: goesOn,
			checkpoint: (file, model) => void send({ type: "checkpoint", file, model }),
			curve: (curve) => void send({ type: "curve", curve }),
			log: (level, message) => void send({ type: "log", level, message }),
			pausedMilliseconds: () => pausedMilliseconds,
		};
		const outcome = await alone(job.storage, () => runTraining(engine, job, hooks, abort.signal));
		await send({ type: "finished", ...outcome });
	} catch (error) {
		if (error instanceof Error && error.name === "AbortError")
			await send({ type: "finished", end: "stopped", model: null, hasImproved: false });
		else await fail(error);
	}
	process.exit(0);
}

/**
 * Runs `task` unless another window trains in this storage folder.
 *
 * @throws {Failure} trainedElsewhere if one does; storageFull, storageReadOnly or storageFailed if nothing can be written there
 */
async function alone<T>(storage: string, task: () => Promise<T>): Promise<T> {
	return withLockAtOnce(join(storage, trainingLock), fileSystem, task, (cause, isElsewhere) => {
		throw isElsewhere ? new Failure("trainedElsewhere", "", { cause }) : storageFailure(cause, storage);
	});
}

async function list({ folders, rules }: Extract<TrainerRequest, { type: "list" }>): Promise<void> {
	try {
		const corpus = await collect(folders, rules, abort.signal);
		const { validation, tail, isUnseen } = chooseValidation(corpus.files);
		const heldOut = { paths: new Set(validation.map(({ path }) => path)), tail, isUnseen };
		await send({ type: "corpus", report: corpusReport(corpus, heldOut) });
	} catch (error) {
		await fail(error);
	}
	process.exit(0);
}

async function fail(error: unknown): Promise<void> {
	if (!(error instanceof Failure)) {
		await send({ type: "log", level: "error", message: error instanceof Error ? `${error.stack}` : String(error) });
	}
	await send({ type: "failed", failure: Failure.report(error) });
}

function receive(request: TrainerRequest): void {
	switch (request.type) {
		case "train":
			void train(request.job);
			break;
		case "list":
			void list(request);
			break;
		case "pause":
			pause();
			break;
		case "resume":
			resume();
			break;
		case "stop":
			stopped = true;
			abort.abort();
			resume();
			report(latest);
			break;
	}
}

process.on("message", (value: unknown) =>
	trainerRequests.receive(
		value,
		receive,
		(reason) =>
			void send({ type: "log", level: "warn", message: `A message to the training process was dropped: ${reason}.` }),
	),
);
process.on("disconnect", () => process.exit(0));
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
	process.on(event, (error: unknown) => void fail(error).then(() => process.exit(1)));
}

try {
	// Below all that the user does, but not at the lowest: a thread that is never run holds up the others at each barrier.
	setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
	// Not allowed everywhere; training is then as fast as anything else.
}
