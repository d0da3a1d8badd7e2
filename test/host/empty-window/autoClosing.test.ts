/** The editor that replays simulate closes brackets and quotes as this one does. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { typedStates } from "../../unit/support/typedStates.ts";
import { closeEditors, type, until, write } from "../support.ts";

const languages: Readonly<Record<string, string>> = {
	ts: "typescript",
	py: "python",
	md: "markdown",
	c: "c",
	java: "java",
	json: "json",
	css: "css",
};

const isOld = vscode.version.startsWith("1.100.");

/** What makes words and documentation come up, which Enter and brackets would take. */
const distractions = ["editor.quickSuggestions", "editor.suggestOnTriggerCharacters"];

/** The document with `█` at the cursor, once `typed` is typed between two texts. */
async function stateAfter(language: string, before: string, typed: string, after: string): Promise<string> {
	const editor = await write(before + after, language);
	const { document } = editor;
	const cursor = document.positionAt(before.length);
	editor.selection = new vscode.Selection(cursor, cursor);
	await type(typed);
	const at = document.offsetAt(editor.selection.active);
	const text = document.getText();
	await closeEditors();
	return `${text.slice(0, at)}█${text.slice(at)}`;
}

/** In each a quote is not closed where the language's grammar tells that a string is open. */
const insideString: Readonly<Record<string, readonly [before: string, typed: string]>> = {
	typescript: ["'a ", '"'],
	python: ["'a ", '"'],
	c: ['"a ', "'"],
	java: ["'a ", '"'],
	json: ['"a ', "("],
	css: ["a { b: 'c ", "("],
};

describe("VS Code closes brackets and quotes as the simulated editor does", () => {
	before(async () => {
		const configuration = vscode.workspace.getConfiguration();
		for (const name of distractions) await configuration.update(name, false, vscode.ConfigurationTarget.Global);
		for (const [language, [before, typed]] of Object.entries(insideString))
			await until(
				`the grammar of ${language} is there`,
				async () => (await stateAfter(language, before, typed, "")) === `${before}${typed}█`,
			);
	});

	after(async () => {
		const configuration = vscode.workspace.getConfiguration();
		for (const name of distractions) await configuration.update(name, undefined, vscode.ConfigurationTarget.Global);
	});

	afterEach(closeEditors);

	for (const [name, path, before, typed, _rest, after, state, state100] of typedStates)
		it(`${name}: ${JSON.stringify(typed)}`, async () => {
			const language = languages[path.slice(path.lastIndexOf(".") + 1)] ?? "plaintext";
			const expected = (isOld ? state100 : undefined) ?? state;
			assert.equal(await stateAfter(language, before, typed, after), expected);
		});
});
