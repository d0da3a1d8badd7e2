/** What Inkling shows, opened as its commands open it, for the suites of windows that differ in what they allow. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, settings } from "../../src/editor/settings/names.ts";
import { activated, closeEditors, until, write } from "./support.ts";

const { executeCommand } = vscode.commands;

const text = `${Array.from({ length: 12 }, (_, i) => `const value${i} = compute(first, ${i});`).join("\n")}\nconst odd = quux;\n`;

/** Whether *Show Surprise* reads a text with a model that knows the files of the workspace. */
export async function surpriseKnowsFiles(): Promise<boolean> {
	const inkling = await activated();
	const { document } = await write(text);
	const shown = () => inkling.surprise(document.uri.toString());
	assert.equal(await executeCommand(commands.showSurprise), true);
	await until("the text is measured", shown);
	const knowsFiles = shown()?.knowsFiles;
	assert.equal(await executeCommand(commands.showSurprise), false);
	await closeEditors();
	return knowsFiles === true;
}

/** What *Continue Here* writes at the end of a text. */
export async function continued(): Promise<string | undefined> {
	await write(text);
	const written = await executeCommand<string | undefined>(commands.continueHere);
	await closeEditors();
	return written;
}

/** What *Show Perplexity* says of trainings, and which commands it offers there. */
export async function trainingSection(): Promise<{ readonly notes: string; readonly actions: readonly string[] }> {
	const inkling = await activated();
	await executeCommand(commands.showPerplexity);
	await until("the page is drawn", () => inkling.perplexityPage);
	const section = inkling.perplexityPage?.sections.find(({ id }) => id === "curve");
	const panels = vscode.window.tabGroups.all
		.flatMap(({ tabs }) => tabs)
		.filter(({ input }) => input instanceof vscode.TabInputWebview);
	await vscode.window.tabGroups.close(panels);
	await until("the panel is gone", () => inkling.perplexityPage === undefined);
	return { notes: section?.notes.join(" ") ?? "", actions: section?.actions.map(({ action }) => action) ?? [] };
}

/** The words that are marked as misspelt in a text. */
export async function misspelt(): Promise<readonly string[]> {
	const startFrom = (model: string): Thenable<void> =>
		vscode.workspace.getConfiguration().update(settings.startFrom, model, vscode.ConfigurationTarget.Global);
	// A network has to judge; the suites begin without any.
	await startFrom("base");
	const { document } = await write(
		"We hope that you will recieve the message, and that it is not a mistake.\n",
		"markdown",
	);
	const marked = () => vscode.languages.getDiagnostics(document.uri).filter(({ code }) => code === "spelling");
	await until("a word is marked", () => marked().length > 0);
	const words = marked().map(({ range }) => document.getText(range));
	await closeEditors();
	await startFrom("scratch");
	return words;
}

export async function privacyReport(): Promise<string> {
	const document = await executeCommand<vscode.TextDocument>(commands.showPrivacyReport);
	const report = document.getText();
	await closeEditors();
	return report;
}
