/** Helpers for the suites inside the extension host. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { settings } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";

export async function activated(): Promise<InklingState> {
	const extension = vscode.extensions.getExtension<InklingState>("inkling.inkling");
	assert(extension);
	return await extension.activate();
}

export function folderUri(...path: readonly string[]): vscode.Uri {
	const [folder] = vscode.workspace.workspaceFolders ?? [];
	assert(folder);
	return vscode.Uri.joinPath(folder.uri, ...path);
}

/** A slow shared machine is no failure; what never comes is. */
const patienceMs = 120_000;

/** Waits until `condition` holds, or fails with its name. */
export async function until(name: string, condition: () => unknown): Promise<void> {
	const end = Date.now() + patienceMs;
	while (!(await condition())) {
		if (Date.now() > end) assert.fail(`not within ${patienceMs / 1000} s: ${name}`);
		await sleep(50);
	}
}

export function sleep(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export async function setTrainingMinutes(minutes: number): Promise<void> {
	await vscode.workspace.getConfiguration().update(settings.minutes, minutes, vscode.ConfigurationTarget.Global);
}

/** Opens a new document with this text, and puts the cursor at its end. */
export async function write(text: string, language = "typescript"): Promise<vscode.TextEditor> {
	const document = await vscode.workspace.openTextDocument({ language, content: text });
	const editor = await vscode.window.showTextDocument(document);
	// VS Code may give an untitled document the text of one that was just closed.
	if (document.getText() !== text) {
		const whole = new vscode.Range(0, 0, document.lineCount, 0);
		assert(await editor.edit((edit) => edit.replace(whole, text)));
	}
	const end = document.lineAt(document.lineCount - 1).range.end;
	editor.selection = new vscode.Selection(end, end);
	return editor;
}

/**
 * What is suggested after `text` in a document of its own; "" if nothing is. Nothing of it stays: asked again and again, what was
 * accepted before would be what is known best.
 */
export async function suggestionAfter(text: string, language?: string): Promise<string> {
	const suggestion = await suggestionInside(await write(text, language));
	await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
	return suggestion;
}

/** Asks for a suggestion at the cursor of an editor and accepts it; "" if there is none. */
export async function suggestionInside({ document, selection }: vscode.TextEditor): Promise<string> {
	const inkling = await activated();
	const before = document.getText();
	const refused = inkling.refusals;
	for (let round = 0; document.getText() === before && inkling.refusals === refused; round++) {
		// Asked again in the same state, the editor shows what it knows; a request that was overtaken needs another.
		if (round % 50 === 0) await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
		await sleep(100);
		await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
	}
	const at = document.offsetAt(selection.active);
	return document.getText().slice(at, at + document.getText().length - before.length);
}

/** Asks for a suggestion between two texts of a line and accepts it; "" if there is none. */
export async function suggestionBetween(before: string, after: string): Promise<string> {
	const editor = await write(before + after);
	const { document } = editor;
	const whole = new vscode.Range(0, 0, document.lineCount, 0);
	// VS Code may give an untitled document the text of one that was just closed.
	assert(await editor.edit((edit) => edit.replace(whole, before + after)));
	const cursor = new vscode.Position(0, before.length);
	editor.selection = new vscode.Selection(cursor, cursor);
	const suggestion = await suggestionInside(editor);
	assert.equal(editor.document.getText(), before + suggestion + after);
	return suggestion;
}

/**
 * Types at the cursor, letter by letter. VS Code types where the focus is: on a busy machine an editor may have been shown
 * before it has it, and what is typed then goes nowhere.
 */
export async function type(text: string): Promise<void> {
	const editor = vscode.window.activeTextEditor;
	const state = () => JSON.stringify([editor?.document.version, editor?.selections]);
	const [first, ...others] = text;
	if (first === undefined) return;
	const before = state();
	await until("the first letter is taken", async () => {
		await vscode.commands.executeCommand("type", { text: first });
		if (editor === undefined || state() !== before) return true;
		await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
		return false;
	});
	for (const letter of others) await vscode.commands.executeCommand("type", { text: letter });
}

/**
 * Types the last letters of `text` and accepts what comes up by itself; "" if nothing does for three seconds. Nothing
 * tells that the editor will not ask any more, so ask again where something must come up.
 */
export async function suggestionTyping(text: string, letters: number): Promise<string> {
	const { document } = await write(text.slice(0, -letters));
	await type(text.slice(-letters));
	const end = Date.now() + 3_000;
	while (document.getText() === text && Date.now() < end) {
		await sleep(100);
		await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
	}
	return document.getText().slice(text.length);
}

/** Closes all editors and discards their changes, about which VS Code would otherwise ask. */
export async function closeEditors(): Promise<void> {
	while (vscode.window.activeTextEditor) {
		await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
		await sleep(20);
	}
}
