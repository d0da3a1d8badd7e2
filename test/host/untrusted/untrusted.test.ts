import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { storageFiles } from "../../../src/domain/storage.ts";
import { commands } from "../../../src/editor/settings/names.ts";
import { activated, closeEditors, folderUri, type, until, write } from "../support.ts";

describe("The memory in a workspace that is not trusted", () => {
	it("learns what is typed, but reads no files and keeps nothing", async () => {
		const inkling = await activated();
		await vscode.window.showTextDocument(folderUri("cli.ts"));
		await write("");
		await type("const flabbergastedWalrus = thinkTheUnthinkable(42);\n");
		await until("it is learned", () => inkling.inputs.memory && inkling.inputs.memory.characters > 0);
		assert.deepEqual([inkling.inputs.memory?.files, inkling.inputs.memory?.characters], [0, 53]);
		assert(inkling.storage);
		assert.equal(existsSync(join(inkling.storage, storageFiles.memory)), false);
		await closeEditors();
	});
});

describe("Training in a workspace that is not trusted", () => {
	it("is refused, and the status says why", async () => {
		const inkling = await activated();
		assert.equal(inkling.status.kind, "untrusted");
		assert.match(inkling.status.sentence, /trusted/);
		assert.equal(await vscode.commands.executeCommand(commands.train), undefined);
		assert.equal(inkling.trainerPid, undefined);
	});
});
