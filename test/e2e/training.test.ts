import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statusItemId } from "../../src/editor/names.ts";
import { findEmbeddedHost } from "../harness/host.ts";
import { packageExtension } from "../harness/packageExtension.ts";
import { root } from "../harness/paths.ts";
import { quietSettings } from "../harness/settings.ts";
import { Workbench } from "../harness/workbench.ts";

/** Enough training, on two slow cores, for a line with which most files of the workspace begin. */
const trainingSettings = {
	"inkling.training.minutes": 0.5,
	"inkling.suggestions.threshold": "eager",
};

describe("A user of the packaged extension", function () {
	this.timeout(300_000);
	const scratch = mkdtempSync(join(tmpdir(), "inkling-e2e-"));
	const workspace = join(scratch, "inkling-editor");
	const file = join(workspace, "notes.ts");
	let workbench: Workbench | undefined;
	const window = (): Workbench => {
		assert.ok(workbench);
		return workbench;
	};

	before(async function () {
		const host = await findEmbeddedHost("newest", console.log);
		if (typeof host === "string") {
			if (process.env["CI"] === "true") throw new Error(host);
			console.log(`Skipped: ${host}`);
			return this.skip();
		}
		const vsix = join(scratch, "inkling.vsix");
		await packageExtension(vsix);
		cpSync(join(root, "src/editor"), workspace, { recursive: true });
		writeFileSync(file, "");
		const settings = { ...quietSettings, ...trainingSettings };
		workbench = await Workbench.open({ ...host, vsix, workspace, settings, dataFolder: join(scratch, "data") });
	});

	afterEach(async function () {
		if (this.currentTest?.state === "failed") await workbench?.screenshot("e2e-failure");
	});

	after(async () => {
		await workbench?.close();
		rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
	});

	const status = () => window().statusItem(`inkling.inkling.${statusItemId}`);

	it("sees in the status bar that there is no model yet", async () => {
		await status().waitFor();
		assert.match((await status().locator("a").getAttribute("aria-label")) ?? "", /Inkling/);
	});

	it("trains through the palette, sees the progress, and then the perplexity", async () => {
		await window().command("Inkling: Train on Workspace");
		await window()
			.notification(/Inkling/)
			.first()
			.waitFor();
		await status().locator(".codicon-loading").waitFor();
		await window().screenshot("e2e-training");
		await status().locator(".codicon-pencil").waitFor({ timeout: 180_000 });
		assert.match((await status().textContent()) ?? "", /^\s*\d+\.\d\s*$/);
		assert.match((await status().locator("a").getAttribute("aria-label")) ?? "", /perplexity/);
	});

	it("types, sees ghost text, accepts it with Tab, and has it in the file", async () => {
		const beginning = "import * as vsc";
		await window().openFile("notes.ts");
		await window().type(beginning);
		const ghost = await window().ghostText();
		await window().screenshot("e2e-ghost-text");
		assert.ok('import * as vscode from "vscode";'.startsWith(beginning + ghost), ghost);
		await window().press("Tab");
		await window().save();
		assert.equal(readFileSync(file, "utf8"), beginning + ghost);
		await window().screenshot("e2e-accepted");
	});

	it("opens the menu with a click on the status bar", async () => {
		await status().click();
		await window().quickPickRows().first().waitFor();
		const rows = await window().quickPickRows().allTextContents();
		assert.ok(rows.some((row) => row.includes("Train on Workspace")));
		await window().screenshot("e2e-menu");
		await window().press("Escape");
	});
});
