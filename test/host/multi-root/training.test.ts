import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { CorpusReport } from "../../../src/domain/corpus.ts";
import { storageFiles } from "../../../src/domain/storage.ts";
import { commands } from "../../../src/editor/settings/names.ts";
import type { TrainingOutcome } from "../../../src/editor/training/trainingRun.ts";
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
