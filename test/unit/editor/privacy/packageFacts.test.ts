import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { packageFiles } from "../../../../src/editor/privacy/packageFacts.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

describe("packageFiles", () => {
	const path = useTemporaryFolder();
	const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

	it("tells which files are as they were built, which were changed, and which are gone", async () => {
		await mkdir(path("dist"));
		await writeFile(path("dist", "a.cjs"), "as built");
		await writeFile(path("dist", "b.wasm"), "changed since");
		const record = {
			"dist/a.cjs": { sha256: sha256("as built"), network: [] },
			"dist/b.wasm": { sha256: sha256("as built") },
			"dist/c.cjs": { sha256: sha256("as built"), network: ["fetch"] },
		};
		await writeFile(path("dist", "shipped.json"), JSON.stringify(record));
		assert.deepEqual(await packageFiles(path()), [
			{ name: "dist/a.cjs", bytes: 8, sha256: sha256("as built"), isAsBuilt: true, network: [] },
			{ name: "dist/b.wasm", bytes: 13, sha256: sha256("changed since"), isAsBuilt: false, network: undefined },
			{ name: "dist/c.cjs", bytes: null, sha256: null, isAsBuilt: false, network: ["fetch"] },
		]);
	});

	it("tells nothing of a build that has recorded nothing", async () => {
		assert.equal(await packageFiles(path()), undefined);
	});
});
