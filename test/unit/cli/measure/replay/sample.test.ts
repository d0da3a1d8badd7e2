import assert from "node:assert/strict";
import { sampleOf } from "../../../../../src/cli/measure/replay/sample.ts";

describe("sampleOf", () => {
	const files = [
		{ path: "long", text: "123456789\n".repeat(10) },
		{ path: "short", text: "abc\n" },
		{ path: "middle", text: "12345\n".repeat(5) },
	];
	const lengths = (most: number): [string, number][] =>
		sampleOf(files, most).files.map(({ path, text }) => [path, text.length]);

	it("takes all where there is enough for all", () => {
		assert.deepEqual(sampleOf(files, 134), { files, each: null });
	});

	it("takes beginnings of one length, in whole lines, of files that are longer", () => {
		assert.equal(sampleOf(files, 90).each, 56);
		assert.deepEqual(lengths(90), [
			["long", 50],
			["short", 4],
			["middle", 30],
		]);
		assert.equal(sampleOf(files, 40).each, 18);
		assert.deepEqual(lengths(40), [
			["long", 10],
			["short", 4],
			["middle", 18],
		]);
	});

	it("leaves out files whose first line is too long", () => {
		assert.deepEqual(lengths(14), [["short", 4]]);
	});
});
