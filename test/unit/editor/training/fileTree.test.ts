import assert from "node:assert/strict";
import type { CorpusReport } from "../../../../src/domain/corpus.ts";
import { type FileGroup, type FileNode, fileTree } from "../../../../src/editor/training/fileTree.ts";

const used = (path: string, heldOut = false, tail?: { from: number; headDigest: string }) => ({
	path,
	bytes: 10,
	heldOut,
	digest: "",
	masked: 0,
	...(tail ? { tail } : {}),
});

/** A line for each node, indented by its depth. */
function lines(nodes: readonly (FileGroup | FileNode)[], depth = 0): string[] {
	return nodes.flatMap((node) => {
		const name =
			node.kind === "group"
				? `${node.id} (${node.count}, ${node.bytes})`
				: node.kind === "folder"
					? `${node.name}/ (${node.count}) ${node.path}`
					: `${node.name}${node.isFolder ? "/" : ""} ${node.path}`;
		return [`${"  ".repeat(depth)}${name}`, ...(node.kind === "file" ? [] : lines(node.children, depth + 1))];
	});
}

describe("The tree of files", () => {
	it("has the files in their folders, used, held out, and left out by reason, the most frequent first", () => {
		const report: CorpusReport = {
			used: [
				used("z.ts"),
				used("src/deep/deeper/a.ts"),
				used("src/deep/deeper/b.ts"),
				used("a/b/c.ts", true),
				used("tail.ts", true, { from: 3, headDigest: "" }),
			],
			leftOut: [
				{ path: ".env", reason: "secret" },
				{ path: "node_modules/", reason: "ignored" },
				{ path: "src/dist/", reason: "ignored" },
			],
		};
		assert.deepEqual(lines(fileTree(report)), [
			"used (4, 40)",
			"  src/deep/deeper/ (2) src/deep/deeper",
			"    a.ts src/deep/deeper/a.ts",
			"    b.ts src/deep/deeper/b.ts",
			"  tail.ts tail.ts",
			"  z.ts z.ts",
			"heldOut (1, 10)",
			"  a/b/ (1) a/b",
			"    c.ts a/b/c.ts",
			"ignored (2, 0)",
			"  src/ (1) src",
			"    dist/ src/dist",
			"  node_modules/ node_modules",
			"secret (1, 0)",
			"  .env .env",
		]);
	});

	it("is empty where there is nothing", () => {
		assert.deepEqual(fileTree({ used: [], leftOut: [] }), []);
	});

	it("names a folder that is left out as a whole, also that of a workspace", () => {
		assert.deepEqual(lines(fileTree({ used: [], leftOut: [{ path: "work/", reason: "unreadable" }] })), [
			"unreadable (1, 0)",
			"  work/ work",
		]);
	});
});
