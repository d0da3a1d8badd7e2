import assert from "node:assert/strict";
import { isDeepStrictEqual, TextDecoder, TextEncoder } from "node:util";
import * as vscode from "vscode";
import { commands, settings } from "../../../src/editor/settings/names.ts";
import type { InklingState } from "../../../src/editor/testApi.ts";
import { activated, closeEditors, folderUri, until } from "../support.ts";

const { executeCommand } = vscode.commands;

describe("Turning suggestions off and on, with several folders", () => {
	let inkling: InklingState;
	const settingsFile = folderUri(".vscode", "settings.json");
	const isEnabled = (): boolean => inkling.inputs.suggestions.enabled;

	/** Writes the settings of the first folder. */
	const write = async (content: object): Promise<void> => {
		await vscode.workspace.fs.writeFile(settingsFile, new TextEncoder().encode(JSON.stringify(content)));
	};
	const read = async (): Promise<unknown> =>
		JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(settingsFile)));

	before(async () => {
		inkling = await activated();
		await vscode.window.showTextDocument(folderUri("network.ts"));
	});

	after(async () => {
		await closeEditors();
		await vscode.workspace.fs.delete(folderUri(".vscode"), { recursive: true });
	});

	it("disables what a folder and a language turn on, and brings both back", async () => {
		const content = { [settings.enable]: true, "[typescript]": { [settings.enable]: true } };
		await write(content);
		const decides = { layer: "folder", forLanguage: true };
		await until("the folder decides", () => isDeepStrictEqual(inkling.inputs.suggestions.decidedBy, decides));
		await executeCommand(commands.toggleEnabled);
		await until("it is off", () => inkling.status.kind === "offEverywhere");
		await executeCommand(commands.toggleEnabled);
		await until("it is on", isEnabled);
		assert.deepEqual(await read(), content);
		assert.equal(vscode.workspace.getConfiguration().inspect(settings.disableEverywhere)?.globalValue, undefined);
	});

	it("removes what turns a language off in the folder", async () => {
		await write({ "[typescript]": { [settings.enable]: false } });
		await until("it is off", () => inkling.status.kind === "languageOff");
		await executeCommand(commands.toggleLanguage);
		await until("it is on", isEnabled);
		// VS Code leaves the empty block of the language.
		assert.deepEqual(await read(), { "[typescript]": {} });
	});

	it("overrules what turns several languages off together", async () => {
		const shared = { "[javascript][typescript]": { [settings.enable]: false } };
		await write(shared);
		await until("it is off", () => inkling.status.kind === "languageOff");
		await executeCommand(commands.toggleLanguage);
		await until("it is on", isEnabled);
		assert.deepEqual(await read(), { ...shared, "[typescript]": { [settings.enable]: true } });
	});
});
