/** A read-only document with a scheme of its own, made anew each time that the user opens it. */
import * as vscode from "vscode";
import { lineText } from "./shown.ts";

export class ReadOnlyDocument implements vscode.TextDocumentContentProvider, vscode.Disposable {
	readonly #uri: vscode.Uri;
	readonly #changed = new vscode.EventEmitter<vscode.Uri>();
	readonly onDidChange = this.#changed.event;
	readonly #registration: vscode.Disposable;
	#text = "";

	/** @param title what its tab says */
	constructor(scheme: string, title: string) {
		this.#uri = vscode.Uri.from({ scheme, path: title });
		this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
	}

	provideTextDocumentContent(): string {
		return this.#text;
	}

	/** Opens the document with these lines, or replaces its text if it is open. */
	async show(lines: readonly string[]): Promise<vscode.TextDocument> {
		this.#text = lines.map((line) => `${lineText(line)}\n`).join("");
		this.#changed.fire(this.#uri);
		const document = await vscode.workspace.openTextDocument(this.#uri);
		await vscode.window.showTextDocument(document, { preview: true });
		return document;
	}

	dispose(): void {
		this.#registration.dispose();
		this.#changed.dispose();
	}
}
