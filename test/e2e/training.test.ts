import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repeatItemId, statusItemId } from "../../src/editor/settings/names.ts";
import { assertAccessible } from "../harness/axe.ts";
import { usePackagedWorkbench } from "../harness/packagedWorkbench.ts";
import { root } from "../harness/paths.ts";
import { themes } from "../harness/workbench.ts";

/**
 * A word that only a model trained on the workspace knows: it replaces `vscode` there, some hundred times. On one of two
 * busy cores, three seconds of training were enough to be certain of its end.
 */
const taughtWord = "wexford";
const beginning = "import * as wex";
const certain = "ford";

const trainingSettings = {
	"inkling.training.minutes": 0.5,
	"inkling.suggestions.threshold": "eager",
};

/** Empty files, one for each attempt; a further training comes before each attempt but the first. */
const attempts = ["first.ts", "second.ts", "third.ts", "fourth.ts", "fifth.ts"] as const;

/** A file for the keys that every keyboard has. */
const keysFile = "keys.ts";

/** A file in which a name is to be replaced. */
const callsFile = "calls.txt";
const calls = "loadUserData(1);\nloadUserData(2);\nloadUserData(3);\n";

/** Copies the sources of the editor part, with the word in them, and adds the empty files. */
function layOut(workspace: string): void {
	const sources = join(root, "src/editor");
	cpSync(sources, workspace, { recursive: true });
	for (const name of readdirSync(workspace, { recursive: true, encoding: "utf8" })) {
		if (!name.endsWith(".ts")) continue;
		const file = join(workspace, name);
		writeFileSync(file, readFileSync(file, "utf8").replaceAll("vscode", taughtWord));
	}
	for (const name of [...attempts, keysFile]) writeFileSync(join(workspace, name), "");
	writeFileSync(join(workspace, callsFile), calls);
}

