import assert from "node:assert/strict";
import type { TrainingEnd } from "../../../../src/domain/training.ts";
import type { IdleTraining } from "../../../../src/editor/training/idleTraining.ts";
import type { TrainingOutcome } from "../../../../src/editor/training/trainingRun.ts";
import { FakeClock, settle } from "../fakes.ts";
import * as fake from "../fakeVscode.ts";

const { IdleTraining: IdleTrainingClass } = await import("../../../../src/editor/training/idleTraining.ts");

const minute = 60_000;
const document = { uri: { scheme: "file" } };
const output = { uri: { scheme: "output" } };

/** A training that begins and ends when the test says so. */
class FakeTraining {
	progress: "starting" | "stopping" | null = null;
	hasFailed = false;
	begun = 0;
	stops = 0;
	/** What the last one was given to ask. */
	isIdle: (() => boolean) | undefined;
	#end: (outcome: TrainingOutcome | undefined) => void = () => {};

	start(isIdle?: () => boolean): Promise<TrainingOutcome | undefined> {
		this.begun++;
		this.isIdle = isIdle;
		this.progress = "starting";
		return new Promise((resolve) => {
			this.#end = resolve;
		});
	}

	async stop(): Promise<void> {
		this.stops++;
		this.progress = "stopping";
	}

	async end(outcome: TrainingOutcome | undefined): Promise<void> {
		this.progress = null;
		this.hasFailed = outcome?.kind === "crashed";
		this.#end(outcome);
		await settle();
	}
}

function finished(end: TrainingEnd, improved: boolean): TrainingOutcome {
	return { kind: "finished", end, model: null, improved };
}

