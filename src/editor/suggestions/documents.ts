/** Keeps the server's copies of documents in step with the editor's: opened when first needed, then change by change. */
import * as vscode from "vscode";
import { cellPath, cellText } from "../../domain/notebook.ts";
import type { TextChange } from "../../domain/text.ts";
import type { CompletionServer, DocumentFile } from "../processes/completionServer.ts";
import { filePath, untitledPath } from "./documentPath.ts";

/** Documents in which suggestions are made. In a remote window these are the schemes of the remote side. */
export const servedSchemes = ["file", "untitled", "vscode-notebook-cell", "vscode-vfs", "vscode-remote"] as const;

/** UTF-16 units. A larger document is data, and sending it would take the editor's time. */
const LARGEST_DOCUMENT = 2 ** 21;

export interface DocumentEdit {
	readonly document: string;
	readonly changes: readonly TextChange[];
}

export class Documents implements vscode.Disposable {
	readonly #server: CompletionServer;
	/** Those that the present server process has, with the text above each as it was last told. */
	readonly #open = new Map<string, string>();
	readonly #edited = new vscode.EventEmitter<DocumentEdit>();
	/** After the server was told. */
	readonly onDidEdit = this.#edited.event;
	readonly #discarded = new vscode.EventEmitter<string>();
	/** A document is closed, by its identifier, and the next one may get the same: it is untitled, or a cell. */
	readonly onDidDiscard = this.#discarded.event;
	readonly #disposables: vscode.Disposable[];

	constructor(server: CompletionServer) {
		this.#server = server;
		this.#disposables = [
			this.#edited,
			this.#discarded,
			vscode.workspace.onDidChangeTextDocument((event) => this.#change(event)),
			vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)),
			vscode.window.onDidChangeVisibleTextEditors(() => this.openVisible()),
			onLanguageChanged(() => this.openVisible()),
		];
	}

	/** A new process knows none. */
	reopen(): void {
		this.#open.clear();
		this.openVisible();
	}

	/** So that the first request in them need not wait for their text. */
	openVisible(): void {
		if (this.#server.state !== "ready") return;
		for (const { document } of vscode.window.visibleTextEditors) this.ensureOpen(document);
	}

	/** Whether the server has the document now; false if it is none that suggestions are made in, or too large. */
	ensureOpen(document: vscode.TextDocument): boolean {
		const id = document.uri.toString();
		const told = this.#open.get(id);
		const cell = cellOf(document);
		const above = cell === undefined ? "" : textAbove(cell);
		if (told === undefined) {
			if (!isServed(document) || isTooLarge(document)) return false;
			const notebook = cell && { above, notebook: cell.notebook.uri.toString() };
			const text = document.getText();
			if (!this.#server.open(id, pathOf(document, cell), fileOf(document, cell), document.version, text, notebook))
				return false;
		} else if (told !== above) {
			this.#server.above(id, above);
		}
		this.#open.set(id, above);
		return true;
	}

	/** The server lost track of the document: it is opened anew when next needed. */
	forget(document: vscode.TextDocument): void {
		const id = document.uri.toString();
		if (this.#open.delete(id)) this.#server.close(id);
	}

	dispose(): void {
		for (const disposable of this.#disposables) disposable.dispose();
	}

	#change({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
		if (contentChanges.length === 0 || !isServed(document)) return;
		const id = document.uri.toString();
		// One that has become too large meanwhile would be read by nobody, but kept in step at any price.
		if (this.#open.has(id) && isTooLarge(document)) this.forget(document);
		const changes = contentChanges.map(({ range, text }) => ({
			start: { line: range.start.line, character: range.start.character },
			end: { line: range.end.line, character: range.end.character },
			text,
		}));
		if (this.#open.has(id)) this.#server.change(id, document.version, changes);
		this.#edited.fire({ document: id, changes });
	}

	/** Also raised when the language changes, which the document's path may depend on. */
	#close(document: vscode.TextDocument): void {
		this.forget(document);
		const { scheme } = document.uri;
		if (scheme === "untitled" || scheme === "vscode-notebook-cell") this.#discarded.fire(document.uri.toString());
	}
}

/** A document that is seen has another language: VS Code tells that it was closed and opened, and nothing else. */
export function onLanguageChanged(changed: () => void): vscode.Disposable {
	return vscode.workspace.onDidOpenTextDocument((opened) => {
		if (vscode.window.visibleTextEditors.some(({ document }) => document === opened)) changed();
	});
}

export function isServed(document: vscode.TextDocument): boolean {
	return servedSchemes.some((scheme) => scheme === document.uri.scheme);
}

export function isTooLarge(document: vscode.TextDocument): boolean {
	return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > LARGEST_DOCUMENT;
}

function pathOf(document: vscode.TextDocument, cell: vscode.NotebookCell | undefined): string {
	const { uri, languageId } = document;
	if (uri.scheme === "untitled") return untitledPath(uri.path, languageId);
	if (uri.scheme !== "vscode-notebook-cell") return filePath(vscode.workspace.asRelativePath(uri));
	return cellPath(vscode.workspace.asRelativePath(cell?.notebook.uri ?? uri.with({ fragment: "" })), languageId);
}

function fileOf(document: vscode.TextDocument, cell: vscode.NotebookCell | undefined): DocumentFile {
	const isCell = document.uri.scheme === "vscode-notebook-cell";
	const uri = isCell ? cell?.notebook.uri : document.uri;
	if (uri?.scheme === "untitled") return null;
	if (uri?.scheme === "file") return { path: uri.fsPath, whole: !isCell };
	const path = vscode.workspace.asRelativePath(uri ?? document.uri.with({ fragment: "" }));
	return { path, whole: !isCell, isElsewhere: true };
}

function cellOf(document: vscode.TextDocument): vscode.NotebookCell | undefined {
	if (document.uri.scheme !== "vscode-notebook-cell") return undefined;
	for (const notebook of vscode.workspace.notebookDocuments) {
		const cell = notebook.getCells().find((candidate) => candidate.document === document);
		if (cell !== undefined) return cell;
	}
	return undefined;
}

/** UTF-16 units. The server reads less than that before a cursor. */
const MOST_ABOVE = 4096;

/** The nearest cells above that are in the same language, as one text. */
function textAbove({ notebook, index, document: { languageId } }: vscode.NotebookCell): string {
	let text = "";
	for (let above = index - 1; above >= 0 && text.length < MOST_ABOVE; above--) {
		const { document } = notebook.cellAt(above);
		if (document.languageId === languageId) text = cellText(lastLines(document, MOST_ABOVE - text.length)) + text;
	}
	return text;
}

/** The last lines of a document, as many as have the first of so many UTF-16 units, down from one that is data. */
function lastLines(document: vscode.TextDocument, units: number): string {
	const lines: string[] = [];
	for (let line = document.lineCount - 1, left = units; line >= 0 && left > 0; line--) {
		const { text } = document.lineAt(line);
		if (text.length > MOST_ABOVE) break;
		lines.push(text);
		left -= text.length + 1;
	}
	return lines.reverse().join("\n");
}
