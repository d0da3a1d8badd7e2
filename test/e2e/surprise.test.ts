import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertAccessible } from "../harness/axe.ts";
import { usePackagedWorkbench } from "../harness/packagedWorkbench.ts";
import { themes } from "../harness/workbench.ts";

/** Lines that are like one another, and one that is not; the names are those of no other line. */
const odd = "const zygomorphic = perspicacious(quux);";
const lines = Array.from({ length: 24 }, (_, i) => `const value${i} = compute(first, ${i});`);
const text = [...lines.slice(0, 12), odd, ...lines.slice(12), ""].join("\n");

function layOut(workspace: string): void {
	mkdirSync(workspace);
	writeFileSync(join(workspace, "known.ts"), `${lines.join("\n")}\n`);
	writeFileSync(join(workspace, "odd.ts"), text);
	writeFileSync(join(workspace, "next.ts"), `${lines.slice(0, 6).join("\n")}\n`);
}

describe("A user who looks for surprises", function () {
	this.timeout(1_200_000);
	const { workspace, window } = usePackagedWorkbench("project", layOut);

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
			// Above all, that what is shaded can still be read.
			await assertAccessible(window().page, ".monaco-editor .view-lines");
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
		await assertAccessible(window().page, ".monaco-hover");
		await window().press("Escape");
	});

	it("lists the lines that stand out, and goes to one, by keyboard", async () => {
		await window().commandByKeys("Inkling: Show Most Surprising Lines");
		await window().quickPickRows().filter({ hasText: odd }).first().waitFor();
		await window().screenshot("e2e-surprise-lines");
		// VS Code's rows have attributes that axe-core does not like; their labels are Inkling's.
		await assertAccessible(window().page, ".quick-input-list .monaco-icon-label");
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
