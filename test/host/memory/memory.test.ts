import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { storageFiles } from "../../../src/domain/storage.ts";
import { commands, settings } from "../../../src/editor/settings/names.ts";
import type { InklingState } from "../../../src/editor/testApi.ts";
import {
	activated,
	closeEditors,
	folderUri,
	suggestionAfter,
	suggestionBetween,
	suggestionInside,
	type,
	until,
	write,
} from "../support.ts";

const { executeCommand } = vscode.commands;

describe("A workspace that was never trained on", () => {
	let inkling: InklingState;

	before(async () => {
		inkling = await activated();
		await vscode.workspace.getConfiguration().update(settings.threshold, "eager", vscode.ConfigurationTarget.Global);
		await until(
			"the files are read",
			() => inkling.inputs.memory?.reading === false && inkling.inputs.memory.files > 0,
		);
	});

	afterEach(closeEditors);
	after(() => executeCommand(commands.resetModel, { confirm: false }));

	/** Whether a suggestion begins as it must; it may say less, or more. */
	const begins = (suggestion: string, text: string): boolean =>
		suggestion !== "" && (suggestion.startsWith(text) || text.startsWith(suggestion));

	/** Whether a word is completed that one file of the workspace says: see `unusualWords` of the suites. */
	const knowsFile = async (): Promise<boolean> => begins(await suggestionAfter("const flabber"), "gastedWalrus");

	/** The same of a line that was typed once. */
	const line = "let bamboozledPenguin = hornswoggle(discombobulated);";
	const knowsLine = async (): Promise<boolean> => begins(await suggestionAfter("let bambooz"), "ledPenguin");

	/** The same of a file that is saved. */
	const saved = "var skedaddledLemming = absquatulate();\n";
	const knowsSaved = async (): Promise<boolean> => begins(await suggestionAfter("var skedad"), "dledLemming");

	/** Begins the line again in an editor in which it was typed, until it is known; what is begun is never finished. */
	async function untilLineIsKnown(editor: vscode.TextEditor): Promise<void> {
		// A line is not suggested right below itself.
		await type("return;\n");
		await until("the line is known", async () => {
			await type("let bambooz");
			const suggestion = await suggestionInside(editor);
			await executeCommand("deleteAllLeft");
			return begins(suggestion, "ledPenguin");
		});
	}

	it("says what it remembers, and that it is not trained", () => {
		assert.equal(inkling.status.kind, "untrained");
		assert.match(inkling.status.sentence, /memory of [\d,.]+ files/);
		assert.equal(inkling.model, null);
	});

	it("suggests a word that stands in another file only", async () => {
		await until("the word is suggested", knowsFile);
	});

	it("suggests what is missing in the middle of a line, and leaves the rest in place", async () => {
		await until(
			"the middle is suggested",
			async () => (await suggestionBetween("flabber", ".call();")) === "gastedWalrus",
		);
		await until("the call is suggested, and not closed twice", async () => {
			const suggestion = await suggestionBetween("const flabbergastedWalrus = think", ");");
			// Whether the argument comes with it is a matter of how sure the memory is.
			return suggestion.startsWith("TheUnthinkable") && !suggestion.includes(")");
		});
	});

	it("completes a line that was typed once when its beginning is typed again", async () => {
		assert.equal(await knowsLine(), false);
		const editor = await write("");
		await type(`${line}\n`);
		await untilLineIsKnown(editor);
	});

	it("completes in a cell what stands in the other cells of the notebook, and in none its JSON", async () => {
		const notebook = await vscode.workspace.openNotebookDocument(folderUri("notes", "words.ipynb"));
		const last = notebook.cellAt(notebook.cellCount - 1);
		const selections = [new vscode.NotebookRange(last.index, last.index + 1)];
		await vscode.window.showNotebookDocument(notebook, { selections });
		await executeCommand("notebook.cell.edit");
		const inCell = (): vscode.TextEditor | undefined =>
			vscode.window.visibleTextEditors.find(({ document }) => document === last.document);
		await until("the cell has an editor with the cursor", () => {
			const { activeTextEditor } = vscode.window;
			return activeTextEditor !== undefined && activeTextEditor === inCell();
		});
		await until("the word is suggested", async () => {
			await type("hornswogg");
			const suggestion = await suggestionInside(inCell() as vscode.TextEditor);
			await executeCommand("deleteAllLeft");
			return begins(suggestion, "ledOctopus");
		});
		for (const beginning of ['"cell_type": ', '"output_type": '])
			assert.doesNotMatch(await suggestionAfter(beginning, "python"), /code|stream/);
	});

	it("learns what is saved", async () => {
		assert.equal(await knowsSaved(), false);
		await vscode.workspace.fs.writeFile(folderUri("saved.ts"), Buffer.from(saved.repeat(2)));
		await until("the file is known", knowsSaved);
	});

	it("never suggests what stands in a file of secrets or an ignored one", async () => {
		for (const beginning of ["the launch code is zanzi", "LAUNCH_CODE=zanzi", "the ignored word is zanzi"])
			assert.doesNotMatch(await suggestionAfter(beginning), /bar/);
		const document = await vscode.workspace.openTextDocument(folderUri("secrets", "plan.txt"));
		const editor = await vscode.window.showTextDocument(document);
		await executeCommand("cursorBottom");
		await type("the launch code is zanzi");
		assert.equal(await suggestionInside(editor), "");
		await until("it says why", () => inkling.refusal === "secret");
	});

	it("keeps what it has learned in its own place on the disk", async () => {
		assert(inkling.storage);
		const file = join(inkling.storage, storageFiles.memory);
		await until("it is written", () => existsSync(file));
		assert.equal(existsSync(folderUri(storageFiles.memory).fsPath), false);
	});

	it("knows it all again after its process was killed", async () => {
		const killed = inkling.serverPid;
		assert(killed);
		process.kill(killed, "SIGKILL");
		await until("another process has read it", () => inkling.serverPid !== killed && inkling.inputs.memory?.files);
		await until("nothing is left to read", () => inkling.inputs.memory?.reading === false);
		await until("the word is suggested", knowsFile);
	});

	describe("once it is reset", () => {
		before(async () => {
			assert.equal(await executeCommand(commands.resetModel, { confirm: false }), true);
		});

		it("knows neither the files nor what was typed, and has nothing on the disk", async () => {
			assert(inkling.storage);
			assert.equal(existsSync(inkling.storage), false);
			assert.equal(inkling.inputs.memory?.characters, 0);
			assert.equal(await knowsFile(), false);
			assert.equal(await knowsLine(), false);
		});

		it("does not read the files again, but learns what is typed", async () => {
			const file = folderUri("saved.ts").fsPath;
			await writeFile(file, saved.repeat(3));
			const editor = await write("");
			await type(`${line}\n`);
			await untilLineIsKnown(editor);
			assert.equal(inkling.inputs.memory?.files, 0);
			assert.equal(await knowsSaved(), false);
			await rm(file);
		});
	});
});
