/** Drives VS Code in a browser as a user does: with keys, looking only at what is visible. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import { type Chromium, launchBrowser } from "./browser.ts";
import type { InstalledServer } from "./embeddedInstall.ts";
import { installExtension, type RunningServer, startServer, workbenchAddress } from "./embeddedServer.ts";
import { artifacts } from "./paths.ts";
import { quietMachineSettings } from "./settings.ts";

export interface WorkbenchOptions {
	readonly server: InstalledServer;
	readonly chromium: Chromium;
	/** Path of the extension's package, which is installed. */
	readonly vsix: string;
	readonly workspace: string;
	readonly settings: Readonly<Record<string, unknown>>;
	/** Of the machine that the server runs on, beside the quiet ones. */
	readonly machineSettings?: Readonly<Record<string, unknown>>;
	/** VS Code and the browser write only below it. */
	readonly dataFolder: string;
}

/** A slow shared machine is no failure; what never comes is. */
const patienceMs = 120_000;

/** The themes that VS Code comes with, and what it calls their kinds in the page of a panel and in its own. */
export const themes: Readonly<Record<string, { readonly panel: string; readonly workbench: string }>> = {
	"Dark Modern": { panel: "vscode-dark", workbench: "vs-dark" },
	"Light Modern": { panel: "vscode-light", workbench: "vs" },
	"Dark High Contrast": { panel: "vscode-high-contrast", workbench: "hc-black" },
	"Light High Contrast": { panel: "vscode-high-contrast-light", workbench: "hc-light" },
};

/** Text as it is in the file; the editor shows its blanks as no-break spaces. */
function plain(text: string): string {
	return text.replaceAll("\u00a0", " ");
}

export class Workbench {
	readonly page: Page;
	readonly #browser: Browser;
	readonly #server: RunningServer;

	private constructor(page: Page, browser: Browser, server: RunningServer) {
		this.page = page;
		this.#browser = browser;
		this.#server = server;
	}

	/** Starts VS Code with an extension installed, and opens a folder in it. */
	static async open(options: WorkbenchOptions): Promise<Workbench> {
		const { server: installed, chromium, vsix, workspace, settings, machineSettings, dataFolder } = options;
		await installExtension(installed, dataFolder, vsix);
		const server = await startServer(installed, {
			dataFolder,
			settings,
			machineSettings: { ...quietMachineSettings, ...machineSettings },
			trusted: true,
			development: false,
			environment: {},
			port: 0,
		});
		let browser: Browser | undefined;
		try {
			browser = await launchBrowser(chromium, join(dataFolder, "browser"));
			const context = await browser.newContext({ viewport: { width: 1200, height: 760 }, deviceScaleFactor: 2 });
			const page = await context.newPage();
			page.setDefaultTimeout(patienceMs);
			await page.goto(workbenchAddress(server, { workspace }));
			await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
			return new Workbench(page, browser, server);
		} catch (error) {
			await browser?.close();
			await server.stop();
			throw error;
		}
	}

	async close(): Promise<void> {
		await this.#browser.close();
		await this.#server.stop();
	}

	/** The status bar item with the identifier `publisher.name.itemId`. */
	statusItem(id: string): Locator {
		return this.page.locator(`[id="${id}"]`);
	}

	/** Runs the command with this title from the palette, as soon as the palette lists it. */
	async command(title: string): Promise<void> {
		// An open palette does not list commands of extensions that are activated later.
		for (const end = Date.now() + patienceMs; ; await this.page.keyboard.press("Escape")) {
			await this.page.keyboard.press("F1");
			try {
				return await this.#pick(title, title, 5_000);
			} catch (error) {
				if (Date.now() > end) throw error;
			}
		}
	}

	/** The same with the keyboard alone: goes to the command with the arrow keys, and presses Enter. */
	async commandByKeys(title: string): Promise<void> {
		// On a busy machine the palette may lose what is typed while it opens.
		for (const end = Date.now() + patienceMs; ; await this.page.keyboard.press("Escape")) {
			await this.page.keyboard.press("F1");
			try {
				return await this.pickByKeys(title, 10_000);
			} catch (error) {
				if (Date.now() > end) throw error;
			}
		}
	}

