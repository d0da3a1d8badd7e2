import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { median, medianRate, rateOf } from "../../../bench/statistics.ts";

describe("median", () => {
	it("is the middle one", () => assert.equal(median([9, 1, 5]), 5));
});

describe("rateOf", () => {
	it("does the work at least once, and counts what each call does", async () => {
		let times = 0;
		const { perSecond, perCpuSecond } = await rateOf(() => times++, 0, 5);
		assert.equal(times, 1);
		assert.ok(perSecond > 0 && perCpuSecond > 0);
	});

	it("counts no CPU time while it waits", async () => {
		// Long enough that a collection of garbage, which takes CPU time meanwhile, is little beside it.
		const rate = await rateOf(() => delay(50), 0.5);
		assert.ok(rate.perCpuSecond > 2 * rate.perSecond, JSON.stringify(rate));
	});
});

describe("medianRate", () => {
	it("takes the median of each figure", () => {
		const rates = [
			[1, 30],
			[2, 10],
			[3, 20],
		].map(([perSecond = 0, perCpuSecond = 0]) => ({ perSecond, perCpuSecond }));
		assert.deepEqual(medianRate(rates), { perSecond: 2, perCpuSecond: 20 });
	});
});
