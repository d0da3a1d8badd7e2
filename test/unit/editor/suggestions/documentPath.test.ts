import assert from "node:assert/strict";
import { filePath, untitledPath } from "../../../../src/editor/suggestions/documentPath.ts";

describe("documentPath", () => {
	const files: readonly [string, string][] = [
		["src/a.ts", "src/a.ts"],
		["src\\win\\a.ts", "src/win/a.ts"],
		["/home/me/elsewhere/a.ts", "a.ts"],
		["C:\\elsewhere\\a.ts", "a.ts"],
		["c:/elsewhere/a.ts", "a.ts"],
	];
	for (const [relative, expected] of files)
		it(`names ${relative} ${expected}`, () => assert.equal(filePath(relative), expected));

	const untitled: readonly [string, string, string][] = [
		["Untitled-1", "python", "Untitled-1.py"],
		["Untitled-1", "go", "Untitled-1.go"],
		["/home/me/new.ts", "typescript", "new.ts"],
		["", "plaintext", "untitled.txt"],
	];
	for (const [name, language, expected] of untitled)
		it(`names the untitled "${name}" in ${language} ${expected}`, () =>
			assert.equal(untitledPath(name, language), expected));
});
