import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("Inkling in a window without a folder", () => {
	it("is active", async () => {
		assert.equal(vscode.workspace.workspaceFolders, undefined);
		const extension = vscode.extensions.getExtension("inkling.inkling");
		await extension?.activate();
		assert.equal(extension?.isActive, true);
	});
});
