/** A short run of the campaign in `main.ts`, with a fixed seed. It needs dist/. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { FuzzResult } from "./fuzz/fuzzer.ts";
import { deleteFolders, failOperations, fillDisks, whyNoDisk } from "./kills/adversities.ts";
import { failEachOperation } from "./kills/faultyDisk.ts";
import { waysToKill } from "./kills/kills.ts";

const seed = 1;

describe("damaged inputs", () => {
	it("are refused by a failure, or taken and of use, whatever code they reach", () => {
		// In a process of its own, as the sources are instrumented before they are imported.
		const script = join(import.meta.dirname, "fuzz", "main.ts");
		const { stdout, stderr } = spawnSync(
			process.execPath,
			[script, "--json", "--inputs", "10000", "--seed", `${seed}`],
			{
				encoding: "utf8",
				maxBuffer: 2 ** 26,
			},
		);
		assert.notEqual(stdout, "", stderr);
		const results = JSON.parse(stdout) as (Omit<FuzzResult, "faults" | "kept"> & { faults: string[]; kept: number })[];
		assert.deepEqual(
			results.flatMap(({ reader, faults }) => faults.map((fault) => `${reader}: ${fault}`)),
			[],
		);
		assert.ok(results.reduce((sum, { inputs }) => sum + inputs, 0) >= 10_000);
		for (const { reader, taken, reached } of results) {
			assert.ok(taken > 0, `${reader} takes nothing`);
			assert.ok(reached > 0, `${reader} is not instrumented`);
		}
	});
});

describe("a disk that fails at any operation", () => {
	it("leaves the old file or the new one, and says so by a failure", async () => {
		const { faults } = await failEachOperation();
		assert.ok(faults > 60, `${faults}`);
	});
});

describe("processes that are killed while they write", () => {
	for (const { kill } of waysToKill)
		it(`leave whole files behind: ${kill.name}`, async () => {
			const { kills } = await kill({ seed, kills: 3 });
			assert.equal(kills, 3);
		});
});

describe("processes whose disk fails them", () => {
	for (const [what, meet] of [
		["when operations fail", failOperations],
		["when the storage folder is deleted", deleteFolders],
	] as const)
		it(`go on or say so, ${what}`, async () => {
			const results = await meet({ seed, rounds: 2 });
			assert.deepEqual(
				results.map(({ rounds }) => rounds),
				[2, 2, 2],
			);
		});

	it("go on or say so, when it is full or read-only", async function () {
		const reason = whyNoDisk();
		if (reason !== undefined) {
			console.log(`    Skipped: ${reason}.`);
			return this.skip();
		}
		const results = await fillDisks({ seed, rounds: 1 });
		const told = results.filter(({ name, told }) => name.endsWith("full") && told > 0);
		assert.ok(told.length > 0, "the disk was not full");
	});
});
