import assert from "node:assert/strict";
import { pooled, Reliability } from "../../../../../src/cli/measure/replay/reliability.ts";

describe("Reliability", () => {
	it("compares what was stated with what was right, by tenths", () => {
		const reliability = new Reliability();
		const shown: readonly [probability: number, isRight: boolean][] = [
			[0.5, true],
			[0.5625, false],
			[0.53125, false],
			[0.59375, true],
			[0.125, false],
			[1, true],
		];
		for (const [probability, isRight] of shown) reliability.add(probability, isRight);
		assert.deepEqual(reliability.table, [
			{ from: 0.1, shown: 1, meanProbability: 0.125, right: 0 },
			{ from: 0.5, shown: 4, meanProbability: 0.546875, right: 0.5 },
			{ from: 0.9, shown: 1, meanProbability: 1, right: 1 },
		]);
	});
});

describe("pooled", () => {
	it("makes one table of several, each suggestion counted once", () => {
		const bin = (from: number, shown: number, meanProbability: number, right: number) => ({
			from,
			shown,
			meanProbability,
			right,
		});
		const tables = [[bin(0.5, 1, 0.5, 1)], [bin(0.1, 2, 0.125, 0), bin(0.5, 3, 0.5625, 0)]];
		assert.deepEqual(pooled(tables), [bin(0.1, 2, 0.125, 0), bin(0.5, 4, 0.546875, 0.25)]);
	});
});
