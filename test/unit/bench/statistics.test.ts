import assert from "node:assert/strict";
import { median, rate } from "../../../bench/statistics.ts";

describe("median", () => {
	it("is the middle one", () => assert.equal(median([9, 1, 5]), 5));
});

describe("rate", () => {
	it("does the work at least once", () => {
		let times = 0;
		assert.ok(rate(() => times++, 0) > 0);
		assert.equal(times, 1);
	});
});
