import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("Inkling in VS Code", () => {
	it("is there and can be activated", async () => {
		const extension = vscode.extensions.getExtension("inkling.inkling");
		assert.ok(extension);
		await extension.activate();
		assert.equal(extension.isActive, true);
	});

	it("opens the workspace folder", () => {
		assert.equal(vscode.workspace.workspaceFolders?.length, 1);
		assert.equal(vscode.workspace.isTrusted, true);
	});
});
