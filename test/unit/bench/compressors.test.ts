import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../harness/paths.ts";

describe("a compressor that is not installed", () => {
	it("is left out, and nothing waits for it when the benchmark is over", async () => {
		const script = `
			import { output } from ${JSON.stringify(pathToFileURL(join(root, "bench/compressors.ts")).href)};
			console.log(await output("no-such-compressor", [], null));`;
		const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		const printed: Buffer[] = [];
		child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
		// A process that waits for the limit of a compressor outlasts the limit of this test.
		const [code] = await once(child, "close");
		assert.equal(code, 0);
		assert.equal(Buffer.concat(printed).toString().trim(), "null");
	});
});
