/** Tests of the built trainer, run as a process. They need dist/. */
import assert from "node:assert/strict";
import { type Serializable, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { getPriority } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { storageFiles } from "../../src/domain/storage.ts";
import type { TrainingJob } from "../../src/domain/training.ts";
import { readModel, readTrainingState } from "../../src/model/checkpoint.ts";
import { trainerRequests } from "../../src/protocol/trainerShapes.ts";
import { root } from "../harness/paths.ts";
import { foreignValues } from "../unit/protocol/damage.ts";
import { trainerRequestSamples } from "../unit/protocol/samples.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";
import { bundle, Trainer } from "./trainerProcess.ts";

/** Node's channel between processes takes no other values. */
function isSendable(value: unknown): value is Serializable {
	return value !== undefined;
}

describe("the trainer process", () => {
	const temporary = useTemporaryFolder();
	const trainers: Trainer[] = [];
	let job: TrainingJob;

	beforeEach(async () => {
		await cp(join(root, "src"), temporary("workspace"), { recursive: true });
		job = {
			folders: [{ path: temporary("workspace"), name: "workspace" }],
			rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 16 },
			storage: temporary("storage"),
			minutes: 10,
			threads: 2,
			resume: true,
			engine: "inkling",
			tensorflow: null,
			cell: null,
			hidden: 32,
			base: null,
		};
	});
	afterEach(async () => {
		for (const trainer of trainers.splice(0)) {
			trainer.process.kill("SIGKILL");
			await trainer.ended();
		}
	});

	const begin = (changes: Partial<TrainingJob> = {}, ...program: ConstructorParameters<typeof Trainer>): Trainer => {
		const trainer = new Trainer(...program);
		trainers.push(trainer);
		trainer.send({ type: "train", job: { ...job, ...changes } });
		return trainer;
	};

	it("runs at a lower priority, reports progress, and ends by itself with a model", async () => {
		const trainer = begin({ minutes: 0.1 });
		const progress = await trainer.next("progress", ({ progress }) => progress.trainBpc !== null);
		assert.ok(getPriority(trainer.process.pid) > 0);
		const { fraction, leftSeconds } = progress.progress;
		assert.ok(fraction > 0 && fraction <= 1, `${fraction} of the training`);
		// On a busy machine the first report comes when the time is over.
		assert.ok(leftSeconds >= 0 && leftSeconds <= 6, `${leftSeconds} s left`);
		const { end, model } = await trainer.next("finished");
		assert.notEqual(end, "stopped");
		assert.ok((model?.validationBpc as number) < (model?.initialBpc as number));
		await trainer.ended();
		assert.equal(trainer.process.exitCode, 0);
		const stored = (await readdir(job.storage)).filter((name) => name !== storageFiles.settled);
		assert.deepEqual(stored.sort(), ["corpus.json", "curves.json", "model.safetensors"]);
	});

	it("pauses, goes on, and keeps what it has learned when it is stopped", async () => {
		const trainer = begin();
		await trainer.next("progress", ({ progress }) => progress.trainBpc !== null);
		trainer.send({ type: "pause" });
		const pause = await trainer.next("progress", ({ progress }) => progress.phase === "paused");
		const paused = trainer.messages.indexOf(pause) + 1;
		// No event tells that none will come: this is long enough for several steps of a training that goes on.
		await delay(1000);
		const trained = trainer.messages
			.slice(paused)
			.filter((message) => message.type === "progress" && message.progress.phase === "training");
		assert.deepEqual(trained, []);
		trainer.send({ type: "resume" });
		await trainer.next("progress", ({ progress }) => progress.phase === "training", paused);
		trainer.send({ type: "stop" });
		const stopping = await trainer.next("progress", ({ progress }) => progress.phase === "stopping");
		const finished = await trainer.next("finished");
		assert.equal(finished.end, "stopped");
		assert.notEqual(finished.model, null);
		const after = trainer.messages.slice(trainer.messages.indexOf(stopping));
		assert.ok(after.every((message) => message.type !== "progress" || message.progress.phase === "stopping"));
		await readModel(join(job.storage, "model.safetensors"));
		const { position } = await readTrainingState(join(job.storage, "training.safetensors"));
		const last = after.findLast((message) => message.type === "progress");
		assert.ok((position["characters"] as number) >= (last?.progress.characters ?? Infinity) - 1);
	});

	it("says what it is doing from its start on", async () => {
		const trainer = begin();
		await trainer.next("progress", ({ progress }) => progress.phase === "training");
		const phases = trainer.messages.flatMap((message) => (message.type === "progress" ? [message.progress.phase] : []));
		assert.deepEqual(phases.slice(0, 4), ["starting", "collecting", "starting", "training"]);
		trainer.send({ type: "stop" });
		await trainer.next("finished");
	});

	it("killed at any moment, leaves a model that can be read and a state to go on from", async () => {
		// So slow that the state is saved before the text has been read.
		const slow = { hidden: 192, threads: 1 };
		let killed = begin(slow);
		await killed.next("checkpoint");
		const saving = await killed.next("progress", ({ progress }) => progress.phase === "saving");
		const after = killed.messages.indexOf(saving);
		await killed.next("progress", ({ progress }) => progress.phase === "training", after);
		killed.process.kill("SIGKILL");
		await killed.ended();
		const state = await readTrainingState(join(job.storage, "training.safetensors"));
		const saved = state.position["usedSeconds"] as number;
		assert.ok(saved > 0, `saved at ${saved} seconds`);
		await readModel(join(job.storage, "model.safetensors"));
		const moments: readonly ((trainer: Trainer) => unknown)[] = [
			() => {},
			(trainer) => once(trainer.process, "message"),
			(trainer) => trainer.next("progress"),
			(trainer) => trainer.next("progress", ({ progress }) => progress.phase === "training"),
			(trainer) => trainer.next("progress", ({ progress }) => progress.phase === "saving"),
		];
		for (const moment of moments) {
			killed = begin(slow);
			await moment(killed);
			killed.process.kill("SIGKILL");
			await killed.ended();
			await readModel(join(job.storage, "model.safetensors"));
			const { position } = await readTrainingState(join(job.storage, "training.safetensors"));
			assert.ok((position["usedSeconds"] as number) >= saved);
		}
		const again = begin(slow);
		const progress = await again.next("progress", ({ progress }) => progress.phase === "training");
		assert.ok(progress.progress.elapsedSeconds >= saved, `goes on from ${progress.progress.elapsedSeconds} seconds`);
		again.send({ type: "stop" });
		await again.next("finished");
	});

	it("drops what it does not understand, says so without quoting it, and goes on", async () => {
		const trainer = new Trainer();
		trainers.push(trainer);
		const { train, list } = trainerRequestSamples;
		// A sound request would begin a training of its own, or stop the one to come.
		const isUnsound = (value: unknown) => {
			let isRefused = false;
			trainerRequests.receive(
				value,
				() => {},
				() => {
					isRefused = true;
				},
			);
			return isRefused;
		};
		const values = fc.sample(foreignValues([train, list]).filter(isUnsound), 50);
		for (const value of [null, undefined, 1, "train", [], {}, { type: "train" }, ...values].filter(isSendable))
			trainer.process.send(value);
		trainer.send({ type: "list", folders: job.folders, rules: job.rules });
		const { report } = await trainer.next("corpus");
		assert.ok(report.used.length > 0);
		const logged = trainer.messages.filter((message) => message.type === "log");
		assert.ok(logged.length > values.length);
		for (const { message } of logged)
			assert.match(message, /^A message to the training process was dropped: [\w .]+\.$/);
	});

	it("dies with its parent", async () => {
		const script = `
			const { fork } = require("node:child_process");
			const child = fork(process.argv[1], { execArgv: [] });
			child.send({ type: "train", job: JSON.parse(process.argv[2]) });
			child.on("message", ({ type }) => type === "checkpoint" && console.log(child.pid));`;
		const parent = spawn(process.execPath, ["-e", script, bundle, JSON.stringify(job)], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		const [chunk] = (await once(parent.stdout, "data")) as [Buffer];
		const pid = Number(chunk.toString().split("\n")[0]);
		assert.ok(pid > 0);
		process.kill(pid, 0);
		parent.kill("SIGKILL");
		const alive = () => {
			try {
				process.kill(pid, 0);
				return true;
			} catch {
				return false;
			}
		};
		while (alive()) await delay(50);
	});

	it("says what is wrong with the workspace in one sentence's code, and touches nothing", async () => {
		await mkdir(temporary("empty"));
		const trainer = begin({ folders: [{ path: temporary("empty"), name: "empty" }] });
		const { failure } = await trainer.next("failed");
		assert.equal(failure.code, "emptyCorpus");
		await trainer.ended();
		assert.deepEqual(await readdir(job.storage), []);
	});

	it("trains for one window at a time, and says so to the others", async () => {
		const first = begin();
		await first.next("progress", ({ progress }) => progress.phase === "training");
		const second = begin();
		const { failure } = await second.next("failed");
		assert.deepEqual(failure, { code: "trainedElsewhere", detail: "" });
		await second.ended();
		first.process.kill("SIGKILL");
		await first.ended();
		const third = begin();
		await third.next("progress", ({ progress }) => progress.phase === "training");
		third.send({ type: "stop" });
		await third.next("finished");
		assert.ok(!(await readdir(job.storage)).includes("training.lock"));
	});

	it("says in one sentence that TensorFlow.js is not there, and touches nothing", async () => {
		const trainer = begin({ engine: "tensorflow", tensorflow: temporary("none") });
		const { failure } = await trainer.next("failed");
		assert.deepEqual(failure, { code: "engineUnavailable", detail: `there is no folder ${temporary("none")}` });
		await trainer.ended();
		assert.equal(trainer.process.exitCode, 0);
		await assert.rejects(stat(job.storage), { code: "ENOENT" });
	});

	/** Runs `fault` in each worker thread of the trainer before the worker's own script. */
	async function faulty(fault: string): Promise<string[]> {
		const file = temporary("fault.cjs");
		const isWorker = 'require("node:worker_threads").workerData?.thread > 0';
		await writeFile(file, `if (${isWorker}) { ${fault} }`);
		return ["--require", file];
	}

	it("ends with a failure that says why when a worker thread dies in the middle of the training", async () => {
		const fault = `
			const wait = Atomics.wait;
			let commands = 0;
			Atomics.wait = (...of) => {
				const woken = wait(...of);
				if (++commands === 20) process.exit(3);
				return woken;
			};`;
		const trainer = begin({}, bundle, await faulty(fault));
		await trainer.next("progress", ({ progress }) => progress.phase === "training");
		const { failure } = await trainer.next("failed");
		assert.deepEqual(failure, { code: "threadLost", detail: "thread 1 ended with code 3" });
		await trainer.ended();
		assert.equal(trainer.process.exitCode, 0);
	});

	it("ends with a failure that says why when a worker thread cannot start", async () => {
		const trainer = begin({}, bundle, await faulty('throw new Error("out of order");'));
		const { failure } = await trainer.next("failed");
		assert.deepEqual(failure, { code: "threadLost", detail: "out of order" });
		await trainer.ended();
		assert.ok(!trainer.messages.some(({ type }) => type === "checkpoint" || type === "finished"));
	});

	it("ends with a failure that says why when the workers' script has been taken away", async () => {
		const isKept = (file: string) => basename(file) !== "worker.cjs";
		await cp(join(root, "dist"), temporary("dist"), { recursive: true, filter: isKept });
		const trainer = begin({}, temporary("dist/trainer.cjs"));
		const { failure } = await trainer.next("failed");
		assert.equal(failure.code, "threadLost");
		assert.match(failure.detail, /worker\.cjs/);
		await trainer.ended();
	});
});
