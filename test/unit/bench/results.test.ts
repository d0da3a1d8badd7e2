import assert from "node:assert/strict";
import { geometricMean, markdownTable } from "../../../bench/results.ts";

describe("markdownTable", () => {
	it("aligns figures to the right", () => {
		const rows = [
			["", "bpc", "s"],
			["rxjs", "0.95", "60"],
		];
		assert.equal(markdownTable(rows), "|  | bpc | s |\n| --- | ---: | ---: |\n| rxjs | 0.95 | 60 |\n");
	});
});

describe("geometricMean", () => {
	const cases: readonly [values: readonly (number | null)[], mean: number | null][] = [
		[[4, 9], 6],
		[[0.5], 0.5],
		[[4, null], null],
		[[], null],
	];
	for (const [values, mean] of cases) {
		it(`of ${JSON.stringify(values)}`, () => {
			const found = geometricMean(values);
			if (mean === null) assert.equal(found, null);
			else assert.ok(Math.abs((found ?? 0) - mean) < 1e-12);
		});
	}
});
