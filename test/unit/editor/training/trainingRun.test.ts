import assert from "node:assert/strict";
import type { ModelSummary } from "../../../../src/domain/model.ts";
import type { TrainingJob, TrainingProgress } from "../../../../src/domain/training.ts";
import { TrainingRun } from "../../../../src/editor/training/trainingRun.ts";
import type { TrainerMessage, TrainerRequest } from "../../../../src/protocol/trainer.ts";
import { FakeClock, FakeLauncher } from "../fakes.ts";

const job: TrainingJob = {
	folders: [{ path: "/workspace", name: "workspace" }],
	rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 },
	storage: "/storage",
	minutes: 3,
	threads: 1,
	resume: false,
	engine: "inkling",
	tensorflow: null,
	cell: null,
	hidden: 0,
	base: null,
};

const progress: TrainingProgress = {
	phase: "training",
	characters: 1000,
	charactersPerSecond: 20_000,
	trainBpc: 2.5,
	validationBpc: null,
	measuredBpc: null,
	initialBpc: 8,
	elapsedSeconds: 1,
	leftSeconds: 179,
	fraction: 0.01,
};

describe("TrainingRun", () => {
	let clock: FakeClock;
	let launcher: FakeLauncher<TrainerRequest, TrainerMessage>;
	let told: unknown[];

	beforeEach(() => {
		clock = new FakeClock();
		launcher = new FakeLauncher();
		told = [];
	});

	const begin = (): TrainingRun =>
		new TrainingRun(launcher.launch, clock, job, {
			progress: (value) => told.push(value),
			curve: () => {},
			checkpoint: (_model, file) => told.push(file),
			changed: () => told.push("changed"),
			log: (level, message) => told.push(`${level} ${message}`),
		});

	it("sends the job, and passes on what the process says", () => {
		begin();
		assert.deepEqual(launcher.last.requests, [{ type: "train", job }]);
		launcher.last.say({ type: "progress", progress });
		launcher.last.say({ type: "log", level: "info", message: "12 files" });
		assert.deepEqual(told, [progress, "info 12 files"]);
	});

	it("is over when the process is gone, with what it said last", async () => {
		const run = begin();
		launcher.last.say({ type: "finished", end: "budget", model: null, hasImproved: false });
		launcher.last.exit("exit code 0");
		assert.deepEqual(await run.outcome, { kind: "finished", end: "budget", model: null, improved: false });
		assert.equal(run.pid, undefined);
		assert.equal(clock.pending, 0);
	});

	it("ends a process that has said its last word and stays", async () => {
		const run = begin();
		launcher.last.say({ type: "failed", failure: { code: "emptyCorpus", detail: "no files" } });
		clock.turn(2_000);
		assert.equal(launcher.last.killed, true);
		assert.deepEqual(await run.outcome, { kind: "failed", failure: { code: "emptyCorpus", detail: "no files" } });
	});

	it("tells a crash from an end", async () => {
		const run = begin();
		launcher.last.exit("signal SIGKILL");
		assert.deepEqual(await run.outcome, { kind: "crashed", reason: "signal SIGKILL" });
	});

	it("tells that the process could not be started", async () => {
		launcher.failure = new Error("spawn EAGAIN");
		assert.deepEqual(await begin().outcome, { kind: "crashed", reason: "spawn EAGAIN" });
	});

	it("pauses and resumes once each", () => {
		const run = begin();
		run.pause();
		run.pause();
		assert.equal(run.wish, "pausing");
		run.resume();
		run.resume();
		assert.equal(run.wish, "run");
		assert.deepEqual(launcher.last.requests.slice(1), [{ type: "pause" }, { type: "resume" }]);
		assert.deepEqual(told, ["changed", "changed"]);
	});

	it("is paused when the process says so", () => {
		const run = begin();
		run.pause();
		launcher.last.say({ type: "progress", progress });
		assert.equal(run.wish, "pausing");
		launcher.last.say({ type: "progress", progress: { ...progress, phase: "paused" } });
		assert.equal(run.wish, "paused");
		run.resume();
		assert.equal(run.wish, "run");
	});

	it("says that pausing takes long, and still resumes or pauses", () => {
		const run = begin();
		run.pause();
		clock.turn(5_000);
		assert.equal(run.wish, "pausingSlowly");
		launcher.last.say({ type: "progress", progress: { ...progress, phase: "paused" } });
		assert.equal(run.wish, "paused");
		run.resume();
		run.pause();
		run.resume();
		assert.equal(run.wish, "run");
		assert.equal(clock.pending, 0);
	});

	it("stops a training that is paused, and does not pause one that is stopping", () => {
		const run = begin();
		run.pause();
		run.stop();
		run.pause();
		run.resume();
		assert.equal(run.wish, "stopping");
		assert.deepEqual(launcher.last.requests.slice(1), [{ type: "pause" }, { type: "stop" }]);
	});

	it("tells a training that improved the model from one that did not", async () => {
		for (const hasImproved of [true, false]) {
			const run = begin();
			// A base model that nothing was better than is written, too.
			launcher.last.say({ type: "checkpoint", file: "/model", model: {} as ModelSummary });
			launcher.last.say({ type: "finished", end: "budget", model: {} as ModelSummary, hasImproved });
			launcher.last.exit("exit code 0");
			const outcome = await run.outcome;
			assert.equal(outcome.kind === "finished" && outcome.improved, hasImproved);
		}
	});

	it("lets the process end by itself when it is stopped, but not for ever", async () => {
		const run = begin();
		run.stop();
		run.stop();
		assert.deepEqual(launcher.last.requests.slice(1), [{ type: "stop" }]);
		assert.deepEqual([run.wish, told], ["stopping", ["changed"]]);
		clock.turn(5_000);
		assert.deepEqual([run.wish, told], ["stoppingSlowly", ["changed", "changed"]]);
		clock.turn(14_999);
		assert.equal(launcher.last.killed, false);
		clock.turn(1);
		assert.deepEqual(await run.outcome, { kind: "unresponsive" });
	});

	it("does not call it a crash when the process ends without a word after it was told to stop", async () => {
		const run = begin();
		run.stop();
		launcher.last.exit("exit code 0");
		assert.deepEqual(await run.outcome, { kind: "finished", end: "stopped", model: null, improved: false });
		assert.equal(clock.pending, 0);
	});

	it("takes a stopped process's own word for how it ended", async () => {
		const run = begin();
		run.stop();
		launcher.last.say({ type: "finished", end: "stopped", model: null, hasImproved: false });
		launcher.last.exit("exit code 0");
		assert.equal((await run.outcome).kind, "finished");
	});

	it("does not call it a crash when it kills the process itself", async () => {
		const run = begin();
		run.kill();
		assert.deepEqual(await run.outcome, { kind: "finished", end: "stopped", model: null, improved: false });
	});
});
