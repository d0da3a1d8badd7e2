import assert from "node:assert/strict";
import { countLines, hashLines, markNew } from "../../../../src/server/memory/lines/lineHashes.ts";

describe("Hashes of lines", () => {
	const counts: readonly [text: string, lines: number][] = [
		["", 0],
		["a", 1],
		["a\n", 1],
		["a\nb", 2],
		["\n\n", 2],
	];
	for (const [text, lines] of counts)
		it(`are as many as the lines of ${JSON.stringify(text)}`, () => {
			assert.equal(countLines(text), lines);
			assert.equal(hashLines(text).length, lines);
		});

	it("tell a line by itself and by the one above it", () => {
		const [one, two, three] = hashLines("a\nb\nb\n");
		assert.equal(new Set([one, two, three]).size, 3);
		assert.deepEqual(hashLines("x\na\nb").slice(2), hashLines("a\nb").slice(1));
		assert.notEqual(hashLines("a")[0], hashLines("a ")[0]);
	});

	it("hardly ever meet", () => {
		const text = Array.from({ length: 50_000 }, (_, i) => `${i % 7} ${i}`).join("\n");
		const distinct = new Set(hashLines(text)).size;
		// Of 50,000 numbers of 32 bits, 0.3 pairs are expected to be equal.
		assert(distinct > 49_995);
	});
});

describe("markNew", () => {
	const cases: readonly [
		what: string,
		lines: readonly number[],
		known: readonly number[][],
		isNew: readonly number[],
	][] = [
		["all of a new text", [1, 2, 3], [], [1, 1, 1]],
		["none of a known one", [1, 2, 3], [[3, 2, 1]], [0, 0, 0]],
		["what is met more often than before", [1, 2, 1, 1], [[1, 1]], [0, 1, 0, 1]],
		["what is in neither of two lists", [1, 2, 3], [[1], [2]], [0, 0, 1]],
		["what is met more often than in either list", [1, 1, 1], [[1], [1, 1]], [0, 0, 1]],
	];
	for (const [what, lines, known, isNew] of cases)
		it(`marks ${what}`, () => {
			const marks = markNew(Uint32Array.from(lines), ...known.map((list) => Uint32Array.from(list)));
			assert.deepEqual([...marks], isNew);
		});
});
