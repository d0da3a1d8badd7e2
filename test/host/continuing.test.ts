import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, settings } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";
import { activated, closeEditors, type, until, write } from "./support.ts";

const { executeCommand } = vscode.commands;

const text = `${Array.from({ length: 6 }, (_, i) => `const value${i} = compute(first, ${i});`).join("\n")}\n`;

describe("Continue Here", () => {
	let inkling: InklingState;
	const configure = (setting: string, value: unknown): Thenable<void> =>
		vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);

	before(async () => {
		inkling = await activated();
		await until("the files are read", () => inkling.inputs.memory?.reading === false);
		// What is shown then was asked for.
		await configure(settings.enable, false);
		await until("suggestions are off", () => !inkling.inputs.suggestions.enabled);
	});

	after(() => configure(settings.enable, undefined));
	afterEach(closeEditors);

	const take = () => executeCommand("editor.action.inlineSuggest.commit");

	it("writes on until it comes to an end, in lines that can be taken together", async () => {
		const { document } = await write(text);
		// VS Code may not have drawn the last lines yet, and then takes those it shows: another try.
		await until("all that is written is taken together", async () => {
			const written = await executeCommand<string>(commands.continueHere);
			assert.ok(written && written.split("\n").length > 1 && written.split("\n").length <= 20, JSON.stringify(written));
			await until("it is taken", async () => {
				await executeCommand("editor.action.inlineSuggest.trigger");
				await take();
				return document.getText() !== text;
			});
			assert.ok((text + written).startsWith(document.getText()), document.getText());
			if (document.getText() === text + written) return true;
			await executeCommand("undo");
			assert.equal(document.getText(), text);
			return false;
		});
	});

	it("writes no more than the rest of a line in which something follows", async () => {
		const editor = await write(text.trimEnd());
		const place = new vscode.Position(5, "const value5 = compute(".length);
		editor.selection = new vscode.Selection(place, place);
		const written = await executeCommand<string>(commands.continueHere);
		assert.equal(written?.includes("\n"), false);
	});

	const ends: readonly [what: string, end: (editor: vscode.TextEditor) => unknown, typed: string][] = [
		["a key", () => type("x"), "x"],
		["Escape", () => executeCommand(commands.stopContinuing), ""],
		["a move of the cursor", () => executeCommand("cursorTop"), ""],
	];
	for (const [what, end, typed] of ends)
		it(`is ended by ${what}, and what it has written is gone`, async () => {
			const editor = await write(text);
			const writing = executeCommand<string | undefined>(commands.continueHere);
			await end(editor);
			// It may have come to its end before.
			await writing;
			await end(editor);
			await executeCommand("cursorBottom");
			await executeCommand("editor.action.inlineSuggest.trigger");
			await take();
			assert.equal(editor.document.getText(), text + typed.repeat(2));
		});

	it("refuses a text that cannot be edited", async () => {
		const requests = await executeCommand<vscode.TextDocument>(commands.showLastRequests);
		await vscode.window.showTextDocument(requests);
		assert.equal(await executeCommand(commands.continueHere), undefined);
	});
});
