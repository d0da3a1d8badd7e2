import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { baseModelFile } from "../../../../src/editor/models/baseModel.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

describe("the model that a workspace begins with", () => {
	const path = useTemporaryFolder();

	it("is the one that comes with Inkling, where one does", () => {
		const shipped = path("base.safetensors");
		assert.equal(baseModelFile("base", shipped), null);
		writeFileSync(shipped, "");
		assert.equal(baseModelFile("base", shipped), shipped);
	});

	it("is none if the user wants none, and the file that the user names", () => {
		const shipped = path("base.safetensors");
		writeFileSync(shipped, "");
		assert.equal(baseModelFile("scratch", shipped), null);
		assert.equal(baseModelFile("/models/ours.safetensors", shipped), "/models/ours.safetensors");
		assert.equal(baseModelFile("~/ours.safetensors", shipped), join(homedir(), "ours.safetensors"));
	});
});
