import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";
import { activated, closeEditors, sleep, until, write } from "./support.ts";

const { executeCommand } = vscode.commands;

/** Lines that are like one another, and one that is not; the names are those of no other line. */
const odd = "const zygomorphic = perspicacious(quux);";
const alike = Array.from({ length: 24 }, (_, i) => `const value${i} = compute(first, ${i});`);
const text = [...alike.slice(0, 12), odd, ...alike.slice(12), ""].join("\n");
const oddLine = 12;

describe("Show Surprise", () => {
	let inkling: InklingState;

	before(async () => {
		inkling = await activated();
		await until("the files are read", () => inkling.inputs.memory?.reading === false);
	});

	afterEach(async () => {
		// The command turns it off where it is on.
		if (await executeCommand(commands.showSurprise)) await executeCommand(commands.showSurprise);
		await closeEditors();
	});

	const shown = ({ document }: vscode.TextEditor) => inkling.surprise(document.uri.toString());

	/** The shaded words of a line. */
	const shaded = (editor: vscode.TextEditor, line: number): string[] =>
		(shown(editor)?.words ?? [])
			.filter((word) => word.line === line)
			.map(({ start, end }) => editor.document.lineAt(line).text.slice(start, end));

	/** What a hover over a place says of surprise. */
	async function hoverAt({ document }: vscode.TextEditor, line: number, character: number): Promise<string> {
		const position = new vscode.Position(line, character);
		const hovers = await executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, position);
		const contents = hovers.flatMap((hover) => hover.contents);
		const texts = contents.map((content) => (typeof content === "string" ? content : content.value));
		return texts.filter((said) => said.includes("did not expect")).join("\n");
	}

	async function turnedOn(): Promise<vscode.TextEditor> {
		const editor = await write(text);
		assert.equal(await executeCommand(commands.showSurprise), true);
		await until("the text is measured", () => shown(editor));
		return editor;
	}

	it("shades what the model did not expect, and says in a hover what it expected", async () => {
		const editor = await turnedOn();
		assert.ok(shaded(editor, oddLine).includes("zygomorphic"), JSON.stringify(shown(editor)));
		assert.ok(!shaded(editor, oddLine + 8).includes("compute"));
		const hover = await hoverAt(editor, oddLine, "const zyg".length);
		assert.match(hover, /bits per character/);
		assert.match(hover, /expected instead/);
		assert.equal(await hoverAt(editor, oddLine + 8, "const value19 = comp".length), "");
	});

	it("measures again what is edited, and shows nothing of the text before meanwhile", async () => {
		const editor = await turnedOn();
		const before = shown(editor);
		await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "// The first line.\n"));
		if (shown(editor) === before) assert.equal(await hoverAt(editor, oddLine + 1, "const zyg".length), "");
		await until("it is measured again", () => shown(editor) !== before);
		assert.ok(shaded(editor, oddLine + 1).includes("zygomorphic"));
	});

	it("lists the lines that stand out, and goes to the one that is chosen", async () => {
		const editor = await write(text);
		assert.ok(((await executeCommand<number>(commands.showSurprisingLines)) ?? 0) > 0);
		await until("the cursor is in the line", async () => {
			await executeCommand("workbench.action.acceptSelectedQuickOpenItem");
			await sleep(50);
			return editor.selection.active.line === oddLine;
		});
	});

	it("turns off by the same command: nothing is shaded, and no hover speaks of it", async () => {
		const editor = await turnedOn();
		assert.equal(await executeCommand(commands.showSurprise), false);
		assert.equal(shown(editor), undefined);
		assert.equal(await hoverAt(editor, oddLine, "const zyg".length), "");
	});
});
