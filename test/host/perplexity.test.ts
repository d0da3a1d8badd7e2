import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, filesView } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";
import { activated, closeEditors, until } from "./support.ts";

const { executeCommand } = vscode.commands;

const panels = (): vscode.Tab[] =>
	vscode.window.tabGroups.all
		.flatMap(({ tabs }) => tabs)
		.filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes("inkling.perplexity"));

describe("The perplexity view", () => {
	let inkling: InklingState;

	before(async () => {
		inkling = await activated();
	});

	after(async () => {
		await vscode.window.tabGroups.close(panels());
		await closeEditors();
	});

	it("opens in a panel, whose script draws what there is to say", async () => {
		await executeCommand(commands.showPerplexity);
		await until("the page is drawn", () => inkling.perplexityPage);
		assert.deepEqual(
			inkling.perplexityPage?.sections.map(({ id }) => id),
			["curve", "files", "suggestions", "model"],
		);
		assert.equal(panels().length, 1);
		await executeCommand(commands.showPerplexity);
		assert.equal(panels().length, 1);
	});

	it("is gone when its tab is closed", async () => {
		await vscode.window.tabGroups.close(panels());
		await until("the panel is gone", () => inkling.perplexityPage === undefined);
	});
});

describe("The view of files", () => {
	it("is shown by its command", async () => {
		assert.ok(await executeCommand(commands.showFiles));
		assert.ok((await vscode.commands.getCommands(true)).includes(`${filesView}.focus`));
	});
});
