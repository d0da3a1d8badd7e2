import assert from "node:assert/strict";
import { jaccard, lineSet, NearDuplicates } from "../../../models/pretrain/nearDuplicates.ts";

/** Lines `from` to `to`, without the latter. */
function lines(from: number, to: number): string[] {
	return Array.from({ length: to - from }, (_, k) => `const line${from + k} = ${"x".repeat((from + k) % 7)};`);
}

const textOf = (...all: readonly string[]) => lineSet(all.join("\n"));

describe("lineSet", () => {
	it("knows a line by its text, without the blanks around it, once", () => {
		assert.deepEqual(textOf("a", "\tb  ", "", "a"), textOf("b", "a"));
		assert.equal(textOf("a", "b", "", "a").length, 2);
		assert.equal(textOf("", "  ").length, 0);
	});
});

describe("jaccard", () => {
	const cases: readonly [one: readonly string[], other: readonly string[], index: number][] = [
		[["a", "b"], ["b", "a"], 1],
		[["a", "b", "c"], ["b", "c", "d"], 0.5],
		[["a"], ["b"], 0],
		[[], [], 0],
	];
	for (const [one, other, index] of cases) {
		it(`is ${index} for {${one}} and {${other}}`, () => {
			assert.equal(jaccard(textOf(...one), textOf(...other)), index);
		});
	}
});

describe("NearDuplicates", () => {
	it("finds a text that shares the share of lines, and none that shares less", () => {
		for (const threshold of [0.5, 0.8, 1]) {
			for (let size = 1; size <= 12; size++) {
				const known = new NearDuplicates(threshold);
				known.add(textOf(...lines(100, 130)));
				const number = known.add(textOf(...lines(0, size)));
				for (let from = 0; from <= size; from++) {
					const shared = (size - from) / (size + from);
					const expected = shared >= threshold ? number : undefined;
					assert.equal(known.find(textOf(...lines(from, size + from))), expected, `${size}, ${from}`);
				}
			}
		}
	});

	it("finds a part of a text only if it is most of it", () => {
		const known = new NearDuplicates(0.8);
		known.add(textOf(...lines(0, 100)));
		assert.equal(known.find(textOf(...lines(10, 90))), 0);
		assert.equal(known.find(textOf(...lines(10, 89))), undefined);
	});

	it("never finds a text without lines", () => {
		const known = new NearDuplicates(0.5);
		known.add(textOf());
		assert.equal(known.find(textOf()), undefined);
	});
});
