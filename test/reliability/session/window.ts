/**
 * A window of an editor around the built extension: documents that are opened, typed in, saved and closed, and the events that VS Code
 * raises for them. There is one window in a process. It needs dist/.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { InklingState } from "../../../src/editor/testApi.ts";
import { root } from "../../harness/paths.ts";
import * as vscode from "../../unit/editor/fakeVscode.ts";

class WindowDocument {
	readonly languageId = "typescript";
	readonly uri: { readonly scheme: "file"; readonly fsPath: string; readonly path: string; toString(): string };
	version = 1;
	isClosed = false;
	lines: string[];

	constructor(file: string, text: string) {
		this.uri = { scheme: "file", fsPath: file, path: file, toString: () => `file://${file}` };
		this.lines = text.split("\n");
	}

	get lineCount(): number {
		return this.lines.length;
	}

	getText(): string {
		return this.lines.join("\n");
	}

	lineAt(at: number | vscode.Position): { readonly text: string; readonly range: vscode.Range } {
		const line = typeof at === "number" ? at : at.line;
		const text = this.lines[line] ?? "";
		return { text, range: new vscode.Range(new vscode.Position(line, 0), new vscode.Position(line, text.length)) };
	}

	offsetAt({ line, character }: vscode.Position): number {
		return this.lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, character);
	}
}

/** What an extension keeps between windows, of one workspace or of all. */
function memento(kept: Readonly<Record<string, unknown>> = {}) {
	const values = new Map(Object.entries(kept));
	return {
		get: (key: string) => values.get(key),
		update: async (key: string, value: unknown) => void values.set(key, value),
		keys: () => [...values.keys()],
		setKeysForSync: () => {},
	};
}

export interface WindowOptions {
	readonly folder: string;
	readonly storage: string;
	readonly settings?: Readonly<Record<string, unknown>>;
	/** What earlier windows have kept of the workspace. */
	readonly kept?: Readonly<Record<string, unknown>>;
	/** The sources, or another copy of the extension. */
	readonly extension?: string;
}

interface Suggestion {
	readonly insertText: string;
	readonly range: vscode.Range;
}

interface Provider {
	provideInlineCompletionItems(
		document: WindowDocument,
		position: vscode.Position,
		context: object,
		token: object,
	): Suggestion[] | null | Promise<Suggestion[] | null>;
}

const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => {} }) };

export class EditorWindow {
	readonly #folder: string;
	readonly #subscriptions: { dispose(): void }[];
	readonly state: InklingState;
	/** Open documents by path. */
	readonly #documents = new Map<string, WindowDocument>();
	/** How long each answer took, ms. */
	answers: number[] = [];

	private constructor(folder: string, subscriptions: { dispose(): void }[], state: InklingState) {
		this.#folder = folder;
		this.#subscriptions = subscriptions;
		this.state = state;
	}

	/** Of the fake editor, as they were before. */
	static readonly #workspace = { ...vscode.workspace };

	/** Activates the extension for a folder. */
	static async open({
		folder,
		storage,
		settings = {},
		kept = {},
		extension = root,
	}: WindowOptions): Promise<EditorWindow> {
		Object.assign(vscode.configuration.user.values, settings);
		Object.assign(vscode.workspace, {
			workspaceFolders: [{ name: basename(folder), uri: vscode.Uri.file(folder) }],
			asRelativePath: ({ path }: { path: string }) => relative(folder, path),
		});
		const subscriptions: { dispose(): void }[] = [];
		const context = {
			subscriptions,
			extensionPath: extension,
			extensionUri: vscode.Uri.file(extension),
			extension: { id: "inkling.inkling" },
			extensionMode: vscode.ExtensionMode.Production,
			storageUri: vscode.Uri.file(storage),
			workspaceState: memento(kept),
			globalState: memento(),
		};
		const { activate } = createRequire(import.meta.url)(join(extension, "dist/extension.cjs"));
		return new EditorWindow(folder, subscriptions, await activate(context));
	}

	/** Waits for something that the extension comes to by itself. */
	async until(what: string, holds: () => boolean): Promise<void> {
		// Only what hangs is a failure: the machine may be slow, or busy with anything.
		for (const end = performance.now() + 600_000; !holds(); await delay(20))
			assert.ok(performance.now() < end, `never: ${what}; ${vscode.logged.slice(-5).join("\n")}`);
	}

	/** Until all files of the folder are learned. */
	async learned(): Promise<void> {
		await this.until("the files are read", () => {
			const { memory } = this.state.inputs;
			return memory !== null && !memory.reading && memory.files > 0;
		});
	}

