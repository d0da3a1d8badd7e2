/** The panel of *Show Perplexity*: a page that shows what the host tells it, while it can be seen. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { ViewAction, ViewMessage, ViewPage, ViewRequest } from "../../protocol/view.ts";
import { viewRequests } from "../../protocol/viewShapes.ts";
import type { Clock } from "../processes/clock.ts";
import { perplexityView } from "../settings/names.ts";
import type { Log } from "../shown.ts";
import { pageHtml } from "./html.ts";

export interface PanelParts {
	/** Folder of the page's script and style sheet. */
	readonly scripts: vscode.Uri;
	readonly clock: Clock;
	readonly log: Pick<Log, "warn">;
	/** What the page is to show now. */
	page(): ViewPage;
	/** The panel was opened or is seen again: what `page` is made from may be old. */
	seen(): void;
	/** Opens a file that the page names. */
	open(file: string): void;
	act(action: ViewAction): void;
}

/** A page that follows a training is drawn this often at most. */
const pauseMilliseconds = 1_000;

export class PerplexityPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
	readonly #parts: PanelParts;
	readonly #registration: vscode.Disposable;
	#panel: vscode.WebviewPanel | undefined;
	/** What the page was told last. */
	#shown: ViewPage | undefined;
	/** Undefined: nothing was posted yet. */
	#postedAt: number | undefined;
	#isReady = false;
	#isDrawn = false;
	#cancelTimer: (() => void) | undefined;

	constructor(parts: PanelParts) {
		this.#parts = parts;
		this.#registration = vscode.window.registerWebviewPanelSerializer(perplexityView, this);
	}

	/** The page that is shown, once it is drawn. */
	get drawn(): ViewPage | undefined {
		return this.#isDrawn ? this.#shown : undefined;
	}

	get isOpen(): boolean {
		return this.#panel !== undefined;
	}

	/** Opens the panel, or brings it to the front. */
	show(): void {
		if (this.#panel) {
			this.#panel.reveal();
			return;
		}
		const title = vscode.l10n.t("Perplexity");
		this.#use(vscode.window.createWebviewPanel(perplexityView, title, vscode.ViewColumn.Active, this.#options));
	}

	/** VS Code brings the panel back after a reload of the window. */
	async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
		panel.webview.options = this.#options;
		// The user may have opened it anew in the meantime.
		if (this.#panel) panel.dispose();
		else this.#use(panel);
	}

	/** Something that the page shows may have changed. */
	changed(): void {
		if (!this.#isReady || this.#panel?.visible !== true) return;
		const wait = (this.#postedAt ?? 0) + pauseMilliseconds - this.#parts.clock.now();
		if (wait <= 0) this.#post();
		else this.#cancelTimer ??= this.#parts.clock.after(wait, () => this.#post());
	}

	dispose(): void {
		this.#registration.dispose();
		this.#panel?.dispose();
	}

	get #options(): vscode.WebviewOptions {
		return { enableScripts: true, localResourceRoots: [this.#parts.scripts] };
	}

	#use(panel: vscode.WebviewPanel): void {
		this.#panel = panel;
		const { webview } = panel;
		const listeners = [
			webview.onDidReceiveMessage((value: unknown) =>
				viewRequests.receive(
					value,
					(request) => this.#receive(request),
					(reason) => this.#parts.log.warn(`A message from the perplexity view was dropped: ${reason}.`),
				),
			),
			panel.onDidChangeViewState(() => {
				if (!panel.visible) return;
				this.#parts.seen();
				this.changed();
			}),
		];
		panel.onDidDispose(() => {
			for (const listener of listeners) listener.dispose();
			this.#cancelTimer?.();
			this.#cancelTimer = undefined;
			this.#panel = undefined;
			this.#shown = undefined;
			this.#isReady = false;
			this.#isDrawn = false;
		});
		const address = (name: string): string =>
			webview.asWebviewUri(vscode.Uri.joinPath(this.#parts.scripts, name)).toString();
		webview.html = pageHtml({
			language: vscode.env.language,
			title: vscode.l10n.t("Perplexity"),
			script: address("view.js"),
			style: address("view.css"),
			nonce: randomBytes(16).toString("hex"),
		});
		this.#parts.seen();
	}

	#receive(request: ViewRequest): void {
		switch (request.type) {
			case "ready":
				this.#isReady = true;
				this.#post();
				break;
			case "drawn":
				this.#isDrawn = true;
				break;
			case "open":
				this.#parts.open(request.file);
				break;
			case "act":
				this.#parts.act(request.action);
				break;
		}
	}

	#post(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
		this.#shown = this.#parts.page();
		this.#postedAt = this.#parts.clock.now();
		this.#isDrawn = false;
		const message: ViewMessage = { type: "show", page: this.#shown };
		void this.#panel?.webview.postMessage(message);
	}
}
