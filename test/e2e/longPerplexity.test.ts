/** The perplexity view of thousands of files: the panel of the extension host, and its page in a browser. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrainingCurve } from "../../src/domain/curve.ts";
import type { PerplexityPanel as Panel } from "../../src/editor/perplexity/panel.ts";
import { assertAccessible } from "../harness/axe.ts";
import { findBrowser } from "../harness/host.ts";
import { artifacts } from "../harness/paths.ts";
import { ViewPage } from "../harness/viewPage.ts";
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

describe("The perplexity view of five thousand files", function () {
	this.timeout(300_000);
	const scratch = mkdtempSync(join(tmpdir(), "inkling-view-"));
	let view: ViewPage | undefined;
	let panel: Panel | undefined;
	let live: TrainingCurve | undefined;

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
		view = await ViewPage.open(chromium, join(scratch, "browser"), panel);
		await link(0).waitFor();
	});

	after(async () => {
		await view?.close();
		panel?.dispose();
		rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
	});

	const page = () => {
		assert.ok(view);
		return view.page;
	};
	const frame = () => page().locator("#files-frame");
	const link = (file: number) => page().getByRole("button", { name: files[file]?.path ?? "", exact: true });
	const rowCount = () => frame().locator("tbody:not([aria-hidden]) tr").count();
	const focused = () => page().evaluate("document.activeElement.textContent") as Promise<string>;

	it("has some rows of its table in the page, and says how many there are", async () => {
		assert.ok((await rowCount()) < 100);
		assert.equal(await frame().locator("table").getAttribute("aria-rowcount"), `${count + 1}`);
	});

	it("scrolls by keyboard to the last file and back, without growing", async () => {
		await frame().focus();
		await page().keyboard.press("End");
		await link(count - 1).waitFor();
		assert.ok((await rowCount()) < 100);
		mkdirSync(artifacts, { recursive: true });
		await page().screenshot({ path: join(artifacts, "e2e-perplexity-long.png") });
		await page().keyboard.press("Home");
		await link(0).waitFor();
	});

	it("leads the focus from file to file, however far", async () => {
		await link(0).focus();
		for (let file = 1; file <= 120; file++) await page().keyboard.press("Tab");
		assert.equal(await focused(), files[120]?.path);
	});

	it("keeps the focus in the table when its row is scrolled away", async () => {
		await link(120).focus();
		await frame().evaluate((element) => element.scrollTo(0, 0));
		await link(0).waitFor();
		await page().waitForFunction("document.activeElement.id === 'files-frame'");
	});

	it("is sorted by keyboard, all its files", async () => {
		await frame().getByRole("button", { name: "Characters measured" }).focus();
		await page().keyboard.press("Enter");
		await frame().locator("th[aria-sort=descending]").waitFor();
		await link(count - 1).waitFor();
		await page().keyboard.press("Enter");
		await frame().locator("th[aria-sort=ascending]").waitFor();
		await link(0).waitFor();
	});

	it("leads the focus as far where the host is slow, and where keys are faster than the screen", async () => {
		assert.ok(view);
		await link(0).focus();
		await view.holdAnswers(async () => {
			// Since it was sorted the table has only its first rows. All of these in one turn, before anything is drawn.
			await page().evaluate(`for (let file = 1; file <= 240; file++) {
				const buttons = [...document.querySelectorAll("#files-frame tbody button")];
				buttons[buttons.indexOf(document.activeElement) + 1].focus();
			}`);
			assert.equal(await focused(), "…");
		});
		await link(240).waitFor();
		assert.equal(await focused(), files[240]?.path);
	});

	it("stays where it is scrolled to while a training draws its curve", async () => {
		await frame().evaluate((element) => element.scrollTo(0, 40_000));
		const before = await frame().evaluate((element) => element.scrollTop);
		const points = [1, 2, 3].map((seconds) => ({ seconds, characters: 1000 * seconds, bpc: 4 - seconds }));
		live = { begunAt: "2026-01-01T00:00:00Z", end: null, train: points, heldOut: [] };
		panel?.changed();
		await page().locator("#curve svg").waitFor();
		assert.ok(before > 30_000);
		assert.equal(await frame().evaluate((element) => element.scrollTop), before);
	});

	it("is one in which axe-core finds nothing serious", async () => {
		await assertAccessible(page());
	});
});
