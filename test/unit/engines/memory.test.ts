import assert from "node:assert/strict";
import { createMemory } from "../../../src/engines/wasm/kernels.ts";

describe("createMemory", () => {
	it("gives shared memory of at least the size", () => {
		const { buffer } = createMemory(100_000);
		assert.ok(buffer.byteLength >= 100_000 && (buffer as ArrayBufferLike) instanceof SharedArrayBuffer);
	});

	it("says how much is needed if there is not so much", () => {
		assert.throws(() => createMemory(2 ** 33), {
			code: "badArgument",
			message: /do not fit into memory: they take 8192 MiB/,
		});
	});
});
