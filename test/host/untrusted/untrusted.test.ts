import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands } from "../../../src/editor/names.ts";
import { activated } from "../support.ts";

describe("Training in a workspace that is not trusted", () => {
	it("is refused, and the status says why", async () => {
		const inkling = await activated();
		assert.equal(inkling.status.kind, "untrusted");
		assert.match(inkling.status.sentence, /trusted/);
		assert.equal(await vscode.commands.executeCommand(commands.train), undefined);
		assert.equal(inkling.trainerPid, undefined);
	});
});
