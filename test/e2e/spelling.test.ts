import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settings } from "../../src/editor/settings/names.ts";
import { usePackagedWorkbench } from "../harness/packagedWorkbench.ts";
import { themes } from "../harness/workbench.ts";

const text = "We hope that you will recieve the message, and that it is not a mistake.\n";

function layOut(workspace: string): void {
	mkdirSync(workspace);
	writeFileSync(join(workspace, "letter.md"), text);
}

describe("A user who misspells a word", function () {
	this.timeout(1_200_000);
	// A network has to judge.
	const { workspace, window } = usePackagedWorkbench("letters", layOut, {}, { [settings.startFrom]: "base" });

	/** Hints are three dots under the beginning of a word. */
	const marks = () => window().page.locator(".monaco-editor .view-overlays .squiggly-hint");

	it("sees a mark under it", async () => {
		await window().openFile("letter.md");
		await marks().first().waitFor({ state: "attached" });
		for (const theme of Object.keys(themes)) {
			await window().chooseTheme(theme);
			await marks().first().waitFor({ state: "attached" });
			await window().screenshot(`e2e-spelling ${theme}`);
		}
		assert.equal(await marks().count(), 1);
	});

	it("mends it by a quick fix, by keyboard", async () => {
		await window().press("Control+F");
		await window().type("recieve");
		await window().press("Escape");
		await window().press("Control+.");
		const fix = window().page.locator(".action-widget .monaco-list-row", { hasText: "receive" }).first();
		await fix.waitFor();
		assert.match((await fix.getAttribute("aria-label")) ?? "", /receive/);
		await window().screenshot("e2e-spelling-fix");
		await window().press("Enter");
		await marks().first().waitFor({ state: "detached" });
		await window().save();
		assert.equal(readFileSync(join(workspace, "letter.md"), "utf8"), text.replace("recieve", "receive"));
	});
});
