import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, settings } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";
import { activated, closeEditors, sleep, type, until, write } from "./support.ts";

const { executeCommand } = vscode.commands;

let word = "";
let lines: readonly string[] = [];
let repeated: readonly string[] = [];

/** Each test has a name of its own, as what was replaced in one document is offered in all. */
function choose(name: string): void {
	word = `load${name}`;
	lines = [`first = ${word}(1);`, `second = ${word}(2);`, `third = ${word}(3);`];
	repeated = lines.map((line) => line.replace(word, `fetch${name}`));
}

describe("The change just made", () => {
	let inkling: InklingState;

	before(async () => {
		inkling = await activated();
	});

	afterEach(closeEditors);

	/** Opens a document with the lines, and types the new name in the first of them. */
	async function started(name: string): Promise<vscode.TextEditor> {
		choose(name);
		const editor = await write(`${lines.join("\n")}\n`);
		const start = lines[0]?.indexOf(word) ?? 0;
		editor.selection = new vscode.Selection(0, start, 0, start + word.length);
		// The document is read once the editor comes to rest.
		await until("the document is watched", () => inkling.repeatWatches(editor.document.uri.toString()));
		await type(`fetch${name}`);
		assert.equal(editor.document.lineAt(0).text, repeated[0]);
		return editor;
	}

	const textOf = ({ document }: vscode.TextEditor): string[] => document.getText().trim().split("\n");
	const repeat = (): Thenable<boolean> => executeCommand<boolean>(commands.repeat);

	it("is offered at the next place, and made there by one press of a key, at the one after by the next", async () => {
		const editor = await started("FirstData");
		await until("it is offered", () => inkling.repeat?.line === 1);
		assert.equal(await repeat(), true);
		assert.deepEqual(textOf(editor), [repeated[0], repeated[1], lines[2]]);
		assert.equal(editor.selection.active.line, 1);
		assert.equal(inkling.repeat?.line, 2);
		assert.equal(await repeat(), true);
		assert.deepEqual(textOf(editor), repeated);
		assert.equal(await repeat(), false);
	});

	it("is not offered again once a repeat was undone", async () => {
		const editor = await started("UndoneData");
		await until("it is offered", () => inkling.repeat?.line === 1);
		assert.equal(await repeat(), true);
		await executeCommand("undo");
		await until("it is undone", () => editor.document.lineAt(1).text === lines[1]);
		assert.equal(inkling.repeat, undefined);
		assert.equal(await repeat(), false);
		assert.deepEqual(textOf(editor), [repeated[0], lines[1], lines[2]]);
	});

	it("is made at all places that the user leaves ticked in a list, and at none if it is closed", async () => {
		const editor = await started("ManyData");
		await until("it is offered", () => inkling.repeat?.line === 1);
		/** Opens the list and answers it with a command, after a moment. */
		const answer = async (command: string, moment = 0): Promise<number> => {
			let places: number | undefined;
			void executeCommand<number>(commands.repeatEverywhere).then((count) => {
				places = count;
			});
			await sleep(moment);
			await until("the list is answered", async () => {
				await executeCommand(command);
				return places !== undefined;
			});
			return places ?? 0;
		};
		assert.equal(await answer("workbench.action.closeQuickOpen"), 0);
		assert.deepEqual(textOf(editor), [repeated[0], lines[1], lines[2]]);
		// Nothing tells that the list has its items; answered before, it has no tick.
		let moment = 50;
		await until("they are made", async () => {
			moment *= 2;
			return (await answer("workbench.action.acceptSelectedQuickOpenItem", moment)) === 2;
		});
		assert.deepEqual(textOf(editor), repeated);
		await executeCommand("undo");
		await until("all of them are undone together", () => editor.document.lineAt(2).text === lines[2]);
		assert.deepEqual(textOf(editor), [repeated[0], lines[1], lines[2]]);
	});

	it("is not what another program changed", async () => {
		choose("OtherData");
		const editor = await write(`${lines.join("\n")}\n`);
		await until("the document is watched", () => inkling.repeatWatches(editor.document.uri.toString()));
		const edit = new vscode.WorkspaceEdit();
		const start = lines[0]?.indexOf(word) ?? 0;
		edit.replace(editor.document.uri, new vscode.Range(0, start, 0, start + word.length), "fetchOtherData");
		assert.ok(await vscode.workspace.applyEdit(edit));
		assert.equal(await repeat(), false);
		assert.deepEqual(textOf(editor), [repeated[0], lines[1], lines[2]]);
	});

	it("is offered only where the setting and suggestions are on", async () => {
		const configuration = vscode.workspace.getConfiguration();
		for (const [name, setting] of [
			["SettingData", settings.repeats],
			["EnabledData", settings.enable],
		] as const) {
			const editor = await started(name);
			await until("it is offered", () => inkling.repeat?.line === 1);
			await configuration.update(setting, false, vscode.ConfigurationTarget.Global);
			await until("it is gone", () => inkling.repeat === undefined);
			assert.equal(await repeat(), false);
			assert.deepEqual(textOf(editor), [repeated[0], lines[1], lines[2]]);
			await configuration.update(setting, undefined, vscode.ConfigurationTarget.Global);
			await closeEditors();
		}
	});
});
