/** Readers of what git says of a repository that others have made. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
	blobsIn,
	changesIn,
	commitIn,
	filesIn,
	hunksIn,
	isPlain,
} from "../../../../src/cli/measure/edits/git/output.ts";
import { isByHand, isNobodys } from "../../../../src/cli/measure/edits/humanCommits.ts";
import { editsOf, linesOf } from "../../../../src/cli/measure/edits/lineEdits.ts";
import { isSecretPath } from "../../../../src/corpus/secrets/paths.ts";
import type { Reader } from "./reader.ts";

const id = "0123456789abcdef0123456789abcdef01234567";
const other = "89abcdef0123456789abcdef0123456789abcdef";
const none = "0".repeat(40);

const log = [id, other, "A B <a@b>", "Subject", "Subject\n\nBody\n"].join("\x1f");

const tree = [
	`100644 blob ${id}\tsrc/a.ts`,
	`120000 blob ${id}\tlink`,
	`160000 commit ${id}\tmodule`,
	`100755 blob ${other}\ta\tb\n`,
].join("\0");

const diff = [
	`:100644 100644 ${id} ${other} M`,
	"a.ts",
	`:100644 100644 ${id} ${other} R090`,
	"a.ts",
	"b.ts",
	`:000000 100644 ${none} ${id} A`,
	"new.ts",
	`:100644 000000 ${id} ${none} D`,
	"old.ts",
	`:100644 100644 ${id} ${other} C100`,
	"a.ts",
	"c.ts",
	"",
].join("\0");

const before = "let a = 1;\nlet b = 2;\nlet c = 3;\n";
const after = "let a = 1;\nlet bee = 2;\nlet c = 3;\nlet d = 4;\n";
const hunks = `diff --git a/${id} b/${other}\n--- a/${id}\n+++ b/${other}\n@@ -2 +2 @@\n-let b = 2;\n+let bee = 2;\n@@ -3,0 +4 @@\n+let d = 4;\n`;

/** Lines. */
const mostChanged = 400;

const batch = `${id} blob 5\nhello\n${other} blob 0\n\n`;

export const historyReaders: readonly Reader[] = [
	{
		name: "git log",
		share: 1,
		allocation: 16,
		seeds: [Buffer.from(log), Buffer.from(log.replace("A B", "dependabot")), Buffer.from(log.replace(other, ""))],
		read(output) {
			const commit = commitIn(output.toString());
			isByHand(commit);
			return commit.parents.every((parent) => /^[0-9a-f]{40,64}$/.test(parent));
		},
	},
	{
		name: "git ls-tree",
		share: 1,
		seeds: [Buffer.from(tree)],
		allocation: 64,
		read(output) {
			const files = filesIn(output.toString());
			for (const { path } of files) {
				assert.ok(isPlain(path));
				isSecretPath(path);
			}
			return files.length > 0;
		},
	},
	{
		name: "git diff-tree",
		share: 1,
		seeds: [Buffer.from(diff)],
		allocation: 64,
		read(output) {
			const changes = changesIn(output.toString());
			for (const { before, after } of changes) {
				assert.ok([before, after].every((side) => side === null || isPlain(side.path)));
				isNobodys((after ?? before)?.path as string);
			}
			return changes.length > 0;
		},
	},
	{
		name: "git diff",
		share: 1,
		seeds: [Buffer.from(hunks)],
		allocation: 64,
		// Each hunk is compared with all lines that the commit removes: garbage in the square of the changed lines.
		fixedAllocation: 2 ** 24,
		read(output) {
			const found = hunksIn(output.toString("latin1"));
			// A commit that changes more is left out before its edits are told.
			const changed = found.reduce((sum, { from, to, newFrom, newTo }) => sum + to - from + newTo - newFrom, 0);
			if (changed > mostChanged || found.length > mostChanged) return false;
			const removed = found.map(({ from, to }) => linesOf(before).slice(from, to));
			editsOf(before, after, found, removed);
			return found.length > 0;
		},
	},
	{
		name: "git cat-file",
		share: 1,
		seeds: [Buffer.from(batch)],
		read(output) {
			let bytes = 0;
			for (const { bytes: content } of blobsIn(output, [
				{ path: "a", id },
				{ path: "b", id: other },
			]))
				bytes += content.length;
			assert.ok(bytes <= output.length);
			return bytes > 0;
		},
	},
];
