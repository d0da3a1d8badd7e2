import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { CorpusReport } from "../../src/domain/corpus.ts";
import { storageFiles } from "../../src/domain/storage.ts";
import { commands, settings } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";
import type { TrainingOutcome } from "../../src/editor/training/trainingRun.ts";
import {
	activated,
	closeEditors,
	folderUri,
	setTrainingMinutes,
	sleep,
	suggestionAfter,
	suggestionTyping,
	until,
	write,
} from "./support.ts";

const { executeCommand } = vscode.commands;

/** The workspace has so many of these that a model trained on it is certain of the continuation. */
const beginning = "export async func";
const continuation = "tion ";

/** Only the workspace tells what follows. */
const ownBeginning = "export interface Sug";
const ownContinuation = "gestion";

/** Whether a suggestion agrees with the continuation; it may be shorter or longer. */
function isRight(suggestion: string): boolean {
	return suggestion !== "" && (suggestion.startsWith(continuation) || continuation.startsWith(suggestion));
}

/** A search that runs out of time on a busy machine is continued where it ended, when it is asked again. */
async function untilRight(): Promise<void> {
	await until("what must come is suggested", async () => isRight(await suggestionAfter(beginning)));
}

describe("A workspace, from no model to a good one and back", () => {
	let inkling: InklingState;
	let storage: string;
	const stored = (name: keyof typeof storageFiles): string => join(storage, storageFiles[name]);
	const train = (): Thenable<TrainingOutcome | undefined> =>
		executeCommand<TrainingOutcome | undefined>(commands.train);

	const setWhenIdle = (value: boolean | undefined): Thenable<void> =>
		vscode.workspace.getConfiguration().update(settings.whenIdle, value, vscode.ConfigurationTarget.Global);

	before(async () => {
		inkling = await activated();
		await vscode.workspace.getConfiguration().update(settings.threshold, "eager", vscode.ConfigurationTarget.Global);
		assert(inkling.storage);
		storage = inkling.storage;
	});

	afterEach(closeEditors);
	after(() => executeCommand(commands.resetModel, { confirm: false }));

	it("begins without a model, with a memory of the files, and says so", async () => {
		await until("the files are read", () => inkling.inputs.memory?.reading === false);
		assert.equal(inkling.status.kind, "untrained");
		assert.equal(inkling.model, null);
		await untilRight();
		await until("something is suggested", async () => (await suggestionAfter(ownBeginning)) !== "");
	});

	it("shows what it would learn from before it learns", async () => {
		const report = await executeCommand<CorpusReport>(commands.showFiles);
		assert.ok(report.used.some(({ path }) => path === "extension.ts"));
		assert.equal(existsSync(stored("model")), false);
	});

	it("trains in the background, with progress, and keeps a model", async () => {
		await setTrainingMinutes(0.25);
		const outcome = train();
		await until("the status bar shows progress", () => /^\$\(loading~spin\) \d/.test(inkling.status.text));
		await until(
			"characters are read",
			() => typeof inkling.inputs.training === "object" && inkling.inputs.training?.characters,
		);
		assert.equal(inkling.status.kind, "training");
		assert(inkling.trainerPid);
		assert.equal(await train(), undefined, "one training at a time");
		assert.deepEqual((await outcome)?.kind, "finished");
		assert.equal(inkling.trainerPid, undefined);
		assert(existsSync(stored("model")));
	});

	it("shows the perplexity, which training has lowered", async () => {
		const { model } = inkling;
		assert(model?.validationBpc && model.initialBpc);
		assert(model.validationBpc < model.initialBpc);
		assert.equal(inkling.status.kind, "ready");
		assert.equal(inkling.status.text, `$(pencil) ${(2 ** model.validationBpc).toFixed(1)}`);
		assert.match(inkling.status.sentence, /hesitates among \d+\.\d characters/);
	});

	it("says which files it has learned from, and which it has not, and why", async () => {
		const report = JSON.parse(await readFile(stored("corpus"), "utf8")) as CorpusReport;
		assert(report.used.some(({ path }) => path === "cli.ts"));
		assert.deepEqual(await executeCommand<CorpusReport>(commands.showFiles), report);
	});

	it("shows how the training went, and how well it predicts the files that were held out", async () => {
		await executeCommand(commands.showPerplexity);
		const section = (id: string) => inkling.perplexityPage?.sections.find((one) => one.id === id);
		await until("the curve is drawn", () => section("curve")?.lines?.lines.some(({ points }) => points.length > 0));
		await until("the files are measured", () => section("files")?.bars);
		const { used } = JSON.parse(await readFile(stored("corpus"), "utf8")) as CorpusReport;
		const heldOut = used.filter((file) => file.heldOut).map(({ path }) => path);
		const shown = section("files")?.tables.flatMap(({ rows }) => rows.flatMap(({ file }) => file ?? []));
		assert.deepEqual(shown?.toSorted(), heldOut.toSorted());
		await executeCommand("workbench.action.closeActiveEditor");
		await until("the panel is gone", () => inkling.perplexityPage === undefined);
	});

	/** Trains as often as it takes: a busy machine learns little in the time that is set. */
	const trainUntil = async (done: () => Promise<boolean>): Promise<void> => {
		while (!(await done())) await train();
	};

	it("suggests what it has learned when it is asked", async () => {
		await trainUntil(async () => isRight(await suggestionAfter(beginning)));
		assert(inkling.statistics.accepted > 0);
		assert(inkling.statistics.shown >= inkling.statistics.accepted);
	}).timeout(900_000);

	it("suggests while one types", async () => {
		await trainUntil(async () => isRight(await suggestionTyping(beginning, 2)));
	}).timeout(900_000);

	it("keeps silent in a line that nobody types, and where it is turned off", async () => {
		const refusedLongLine = async (): Promise<void> => {
			await write("x".repeat(2 ** 15));
			await executeCommand("editor.action.inlineSuggest.trigger");
			await until("refused", () => inkling.refusal === "longLine");
		};
		await refusedLongLine();
		await executeCommand(commands.toggleLanguage);
		await until("the status says so", () => inkling.status.kind === "languageOff");
		await write("const c");
		await executeCommand("editor.action.inlineSuggest.trigger");
		await until("refused", () => inkling.refusal === "disabled");
		await executeCommand(commands.toggleLanguage);
		await until("it is on again", () => inkling.status.kind === "ready");
		const inspect = () =>
			vscode.workspace.getConfiguration(undefined, { languageId: "typescript" }).inspect(settings.enable);
		assert.equal(inspect()?.globalLanguageValue, undefined);
		await refusedLongLine();
		// Nor does a language that is turned on bring suggestions once they are disabled.
		const typescript = vscode.workspace.getConfiguration(undefined, { languageId: "typescript" });
		await typescript.update(settings.enable, true, vscode.ConfigurationTarget.Global, true);
		await executeCommand(commands.toggleEnabled);
		await until("the status says so", () => inkling.status.kind === "offEverywhere");
		await write("const c");
		await executeCommand("editor.action.inlineSuggest.trigger");
		await until("refused", () => inkling.refusal === "disabled");
		await executeCommand(commands.toggleEnabled);
		await until("it is on again", () => inkling.status.kind === "ready");
		assert.equal(inspect()?.globalLanguageValue, true);
		await typescript.update(settings.enable, undefined, vscode.ConfigurationTarget.Global, true);
	});

	it("answers again after its process was killed", async () => {
		await until("a process is up", () => inkling.serverPid);
		const killed = inkling.serverPid;
		assert(killed);
		process.kill(killed, "SIGKILL");
		await until("the loss is noticed", () => inkling.serverPid !== killed);
		await untilRight();
		assert.notEqual(inkling.serverPid, killed);
	});

	it("keeps the model when the trainer is killed, and resumes", async () => {
		const before = await readFile(stored("model"));
		const outcome = train();
		await until(
			"it trains",
			() => typeof inkling.inputs.training === "object" && inkling.inputs.training?.phase === "training",
		);
		assert(inkling.trainerPid);
		process.kill(inkling.trainerPid, "SIGKILL");
		assert.deepEqual(await outcome, { kind: "crashed", reason: "signal SIGKILL" });
		assert.equal(inkling.status.kind, "ready");
		const after = await readFile(stored("model"));
		assert(after.equals(before) || after.length === before.length, "a whole model is there");
		await untilRight();
		await setTrainingMinutes(0.1);
		assert.equal((await train())?.kind, "finished");
		assert(inkling.model && inkling.model.characters > 0);
	});

	it("pauses, resumes and stops a training", async () => {
		await setTrainingMinutes(3);
		const outcome = train();
		const characters = (): number =>
			typeof inkling.inputs.training === "object" ? (inkling.inputs.training?.characters ?? 0) : 0;
		await until("it trains", () => characters() > 0);
		await executeCommand(commands.pauseTraining);
		assert.equal(inkling.status.kind, "paused");
		await until(
			"it rests",
			() => typeof inkling.inputs.training === "object" && inkling.inputs.training?.phase === "paused",
		);
		const paused = characters();
		// No event tells that none will come: this is long enough for some of a training that goes on.
		await sleep(1_500);
		assert.equal(characters(), paused);
		await executeCommand(commands.resumeTraining);
		await until("it goes on", () => characters() > paused);
		await executeCommand(commands.stopTraining);
		const ended = await outcome;
		assert(ended?.kind === "finished");
		assert.equal(ended.end, "stopped");
		assert(existsSync(stored("model")));
	});

	it("trains while the user does nothing, if there is something to gain, and ends when the user works again", async () => {
		await rm(stored("settled"), { force: true });
		await setWhenIdle(true);
		try {
			const hasTrained = inkling.passIdleTime();
			await until("it trains", () => inkling.trainerPid);
			await write("const works = 1;");
			assert.equal(await hasTrained, true);
			assert.equal(inkling.trainerPid, undefined);
			assert(existsSync(stored("model")));
			// As a training leaves it that finds nothing more to gain in the same files.
			await copyFile(stored("corpus"), stored("settled"));
			assert.equal(await inkling.passIdleTime(), false);
		} finally {
			await setWhenIdle(undefined);
		}
	});

	it("trains a network of another kind where the setting asks for it", async () => {
		const configuration = vscode.workspace.getConfiguration();
		// On a busy machine the other one learns too little to be of use without the memory.
		const before = folderUri("..", "before.safetensors");
		assert.equal(await executeCommand(commands.exportModel, before), true);
		await configuration.update(settings.cell, "lstm", vscode.ConfigurationTarget.Global);
		try {
			await setTrainingMinutes(0.1);
			assert.equal((await train())?.kind, "finished");
			assert.equal(inkling.model?.cell, "lstm");
			await untilRight();
		} finally {
			await configuration.update(settings.cell, undefined, vscode.ConfigurationTarget.Global);
		}
		assert.equal(await executeCommand(commands.importModel, before, { confirm: false }), true);
		assert.notEqual(inkling.model?.cell, "lstm");
	});

	describe("with an exported model", () => {
		const exported = (): vscode.Uri => folderUri("..", "exported.safetensors");
		let bpc: number | null | undefined;

		it("writes it where it is told to", async () => {
			bpc = inkling.model?.validationBpc;
			assert.equal(await executeCommand(commands.exportModel, exported()), true);
			assert.deepEqual(await readFile(exported().fsPath), await readFile(stored("model")));
		});

		it("leaves nothing on disk after a reset, and suggests nothing of what it had learned", async () => {
			assert.equal(await executeCommand(commands.resetModel, { confirm: false }), true);
			assert.equal(existsSync(storage), false);
			assert.equal(inkling.status.kind, "untrained");
			assert.equal(inkling.model, null);
			// Not `beginning`: without any training, the memory's prior already knows how it goes on. It may know of a colon after a word.
			const suggestion = await suggestionAfter(ownBeginning);
			assert.ok(suggestion === "" || !ownContinuation.startsWith(suggestion[0] ?? ""), suggestion);
		});

		it("is not trained in idle time after a reset", async () => {
			await setWhenIdle(true);
			try {
				assert.equal(await inkling.passIdleTime(), false);
				assert.equal(existsSync(storage), false);
			} finally {
				await setWhenIdle(undefined);
			}
		});

		it("refuses a broken file, and keeps what it has", async () => {
			const broken = folderUri("..", "broken.safetensors");
			await writeFile(broken.fsPath, (await readFile(exported().fsPath)).subarray(0, 5000));
			assert.equal(await executeCommand(commands.importModel, broken, { confirm: false }), false);
			assert.equal(await executeCommand(commands.importModel, folderUri("..", "missing"), { confirm: false }), false);
			assert.equal(inkling.status.kind, "untrained");
			assert.equal(existsSync(stored("model")), false);
		});

		it("suggests what it has learned once it is imported", async () => {
			assert.equal(await executeCommand(commands.importModel, exported(), { confirm: false }), true);
			assert.equal(inkling.status.kind, "ready");
			assert.equal(inkling.model?.validationBpc, bpc);
			await untilRight();
		});

		it("keeps the present model when an import fails", async () => {
			const broken = folderUri("..", "broken.safetensors");
			assert.equal(await executeCommand(commands.importModel, broken, { confirm: false }), false);
			assert.equal(inkling.status.kind, "ready");
			await untilRight();
		});

		it("begins with a model that the user names, trains from it, and is back at it after a reset", async () => {
			const configuration = vscode.workspace.getConfiguration();
			await executeCommand(commands.resetModel, { confirm: false });
			await configuration.update(settings.startFrom, exported().fsPath, vscode.ConfigurationTarget.Global);
			try {
				await until("it is loaded", () => inkling.inputs.base);
				assert.equal(inkling.inputs.base?.validationBpc, bpc);
				assert.equal(inkling.status.kind, "untrained");
				assert.equal(inkling.status.text, "$(pencil) Inkling suggests");
				assert.equal(await executeCommand(commands.exportModel, folderUri("..", "none.safetensors")), false);
				await untilRight();
				await setTrainingMinutes(0.3);
				await train();
				assert.equal(inkling.status.kind, "ready");
				assert.equal(inkling.inputs.base, null);
				assert(Math.abs((inkling.model?.initialBpc ?? 9) - (bpc ?? 0)) < 0.1);
				await executeCommand(commands.resetModel, { confirm: false });
				await until("it is loaded again", () => inkling.inputs.base);
				assert.equal(inkling.status.kind, "untrained");
				await configuration.update(settings.startFrom, "/no/such.safetensors", vscode.ConfigurationTarget.Global);
				await until("it says that there is none", () => inkling.status.kind === "error");
			} finally {
				await configuration.update(settings.startFrom, "scratch", vscode.ConfigurationTarget.Global);
			}
			await until("there is none", () => inkling.status.kind === "untrained" && inkling.inputs.base === null);
		});

		it("ends a training that runs when the model is reset", async () => {
			const outcome = train();
			await until("it trains", () => inkling.trainerPid);
			await executeCommand(commands.resetModel, { confirm: false });
			assert.equal((await outcome)?.kind, "finished");
			assert.equal(existsSync(storage), false);
		});
	});
});
