import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("Inkling in a workspace that is not trusted", () => {
	it("is active", async () => {
		assert.equal(vscode.workspace.isTrusted, false);
		const extension = vscode.extensions.getExtension("inkling.inkling");
		await extension?.activate();
		assert.equal(extension?.isActive, true);
	});
});
