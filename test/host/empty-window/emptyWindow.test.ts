import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, settings } from "../../../src/editor/settings/names.ts";
import type { InklingState } from "../../../src/editor/testApi.ts";
import { activated, closeEditors, type, until, write } from "../support.ts";
import { continued, misspelt, privacyReport, surpriseKnowsFiles, trainingSection } from "../surfaces.ts";

describe("A window without a folder", () => {
	let inkling: InklingState;

	before(async () => {
		inkling = await activated();
	});

	it("has no place for a model, and says so", () => {
		assert.equal(inkling.status.kind, "noFolder");
		assert.equal(inkling.storage, undefined);
	});

	it("learns what is typed, and forgets it when it is told to", async () => {
		await write("");
		await type("const flabbergastedWalrus = thinkTheUnthinkable(42);\n");
		await until("it is learned", () => inkling.inputs.memory && inkling.inputs.memory.characters > 0);
		assert.match(inkling.status.sentence, /suggests from what you type/);
		await closeEditors();
		assert.equal(await vscode.commands.executeCommand(commands.resetModel, { confirm: false }), true);
		assert.equal(inkling.inputs.memory?.characters, 0);
	});

	it("shows what became of the last requests", async () => {
		const document = await vscode.commands.executeCommand<vscode.TextDocument>(commands.showLastRequests);
		assert.match(document.getText(), /^The last requests for suggestions, newest first\./);
		await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
	});

	it("shows surprise and writes on, from what is typed", async () => {
		await write("");
		await type("const flabbergastedWalrus = thinkTheUnthinkable(42);\n");
		await until("it is learned", () => inkling.inputs.memory && inkling.inputs.memory.characters > 0);
		await closeEditors();
		assert.equal(await surpriseKnowsFiles(), false);
		assert.equal(typeof (await continued()), "string");
	});

	it("has a perplexity view that asks for a folder, and a privacy report that says that nothing is kept", async () => {
		const { notes, actions } = await trainingSection();
		assert.match(notes, /Open a folder/);
		assert.deepEqual(actions, []);
		assert.match(await privacyReport(), /^Nothing is kept on disk/m);
	});

	it("marks what is misspelt", async () => {
		assert.deepEqual(await misspelt(), ["recieve"]);
	});

	it("has no file that could be left out", async () => {
		await write("const a = 1;\n");
		await vscode.commands.executeCommand(commands.neverLearnFile);
		assert.equal(vscode.workspace.getConfiguration().inspect(settings.exclude)?.globalValue, undefined);
		await closeEditors();
	});

	const refused: readonly [command: string, answer: unknown, ...args: unknown[]][] = [
		[commands.train, undefined],
		[commands.exportModel, false, vscode.Uri.file("/nowhere"), { confirm: false }],
		[commands.importModel, false, vscode.Uri.file("/nowhere"), { confirm: false }],
		[commands.showFiles, undefined],
	];
	for (const [command, answer, ...args] of refused)
		it(`refuses ${command}`, async () => {
			assert.equal(await vscode.commands.executeCommand(command, ...args), answer);
			assert.equal(inkling.trainerPid, undefined);
		});
});
