import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEmbeddedHost } from "../harness/host.ts";
import { packageExtension } from "../harness/packageExtension.ts";
import { quietSettings } from "../harness/settings.ts";
import { themes, Workbench } from "../harness/workbench.ts";

/** Lines that are like one another, and one that is not; the names are those of no other line. */
const odd = "const zygomorphic = perspicacious(quux);";
const lines = Array.from({ length: 24 }, (_, i) => `const value${i} = compute(first, ${i});`);
const text = [...lines.slice(0, 12), odd, ...lines.slice(12), ""].join("\n");

describe("A user who looks for surprises", function () {
	this.timeout(1_200_000);
	const scratch = mkdtempSync(join(tmpdir(), "inkling-surprise-"));
	const workspace = join(scratch, "project");
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
		mkdirSync(workspace);
		writeFileSync(join(workspace, "known.ts"), `${lines.join("\n")}\n`);
		writeFileSync(join(workspace, "odd.ts"), text);
		writeFileSync(join(workspace, "next.ts"), `${lines.slice(0, 6).join("\n")}\n`);
		workbench = await Workbench.open({
			...host,
			vsix,
			workspace,
			settings: quietSettings,
			dataFolder: join(scratch, "data"),
		});
	});

	afterEach(async function () {
		if (this.currentTest?.state === "failed") await workbench?.screenshot("e2e-failure");
	});

	after(async () => {
		await workbench?.close();
		rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
	});

	/** What is shaded: VS Code gives the backgrounds of decorations classes of their own. */
	const shaded = () => window().page.locator(".monaco-editor .view-overlays .cdr[class*='ced-']");

	it("shades with a command, by keyboard, what the model did not expect", async () => {
		await window().openFile("odd.ts");
		await window().commandByKeys("Inkling: Show Surprise");
		await shaded().first().waitFor({ state: "attached" });
		for (const theme of Object.keys(themes)) {
			await window().chooseTheme(theme);
			await shaded().first().waitFor({ state: "attached" });
			await window().screenshot(`e2e-surprise ${theme}`);
		}
	});

	it("reads in a hover what was expected instead", async () => {
		await window()
			.page.locator(".monaco-editor .view-line span", { hasText: /^zygomorphic$/ })
			.first()
			.hover();
		const hover = window().page.locator(".monaco-hover", { hasText: "did not expect" }).first();
		await hover.waitFor();
		assert.match((await hover.textContent()) ?? "", /bits per character/);
		await window().screenshot("e2e-surprise-hover");
		await window().press("Escape");
	});

	it("lists the lines that stand out, and goes to one, by keyboard", async () => {
		await window().commandByKeys("Inkling: Show Most Surprising Lines");
		await window().quickPickRows().filter({ hasText: odd }).first().waitFor();
		await window().screenshot("e2e-surprise-lines");
		await window().type("zygomorphic");
		await window().press("Enter");
		await window().page.locator("[id='status.editor.selection']", { hasText: "Ln 13" }).waitFor();
	});

	it("turns it off by the same command", async () => {
		await window().commandByKeys("Inkling: Show Surprise");
		await shaded().first().waitFor({ state: "detached" });
	});

	it("has the text continued in ghost text, and takes it with Tab", async () => {
		await window().openFile("next.ts");
		await window().press("Control+End");
		await window().commandByKeys("Inkling: Continue Here");
		const ghost = await window().ghostText(60_000);
		assert.notEqual(ghost, "");
		await window().screenshot("e2e-continue");
		await window().press("Tab");
		await window().save();
		const written = readFileSync(join(workspace, "next.ts"), "utf8");
		assert.ok(written.includes(ghost.split("\n")[0] as string), `${ghost} in ${written}`);
		assert.ok(written.split("\n").length > 6);
	});
});
