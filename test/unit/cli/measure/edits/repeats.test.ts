import assert from "node:assert/strict";
import type { FileEdits } from "../../../../../src/cli/measure/edits/history.ts";
import { repeatsOf } from "../../../../../src/cli/measure/edits/repeats.ts";

/** A commit that replaces the first `old` of each line named. */
function commitOf(lines: readonly string[], changes: readonly (readonly [line: number, old: string, now: string])[]) {
	const edits = changes.map(([line, old, text]) => {
		const character = lines[line]?.indexOf(old) ?? -1;
		const range = { start: { line, character }, end: { line, character: character + old.length } };
		return { ...range, text, isDone: false, isBlock: false };
	});
	const file: FileEdits = { path: "a.ts", oldPath: "a.ts", before: lines.join("\n"), edits };
	return { id: "2", parent: "1", files: [file] };
}

const lines = ["a = loadUserData(1);", "b = loadUserData(2);", "c = loadUserData(3);", "d();"];

describe("The repeats of a commit", () => {
	it("are offered, and right where the commit makes them", () => {
		const commit = commitOf(
			lines,
			[0, 1, 2].map((line) => [line, "loadUserData", "fetchUserData"] as const),
		);
		assert.deepEqual(repeatsOf([commit]), { offered: 2, right: 2, repeated: 2, covered: 2, precision: 1, recall: 1 });
	});

	it("are wrong where the commit leaves the text alone, and then missed", () => {
		const commit = commitOf(lines, [
			[0, "loadUserData", "fetchUserData"],
			[2, "loadUserData", "fetchUserData"],
		]);
		const { offered, right, repeated, covered } = repeatsOf([commit]);
		assert.deepEqual({ offered, right, repeated, covered }, { offered: 1, right: 0, repeated: 1, covered: 0 });
	});

	it("are right too where several edits make what is offered", () => {
		const commit = commitOf(lines.slice(0, 2), [
			[0, "loadUserData", "fetchUserInfo"],
			[1, "load", "fetch"],
			[1, "Data", "Info"],
		]);
		const [file] = commit.files;
		assert.ok(file);
		// The second edit of the line stands one column further right after the first.
		const edits = file.edits.map((edit, index) =>
			index < 2 ? edit : { ...edit, start: { line: 1, character: 13 }, end: { line: 1, character: 17 } },
		);
		const { offered, right } = repeatsOf([{ ...commit, files: [{ ...file, edits }] }]);
		assert.deepEqual({ offered, right }, { offered: 1, right: 1 });
	});

	it("have no precision where nothing is offered, and no recall where nothing is repeated", () => {
		const { precision, recall } = repeatsOf([commitOf(lines, [[3, "d", "e"]])]);
		assert.deepEqual({ precision, recall }, { precision: null, recall: null });
	});
});
