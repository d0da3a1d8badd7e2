import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { commands } from "../../../src/editor/names.ts";
import type { TrainingOutcome } from "../../../src/editor/trainingRun.ts";
import { type CorpusReport, storageFiles } from "../../../src/protocol.ts";
import { activated, setTrainingMinutes } from "../support.ts";

describe("Training on several folders", () => {
	it("makes one model of all of them", async () => {
		const inkling = await activated();
		assert(inkling.storage);
		await setTrainingMinutes(0.1);
		const outcome = await vscode.commands.executeCommand<TrainingOutcome | undefined>(commands.train);
		assert.equal(outcome?.kind, "finished");
		const report = JSON.parse(await readFile(join(inkling.storage, storageFiles.corpus), "utf8")) as CorpusReport;
		const folders = new Set(report.used.map(({ path }) => path.split("/")[0]));
		assert.deepEqual([...folders].toSorted(), ["editor", "model"]);
	});
});
