import assert from "node:assert/strict";
import { StatisticsCounter } from "../../../../src/editor/suggestions/statistics.ts";

describe("StatisticsCounter", () => {
	it("counts suggestions and characters, and goes on from counts kept", () => {
		const first = new StatisticsCounter();
		first.shown("abcd", "go");
		first.accepted("abcd", "go");
		const second = new StatisticsCounter(first.counts);
		second.shown("ef", "go");
		assert.deepEqual(second.counts, {
			shown: 2,
			shownCharacters: 6,
			accepted: 1,
			acceptedCharacters: 4,
			wordCharacters: 0,
		});
	});

	it("tells the median of the last answers", () => {
		const counter = new StatisticsCounter();
		assert.equal(counter.statistics.medianMilliseconds, null);
		for (const time of [9, 1, 5]) counter.answered(time, "go");
		assert.equal(counter.statistics.medianMilliseconds, 5);
		for (let i = 0; i < 99; i++) counter.answered(20, "go");
		assert.equal(counter.statistics.medianMilliseconds, 20);
	});

	it("says that it changed, and starts anew", () => {
		let changes = 0;
		const counter = new StatisticsCounter(undefined, { changed: () => changes++ });
		counter.shown("ab", "go");
		counter.accepted("ab", "go");
		counter.answered(3, "go");
		counter.reset();
		assert.equal(changes, 3);
		assert.deepEqual(counter.statistics, {
			shown: 0,
			shownCharacters: 0,
			accepted: 0,
			acceptedCharacters: 0,
			wordCharacters: 0,
			medianMilliseconds: null,
		});
	});

	it("tells of what is seen and taken, also where nothing is counted", () => {
		const told: string[] = [];
		const parts = { isOn: () => false, seen: () => told.push("seen"), taken: () => told.push("taken") };
		const counter = new StatisticsCounter(undefined, parts);
		counter.shown("ab", "go");
		counter.tookWords("a", "go");
		counter.accepted("ab", "go");
		assert.deepEqual(told, ["seen", "taken", "taken"]);
		assert.equal(counter.counts.shown, 0);
	});
});
