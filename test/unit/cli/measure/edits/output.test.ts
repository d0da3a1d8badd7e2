import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { blobsIn, changesIn, commitIn, hunksIn } from "../../../../../src/cli/measure/edits/git/output.ts";

const id = "0123456789abcdef0123456789abcdef01234567";
const refused = { code: "badArgument" };

describe("what git says", () => {
	it("of a commit: its message may hold what separates the fields", () => {
		assert.deepEqual(commitIn([id, `${id} ${id}`, "A <a@b>", "One", "One\n\n\x1fTwo\x1f\n"].join("\x1f")), {
			id,
			parents: [id, id],
			author: "A <a@b>",
			subject: "One",
			message: "One\n\n\x1fTwo\x1f\n",
		});
		assert.deepEqual(commitIn(id), { id, parents: [], author: "", subject: "", message: "" });
	});

	it("of changed files: nothing but whole entries", () => {
		const entry = `:100644 100644 ${id} ${id} M`;
		assert.deepEqual(changesIn(`${entry}\0a.ts\0`), [{ before: { path: "a.ts", id }, after: { path: "a.ts", id } }]);
		assert.deepEqual(changesIn(""), []);
		for (const diff of [entry, `${entry}\0`, `${entry}\0a.ts`, `\0${entry}\0a.ts\0`, `:1 1 0 1 M\0a.ts\0`])
			assert.throws(() => changesIn(diff), refused, JSON.stringify(diff));
	});

	it("of changed lines: hunks that follow one another, and no text of the files", () => {
		assert.deepEqual(
			hunksIn("--- a\n+++ b\n@@ -0,0 +1 @@\n+one\r@@ -7 +7 @@\n@@ -3 +4,2 @@ two\n-x\n+y\n+@@ -9 +9 @@\n"),
			[
				{ from: 0, to: 0, newFrom: 0, newTo: 1 },
				{ from: 2, to: 3, newFrom: 3, newTo: 5 },
			],
		);
		for (const diff of ["@@ -3 +3 @@\n@@ -2 +4 @@\n", "@@ -1 +3,2 @@\n@@ -2 +4 @@\n", "@@ -0 +1 @@\n"])
			assert.throws(() => hunksIn(diff), refused, JSON.stringify(diff));
	});

	it("of contents: each as long as it says, behind a header of one line", () => {
		const blobs = [
			{ path: "a", id },
			{ path: "b", id },
		];
		const contents = (output: string) =>
			[...blobsIn(Buffer.from(output), blobs)].map(({ bytes }) => Buffer.from(bytes).toString());
		assert.deepEqual(contents(`${id} blob 2\n\n1\n${id} blob 0\n\n`), ["\n1", ""]);
		for (const output of ["", `${id} blob 2\n\n1\n`, `${id} blob 9\n\n1\n`, `${id} blob ${"0".repeat(200)}\n`])
			assert.throws(() => contents(output), refused, JSON.stringify(output));
	});
});
