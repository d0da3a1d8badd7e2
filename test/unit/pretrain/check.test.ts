import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { build } from "../../../models/pretrain/build.ts";
import { check, textOf } from "../../../models/pretrain/check.ts";
import type { Package } from "../../../models/pretrain/packages.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

const one: Package = { registry: "npm", name: "a", version: "1.0.0", licence: "MIT", language: "typescript" };
const lines = Array.from({ length: 20 }, (_, k) => `export const value${"abcdefghijklmnopqrst"[k]} = call(${k});\n`);

describe("the training text of a package", () => {
	const path = useTemporaryFolder();

	/** Builds the text of a package that holds the files, and returns what it takes of them. */
	async function built(files: Readonly<Record<string, string>>, keptOut: readonly string[]): Promise<string> {
		await mkdir(path("package", "src"), { recursive: true });
		for (const [name, text] of Object.entries(files)) await writeFile(path("package", name), text);
		const packages = new Map([[one, { folder: path("package"), prefix: "", digest: "" }]]);
		await build(path("out"), packages, ["typescript", "markdown"], await textOf(keptOut), () => {});
		return path("out");
	}

	async function lay(text: string): Promise<string> {
		await mkdir(path("workspace"), { recursive: true });
		await writeFile(path("workspace", "other.ts"), text);
		return path("workspace");
	}

	it("is found to hold a near-duplicate of a file that must not be in it", async () => {
		const workspace = await lay(lines.slice(0, 11).join(""));
		const out = await built({ "src/a.ts": lines.join(""), "src/b.ts": "export {};\n" }, []);
		assert.deepEqual((await check(out, [workspace])).found, ["typescript.train: src/a.ts"]);
	});

	it("holds none if it was built without them", async () => {
		const workspace = await lay(lines.slice(0, 11).join(""));
		const out = await built({ "src/a.ts": lines.join(""), "src/b.ts": "export {};\n" }, [workspace]);
		assert.deepEqual(await check(out, [workspace]), { documents: 1, found: [] });
	});

	it("may share less than half of the lines with a file that must not be in it", async () => {
		const workspace = await lay(lines.slice(0, 9).join(""));
		const out = await built({ "src/a.ts": lines.join("") }, [workspace]);
		assert.deepEqual(await check(out, [workspace]), { documents: 1, found: [] });
	});

	it("holds of files that are much the same one", async () => {
		const out = await built({ "src/a.ts": lines.join(""), "src/b.ts": lines.slice(2).join("") }, []);
		assert.equal((await check(out, [])).documents, 1);
	});
});
