/** *Continue Here*: the model writes on from the cursor, and what it writes is shown as ghost text while it grows. */
import * as vscode from "vscode";
import type { CompletionServer } from "../processes/completionServer.ts";
import { contextKeys } from "../settings/names.ts";
import { isRefused } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import { showBusy, showInformation } from "../shown.ts";
import { type Documents, isServed, isTooLarge } from "./documents.ts";

export interface ContinuingParts {
	readonly server: Pick<CompletionServer, "ready" | "whenReady"> & {
		readonly questions: Pick<CompletionServer["questions"], "continueAt">;
	};
	readonly documents: Pick<Documents, "ensureOpen">;
	readonly settings: Pick<Settings, "isForcedOff">;
}

const mostLines = 20;
/** Who asks waits for a process that starts. */
const startMilliseconds = 10_000;

interface Text {
	readonly document: vscode.TextDocument;
	readonly version: number;
	readonly position: vscode.Position;
	text: string;
	/** Ends the writing; the text so far stays. */
	cancel: () => void;
	isWriting: boolean;
}

export class Continuing implements vscode.Disposable {
	readonly #parts: ContinuingParts;
	readonly #disposables: readonly vscode.Disposable[];
	#current: Text | undefined;
	/** Each continuation is another one; the same sequence comes after each start. */
	#seed = 0;

	constructor(parts: ContinuingParts) {
		this.#parts = parts;
		this.#disposables = [
			vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
				if (contentChanges.length > 0 && document === this.#current?.document) this.#end();
			}),
			vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
				const current = this.#current;
				if (textEditor.document !== current?.document) return;
				if (selections.length !== 1 || !selections[0]?.isEmpty || !selections[0].active.isEqual(current.position))
					this.#end();
			}),
			vscode.window.onDidChangeActiveTextEditor(() => this.#end()),
		];
	}

	/** What is to be shown at a place, as far as it is written; undefined: nothing was asked for there. */
	itemAt(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem | undefined {
		const current = this.#current;
		const isThere = current?.document === document && current.version === document.version;
		if (!isThere || !current.position.isEqual(position) || current.text === "") return undefined;
		// From the start of the line, as suggestions are.
		const range = new vscode.Range(position.with({ character: 0 }), position);
		return new vscode.InlineCompletionItem(document.getText(range) + current.text, range);
	}

	/** Writes on from the cursor; resolves to the text once it is whole, or once someone has had enough. */
	async begin(): Promise<string | undefined> {
		const editor = vscode.window.activeTextEditor;
		if (isRefused(this.#parts.settings)) return undefined;
		const { server, documents } = this.#parts;
		if (editor === undefined || !isContinuable(editor)) {
			void showInformation(vscode.l10n.t("Inkling continues editable text at a single cursor."));
			return undefined;
		}
		const { document } = editor;
		if (!server.ready && !(await server.whenReady(startMilliseconds))) {
			void showInformation(vscode.l10n.t("Inkling cannot write: the completion process is down."));
			return undefined;
		}
		// Meanwhile the user may have gone on.
		if (vscode.window.activeTextEditor !== editor || !isContinuable(editor)) return undefined;
		const position = editor.selection.active;
		if (!documents.ensureOpen(document)) return undefined;
		this.#end();
		const text = await showBusy(vscode.l10n.t("Inkling is writing; Escape stops it"), () =>
			this.#write(document, position),
		);
		if (text === "") void showInformation(vscode.l10n.t("The model has nothing to write here."));
		return text;
	}

	/** Ends the writing, and hides what was written. */
	async stop(): Promise<void> {
		this.#end();
		await vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
	}

	dispose(): void {
		this.#end();
		for (const disposable of this.#disposables) disposable.dispose();
	}

	/** Resolves to undefined if it was ended from outside. */
	#write(document: vscode.TextDocument, position: vscode.Position): Promise<string | undefined> {
		// In the middle of a line only the line is continued.
		const isAtEnd = document.lineAt(position.line).text.slice(position.character).trim() === "";
		return new Promise((resolve) => {
			const current: Text = {
				document,
				version: document.version,
				position,
				text: "",
				cancel: () => {},
				isWriting: true,
			};
			this.#current = current;
			this.#setWriting(true);
			const place = {
				document: document.uri.toString(),
				version: document.version,
				position: { line: position.line, character: position.character },
				lines: isAtEnd ? mostLines : 1,
				seed: ++this.#seed,
			};
			const end = this.#parts.server.questions.continueAt(place, (text, isOver) => {
				if (this.#current !== current) return;
				current.text += text;
				if (isOver) {
					current.isWriting = false;
					this.#setWriting(false);
				}
				if (current.text !== "") void vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
				if (isOver) resolve(current.text);
			});
			current.cancel = () => {
				end();
				resolve(undefined);
			};
		});
	}

	#end(): void {
		const current = this.#current;
		this.#current = undefined;
		if (current === undefined) return;
		if (current.isWriting) this.#setWriting(false);
		current.cancel();
	}

	#setWriting(isWriting: boolean): void {
		void vscode.commands.executeCommand("setContext", contextKeys.continuing, isWriting);
	}
}

function isContinuable({ document, selections }: vscode.TextEditor): boolean {
	if (!isServed(document) || isTooLarge(document)) return false;
	if (vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false) return false;
	return selections.length === 1 && selections[0]?.isEmpty === true;
}
