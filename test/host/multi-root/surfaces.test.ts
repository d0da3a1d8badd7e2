import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { CorpusReport } from "../../../src/domain/corpus.ts";
import { commands, settings } from "../../../src/editor/settings/names.ts";
import type { InklingState } from "../../../src/editor/testApi.ts";
import { activated, closeEditors, until } from "../support.ts";
import { privacyReport, surpriseKnowsFiles, trainingSection } from "../surfaces.ts";

const { executeCommand } = vscode.commands;

describe("What Inkling shows in a workspace of several folders", () => {
	let inkling: InklingState;

	before(async () => {
		inkling = await activated();
		await until("the files are read", () => inkling.inputs.memory?.reading === false);
	});
	afterEach(closeEditors);

	it("lists the files of all of them, each with the name of its folder", async () => {
		const report = await executeCommand<CorpusReport>(commands.showFiles);
		const folders = new Set(report.used.map(({ path }) => path.split("/")[0]));
		assert.deepEqual([...folders].toSorted(), ["editor", "model"]);
	});

	it("leaves a file out in the settings of its own folder", async () => {
		const [model, editor] = vscode.workspace.workspaceFolders ?? [];
		assert.ok(model && editor);
		await vscode.window.showTextDocument(vscode.Uri.joinPath(editor.uri, "inkling.ts"));
		await executeCommand(commands.neverLearnFile);
		const excluded = ({ uri }: vscode.WorkspaceFolder) =>
			vscode.workspace.getConfiguration(undefined, uri).inspect(settings.exclude)?.workspaceFolderValue;
		assert.deepEqual([excluded(editor), excluded(model)], [{ "inkling.ts": true }, undefined]);
		await vscode.workspace
			.getConfiguration(undefined, editor.uri)
			.update(settings.exclude, undefined, vscode.ConfigurationTarget.WorkspaceFolder);
		await vscode.workspace.fs.delete(vscode.Uri.joinPath(editor.uri, ".vscode"), { recursive: true });
	});

	it("shows surprise with a model that knows the files of all of them", async () => {
		assert.equal(await surpriseKnowsFiles(), true);
	});

	it("offers a training in the perplexity view, and counts all files in the privacy report", async () => {
		assert.deepEqual((await trainingSection()).actions, ["train"]);
		assert.match(await privacyReport(), / \d+ files\.$/m);
	});
});
