import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { commands, privacyScheme, settings } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";
import { activated, closeEditors, folderUri, until, write } from "./support.ts";

const { executeCommand } = vscode.commands;
const { Global, Workspace } = vscode.ConfigurationTarget;

describe("First steps", () => {
	let inkling: InklingState;

	before(async () => {
		inkling = await activated();
	});
	afterEach(closeEditors);

	it("are shown in a walkthrough of the extension", async () => {
		await executeCommand(commands.showFirstSteps);
		const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
		// VS Code names the page of all walkthroughs, not the one that it shows there.
		await until("their page is open", () => tabs().some(({ label }) => /Welcome|Walkthrough/.test(label)));
		await vscode.window.tabGroups.close(tabs());
	});

	it("show in a report what is kept, where, and what was left out: a text that can be copied, not changed", async () => {
		await until("the files are read", () => inkling.inputs.memory?.reading === false);
		const document = await executeCommand<vscode.TextDocument>(commands.showPrivacyReport);
		assert.equal(document.uri.scheme, privacyScheme);
		const text = document.getText();
		assert.match(text, /^Privacy report of Inkling \d+\.\d+\.\d+$/m);
		// Only a build for a package records what it has made.
		const extension = vscode.extensions.getExtension("inkling.inkling");
		assert.ok(extension);
		const isRecorded = existsSync(join(extension.extensionPath, "dist/shipped.json"));
		assert.match(text, isRecorded ? /^All of them are as they were built\.$/m : /build for development/);
		assert.ok(inkling.storage && text.includes(`\n    ${inkling.storage}\n`));
		assert.match(text, /^(?:The last training used|There was no training yet; one would use) \d+ files\.$/m);
		const editor = await vscode.window.showTextDocument(document);
		await executeCommand("editor.action.selectAll");
		assert.equal(document.getText(editor.selection), text);
		await executeCommand("type", { text: "x" });
		assert.equal(document.getText(), text);
	});

	it("leave the file of the editor out of what is learned", async () => {
		await vscode.window.showTextDocument(folderUri("extension.ts"));
		await executeCommand(commands.neverLearnFile);
		const configuration = () => vscode.workspace.getConfiguration(undefined, folderUri());
		assert.deepEqual(configuration().inspect(settings.exclude)?.workspaceValue, { "extension.ts": true });
		await configuration().update(settings.exclude, undefined, Workspace);
	});

	it("end where the machine's policy turns Inkling off, and go on when it does not", async () => {
		await write("const a = 1;\n");
		await until("the process runs", () => inkling.serverPid);
		await vscode.workspace.getConfiguration().update(settings.forceOff, true, Global);
		await until("the status says so", () => inkling.status.kind === "forcedOff");
		await until("the process is gone", () => inkling.serverPid === undefined);
		assert.equal(await executeCommand(commands.train), undefined);
		assert.equal(await executeCommand(commands.showFiles), undefined);
		await executeCommand("editor.action.inlineSuggest.trigger");
		await until("refused", () => inkling.refusal === "disabled");
		assert.deepEqual([inkling.serverPid, inkling.trainerPid], [undefined, undefined]);
		await vscode.workspace.getConfiguration().update(settings.forceOff, undefined, Global);
		await until("the status is as before", () => inkling.status.kind !== "forcedOff");
		await until("the process runs again", () => inkling.serverPid);
	});
});