	/** Shows a file, which is made if it is not there. */
	show(name: string): WindowDocument {
		const file = join(this.#folder, name);
		let document = this.#documents.get(file);
		if (document === undefined) {
			let text = "";
			try {
				text = readFileSync(file, "utf8");
			} catch {
				// A new file.
			}
			document = new WindowDocument(file, text);
			this.#documents.set(file, document);
		}
		const caret = new vscode.Position(document.lineCount - 1, document.lineAt(document.lineCount - 1).text.length);
		const selection = new vscode.Selection(caret, caret);
		const editor = {
			document,
			selection,
			selections: [selection],
			options: { tabSize: 4 },
			setDecorations: () => {},
		};
		vscode.workspace.textDocuments = [...this.#documents.values()];
		vscode.window.visibleTextEditors = [editor];
		vscode.window.activeTextEditor = editor;
		vscode.visibleChanged.fire(undefined);
		vscode.activeChanged.fire();
		return document;
	}

	/** Types at the end of a document, asking for a suggestion after each sign; `takes` says whether to take one. */
	async type(
		document: WindowDocument,
		text: string,
		takes: (suggestion: string) => boolean = () => false,
	): Promise<void> {
		for (const sign of text) {
			const line = document.lineCount - 1;
			const { length } = document.lineAt(line).text;
			this.#insert(document, new vscode.Position(line, length), sign);
			const suggestion = await this.#ask(document);
			const end = this.#endOf(document);
			if (suggestion === undefined || !takes(suggestion.insertText)) continue;
			const typed = document.lineAt(end.line).text.slice(suggestion.range.start.character);
			if (suggestion.insertText.startsWith(typed))
				this.#insert(document, end, suggestion.insertText.slice(typed.length).split("\n")[0] ?? "");
		}
	}

	save(document: WindowDocument): void {
		this.writeFile(document.uri.fsPath, document.getText());
		vscode.saved.fire(document);
	}

	/** As another program writes a file of the folder, and the watcher sees it. */
	writeFile(file: string, text: string): void {
		if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
		vscode.written.fire({ scheme: "file", fsPath: file });
	}

	close(document: WindowDocument): void {
		document.isClosed = true;
		this.#documents.delete(document.uri.fsPath);
		vscode.workspace.textDocuments = [...this.#documents.values()];
		vscode.window.visibleTextEditors = [];
		vscode.window.activeTextEditor = undefined;
		vscode.closed.fire(document);
		vscode.visibleChanged.fire(undefined);
		vscode.activeChanged.fire();
	}

	run(command: string, ...args: readonly unknown[]): Promise<unknown> {
		return vscode.commands.executeCommand(`inkling.${command}`, ...args);
	}

	/** Trains until there is a model that is better than the one before, then stops. */
	async train(): Promise<void> {
		const before = this.state.model?.trainedAt;
		const training = this.run("train");
		let hasEnded = false;
		void training.then(() => {
			hasEnded = true;
		});
		await this.until("a model", () => hasEnded || this.state.model?.trainedAt !== before);
		await this.run("stopTraining");
		await training;
	}

	/** As VS Code does when the window is closed. */
	dispose(): void {
		for (const subscription of this.#subscriptions.toReversed()) subscription.dispose();
		const { workspaceFolders, asRelativePath, textDocuments } = EditorWindow.#workspace;
		Object.assign(vscode.workspace, { workspaceFolders, asRelativePath, textDocuments });
		Object.assign(vscode.window, { visibleTextEditors: [], activeTextEditor: undefined });
		vscode.configuration.reset();
	}

	/** What was logged as a warning or an error, since the last call. */
	takeComplaints(): string[] {
		return vscode.logged.splice(0).filter((line) => /^(?:warn|error)/.test(line));
	}

	#endOf(document: WindowDocument): vscode.Position {
		const line = document.lineCount - 1;
		return new vscode.Position(line, document.lineAt(line).text.length);
	}

	#insert(document: WindowDocument, at: vscode.Position, text: string): void {
		const { text: line } = document.lineAt(at.line);
		const changed = line.slice(0, at.character) + text + line.slice(at.character);
		document.lines.splice(at.line, 1, ...changed.split("\n"));
		document.version++;
		const end = this.#endOf(document);
		const editor = vscode.window.activeTextEditor;
		if (editor?.document === document) {
			editor.selection = new vscode.Selection(end, end);
			editor.selections = [editor.selection];
		}
		vscode.changed.fire({ document, contentChanges: [{ range: new vscode.Range(at, at), text }] });
	}

	async #ask(document: WindowDocument): Promise<Suggestion | undefined> {
		const begun = performance.now();
		const context = { triggerKind: vscode.InlineCompletionTriggerKind.Automatic, selectedCompletionInfo: undefined };
		const at = this.#endOf(document);
		const all = await Promise.all(
			([...vscode.inlineProviders] as Provider[]).map((one) =>
				one.provideInlineCompletionItems(document, at, context, token),
			),
		);
		this.answers.push(performance.now() - begun);
		return all.flatMap((items) => items ?? [])[0];
	}
}
