import assert from "node:assert/strict";
import { quantile } from "../../../../src/cli/terminal/quantile.ts";

describe("quantile", () => {
	const values = [40, 10, 30, 20];
	const cases: readonly [number, number][] = [
		[0, 10],
		[0.5, 25],
		[0.9, 37],
		[1, 40],
	];
	for (const [share, expected] of cases) {
		it(`${share} of them`, () => assert.ok(Math.abs(quantile(values, share) - expected) < 1e-9));
	}
	it("of one value is the value", () => assert.equal(quantile([7], 0.95), 7));
	it("of none is not a number", () => assert.ok(Number.isNaN(quantile([], 0.5))));
	it("leaves the values in their order", () => assert.deepEqual(values, [40, 10, 30, 20]));
});