describe("A user of the packaged extension", function () {
	this.timeout(1_800_000);
	const { workspace, window } = usePackagedWorkbench("inkling-editor", layOut, trainingSettings);

	const status = () => window().statusItem(`inkling.inkling.${statusItemId}`);

	/** Starts a training, which ends when the time in the settings is up. */
	const train = async () => {
		await window().command("Inkling: Train on Workspace");
		await status().locator(".codicon-loading").waitFor();
	};
	const trained = () => status().locator(".codicon-pencil").waitFor({ timeout: 400_000 });

	const label = async (): Promise<string> => (await status().locator("a").getAttribute("aria-label")) ?? "";

	it("sees in the status bar what Inkling is and does, before there is a model", async () => {
		await status().getByText("Inkling suggests").waitFor();
		// It may read files first.
		await status().locator("a[aria-label^='Inkling suggests from ']").waitFor();
	});

	it("is led by a walkthrough of five steps, each with a picture", async () => {
		// A page that is too narrow shows no pictures.
		await window().press("Control+B");
		const steps = window().page.locator(".gettingStartedContainer .getting-started-step");
		for (const theme of Object.keys(themes)) {
			// First, as Escape, which a lost palette is left by, leaves the walkthrough, too.
			await window().chooseTheme(theme);
			await window().commandByKeys("Inkling: First Steps");
			await steps.first().waitFor();
			assert.equal(await steps.count(), 5);
			for (let step = 0; step < 5; step++) {
				await steps.nth(step).click();
				await window().webview("svg[viewBox='0 0 640 420']");
				await window().screenshot(`e2e-first-steps-${step + 1} ${theme}`);
			}
		}
		await window().press("Control+B");
		await window().command("View: Close All Editors");
	});

	it("reads in a report what proves that nothing leaves the machine", async () => {
		await window().commandByKeys("Inkling: Show Privacy Report");
		const line = (text: RegExp | string) => window().page.locator(".view-line", { hasText: text });
		await line("Privacy report of Inkling").waitFor();
		await line(/dist\/extension\.cjs:.none.found/).waitFor();
		await window().screenshot("e2e-privacy");
		await window().command("View: Close All Editors");
	});

	it("trains through the palette, sees the progress, and then the perplexity", async () => {
		await train();
		await window()
			.notification(/Inkling/)
			.first()
			.waitFor();
		// How far it is, and the perplexity that falls.
		await status()
			.getByText(/^\s*\d+% · \d+(?:\.\d)?\s*$/)
			.waitFor();
		await window().screenshot("e2e-training");
		await trained();
		assert.match((await status().textContent()) ?? "", /^\s*\d+\.\d\s*$/);
		assert.match(await label(), /perplexity/);
	});

	it("sees in a second window on the same folder the same model, and who trains", async () => {
		const second = await window().secondWindow();
		const other = second.locator(`[id="inkling.inkling.${statusItemId}"]`);
		const perplexity = async (): Promise<string> => ((await status().textContent()) ?? "").trim();
		await other.getByText(await perplexity(), { exact: true }).waitFor();
		await train();
		await other.getByText("in another window").waitFor();
		await trained();
		await other.getByText(await perplexity(), { exact: true }).waitFor();
		await second.close();
	});

	it("types, sees ghost text that only the workspace teaches, takes it with Tab, and has it in the file", async () => {
		/** The first attempt that shows the certain end; a slow machine needs more training until then. */
		const attempt = async (): Promise<{ name: string; ghost: string }> => {
			const seen: string[] = [];
			for (const [i, name] of attempts.entries()) {
				if (i > 0) {
					await train();
					await trained();
				}
				await window().openFile(name);
				await window().type(beginning);
				const ghost = await window().ghostText(30_000);
				if (ghost.startsWith(certain)) return { name, ghost };
				seen.push(ghost);
			}
			return assert.fail(`after ${beginning} came ${JSON.stringify(seen)}, never ${certain}`);
		};
		const { name, ghost } = await attempt();
		await window()
			.notification(/Tab takes it/)
			.waitFor();
		await window().screenshot("e2e-ghost-text");
		await window().press("Tab");
		await window().save();
		assert.equal(readFileSync(join(workspace, name), "utf8"), beginning + ghost);
		await window().screenshot("e2e-accepted");
	});

	it("asks for a suggestion that was dismissed, and takes it, with keys that every keyboard has", async () => {
		await window().openFile(keysFile);
		await window().type(beginning);
		await window().press("Escape");
		await window().ghost.first().waitFor({ state: "hidden" });
		await window().press("Control+Alt+PageDown");
		const ghost = await window().ghostText(30_000);
		assert.notEqual(ghost, "");
		await window().press("Control+Alt+End");
		await window().save();
		assert.equal(readFileSync(join(workspace, keysFile), "utf8"), beginning + ghost);
	});

	it("finds Inkling in the menu of the editor", async () => {
		await window().press("Shift+F10");
		const item = (name: string) => window().page.getByRole("menuitem", { name, exact: true });
		await item("Inkling").hover();
		await item("Never Learn This File").waitFor();
		assert.equal(await item("Train on Workspace").count(), 1);
		await window().screenshot("e2e-context-menu");
		await window().press("Escape");
		await window().press("Escape");
	});

	it("renames a word, and repeats that at the next places with a key", async () => {
		await window().openFile(callsFile);
		const repeatItem = window().statusItem(`inkling.inkling.${repeatItemId}`);
		const offered = async (): Promise<boolean> => {
			await window().press("Control+Delete");
			await window().type("fetchUserData");
			return await repeatItem.waitFor({ timeout: 10_000 }).then(
				() => true,
				() => false,
			);
		};
		// Nothing tells that Inkling has read the document; what was typed before is not repeated.
		while (!(await offered())) {
			for (const _ of "fetchUserData") await window().press("Backspace");
			await window().type("loadUserData");
			await window().press("Home");
		}
		await window().press("Control+Alt+Enter");
		await window().press("Control+Alt+Enter");
		await window().page.locator(".monaco-editor .view-line", { hasText: "fetchUserData(3)" }).waitFor();
		await window().save();
		assert.equal(readFileSync(join(workspace, callsFile), "utf8"), calls.replaceAll("load", "fetch"));
	});

	it("opens the menu with a click on the status bar", async () => {
		await status().click();
		await window().quickPickRows().first().waitFor();
		const rows = await window().quickPickRows().allTextContents();
		assert.ok(rows.some((row) => row.includes("Train on Workspace")));
		const name = await window().page.locator(".quick-input-widget .quick-input-box input").getAttribute("aria-label");
		assert.match(name ?? "", /^Choose what Inkling should do - Inkling is ready/);
		await window().screenshot("e2e-menu");
		await window().press("Escape");
	});

	it("reads in the view of files what is used, held out and left out, in this order", async () => {
		await window().commandByKeys("Inkling: Show Files Used for Training");
		const groups = window().page.getByRole("treeitem", { name: /^(?:Used|Held out|Left out)/ });
		await groups.first().waitFor();
		// The view is low: the first group, which is open, fills it.
		await window().press("Home");
		await window().press("ArrowLeft");
		await groups.nth(2).waitFor();
		const names = await groups.evaluateAll((items) => items.map((item) => item.getAttribute("aria-label") ?? ""));
		assert.match(names[0] ?? "", /^Used, \d+ files, /);
		assert.match(names[1] ?? "", /^Held out, to measure the model, \d+ files, /);
		assert.match(names[2] ?? "", /^Left out: empty, \d+ files/);
		await window().screenshot("e2e-files");
	});

	it("opens the perplexity view, and reads its charts and tables through the accessibility tree", async () => {
		await window().commandByKeys("Inkling: Show Perplexity");
		const page = await window().webview("#curve svg");
		await page.getByRole("heading", { name: "Perplexity", level: 1 }).waitFor();
		const sections = await page.getByRole("heading", { level: 2 }).allTextContents();
		assert.deepEqual(sections, ["How training went", "Your files", "What suggestions did", "The model"]);
		await page.getByRole("img", { name: /^Learning curves/ }).waitFor();
		const fold = page.locator("#curve summary");
		await fold.focus();
		await window().press("Enter");
		await page.getByRole("table", { name: /^The training begun/ }).waitFor();
		await page.getByRole("row", { name: /^Network GRU/ }).waitFor();
		const column = page.getByRole("columnheader", { name: "Characters read" }).first();
		await column.getByRole("button").focus();
		await window().press("Enter");
		await page.locator("#curve th[aria-sort=descending]").waitFor();
		await window().screenshot("e2e-perplexity");
	});
	for (const theme of Object.keys(themes))
		it(`has a perplexity view in which axe-core finds nothing serious: ${theme}`, async () => {
			await window().chooseTheme(theme);
			const page = await window().webview("#curve svg");
			await page.locator(`body[data-vscode-theme-kind="${themes[theme]?.panel}"]`).waitFor();
			await window().screenshot(`e2e-perplexity ${theme}`);
			await assertAccessible(page);
		});
});
