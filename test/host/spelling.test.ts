import assert from "node:assert/strict";
import * as vscode from "vscode";
import { settings } from "../../src/editor/settings/names.ts";
import { activated, closeEditors, until, write } from "./support.ts";

const text = "We hope that you will recieve the message, and that it is not a mistake.\n";

describe("Spelling", () => {
	const startFrom = (model: string): Thenable<void> =>
		vscode.workspace.getConfiguration().update(settings.startFrom, model, vscode.ConfigurationTarget.Global);

	before(async () => {
		await activated();
		// A network has to judge; the suites begin without any.
		await startFrom("base");
	});

	after(() => startFrom("scratch"));

	afterEach(async () => {
		await closeEditors();
		for (const setting of [settings.spellingWords, settings.spellingIgnored])
			await vscode.workspace.getConfiguration().update(setting, undefined, vscode.ConfigurationTarget.Workspace);
	});

	const misspellings = ({ uri }: vscode.TextDocument): vscode.Diagnostic[] =>
		vscode.languages.getDiagnostics(uri).filter(({ source, code }) => source === "Inkling" && code === "spelling");

	/** Opens a document in which one word is marked. */
	async function marked(): Promise<{ readonly editor: vscode.TextEditor; readonly diagnostic: vscode.Diagnostic }> {
		const editor = await write(text, "markdown");
		await until("the word is marked", () => misspellings(editor.document).length > 0);
		const [diagnostic, ...others] = misspellings(editor.document);
		assert.ok(diagnostic && others.length === 0);
		assert.equal(editor.document.getText(diagnostic.range), "recieve");
		assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Hint);
		return { editor, diagnostic };
	}

	/** What is offered for the word. While another extension comes to offer actions, VS Code answers with none. */
	async function actionsAt(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
		let actions: vscode.CodeAction[] = [];
		await until("something is offered for the word", async () => {
			const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
				"vscode.executeCodeActionProvider",
				document.uri,
				range,
				vscode.CodeActionKind.QuickFix.value,
			);
			actions = all.filter(({ title }) => /receive|recieve/.test(title));
			return actions.length > 0;
		});
		return actions;
	}

	async function take({ edit, command }: vscode.CodeAction): Promise<void> {
		if (edit) assert.ok(await vscode.workspace.applyEdit(edit));
		if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
	}

	it("is marked after a pause, moves with the text, and is mended by a quick fix", async () => {
		const { editor, diagnostic } = await marked();
		await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "First line.\n"));
		await until("it has moved", () => misspellings(editor.document)[0]?.range.start.line === 1);
		const range = diagnostic.range.with(diagnostic.range.start.translate(1), diagnostic.range.end.translate(1));
		const [change] = await actionsAt(editor.document, range);
		assert.ok(change?.isPreferred);
		assert.match(change.title, /receive/);
		await take(change);
		assert.equal(editor.document.getText(), `First line.\n${text.replace("recieve", "receive")}`);
		await until("nothing is marked", () => misspellings(editor.document).length === 0);
	});

	for (const [what, setting, at] of [
		["added to the dictionary", settings.spellingWords, -2],
		["ignored in the file", settings.spellingIgnored, -1],
	] as const)
		it(`is ${what} by a quick fix, in the settings of the workspace`, async () => {
			const { editor, diagnostic } = await marked();
			const action = (await actionsAt(editor.document, diagnostic.range)).at(at);
			assert.ok(action);
			await take(action);
			await until("nothing is marked", () => misspellings(editor.document).length === 0);
			const { workspaceValue } = vscode.workspace.getConfiguration().inspect<Record<string, boolean>>(setting) ?? {};
			const [entry = "", ...others] = Object.keys(workspaceValue ?? {});
			assert.ok(entry.endsWith("recieve") && others.length === 0, entry);
		});

	it("is not checked where the setting says so", async () => {
		const configuration = vscode.workspace.getConfiguration();
		await configuration.update(settings.spellingScope, "off", vscode.ConfigurationTarget.Global);
		const editor = await write(text, "markdown");
		await configuration.update(settings.spellingScope, undefined, vscode.ConfigurationTarget.Global);
		assert.equal(misspellings(editor.document).length, 0);
		await until("the word is marked", () => misspellings(editor.document).length > 0);
	});
});
