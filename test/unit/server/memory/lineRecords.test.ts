import assert from "node:assert/strict";
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

		it("are not kept without bound", () => {
			for (let i = 0; i < 1000; i++) {
				records.set(`/${i}`, record(lines(i)));
				records.orphan(`/${i}`);
			}
			assert.equal([...records.entries()].length, 256);
			assert(records.get("/999"));
		});
	});
});

describe("withNewLines", () => {
	it("keeps lines that are gone, but not very many", () => {
		assert.deepEqual(withNewLines(lines(1, 2), lines(2, 3), Uint8Array.of(0, 1)), lines(1, 2, 3));
		assert.deepEqual(withNewLines(range(0, 5_000), lines(1, 9), Uint8Array.of(0, 1)), lines(1, 9));
	});
});
