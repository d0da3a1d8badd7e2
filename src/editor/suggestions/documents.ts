/** Keeps the server's copies of documents in step with the editor's: opened when first needed, then change by change. */
import * as vscode from "vscode";
import type { TextChange } from "../../domain/text.ts";
import type { CompletionServer, DocumentFile } from "../processes/completionServer.ts";
import { cellPath, filePath, untitledPath } from "./documentPath.ts";

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
	/** Those that the present server process has. */
	readonly #open = new Set<string>();
	readonly #edited = new vscode.EventEmitter<DocumentEdit>();
	/** After the server was told. */
	readonly onDidEdit = this.#edited.event;
	readonly #disposables: vscode.Disposable[];

	constructor(server: CompletionServer) {
		this.#server = server;
		this.#disposables = [
			this.#edited,
			vscode.workspace.onDidChangeTextDocument((event) => this.#change(event)),
			vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)),
			vscode.window.onDidChangeVisibleTextEditors(() => this.openVisible()),
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
		if (this.#open.has(id)) return true;
		if (!isServed(document) || isTooLarge(document)) return false;
		const sent = this.#server.open(id, pathOf(document), fileOf(document), document.version, document.getText());
		if (sent) this.#open.add(id);
		return sent;
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
	}
}

export function isServed(document: vscode.TextDocument): boolean {
	return servedSchemes.some((scheme) => scheme === document.uri.scheme);
}

export function isTooLarge(document: vscode.TextDocument): boolean {
	return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > LARGEST_DOCUMENT;
}

function pathOf(document: vscode.TextDocument): string {
	const { uri, languageId } = document;
	if (uri.scheme === "untitled") return untitledPath(uri.path, languageId);
	if (uri.scheme !== "vscode-notebook-cell") return filePath(vscode.workspace.asRelativePath(uri));
	return cellPath(vscode.workspace.asRelativePath(notebookOf(document)?.uri ?? uri.with({ fragment: "" })), languageId);
}

function fileOf(document: vscode.TextDocument): DocumentFile {
	const isCell = document.uri.scheme === "vscode-notebook-cell";
	const uri = isCell ? notebookOf(document)?.uri : document.uri;
	if (uri?.scheme === "untitled") return null;
	if (uri?.scheme === "file") return { path: uri.fsPath, whole: !isCell };
	const path = vscode.workspace.asRelativePath(uri ?? document.uri.with({ fragment: "" }));
	return { path, whole: !isCell, isElsewhere: true };
}

function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
	return vscode.workspace.notebookDocuments.find((candidate) =>
		candidate.getCells().some((cell) => cell.document === document),
	);
}
