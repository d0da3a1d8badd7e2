import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { collectFolder, documentPath, leftOutCounts } from "../../../src/cli/workspace.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

describe("documentPath", () => {
	const here = process.cwd();
	const cases: readonly [string, string | undefined, string][] = [
		["src/a.ts", undefined, "src/a.ts"],
		[join(here, "src", "a.ts"), undefined, "src/a.ts"],
		[join(here, "..", "elsewhere", "a.ts"), undefined, "a.ts"],
		[join("src", "a.ts"), "src", "a.ts"],
		[join(here, "..", "elsewhere", "lib", "a.ts"), join(here, "..", "elsewhere"), "lib/a.ts"],
		["..a/b.ts", undefined, "..a/b.ts"],
	];
	for (const [file, folder, expected] of cases) {
		it(`${basename(file)} in ${folder ?? "no folder"}: ${expected}`, () =>
			assert.equal(documentPath(file, folder), expected));
	}

	it("refuses a file outside the folder", () => {
		assert.throws(() => documentPath("src/a.ts", "test"), {
			name: "UsageError",
			message: "src/a.ts does not lie in test",
		});
	});
});

describe("collectFolder", () => {
	const path = useTemporaryFolder();

	it("says that a folder is missing, or has nothing to learn from", async () => {
		await assert.rejects(
			collectFolder(path("none"), () => undefined),
			{ code: "folderMissing" },
		);
		mkdirSync(path("empty"));
		await assert.rejects(
			collectFolder(path("empty"), () => undefined),
			{ code: "emptyCorpus" },
		);
	});
});

describe("leftOutCounts", () => {
	it("counts by reason", () => {
		const leftOut = (["binary", "ignored", "binary"] as const).map((reason, index) => ({ path: `${index}`, reason }));
		assert.deepEqual(leftOutCounts({ leftOut }), { binary: 2, ignored: 1 });
	});
});
