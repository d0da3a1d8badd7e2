import assert from "node:assert/strict";
import type { ModelSummary } from "../../../../src/domain/model.ts";
import type { TrainingProgress } from "../../../../src/domain/training.ts";
import { SavedState } from "../../../../src/editor/settings/savedState.ts";
import type { TrainingSettings } from "../../../../src/editor/settings/settings.ts";
import type { Training, TrainingParts } from "../../../../src/editor/training/training.ts";
import { halfTheCores } from "../../../../src/platform/cores.ts";
import type { TrainerMessage, TrainerRequest } from "../../../../src/protocol/trainer.ts";
import { FakeClock, FakeLauncher, settle } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { Training: TrainingClass } = await import("../../../../src/editor/training/training.ts");
const { ModelStore } = await import("../../../../src/editor/models/modelStore.ts");
const { useTemporaryFolder } = await import("../../support/temporaryFolder.ts");

const running: TrainingProgress = {
	phase: "training",
	characters: 1000,
	charactersPerSecond: 20_000,
	trainBpc: 2,
	validationBpc: null,
	measuredBpc: null,
	initialBpc: 8,
	elapsedSeconds: 18,
	leftSeconds: 162,
	fraction: 0.1,
};
const model = { initialBpc: 2, validationBpc: 1, initialMixtureBpc: 1.25, mixtureBpc: 1.2 } as ModelSummary;

