/** A training on TensorFlow.js in a real VS Code. The runner installs it and tells where. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { storageFiles } from "../../src/domain/storage.ts";
import { commands, settings } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";
import type { TrainingOutcome } from "../../src/editor/training/trainingRun.ts";
import { tensorFlowVariable } from "../tensorflow/variable.ts";
import { activated, setTrainingMinutes } from "./support.ts";

const { executeCommand } = vscode.commands;

describe("Training on TensorFlow.js", () => {
	let inkling: InklingState;
	const set = (name: keyof typeof settings, value: unknown): Thenable<void> =>
		vscode.workspace.getConfiguration().update(settings[name], value, vscode.ConfigurationTarget.Global);
	const train = (): Thenable<TrainingOutcome | undefined> =>
		executeCommand<TrainingOutcome | undefined>(commands.train);

	before(async function () {
		const folder = process.env[tensorFlowVariable];
		if (folder === undefined) return this.skip();
		inkling = await activated();
		await set("engine", "tensorflow");
		await set("tensorflowPath", folder);
		await set("hiddenSize", 16);
	});

	after(async () => {
		await executeCommand(commands.resetModel, { confirm: false });
		for (const name of ["engine", "tensorflowPath", "hiddenSize", "minutes"] as const) await set(name, undefined);
	});

	it("makes a model that Inkling's own engine answers with", async () => {
		await setTrainingMinutes(0.25);
		const outcome = await train();
		assert.equal(outcome?.kind, "finished", JSON.stringify(outcome));
		assert.equal(inkling.model?.hidden, 16);
		assert.equal(inkling.status.kind, "ready");
	});

	it("says what is wrong where TensorFlow.js is not, and keeps the model", async () => {
		assert.ok(inkling.storage);
		const model = join(inkling.storage, storageFiles.model);
		const before = await readFile(model);
		await set("tensorflowPath", join(inkling.storage, "nowhere"));
		const outcome = await train();
		assert.equal(outcome?.kind, "failed");
		assert.equal(outcome.failure.code, "engineUnavailable");
		assert.deepEqual(await readFile(model), before);
		assert.equal(inkling.status.kind, "ready");
	});
});
