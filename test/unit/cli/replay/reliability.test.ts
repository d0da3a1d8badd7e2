import assert from "node:assert/strict";
import { Reliability } from "../../../../src/cli/replay/reliability.ts";

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
