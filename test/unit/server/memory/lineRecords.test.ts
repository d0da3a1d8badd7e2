import assert from "node:assert/strict";
import fc from "fast-check";
import { type LineRecord, LineRecords, withNewLines } from "../../../../src/server/memory/lines/lineRecords.ts";

const lines = (...hashes: readonly number[]): Uint32Array => Uint32Array.from(hashes);
const range = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);

function record(hashes: Uint32Array, changed: Partial<LineRecord> = {}): LineRecord {
	return { modified: 1, size: 10, digest: "", bytes: 10, reason: null, lines: hashes, ...changed };
}

describe("Records of learned lines", () => {
	let records: LineRecords;

	beforeEach(() => {
		records = new LineRecords();
	});

	it("add up the files that were learned from", () => {
		records.set("/a", record(lines(1)));
		records.set("/b", record(lines(2), { bytes: 5 }));
		records.set("/c", record(lines(), { reason: "binary" }));
		records.add("untitled:1", lines(3));
		assert.deepEqual([records.files, records.bytes], [2, 15]);
		records.set("/b", record(lines(2), { bytes: 7 }));
		records.delete("/a");
		assert.deepEqual([records.files, records.bytes], [1, 7]);
		records.clear();
		assert.deepEqual([records.files, records.bytes, records.get("/b")], [0, 0, undefined]);
	});

	it("know a file that has not changed", () => {
		records.set("/a", record(lines(1)));
		records.add("/typed", lines(1));
		assert.equal(records.isRead("/a", 1, 10), true);
		assert.equal(records.isRead("/a", 2, 10), false);
		assert.equal(records.isRead("/a", 1, 11), false);
		assert.equal(records.isRead("/typed", 0, 0), false);
	});

	it("know the first of several files of the same text, as long as it is there", () => {
		records.set("/a", record(lines(1), { digest: "x" }));
		records.set("/b", record(lines(1), { digest: "x" }));
		assert.equal(records.twinOf("/c", "x"), "/a");
		assert.equal(records.twinOf("/a", "x"), undefined);
		records.delete("/a");
		assert.equal(records.twinOf("/c", "x"), undefined);
	});

	it("list the files that are learned from by age, whatever comes and goes", () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(4), fc.boolean())), (changes) => {
				records = new LineRecords();
				for (const [file, modified, isThere] of changes) {
					if (isThere) records.set(`/${file}`, record(lines(file), { modified: modified + 1 }));
					else records.delete(`/${file}`);
					const listed = records.learnedFiles().map(([, { modified: time }]) => time);
					assert.deepEqual(listed, listed.toSorted());
					assert.equal(listed.length, records.files);
				}
			}),
		);
	});

	it("make room without another look at all files for each", () => {
		let compared = 0;
		const modified = (value: number) => ({
			get modified() {
				compared++;
				return value;
			},
		});
		const count = 4096;
		for (let i = 0; i < count; i++)
			records.set(
				`/${i}`,
				Object.defineProperties(record(lines(i)), Object.getOwnPropertyDescriptors(modified(i + 1))),
			);
		records.hasRoom("/first", count + 1, 1, 10 * count);
		compared = 0;
		for (let i = 0; i < 100; i++) {
			const file = `/new${i}`;
			assert(records.hasRoom(file, count + i, 10, 10 * count));
			records.makeRoom(file, count + i, 10, 10 * count);
			records.set(file, record(lines(i), { modified: count + i }));
		}
		assert.equal(records.files, count);
		assert(compared < 100 * 50, String(compared));
	});

	it("change their version when something is noted, and only then", () => {
		const before = records.version;
		records.get("/a");
		records.delete("/a");
		records.orphan("/a");
		assert.equal(records.version, before);
		records.add("/a", lines(1));
		assert.notEqual(records.version, before);
	});

	describe("of a text that is gone", () => {
		it("go over to the one most like it", () => {
			records.set("/a", record(range(0, 10)));
			records.set("/b", record(range(2, 12)));
			records.set("/there", record(range(3, 13)));
			records.orphan("/a");
			records.orphan("/b");
			records.adopt("/new", range(3, 13));
			assert.deepEqual(records.get("/new")?.lines, range(2, 12));
			assert.equal(records.get("/b"), undefined);
			assert.equal(records.isRead("/new", 1, 10), false, "what is new in it is still to be learned");
		});

		const strangers: readonly [what: string, arrange: () => void][] = [
			["one that shares less than half", () => records.adopt("/new", range(6, 16))],
			["one that has its own", () => records.adopt("/own", range(0, 10))],
		];
		for (const [what, adopt] of strangers)
			it(`do not go over to ${what}`, () => {
				records.set("/a", record(range(0, 10)));
				records.set("/own", record(lines(99)));
				records.orphan("/a");
				adopt();
				assert.deepEqual(records.get("/a")?.lines, range(0, 10));
				assert.equal(records.get("/new"), undefined);
			});

		it("are kept by their lines, not by their number: as many as there is room for, the latest", () => {
			records = new LineRecords(3000);
			for (let i = 0; i < 2000; i++) {
				records.set(`/${i}`, record(lines(i, i + 1)));
				records.orphan(`/${i}`);
				records.orphan(`/${i}`);
			}
			assert.equal([...records.entries()].length, 1500);
			assert(records.get("/1999") && !records.get("/499"));
			records.clear();
			records.set("/a", record(range(0, 3000)));
			records.orphan("/a");
			assert(records.get("/a"));
		});

		it("go over to the same text and to a like one of the same file name, among thousands that are gone", () => {
			for (let i = 0; i < 3000; i++) {
				const name = `/old/${i % 1000}/${Math.floor(i / 1000)}.ts`;
				records.set(name, record(range(10 * i, 10 * i + 10), { digest: `digest ${i}` }));
				records.orphan(name);
			}
			records.adopt("/new/renamed.ts", range(70, 80), "digest 7");
			assert.deepEqual(records.get("/new/renamed.ts")?.lines, range(70, 80));
			records.set("/old/x/index.ts", record(range(90_000, 90_010)));
			records.orphan("/old/x/index.ts");
			for (let i = 0; i < 300; i++) {
				records.set(`/later/${i}`, record(lines(i)));
				records.orphan(`/later/${i}`);
			}
			records.adopt("/new/x/index.ts", range(90_001, 90_011), "edited");
			assert.deepEqual(records.get("/new/x/index.ts")?.lines, range(90_000, 90_010));
		});
	});
});

describe("withNewLines", () => {
	it("keeps lines that are gone, but not very many", () => {
		assert.deepEqual(withNewLines(lines(1, 2), lines(2, 3), Uint8Array.of(0, 1)), lines(1, 2, 3));
		assert.deepEqual(withNewLines(range(0, 5_000), lines(1, 9), Uint8Array.of(0, 1)), lines(1, 9));
	});
});
