/** The perplexity view of thousands of files: the panel of the extension host, and its page in a browser. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page as BrowserPage } from "playwright-core";
import type { TrainingCurve } from "../../src/domain/curve.ts";
import type { PerplexityPanel as Panel } from "../../src/editor/perplexity/panel.ts";
import { assertAccessible } from "../harness/axe.ts";
import { launchBrowser } from "../harness/browser.ts";
import { findBrowser } from "../harness/host.ts";
import { artifacts, root } from "../harness/paths.ts";
import * as fake from "../unit/editor/fakeVscode.ts";
import { freshInputs } from "../unit/editor/status/inputs.ts";

const { PerplexityPanel } = await import("../../src/editor/perplexity/panel.ts");
const { pageMaker } = await import("../../src/editor/perplexity/page.ts");
const { nothingStored } = await import("../../src/editor/perplexity/storedFacts.ts");
const { systemClock } = await import("../../src/editor/processes/clock.ts");

const count = 5000;
const files = Array.from({ length: count }, (_, i) => ({
	path: `packages/part${i % 40}/src/file${i}.ts`,
	characters: 100 + i,
	network: 1 + (i % 97) / 40,
	memory: 1.2 + (i % 89) / 40,
	mixture: 0.9 + (i % 83) / 40,
}));
const measurements = { now: { trainedAt: "1", files }, before: null };

/** A slow shared machine is no failure; what never comes is. */
const patienceMs = 60_000;

const origin = "http://localhost";

describe("The perplexity view of five thousand files", function () {
	this.timeout(300_000);
	const scratch = mkdtempSync(join(tmpdir(), "inkling-view-"));
	let browser: Browser | undefined;
	let page: BrowserPage;
	let panel: Panel;
	let live: TrainingCurve | undefined;
	const shown = new fake.WebviewPanel();

	before(async function () {
		const chromium = await findBrowser(console.log);
		if (typeof chromium === "string") {
			if (process.env["CI"] === "true") throw new Error(chromium);
			console.log(`Skipped: ${chromium}`);
			return this.skip();
		}
		const make = pageMaker();
		panel = new PerplexityPanel({
			scripts: new fake.Uri("/dist") as never,
			clock: systemClock,
			log: { warn: (text) => assert.fail(text) },
			page: () =>
				make({
					status: freshInputs,
					live,
					stored: nothingStored,
					memoryMiB: 64,
					usedBytes: null,
					measurements,
					days: {},
					isCounted: true,
				}),
			seen: () => {},
			open: () => {},
			act: () => {},
		});
		shown.webview.asWebviewUri = ({ fsPath }) => origin + fsPath;
		shown.webview.postMessage = async (message) => {
			await page.evaluate(`postMessage(${JSON.stringify(message)})`);
			return true;
		};
		browser = await launchBrowser(chromium, join(scratch, "browser"));
		page = await browser.newPage({ viewport: { width: 1000, height: 760 } });
		page.setDefaultTimeout(patienceMs);
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
		await panel.deserializeWebviewPanel(shown as never);
		await page.goto(`${origin}/`);
		await link(0).waitFor();
	});

	after(async () => {
		panel?.dispose();
		shown.dispose();
		await browser?.close();
		rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
	});

	const frame = () => page.locator("#files-frame");
	const link = (file: number) => page.getByRole("button", { name: files[file]?.path ?? "", exact: true });
	const rowCount = () => frame().locator("tbody:not([aria-hidden]) tr").count();
	const focused = () => page.evaluate("document.activeElement.textContent") as Promise<string>;

	it("has some rows of its table in the page, and says how many there are", async () => {
		assert.ok((await rowCount()) < 100);
		assert.equal(await frame().locator("table").getAttribute("aria-rowcount"), `${count + 1}`);
	});

	it("scrolls by keyboard to the last file and back, without growing", async () => {
		await frame().focus();
		await page.keyboard.press("End");
		await link(count - 1).waitFor();
		assert.ok((await rowCount()) < 100);
		mkdirSync(artifacts, { recursive: true });
		await page.screenshot({ path: join(artifacts, "e2e-perplexity-long.png") });
		await page.keyboard.press("Home");
		await link(0).waitFor();
	});

	it("leads the focus from file to file, however far", async () => {
		await link(0).focus();
		for (let file = 1; file <= 120; file++) await page.keyboard.press("Tab");
		assert.equal(await focused(), files[120]?.path);
	});

	it("keeps the focus in the table when its row is scrolled away", async () => {
		await link(120).focus();
		await frame().evaluate((element) => element.scrollTo(0, 0));
		await link(0).waitFor();
		await page.waitForFunction("document.activeElement.id === 'files-frame'");
	});

	it("is sorted by keyboard, all its files", async () => {
		await frame().getByRole("button", { name: "Characters measured" }).focus();
		await page.keyboard.press("Enter");
		await frame().locator("th[aria-sort=descending]").waitFor();
		await link(count - 1).waitFor();
		await page.keyboard.press("Enter");
		await frame().locator("th[aria-sort=ascending]").waitFor();
		await link(0).waitFor();
	});

	it("stays where it is scrolled to while a training draws its curve", async () => {
		await frame().evaluate((element) => element.scrollTo(0, 40_000));
		const before = await frame().evaluate((element) => element.scrollTop);
		const points = [1, 2, 3].map((seconds) => ({ seconds, characters: 1000 * seconds, bpc: 4 - seconds }));
		live = { begunAt: "2026-01-01T00:00:00Z", end: null, train: points, heldOut: [] };
		panel.changed();
		await page.locator("#curve svg").waitFor();
		assert.ok(before > 30_000);
		assert.equal(await frame().evaluate((element) => element.scrollTop), before);
	});

	it("is one in which axe-core finds nothing serious", async () => {
		await assertAccessible(page);
	});
});
