import assert from "node:assert/strict";
import { someOf } from "../../../bench/choices.ts";
import { raceRows } from "../../../bench/race.ts";

describe("raceRows", () => {
	it("says how many times as fast Inkling's engine is, by CPU time and by the clock", () => {
		const rows = raceRows({
			inkling: { charactersPerCpuSecond: 20_000, charactersPerSecond: 10_000, about: "own" },
			other: { charactersPerCpuSecond: 4000, charactersPerSecond: 5000, about: "1.0", gemmGflops: 12.34 },
		});
		assert.deepEqual(rows.slice(1), [
			["inkling", "20,000", "", "10,000", "", "own"],
			["other", "4,000", "5.00 ×", "5,000", "2.00 ×", "1.0, product 12.3 GFLOP/s"],
		]);
	});

	it("compares with nothing where Inkling's engine did not run", () => {
		const rows = raceRows({ other: { charactersPerCpuSecond: 1, charactersPerSecond: 1, about: "" } });
		assert.deepEqual(rows[1], ["other", "1", "", "1", "", ""]);
	});
});

describe("someOf", () => {
	it("takes names between commas, and no others", () => {
		const option = someOf(["a", "b", "c d"], "letters");
		assert.deepEqual(option.parse("c d,a"), ["c d", "a"]);
		assert.throws(() => option.parse("a,e"), /"e", not a, b, c d/);
	});
});