describe("Training in idle time", () => {
	let clock: FakeClock;
	let training: FakeTraining;
	let settings: fake.EventEmitter<void>;
	let isOn: boolean;
	let mayLearn: boolean;
	let trainsElsewhere: boolean;
	let isWorthwhile: () => Promise<boolean>;
	let log: string[];
	let idle: IdleTraining;

	beforeEach(() => {
		clock = new FakeClock();
		training = new FakeTraining();
		settings = new fake.EventEmitter();
		isOn = true;
		mayLearn = true;
		trainsElsewhere = false;
		isWorthwhile = async () => true;
		log = [];
		fake.window.state = { focused: true, active: false };
	});
	afterEach(() => idle.dispose());

	function begin(): void {
		idle = new IdleTrainingClass({
			training,
			settings: { trainsWhenIdle: () => isOn, onDidChange: settings.event as never },
			clock,
			log: { warn: (text: string) => void log.push(text) },
			mayLearn: () => mayLearn,
			trainsElsewhere: () => trainsElsewhere,
			isWorthwhile: () => isWorthwhile(),
		});
	}

	async function pass(milliseconds: number): Promise<void> {
		clock.turn(milliseconds);
		await settle();
	}

	/** What the user does, by its name. */
	const work: Readonly<Record<string, () => void>> = {
		"an edit": () => fake.changed.fire({ document, contentChanges: [{}] }),
		"a move of the cursor": () => fake.selectionChanged.fire({ textEditor: { document } }),
		scrolling: () => fake.visibleRangesChanged.fire({ textEditor: { document } }),
		"another editor": () => fake.activeChanged.fire(),
		"other editors in sight": () => fake.visibleChanged.fire([]),
		"whatever else is done in the window": () => fake.windowStateChanged.fire({ focused: true, active: true }),
		"a look at another window": () => fake.windowStateChanged.fire({ focused: false, active: false }),
	};
	/** What happens while the user does nothing. */
	const noWork: Readonly<Record<string, () => void>> = {
		"a program's output": () => fake.changed.fire({ document: output, contentChanges: [{}] }),
		"output that scrolls": () => fake.visibleRangesChanged.fire({ textEditor: { document: output } }),
		"a document that is saved": () => fake.changed.fire({ document, contentChanges: [] }),
	};

	it("does nothing as long as the setting is off, and begins to wait when it is turned on", async () => {
		isOn = false;
		begin();
		assert.equal(clock.pending, 0);
		await pass(60 * minute);
		isOn = true;
		settings.fire();
		await pass(5 * minute - 1);
		assert.equal(training.begun, 0);
		await pass(1);
		assert.equal(training.begun, 1);
	});

	it("does not begin if the workspace is forgotten while the training is made ready", async () => {
		begin();
		await pass(5 * minute);
		assert.equal(training.isIdle?.(), true);
		mayLearn = false;
		assert.equal(training.isIdle?.(), false);
	});

	for (const [name, does] of Object.entries(work)) {
		it(`begins five minutes after ${name}`, async () => {
			begin();
			await pass(4 * minute);
			does();
			await pass(5 * minute - 1);
			assert.equal(training.begun, 0);
			await pass(1);
			assert.equal(training.begun, 1);
		});

		it(`ends with ${name}, and goes on in the next pause`, async () => {
			begin();
			await pass(5 * minute);
			assert.deepEqual([training.stops, training.isIdle?.()], [0, true]);
			does();
			assert.deepEqual([training.stops, training.isIdle?.()], [1, false]);
			await training.end(finished("stopped", true));
			await pass(5 * minute - 1);
			assert.equal(training.begun, 1);
			await pass(1);
			assert.equal(training.begun, 2);
		});
	}

	for (const [name, happens] of Object.entries(noWork))
		it(`is not kept from beginning, nor ended, by ${name}`, async () => {
			begin();
			await pass(4 * minute);
			happens();
			await pass(minute);
			assert.equal(training.begun, 1);
			happens();
			assert.equal(training.stops, 0);
		});

	it("waits as long as the user works in a terminal, which nothing but the window's state tells", async () => {
		begin();
		fake.window.state = { focused: true, active: true };
		await pass(19 * minute);
		assert.equal(training.begun, 0);
		fake.window.state = { focused: true, active: false };
		fake.windowStateChanged.fire({ focused: true, active: false });
		await pass(5 * minute - 1);
		assert.equal(training.begun, 0);
		await pass(1);
		assert.equal(training.begun, 1);
		fake.windowStateChanged.fire({ focused: true, active: false });
		assert.equal(training.stops, 0, "that the user does nothing is no work");
		await training.end(finished("budget", true));
		assert.equal(training.begun, 2);
	});

	it("is followed by another as long as time is what ended it", async () => {
		begin();
		await pass(5 * minute);
		await training.end(finished("budget", true));
		assert.equal(training.begun, 2);
		isWorthwhile = async () => false;
		await training.end(finished("budget", true));
		assert.equal(training.begun, 2);
	});

	const ends: readonly (TrainingOutcome | undefined)[] = [
		undefined,
		finished("budget", false),
		finished("passes", true),
		finished("converged", true),
		finished("diverged", false),
		finished("stopped", true),
		{ kind: "failed", failure: { code: "trainedElsewhere", detail: "" } },
	];
	for (const end of ends)
		it(`is not followed by another before the user has worked: ${JSON.stringify(end)}`, async () => {
			begin();
			await pass(5 * minute);
			await training.end(end);
			await pass(60 * minute);
			assert.equal(training.begun, 1);
			work["an edit"]?.();
			await pass(5 * minute);
			assert.equal(training.begun, 2);
		});

	it("does not begin again after a failure", async () => {
		begin();
		await pass(5 * minute);
		await training.end({ kind: "crashed", reason: "signal SIGKILL" });
		work["an edit"]?.();
		await pass(60 * minute);
		assert.equal(training.begun, 1);
		// The user has trained since.
		training.hasFailed = false;
		work["an edit"]?.();
		await pass(5 * minute);
		assert.equal(training.begun, 2);
	});

	const obstacles: Readonly<Record<string, () => void>> = {
		"nothing may be learned: not trusted, not on a disk, or reset": () => {
			mayLearn = false;
		},
		"another window trains": () => {
			trainsElsewhere = true;
		},
		"a training runs that the user has begun": () => {
			training.progress = "starting";
		},
		"there is nothing to gain": () => {
			isWorthwhile = async () => false;
		},
		"the workspace cannot be looked through": () => {
			isWorthwhile = () => Promise.reject(new Error("The folder /gone does not exist."));
		},
	};
	for (const [name, stand] of Object.entries(obstacles)) {
		it(`does not begin where ${name}`, async () => {
			begin();
			stand();
			await pass(60 * minute);
			assert.deepEqual([training.begun, training.stops], [0, 0]);
			work["an edit"]?.();
			assert.equal(training.stops, 0);
		});
	}

	it("says in the log that it could not look", async () => {
		obstacles["the workspace cannot be looked through"]?.();
		begin();
		await pass(5 * minute);
		assert.deepEqual(log, [
			"Inkling does not train in idle time, as it could not look for new text: The folder /gone does not exist.",
		]);
	});

	for (const [name, happen] of [
		["an edit", work["an edit"]],
		["a reset", obstacles["nothing may be learned: not trusted, not on a disk, or reset"]],
		["a training in another window", obstacles["another window trains"]],
	] as const)
		it(`does not begin after ${name} while it looks for new text, which takes seconds`, async () => {
			let answer: (isWorthwhile: boolean) => void = () => {};
			isWorthwhile = () =>
				new Promise((resolve) => {
					answer = resolve;
				});
			begin();
			await pass(5 * minute);
			assert(happen);
			happen();
			answer(true);
			await settle();
			assert.equal(training.begun, 0);
		});

	it("ends when the setting, a policy or the suggestions are turned off", async () => {
		begin();
		await pass(5 * minute);
		isOn = false;
		settings.fire();
		assert.equal(training.stops, 1);
		await training.end(finished("stopped", true));
		work["an edit"]?.();
		await pass(60 * minute);
		assert.equal(training.begun, 1);
		assert.equal(clock.pending, 0);
	});

	it("leaves alone what the user has begun", async () => {
		begin();
		training.progress = "starting";
		work["an edit"]?.();
		isOn = false;
		settings.fire();
		assert.equal(training.stops, 0);
	});
});
