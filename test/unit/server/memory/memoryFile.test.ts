import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import fc from "fast-check";
import {
	readMemory,
	type StoredMemory,
	UnusableMemory,
	writeMemory,
} from "../../../../src/server/memory/memoryFile.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

const name = fc.string({ unit: "binary", maxLength: 20 });

const record = fc
	.record({
		modified: fc.maxSafeNat(),
		size: fc.maxSafeNat(),
		digest: name,
		bytes: fc.maxSafeNat(),
		reason: fc.constantFrom(null, "secret" as const, "excluded" as const),
		lines: fc.uint32Array({ maxLength: 9 }),
	})
	.chain((fields) => fc.boolean().map((isGone) => (isGone ? { ...fields, isGone: true as const } : { ...fields })));

const plain = { noNullPrototype: true } as const;

const memories: fc.Arbitrary<StoredMemory> = fc.record(
	{
		mebibytes: fc.nat(1024),
		expectedBytes: fc.maxSafeNat(),
		characters: fc.maxSafeNat(),
		scope: name,
		network: name,
		calibration: fc.constantFrom(null, { scale: 1.5 }),
		records: fc.array(fc.tuple(name, record), { maxLength: 4 }),
		snapshot: fc.uint8Array({ maxLength: 64 }).map((bytes) => new Uint8Array(bytes)),
	},
	plain,
);

describe("the file of a memory", () => {
	const path = useTemporaryFolder();

	it("is read as it was written", async () => {
		await fc.assert(
			fc.asyncProperty(memories, async (memory) => {
				await writeMemory(path("memory"), memory);
				const read = await readMemory(path("memory"));
				assert.deepEqual({ ...read, snapshot: Uint8Array.from(read?.snapshot ?? []) }, memory);
			}),
			{ numRuns: 40 },
		);
	});

	it("is of no use when bytes of it are lost, added or changed", async () => {
		const damage = fc.record({ at: fc.nat(), lost: fc.nat(9), added: fc.uint8Array({ maxLength: 9 }) });
		await fc.assert(
			fc.asyncProperty(memories, damage, async (memory, { at, lost, added }) => {
				await writeMemory(path("memory"), memory);
				const whole = await readFile(path("memory"));
				const begin = at % (whole.length + 1);
				const damaged = Buffer.concat([whole.subarray(0, begin), added, whole.subarray(begin + lost)]);
				fc.pre(!damaged.equals(whole));
				await writeFile(path("memory"), damaged);
				await assert.rejects(readMemory(path("memory")), UnusableMemory);
			}),
			{ numRuns: 60 },
		);
	});
});
