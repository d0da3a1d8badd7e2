import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { storageFiles } from "../../../src/domain/storage.ts";
import { commands, settings } from "../../../src/editor/settings/names.ts";
import { activated, closeEditors, folderUri, type, until, write } from "../support.ts";
import { continued, misspelt, privacyReport, surpriseKnowsFiles, trainingSection } from "../surfaces.ts";

describe("The memory in a workspace that is not trusted", () => {
	it("learns what is typed, but reads no files and keeps nothing", async () => {
		const inkling = await activated();
		await vscode.window.showTextDocument(folderUri("cli.ts"));
		await write("");
		await type("const flabbergastedWalrus = thinkTheUnthinkable(42);\n");
		await until("it is learned", () => inkling.inputs.memory && inkling.inputs.memory.characters > 0);
		assert.deepEqual([inkling.inputs.memory?.files, inkling.inputs.memory?.characters], [0, 53]);
		assert(inkling.storage);
		assert.equal(existsSync(join(inkling.storage, storageFiles.memory)), false);
		await closeEditors();
	});
});

describe("Training in a workspace that is not trusted", () => {
	it("is refused, and the status says why", async () => {
		const inkling = await activated();
		assert.equal(inkling.status.kind, "untrusted");
		assert.match(inkling.status.sentence, /trusted/);
		assert.equal(await vscode.commands.executeCommand(commands.train), undefined);
		assert.equal(inkling.trainerPid, undefined);
	});
});

describe("What Inkling shows in a workspace that is not trusted", () => {
	const { executeCommand } = vscode.commands;

	afterEach(closeEditors);

	it("lists no files and leaves none out", async () => {
		assert.equal(await executeCommand(commands.showFiles), undefined);
		await vscode.window.showTextDocument(folderUri("cli.ts"));
		await executeCommand(commands.neverLearnFile);
		const { workspaceValue } =
			vscode.workspace.getConfiguration(undefined, folderUri()).inspect(settings.exclude) ?? {};
		assert.equal(workspaceValue, undefined);
	});

	it("shows surprise and writes on, without the other files", async () => {
		assert.equal(await surpriseKnowsFiles(), false);
		assert.equal(typeof (await continued()), "string");
	});

	it("marks what is misspelt", async () => {
		assert.deepEqual(await misspelt(), ["recieve"]);
	});

	it("offers no training in the perplexity view, which says why", async () => {
		const { notes, actions } = await trainingSection();
		assert.match(notes, /trusted workspace/);
		assert.deepEqual(actions, []);
	});

	it("has a privacy report that names no file of it", async () => {
		const report = await privacyReport();
		assert.match(report, /^Privacy report of Inkling/);
		assert.doesNotMatch(report, /would use \d+ files/);
		assert.doesNotMatch(report, /extension\.ts/);
	});

	it("deletes what was typed", async () => {
		const inkling = await activated();
		assert.equal(await executeCommand(commands.resetModel, { confirm: false }), true);
		assert.equal(inkling.inputs.memory?.characters, 0);
	});
});