describe("Training", () => {
	const path = useTemporaryFolder();
	let clock: FakeClock;
	let launcher: FakeLauncher<TrainerRequest, TrainerMessage>;
	let training: Training;
	let log: string[];
	let settings: TrainingSettings;
	let inUse: ModelSummary | null;
	let isForcedOff: boolean;
	let trainsElsewhere: boolean;
	/** What VS Code does with a value that is to be kept. */
	let write: (key: string, value: unknown) => Promise<void>;

	beforeEach(() => {
		clock = new FakeClock();
		launcher = new FakeLauncher();
		log = [];
		settings = { minutes: 3, threads: 1, cell: null, hidden: 0, engine: "inkling", tensorflow: null };
		inUse = null;
		isForcedOff = false;
		trainsElsewhere = false;
		write = async () => {};
		fake.messages.length = 0;
		fake.answers.length = 0;
		fake.workspace.isTrusted = true;
		fake.workspace.workspaceFolders = [{ name: "work", uri: { scheme: "file", fsPath: "/work" } }];
		const output = Object.fromEntries(
			["debug", "info", "warn", "error"].map((level) => [level, (text: string) => log.push(`${level}: ${text}`)]),
		) as unknown as TrainingParts["log"];
		training = new TrainingClass({
			launch: launcher.launch,
			clock,
			settings: { training: () => settings, corpusRules: () => ({}), isForcedOff: () => isForcedOff } as never,
			store: new ModelStore(path("storage")),
			base: () => null,
			saved: new SavedState(
				{ get: () => undefined, update: (key: string, value: unknown) => write(key, value) } as never,
				output,
			),
			log: output,
			begun: () => {},
			inUse: () => inUse,
			learned: () => {},
			trainsElsewhere: () => trainsElsewhere,
		});
	});

	afterEach(() => {
		training.dispose();
		fake.assertReadable();
	});

	/** A training whose process runs; `outcome` is that of `start`. */
	async function begin(): Promise<{ outcome: ReturnType<Training["start"]> }> {
		const outcome = training.start();
		// The folder is made ready on the disk first, which takes as long as it takes.
		while (launcher.children.length === 0) await new Promise((resolve) => setImmediate(resolve));
		return { outcome };
	}
	const say = (progress: Partial<TrainingProgress>): void =>
		launcher.last.say({ type: "progress", progress: { ...running, ...progress } });
	const shown = (): string | undefined => fake.window.progress.reports.at(-1);

	it("says what the process does, and shows figures only while it trains", async () => {
		await begin();
		assert.equal(shown(), "Starting…");
		say({ phase: "collecting", fraction: 0 });
		assert.equal(shown(), "Reading files…");
		say({ phase: "starting", fraction: 0 });
		assert.equal(shown(), "Starting…");
		say({});
		assert.match(shown() ?? "", /^10% · perplexity 256 · /);
	});

	it("shows the perplexity of the same text, before and now, however that of the training text moves", async () => {
		await begin();
		say({ initialBpc: 3, validationBpc: 3, trainBpc: 5 });
		assert.match(shown() ?? "", /^10% · perplexity 8\.0 · /);
		say({ initialBpc: 3, validationBpc: 2, trainBpc: 1 });
		assert.match(shown() ?? "", /^10% · perplexity 8\.0 → 4\.0 · /);
	});

	it("does not begin where the machine's policy forbids it, or another window trains, and says why", async () => {
		isForcedOff = true;
		assert.equal(await training.start(), undefined);
		isForcedOff = false;
		trainsElsewhere = true;
		assert.equal(await training.start(), undefined);
		assert.equal(launcher.children.length, 0);
		assert.match(fake.messages[0]?.text ?? "", /inkling\.policy\.forceOff/);
		assert.equal(fake.messages[1]?.text, "Another window is training on this workspace.");
	});

	it("does not begin where the policy comes, or the window closes, while the folder is made ready", async () => {
		const settled = (start: Promise<unknown>) =>
			Promise.race([start, new Promise((resolve) => setTimeout(resolve, 200))]);
		const forced = training.start();
		isForcedOff = true;
		await settled(forced);
		assert.equal(launcher.children.length, 0);
		assert.match(fake.messages[0]?.text ?? "", /inkling\.policy\.forceOff/);
		isForcedOff = false;
		const closed = training.start();
		training.dispose();
		await settled(closed);
		assert.equal(launcher.children.length, 0);
	});

	describe("while what is learned is deleted or replaced", () => {
		const refusal = "The model is being deleted or replaced. Train after that.";
		const texts = () => fake.messages.map(({ text }) => text);
		/** Whether a process starts, rather than nothing. */
		const begins = async (start: ReturnType<Training["start"]>): Promise<boolean> => {
			const before = launcher.children.length;
			let isOver = false;
			void start.then(() => (isOver = true));
			while (!isOver && launcher.children.length === before) await new Promise((resolve) => setImmediate(resolve));
			return launcher.children.length > before;
		};

		it("ends, does not begin, says so to a user who asks for it, and begins afterwards", async () => {
			const { outcome } = await begin();
			await training.without(async () => {
				assert.equal(launcher.last.killed, true);
				assert.equal((await outcome)?.kind, "finished");
				assert.equal(await begins(training.start(() => true)), false);
				assert.deepEqual(texts(), []);
				assert.equal(await begins(training.start()), false);
				assert.deepEqual(texts(), [refusal]);
			});
			assert.equal(await begins(training.start()), true);
		});

		it("does not begin either if it was asked for just before", async () => {
			const start = training.start();
			await training.without(async () => assert.equal(await begins(start), false));
			assert.deepEqual(texts(), [refusal]);
		});

		it("may begin again if that fails", async () => {
			await assert.rejects(training.without(() => Promise.reject(new Error("the disk is full"))));
			assert.equal(await begins(training.start()), true);
		});
	});

	for (const [cell, present, said] of [
		[null, "gru", false],
		["gru", "gru", false],
		["lstm", undefined, false],
		["lstm", "gru", true],
	] as const) {
		it(`${said ? "says" : "does not say"} that it starts from random weights: ${cell} after ${present}`, async () => {
			settings = { ...settings, cell };
			inUse = present === undefined ? null : ({ cell: present } as ModelSummary);
			await begin();
			assert.deepEqual(
				fake.messages.map(({ text }) => text),
				said ? ["Starting anew: LSTM cannot build on GRU."] : [],
			);
			const [request] = launcher.last.requests;
			assert.equal(request?.type === "train" && request.job.cell, cell);
		});
	}

	it("says at once that it is stopping, by the command or by the notification's Cancel", async () => {
		const { outcome } = await begin();
		assert(fake.window.progress.title.includes("Cancel stops it and keeps what it has learned"));
		say({});
		fake.window.progress.cancel.fire();
		assert.equal(shown(), "Stopping…");
		assert.equal(training.progress, "stopping");
		say({ characters: 2000 });
		assert.equal(shown(), "Stopping…", "a late report changes nothing");
		void training.stop();
		assert.deepEqual(launcher.last.requests.slice(1), [{ type: "stop" }]);
		launcher.last.say({ type: "checkpoint", file: "/model", model });
		launcher.last.say({ type: "finished", end: "stopped", model, hasImproved: true });
		launcher.last.exit("exit code 0");
		await outcome;
		assert.equal(fake.messages.at(-1)?.text, "Training is stopped. New text surprises Inkling 4% less.");
	});

	it("says that it does not stop, and ends it", async () => {
		const { outcome } = await begin();
		void training.stop();
		clock.turn(5_000);
		assert.equal(shown(), "Stopping takes longer than usual…");
		clock.turn(15_000);
		assert.equal((await outcome)?.kind, "unresponsive");
		assert.equal(fake.messages.at(-1)?.kind, "error");
		assert.match(fake.messages.at(-1)?.text ?? "", /did not stop by itself/);
	});

	it("says at once that it is pausing, and when it is paused", async () => {
		await begin();
		say({});
		training.pause();
		assert.deepEqual([shown(), training.paused], ["Pausing…", true]);
		say({ phase: "paused" });
		assert.deepEqual([shown(), training.paused], ["Paused at 10%", true]);
		training.resume();
		assert.equal(training.paused, false);
	});

	for (const end of ["budget", "passes", "converged", "stopped", "diverged"] as const)
		for (const hasImproved of [true, false])
			it(`says in one line how it ended: ${end}, ${hasImproved ? "better" : "no better"}`, async () => {
				const { outcome } = await begin();
				const figures = {
					initialBpc: Math.log2(999),
					validationBpc: Math.log2(99.9),
					initialMixtureBpc: 1,
					mixtureBpc: 0.877,
				} as ModelSummary;
				launcher.last.say({ type: "finished", end, model: figures, hasImproved });
				launcher.last.exit("exit code 0");
				await outcome;
				assert.equal(fake.messages.length, 1);
			});

	it("says nothing of the memory where no model was mixed with it", async () => {
		const { outcome } = await begin();
		const alone = { ...model, initialMixtureBpc: null, mixtureBpc: null };
		launcher.last.say({ type: "finished", end: "budget", model: alone, hasImproved: true });
		launcher.last.exit("exit code 0");
		await outcome;
		assert.equal(fake.messages.at(-1)?.text, "Training is done. Perplexity: 4.0 → 2.0.");
	});

	describe("in idle time", () => {
		let isIdle: boolean;

		beforeEach(() => {
			isIdle = true;
		});

		async function beginIdle(): Promise<{ outcome: ReturnType<Training["start"]> }> {
			const outcome = training.start(() => isIdle);
			while (launcher.children.length === 0) await new Promise((resolve) => setImmediate(resolve));
			return { outcome };
		}

		it("runs on half the cores at most, shown in the status bar only, and is not offered again when the window closes", async () => {
			settings = { ...settings, threads: 64, cell: "lstm" };
			inUse = { cell: "gru" } as ModelSummary;
			const kept: unknown[] = [];
			write = async (_key, value) => void kept.push(value);
			fake.window.progress.title = "";
			const { outcome } = await beginIdle();
			const [request] = launcher.last.requests;
			assert.equal(request?.type === "train" && request.job.threads, halfTheCores());
			say({});
			assert.equal(training.progress, training.figures);
			launcher.last.say({ type: "finished", end: "budget", model, hasImproved: true });
			launcher.last.exit("exit code 0");
			assert.equal((await outcome)?.kind, "finished");
			assert.deepEqual([fake.messages, fake.window.progress.title], [[], ""]);
			assert.deepEqual(kept, [undefined]);
			assert.equal(training.hasFailed, false);
			assert(log.includes("info: Training is done. New text surprises Inkling 4% less."));
		});

		it("does not begin if the user works again before it can", async () => {
			const outcome = training.start(() => isIdle);
			isIdle = false;
			assert.equal(await outcome, undefined);
			assert.equal(launcher.children.length, 0);
		});

		it("tells a failure, and remembers it until the next training", async () => {
			const { outcome } = await beginIdle();
			launcher.last.exit("signal SIGKILL");
			await outcome;
			assert.equal(fake.messages.at(-1)?.kind, "error");
			assert.equal(training.hasFailed, true);
			void training.start();
			while (launcher.children.length === 1) await new Promise((resolve) => setImmediate(resolve));
			assert.equal(training.hasFailed, false);
		});

		for (const [code, hasFailed] of [
			["trainedElsewhere", false],
			["emptyCorpus", true],
			["corpusTooSmall", true],
		] as const)
			it(`does not trouble the user with ${code}`, async () => {
				const { outcome } = await beginIdle();
				launcher.last.say({ type: "failed", failure: { code, detail: "" } });
				launcher.last.exit("exit code 0");
				await outcome;
				assert.deepEqual(fake.messages, []);
				assert.equal(training.hasFailed, hasFailed);
			});
	});

	it("says so if it did not improve the model", async () => {
		const { outcome } = await begin();
		launcher.last.say({ type: "finished", end: "budget", model, hasImproved: false });
		launcher.last.exit("exit code 0");
		await outcome;
		assert.equal(fake.messages.at(-1)?.text, "Training is done. Suggestions are no better.");
	});

	it("is offered again as long as it has not ended", async () => {
		const kept: unknown[] = [];
		write = async (_key, value) => void kept.push(value);
		const { outcome } = await begin();
		assert.deepEqual(kept, [true]);
		launcher.last.say({ type: "finished", end: "budget", model, hasImproved: true });
		launcher.last.exit("exit code 0");
		await outcome;
		assert.deepEqual(kept, [true, undefined]);
	});

	it("is over when its process is, also where VS Code can keep nothing", async () => {
		write = async () => {
			throw new Error("the database is locked");
		};
		const { outcome } = await begin();
		launcher.last.exit("signal SIGKILL");
		assert.equal((await outcome)?.kind, "crashed");
		assert.equal(training.progress, null);
		assert.equal(fake.messages.at(-1)?.kind, "error");
	});

	it("writes sentences to the log, with one of a thing as one", async () => {
		const { outcome } = await begin();
		launcher.last.exit("signal SIGKILL");
		await outcome;
		await settle();
		assert.deepEqual(log, [
			"info: Training begins: at most 3 minutes, 1 thread, 1 folder.",
			"error: The training process ended unexpectedly. What it had saved is kept. (signal SIGKILL)",
		]);
	});
});
