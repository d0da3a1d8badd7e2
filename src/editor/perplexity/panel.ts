/** The panel of *Show Perplexity*: a page that shows what the host tells it, while it can be seen. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { ViewAction, ViewMessage, ViewRequest } from "../../protocol/view.ts";
import { viewRequests } from "../../protocol/viewShapes.ts";
import type { Clock } from "../processes/clock.ts";
import { perplexityView } from "../settings/names.ts";
import type { Log } from "../shown.ts";
import { pageHtml } from "./html.ts";
import type { Page } from "./page.ts";
import { ShownTables } from "./shownTables.ts";

export interface PanelParts {
	/** Folder of the page's script and style sheet. */
	readonly scripts: vscode.Uri;
	readonly clock: Clock;
	readonly log: Pick<Log, "warn">;
	/** What the page is to show now. */
	page(): Page;
	/** The panel was opened or is seen again: what `page` is made from may be old. */
	seen(): void;
	/** Opens a file that the page names. */
	open(file: string): void;
	act(action: ViewAction): void;
}

/**
 * A page that follows a training is drawn this often at most. Drawing seven curves takes a browser 11 ms, which once a second would be
 * more than a hundredth of the time of a training on one core.
 */
const pauseMilliseconds = 2_000;

export class PerplexityPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
	readonly #parts: PanelParts;
	readonly #registration: vscode.Disposable;
	readonly #tables = new ShownTables();
	#panel: vscode.WebviewPanel | undefined;
	/** What the page was told last. */
	#shown: Page | undefined;
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
	get drawn(): Page | undefined {
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
				for (const order of request.orders) this.#tables.sort(order);
				this.#isReady = true;
				// Whatever an earlier page was shown: this one is empty.
				this.#shown = undefined;
				this.#post();
				break;
			case "drawn":
				this.#isDrawn = true;
				break;
			case "rows":
				this.#postRows(request.table, request.from);
				break;
			case "sort":
				this.#tables.sort(request.order);
				this.#postRows(request.order.table, 0);
				break;
			case "open":
				this.#parts.open(request.file);
				break;
			case "act":
				this.#parts.act(request.action);
				break;
		}
	}

	/** Shows the page, or of a page that is shown the sections that have changed. */
	#post(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
		const before = this.#shown?.sections;
		const page = this.#parts.page();
		this.#shown = page;
		this.#postedAt = this.#parts.clock.now();
		const sections = page.sections
			.filter((section) => before?.includes(section) !== true)
			.map((section) => this.#tables.section(section));
		if (before !== undefined && sections.length === 0) return;
		this.#isDrawn = false;
		this.#send(
			before === undefined ? { type: "show", page: { words: page.words, sections } } : { type: "change", sections },
		);
	}

	/** Of the table as it is on the page. */
	#postRows(id: string, from: number): void {
		const table = this.#shown?.sections.flatMap(({ tables }) => tables).find((one) => one.id === id);
		if (table !== undefined) this.#send({ type: "rows", table: id, from, ...this.#tables.rows(table, from) });
	}

	#send(message: ViewMessage): void {
		void this.#panel?.webview.postMessage(message);
	}
}
