/** The page of the perplexity view in a browser without VS Code, connected with a panel of the extension host. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { PerplexityPanel } from "../../src/editor/perplexity/panel.ts";
import * as fake from "../unit/editor/fakeVscode.ts";
import { type Chromium, launchBrowser } from "./browser.ts";
import { root } from "./paths.ts";

/** A slow shared machine is no failure; what never comes is. */
const patienceMs = 60_000;

const origin = "http://localhost";

export class ViewPage {
	readonly page: Page;
	readonly #browser: Browser;
	readonly #shown: fake.WebviewPanel;
	/** What the host has said to the page while its answers are held. */
	#held: unknown[] | undefined;

	private constructor(page: Page, browser: Browser, shown: fake.WebviewPanel) {
		this.page = page;
		this.#browser = browser;
		this.#shown = shown;
	}

	/**
	 * Shows a panel. Its page comes from dist.
	 *
	 * @param panel whose scripts are in /dist
	 * @param home the browser writes only below it
	 */
	static async open(chromium: Chromium, home: string, panel: PerplexityPanel): Promise<ViewPage> {
		const browser = await launchBrowser(chromium, home);
		const page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
		page.setDefaultTimeout(patienceMs);
		const shown = new fake.WebviewPanel();
		shown.webview.asWebviewUri = ({ fsPath }) => origin + fsPath;
		await page.exposeFunction("say", (request: unknown) => shown.say(request));
		await page.addInitScript(
			"window.acquireVsCodeApi = () => ({ postMessage: say, getState: () => undefined, setState: () => {} })",
		);
		await page.route(`${origin}/**`, (route) => {
			const { pathname } = new URL(route.request().url());
			if (pathname === "/") return route.fulfill({ contentType: "text/html", body: shown.webview.html });
			const contentType = pathname.endsWith(".css") ? "text/css" : "text/javascript";
			return route.fulfill({ contentType, body: readFileSync(join(root, pathname)) });
		});
		const view = new ViewPage(page, browser, shown);
		shown.webview.postMessage = (message) => view.#receive(message);
		await panel.deserializeWebviewPanel(shown as never);
		await page.goto(`${origin}/`);
		return view;
	}

	async #receive(message: unknown): Promise<boolean> {
		if (this.#held !== undefined) this.#held.push(message);
		else await this.page.evaluate(`postMessage(${JSON.stringify(message)})`);
		return true;
	}

	/** What the host says meanwhile reaches the page afterwards. */
	async holdAnswers(during: () => Promise<void>): Promise<void> {
		const held: unknown[] = [];
		this.#held = held;
		try {
			await during();
		} finally {
			this.#held = undefined;
			for (const message of held) await this.#receive(message);
		}
	}

	async close(): Promise<void> {
		this.#shown.dispose();
		await this.#browser.close();
	}
}
