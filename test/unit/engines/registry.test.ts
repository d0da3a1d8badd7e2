import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createChosenEngine, createEngine } from "../../../src/engines/registry.ts";
import { root } from "../../harness/paths.ts";

describe("the registry of engines", () => {
	it("gives an engine that says what it can run", async () => {
		const { name, capabilities } = await createEngine();
		assert.equal(name, "inkling");
		assert.ok(capabilities.cells.has("gru"));
		assert.deepEqual([...capabilities.precisions], ["float32", "int8"]);
		assert.equal((await createChosenEngine({ name: "inkling" })).name, "inkling");
	});

	it("is the only file outside an engine that names one, but for benchmarks of what only one of them has", () => {
		const naming = ["src", "bench", "models", "test"].flatMap((folder) =>
			readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
				.filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
				.map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
				.filter(
					(file) =>
						!/^(src\/engines\/(wasm|tensorflow)|test\/unit\/engines|test\/unit\/kernels|test\/tensorflow)\//.test(file),
				)
				.filter((file) =>
					/engines\/(?:wasm|tensorflow)\/|create(?:Wasm|TensorFlow)Engine\b/.test(
						readFileSync(join(root, file), "utf8"),
					),
				),
		);
		// It loads the engine with an import of its own.
		assert.deepEqual(naming.toSorted(), [
			"bench/arithmetic.ts",
			"bench/family/members.ts",
			"bench/family/transformer.ts",
			"bench/race/tensorflow.ts",
			"src/engines/registry.ts",
		]);
	});
});
