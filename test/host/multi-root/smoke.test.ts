import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("Inkling in a workspace of several folders", () => {
	it("is active with both", async () => {
		await vscode.extensions.getExtension("inkling.inkling")?.activate();
		assert.deepEqual(
			vscode.workspace.workspaceFolders?.map((folder) => folder.name),
			["model", "editor"],
		);
	});
});
