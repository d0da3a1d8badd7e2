/** A training on TensorFlow.js in a real VS Code. The runner installs it and tells where. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { storageFiles } from "../../src/domain/storage.ts";
import { commands, settings } from "../../src/editor/settings/names.ts";
import type { TrainingOutcome } from "../../src/editor/training/trainingRun.ts";
import { tensorFlowVariable } from "../tensorflow/variable.ts";
import { testLstm } from "./lstm.ts";
import { activated } from "./support.ts";

describe("An LSTM that TensorFlow.js trains", () => {
	const folder = process.env[tensorFlowVariable];
	testLstm(() => (folder === undefined ? undefined : { engine: "tensorflow", tensorflowPath: folder }));

	it("stays as it is where TensorFlow.js is no more, and Inkling says what is wrong", async () => {
		const inkling = await activated();
		assert.ok(inkling.storage);
		const model = join(inkling.storage, storageFiles.model);
		const before = await readFile(model);
		await vscode.workspace
			.getConfiguration()
			.update(settings.tensorflowPath, join(inkling.storage, "nowhere"), vscode.ConfigurationTarget.Global);
		const outcome = await vscode.commands.executeCommand<TrainingOutcome | undefined>(commands.train);
		assert.equal(outcome?.kind, "failed");
		assert.equal(outcome.failure.code, "engineUnavailable");
		assert.deepEqual(await readFile(model), before);
		assert.equal(inkling.status.kind, "ready");
	});
});
