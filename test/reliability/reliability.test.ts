/** A short run of the campaign in `main.ts`, with a fixed seed. It needs dist/. */
import assert from "node:assert/strict";
import { damageReaders } from "./damage.ts";
import { failEachOperation } from "./faultyDisk.ts";
import { killCommands, killPairs, killServers, killTrainers } from "./kills.ts";

const seed = 1;

describe("damaged files", () => {
	it("are refused by a failure, or taken and of use", async () => {
		const results = await damageReaders(seed, 1000);
		const told = results.flatMap(({ faults }) => faults).map(({ reader, error }) => `${reader}: ${error}`);
		assert.deepEqual(told, []);
		assert.ok(results.reduce((sum, { inputs }) => sum + inputs, 0) > 9000);
		for (const { name, inputs, taken } of results) assert.ok(taken > 0 || inputs < 100, `${name} takes nothing`);
	});
});

describe("a disk that fails at any operation", () => {
	it("leaves the old file or the new one, and says so by a failure", async () => {
		const { faults } = await failEachOperation();
		assert.ok(faults > 60, `${faults}`);
	});
});

describe("processes that are killed while they write", () => {
	for (const [name, kill] of [
		["the trainer", killTrainers],
		["two trainers on one storage", killPairs],
		["the completion process", killServers],
		["the command line", killCommands],
	] as const)
		it(`leave whole files behind: ${name}`, async () => {
			const { kills } = await kill(seed, 4);
			assert.equal(kills, 4);
		});
});
