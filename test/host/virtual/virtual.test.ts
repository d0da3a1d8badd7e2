import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, settings } from "../../../src/editor/settings/names.ts";
import type { InklingState } from "../../../src/editor/testApi.ts";
import { activated, closeEditors, folderUri, suggestionAfter, type, until } from "../support.ts";
import { continued, misspelt, privacyReport, surpriseKnowsFiles, trainingSection } from "../surfaces.ts";

const { executeCommand } = vscode.commands;

const file = "notes.ts";
const known = "const unreadable = 1;\n";

/** A folder with one file that is nowhere on a disk. */
class Files implements vscode.FileSystemProvider {
	readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
	readonly #files = new Map([[`/project/${file}`, Buffer.from(known)]]);

	watch(): vscode.Disposable {
		return new vscode.Disposable(() => {});
	}
	stat({ path }: vscode.Uri): vscode.FileStat {
		const content = this.#files.get(path);
		if (content === undefined && path !== "/project") throw vscode.FileSystemError.FileNotFound(path);
		const kind = content === undefined ? vscode.FileType.Directory : vscode.FileType.File;
		return { type: kind, ctime: 0, mtime: 0, size: content?.length ?? 0 };
	}
	readDirectory(): [string, vscode.FileType][] {
		return [[file, vscode.FileType.File]];
	}
	readFile({ path }: vscode.Uri): Uint8Array {
		const content = this.#files.get(path);
		if (content === undefined) throw vscode.FileSystemError.FileNotFound(path);
		return content;
	}
	writeFile({ path }: vscode.Uri, content: Uint8Array): void {
		this.#files.set(path, Buffer.from(content));
	}
	createDirectory(): void {}
	delete({ path }: vscode.Uri): void {
		this.#files.delete(path);
	}
	rename(): void {
		throw vscode.FileSystemError.NoPermissions();
	}
}

describe("A workspace that is not on a disk", () => {
	let inkling: InklingState;
	let registration: vscode.Disposable;

	before(async () => {
		registration = vscode.workspace.registerFileSystemProvider("vscode-vfs", new Files());
		inkling = await activated();
	});
	afterEach(closeEditors);
	after(() => registration.dispose());

	it("has a status that says so", () => {
		assert.equal(folderUri().scheme, "vscode-vfs");
		assert.equal(inkling.status.kind, "virtual");
		assert.match(inkling.status.sentence, /not on a disk/);
	});

	it("learns what is typed in its files and suggests from that, but reads none of them", async () => {
		const document = await vscode.workspace.openTextDocument(folderUri(file));
		await vscode.window.showTextDocument(document);
		await executeCommand("cursorBottom");
		await type("flabbergastedWalrus(thinkTheUnthinkable);\n".repeat(3));
		await until("it is learned", () => (inkling.inputs.memory?.characters ?? 0) > 100);
		assert.equal(inkling.inputs.memory?.files, 0);
		// In another document: a line is not repeated next to itself.
		await until("it is suggested", async () => (await suggestionAfter("flabberg")).startsWith("astedWalrus"));
	});

	it("is not trained on, and the perplexity view offers no training and says why", async () => {
		assert.equal(await executeCommand(commands.train), undefined);
		assert.equal(inkling.trainerPid, undefined);
		const { notes, actions } = await trainingSection();
		assert.match(notes, /no folder is on a disk/);
		assert.deepEqual(actions, []);
	});

	it("has no files that could be listed or left out", async () => {
		assert.equal(await executeCommand(commands.showFiles), undefined);
		await vscode.window.showTextDocument(folderUri(file));
		await executeCommand(commands.neverLearnFile);
		const { workspaceValue, workspaceFolderValue } =
			vscode.workspace.getConfiguration(undefined, folderUri()).inspect(settings.exclude) ?? {};
		assert.deepEqual([workspaceValue, workspaceFolderValue], [undefined, undefined]);
	});

	it("shows surprise and writes on, without its other files", async () => {
		assert.equal(await surpriseKnowsFiles(), false);
		assert.equal(typeof (await continued()), "string");
	});

	it("marks what is misspelt", async () => {
		assert.deepEqual(await misspelt(), ["recieve"]);
	});

	it("has a privacy report, and a memory that can be deleted", async () => {
		assert.match(await privacyReport(), /^Privacy report of Inkling/);
		assert.equal(await executeCommand(commands.resetModel, { confirm: false }), true);
		assert.equal(inkling.inputs.memory?.characters, 0);
	});
});
