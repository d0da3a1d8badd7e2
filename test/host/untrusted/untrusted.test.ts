import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { commands } from "../../../src/editor/names.ts";
import { storageFiles } from "../../../src/protocol.ts";
import { activated, closeEditors, folderUri, type, until, write } from "../support.ts";

describe("The memory in a workspace that is not trusted", () => {
	it("learns what is typed, but reads no files and keeps nothing", async () => {
		const inkling = await activated();
		await vscode.window.showTextDocument(folderUri("protocol.ts"));
		await write("");
		await type("const flabbergastedWalrus = thinkTheUnthinkable(42);\n");
		await until("it is learned", () => inkling.facts.memory && inkling.facts.memory.characters > 0);
		assert.deepEqual([inkling.facts.memory?.files, inkling.facts.memory?.characters], [0, 53]);
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