	/** Types into the open quick input, goes to the row of that label with the arrow keys, and presses Enter. */
	async pickByKeys(label: string, timeout = patienceMs): Promise<void> {
		await this.page.locator(".quick-input-widget .quick-input-box input").waitFor({ timeout });
		await this.page.keyboard.type(label);
		const rows = ".quick-input-list .monaco-list-row";
		// The label comes first in what a screen reader says of a row.
		const names = [`[aria-label="${label}"]`, `[aria-label^="${label},"]`];
		await this.page
			.locator(names.map((name) => rows + name).join())
			.first()
			.waitFor({ timeout });
		const chosen = this.page.locator(names.map((name) => `${rows}.focused${name}`).join());
		// A busy machine may close the quick input meanwhile.
		for (const end = Date.now() + timeout; (await chosen.count()) === 0; await this.page.keyboard.press("ArrowDown")) {
			if (Date.now() > end) throw new Error(`${label} is not reached by the arrow keys`);
		}
		await this.page.keyboard.press("Enter");
	}

	/** Changes the colours to those of one of `themes`, and waits until it is shown. */
	async chooseTheme(theme: string): Promise<void> {
		// The list of themes comes some time after the palette has closed, and what is typed until then is lost.
		for (const end = Date.now() + patienceMs; ; await this.page.keyboard.press("Escape")) {
			await this.commandByKeys("Preferences: Color Theme");
			try {
				await this.pickByKeys(theme, 10_000);
				break;
			} catch (error) {
				if (Date.now() > end) throw error;
			}
		}
		await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
		await this.page.locator(`.monaco-workbench.${themes[theme]?.workbench}`).waitFor();
	}

	/** Opens a second window on the same folder. */
	async secondWindow(): Promise<Page> {
		const page = await this.page.context().newPage();
		page.setDefaultTimeout(patienceMs);
		await page.goto(this.page.url());
		return page;
	}

	/** Opens a file of the workspace, by its path, in an editor. */
	async openFile(path: string): Promise<void> {
		const name = path.slice(path.lastIndexOf("/") + 1);
		await this.page.keyboard.press("Control+P");
		await this.#pick(path, name);
		await this.page.locator(".tab.active", { hasText: name }).waitFor();
		await this.page.locator(".editor-instance .monaco-editor.focused").waitFor();
	}

	/** Types into the open quick input, and takes the row that then shows `label`. */
	async #pick(text: string, label: string, timeout = patienceMs): Promise<void> {
		const input = this.page.locator(".quick-input-widget .quick-input-box input");
		await input.waitFor();
		await this.page.keyboard.type(text);
		const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first();
		await row.click({ timeout });
	}

	/** The rows of the open quick pick. */
	quickPickRows(): Locator {
		return this.page.locator(".quick-input-list .monaco-list-row");
	}

	/** Types into the focused element at the speed of a person. */
	async type(text: string): Promise<void> {
		await this.page.keyboard.type(text, { delay: 30 });
	}

	async press(key: string): Promise<void> {
		await this.page.keyboard.press(key);
	}

	/** The pieces of the ghost text in the line of the cursor. */
	get ghost(): Locator {
		return this.page.locator(".monaco-editor .ghost-text-decoration, .monaco-editor .ghost-text-decoration-preview");
	}

	/** The lines of the ghost text below that of the cursor; tab stops are drawn as blanks. */
	get ghostLines(): Locator {
		return this.page.locator(".monaco-editor .suggest-preview-text .view-line");
	}

	/** The ghost text, all its lines, as soon as it has stopped changing; "" if there is none within `timeout` milliseconds. */
	async ghostText(timeout: number): Promise<string> {
		const end = Date.now() + timeout;
		for (let before = ""; Date.now() < end; await this.page.waitForTimeout(300)) {
			const first = (await this.ghost.allTextContents()).join("");
			const text = plain([first, ...(await this.ghostLines.allTextContents())].join("\n"));
			if (text !== "" && text === before) return text;
			before = text;
		}
		return "";
	}

	/** The page of a webview, as soon as it shows something that matches `selector`. */
	async webview(selector: string): Promise<Frame> {
		for (const end = Date.now() + patienceMs; Date.now() < end; await this.page.waitForTimeout(200)) {
			for (const frame of this.page.frames()) {
				// A frame may be gone before it answers.
				const count = await frame
					.locator(selector)
					.count()
					.catch(() => 0);
				if (count > 0) return frame;
			}
		}
		throw new Error(`no webview shows ${selector}`);
	}

	/** The toast that contains `text`. */
	notification(text: string | RegExp): Locator {
		return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
	}

	/** Saves the open file, and waits until that is done. */
	async save(): Promise<void> {
		await this.page.keyboard.press("Control+S");
		await this.page.locator(".tab.active.dirty").waitFor({ state: "detached" });
	}

	/** Writes a picture of the window to the artifacts. */
	async screenshot(name: string): Promise<void> {
		mkdirSync(artifacts, { recursive: true });
		await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
	}
}
