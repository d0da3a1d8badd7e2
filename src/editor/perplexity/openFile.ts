/** How surprised the network is by the document of the active editor: asked for when the user rests. */
import * as vscode from "vscode";
import type { Clock } from "../processes/clock.ts";
import type { CompletionServer } from "../processes/completionServer.ts";
import type { Documents } from "../suggestions/documents.ts";

export interface OpenFileParts {
	readonly server: Pick<CompletionServer, "ready" | "score">;
	readonly documents: Pick<Documents, "ensureOpen">;
	readonly clock: Clock;
}

/** Whoever looks through files is not asked to share the processor. */
const restMilliseconds = 3_000;

/** An edit hardly changes the number, and each pause in typing would cost a third of a second of processor time. */
const editedMilliseconds = 15_000;

export class OpenFilePerplexity implements vscode.Disposable {
	readonly #parts: OpenFileParts;
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	readonly #listeners: readonly vscode.Disposable[];
	#score: { readonly document: vscode.TextDocument; readonly bpc: number } | undefined;
	#cancelTimer: (() => void) | undefined;

	constructor(parts: OpenFileParts) {
		this.#parts = parts;
		this.#listeners = [
			vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
			vscode.workspace.onDidChangeTextDocument(({ document }) => {
				if (document === vscode.window.activeTextEditor?.document) this.refresh(editedMilliseconds);
			}),
		];
	}

	/** Bits per character of the active document; undefined as long as it is not known. */
	get bpc(): number | undefined {
		return this.#score?.document === vscode.window.activeTextEditor?.document ? this.#score?.bpc : undefined;
	}

	/** The document or the model is another one, or has changed: it is scored after a rest. */
	refresh(rest = restMilliseconds): void {
		this.#cancelTimer?.();
		this.#cancelTimer = this.#parts.clock.after(rest, () => void this.#ask());
	}

	dispose(): void {
		this.#cancelTimer?.();
		for (const listener of this.#listeners) listener.dispose();
		this.#changed.dispose();
	}

	async #ask(): Promise<void> {
		const document = vscode.window.activeTextEditor?.document;
		const { server, documents } = this.#parts;
		// Nothing is started for this.
		if (document === undefined || !server.ready || !documents.ensureOpen(document)) return;
		const bpc = await server.score(document.uri.toString());
		this.#score = bpc === null ? undefined : { document, bpc };
		this.#changed.fire();
	}
}
