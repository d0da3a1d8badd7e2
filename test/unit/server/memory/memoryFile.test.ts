import assert from "node:assert/strict";
import type * as nodeFileSystem from "node:fs/promises";
import { readFile, writeFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { Failure } from "../../../../src/platform/failure.ts";
import { LineRecords } from "../../../../src/server/memory/lines/lineRecords.ts";
import { readMemory, type StoredMemory, writeMemory } from "../../../../src/server/memory/memoryFile.ts";
import { randomNumbers } from "../../reference/random.ts";
import { ownRoom } from "../../support/ownRoom.ts";
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
				const read = await readMemory(path("memory"), ownRoom);
				assert.deepEqual({ ...read, snapshot: Uint8Array.from(read?.snapshot ?? []) }, memory);
			}),
			{ numRuns: 40 },
		);
	});

	it("keeps what was learned where it has no room for all files that were left out", async () => {
		const memory = fc.sample(memories, { numRuns: 1, seed: 1 })[0] as StoredMemory;
		const known = { modified: 1, size: 2, digest: "d", bytes: 3, reason: null, lines: Uint32Array.of(1, 2) };
		const none = { ...known, digest: "", bytes: 0, reason: "overTotal" as const, lines: new Uint32Array(0) };
		const long = "folder/".repeat(500);
		const leftOut = Array.from({ length: 20_000 }, (_, i) => [`/${long}${i}`, none] as const);
		await writeMemory(path("memory"), { ...memory, records: [...leftOut, ["/a", known]] });
		const read = await readMemory(path("memory"), ownRoom);
		assert.deepEqual(read?.records, [["/a", known]]);
	});

	it("is read into the room that is asked for, once it is known how much", async () => {
		await fc.assert(
			fc.asyncProperty(memories, async (memory) => {
				await writeMemory(path("memory"), memory);
				const { length } = memory.snapshot;
				const given: Uint8Array[] = [];
				const read = await readMemory(path("memory"), async (head, ...asked) => {
					assert.deepEqual(asked, [length, memory.mebibytes]);
					assert.deepEqual(head, memory.snapshot.slice(0, 32));
					given.push(new Uint8Array(length));
					return given[0] as Uint8Array;
				});
				assert.deepEqual(given, [memory.snapshot]);
				assert.equal(read?.snapshot, given[0]);
			}),
			{ numRuns: 20 },
		);
	});

	describe("larger than what is read at a time", () => {
		const length = 20 * 2 ** 20;
		let whole: Buffer;

		before(async () => {
			const [memory] = fc.sample(memories, { numRuns: 1, seed: 1 }) as [StoredMemory];
			const snapshot = new Uint8Array(length).map((_, at) => at ^ (at >>> 8) ^ (at >>> 16));
			await writeMemory(path("memory"), { ...memory, snapshot });
			whole = await readFile(path("memory"));
		});

		/** A disk that answers late, and not in the order that it is asked. */
		function diskOf(answer: (into: Uint8Array, offset: number, length: number, at: number) => number) {
			let pending = 0;
			const handle = {
				stat: async () => ({ size: whole.length }),
				read: async (into: Uint8Array, offset: number, length: number, at: number) => {
					await new Promise((resolve) => setTimeout(resolve, (pending++ * 7) % 5));
					return { bytesRead: answer(into, offset, length, at) };
				},
				close: async () => undefined,
			};
			return { open: async () => handle } as unknown as typeof nodeFileSystem;
		}

		it("is read whole where a disk gives less than it is asked for", async () => {
			const most = 1.5 * 2 ** 20;
			const disk = diskOf((into, offset, length, at) => whole.copy(into, offset, at, at + Math.min(length, most)));
			const read = await readMemory("memory", ownRoom, disk);
			assert.ok(Buffer.from(read?.snapshot ?? []).equals(whole.subarray(-4 - length, -4)));
		});

		it("is given up where it is cut off, or cannot be read, and no other error escapes", async () => {
			const escaped: unknown[] = [];
			const note = (error: unknown) => escaped.push(error);
			process.on("unhandledRejection", note);
			try {
				const failing = diskOf((into, offset, length, at) => {
					if (at > 5 * 2 ** 20) throw Object.assign(new Error("broken disk"), { code: "EIO" });
					return whole.copy(into, offset, at, at + length);
				});
				await assert.rejects(readMemory("memory", ownRoom, failing), { code: "EIO" });
				const short = diskOf((into, offset, length, at) =>
					at > 5 * 2 ** 20 ? 0 : whole.copy(into, offset, at, at + length),
				);
				await assert.rejects(readMemory("memory", ownRoom, short), { code: "memoryBroken", message: /cut off/ });
				await new Promise((resolve) => setTimeout(resolve, 50));
				assert.deepEqual(escaped, []);
			} finally {
				process.off("unhandledRejection", note);
			}
		});
	});

	it("is not read on where there is no room for it", async () => {
		const [memory] = fc.sample(memories, 1) as [StoredMemory];
		await writeMemory(path("memory"), memory);
		const reason = new Failure("memoryBroken", "no room");
		await assert.rejects(
			readMemory(path("memory"), () => Promise.reject(reason)),
			(error) => error === reason,
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
				await assert.rejects(readMemory(path("memory"), ownRoom), { code: "memoryBroken" });
			}),
			{ numRuns: 60 },
		);
	});

	describe("with the right checksum, but other content,", () => {
		const prefix = 8;
		const reason = "secret" as const;
		const lines = Uint32Array.of(1, 2, 3);
		const memory: StoredMemory = {
			mebibytes: 64,
			expectedBytes: 2 ** 20,
			characters: 1000,
			scope: '[["/work"],{}]',
			network: "a network",
			calibration: { intercept: 0, slope: 1 },
			records: [
				["/work/a.ts", { modified: 1, size: 2, digest: "d", bytes: 2, reason: null, lines }],
				["/work/b.ts", { modified: 1, size: 2, digest: "", bytes: 2, reason, lines, isGone: true }],
			],
			snapshot: new Uint8Array(64).fill(7),
		};

		let header: Record<string, unknown>;
		let body: Buffer;

		beforeEach(async () => {
			await writeMemory(path("memory"), memory);
			const whole = await readFile(path("memory"));
			const length = whole.readUInt32LE(prefix);
			header = JSON.parse(whole.toString("utf8", prefix + 4, prefix + 4 + length));
			body = whole.subarray(prefix + 4 + length, -4);
		});

		function sealed(content: Buffer): Buffer {
			const checksum = Buffer.alloc(4);
			checksum.writeUInt32LE(crc32(content));
			return Buffer.concat([content, checksum]);
		}

		function fileOf(json: string, rest = body, claimed?: number): Buffer {
			const length = Buffer.alloc(4);
			length.writeUInt32LE(claimed ?? Buffer.byteLength(json));
			return sealed(Buffer.concat([Buffer.from("INKMEM1\n"), length, Buffer.from(json), rest]));
		}

		/** Reads bytes as if they lay on a disk. */
		function read(bytes: Buffer): Promise<StoredMemory | null> {
			const handle = {
				stat: async () => ({ size: bytes.length }),
				read: async (into: Uint8Array, offset: number, length: number, at: number) => ({
					bytesRead: bytes.copy(into, offset, at, at + length),
				}),
				close: async () => undefined,
			};
			return readMemory("memory", ownRoom, { open: async () => handle } as unknown as typeof nodeFileSystem);
		}

		/** Either what can be worked with, or one kind of error. */
		async function isTaken(bytes: Buffer): Promise<boolean> {
			let stored: StoredMemory | null;
			try {
				stored = await read(bytes);
			} catch (error) {
				assert.ok(error instanceof Failure && error.code === "memoryBroken", `${error}`);
				return false;
			}
			assert.ok(stored !== null);
			await new LineRecords().replace(stored.records);
			for (const number of [stored.mebibytes, stored.expectedBytes, stored.characters]) {
				assert.ok(Number.isFinite(number));
			}
			return true;
		}

		const odd: readonly unknown[] = [
			null,
			undefined,
			true,
			-1,
			0.5,
			1e308,
			2 ** 53,
			"",
			"odd",
			[],
			{},
			[[]],
			{ lines: 1 },
			[null],
			[1],
		];

		/** The header with something of it replaced, left out or added. */
		function mutated(value: unknown, random: () => number): unknown {
			const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
			if (typeof value !== "object" || value === null || random() < 0.2) return pick(odd);
			const entries = Object.entries(value);
			const [key] = pick([...entries, ["more", null] as [string, unknown]]);
			if (Array.isArray(value)) {
				return value.map((one, index) => (String(index) === key ? mutated(one, random) : one));
			}
			const changed = entries.flatMap(([name, one]): [string, unknown][] =>
				name !== key ? [[name, one]] : random() < 0.2 ? [] : [[name, mutated(one, random)]],
			);
			return Object.fromEntries(changed);
		}

		it("is taken as it was", async () => {
			assert.equal(await isTaken(fileOf(JSON.stringify(header))), true);
		});

		it("is refused as a memory, or can be worked with, whatever the header says", async () => {
			const random = randomNumbers(1);
			let refused = 0;
			for (let i = 0; i < 4000; i++) {
				const json = JSON.stringify(mutated(header, random)) ?? "undefined";
				if (!(await isTaken(fileOf(json)))) refused++;
			}
			assert.ok(refused > 2000 && refused < 4000, `${refused}`);
		});

		it("is refused as a memory, or can be worked with, whatever its bytes are", async () => {
			const random = randomNumbers(2);
			const whole = fileOf(JSON.stringify(header)).subarray(0, -4);
			for (let i = 0; i < 4000; i++) {
				const bytes = Buffer.from(whole);
				for (let changes = 0; changes < 1 + random() * 4; changes++) {
					bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
				}
				await isTaken(sealed(bytes.subarray(0, random() < 0.1 ? Math.floor(random() * bytes.length) : bytes.length)));
			}
		});

		for (const [what, file, says] of [
			["a header that is longer than the file", () => fileOf("{}", body, 2 ** 30), /header is too long/],
			["a header that is nested too deeply", () => fileOf("[".repeat(3_000_000)), /nested too deeply/],
			["no JSON", () => fileOf("no JSON"), /no JSON/],
			["fewer hashes than it says", () => fileOf(JSON.stringify(header), body.subarray(4)), /do not fit/],
			["more than it says", () => fileOf(JSON.stringify(header), Buffer.concat([body, body])), /do not fit/],
		] as const)
			it(`is refused with ${what}`, async () => {
				await assert.rejects(read(file()), (error) => error instanceof Failure && says.test(error.message));
			});
	});
});
