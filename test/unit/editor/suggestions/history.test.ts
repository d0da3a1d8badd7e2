import assert from "node:assert/strict";
import fc from "fast-check";
import {
	type DayCounts,
	dayOf,
	medianLimit,
	mostDays,
	mostLanguages,
	noCounts,
	otherLanguages,
	SuggestionHistory,
	secondsSaved,
	sumOf,
} from "../../../../src/editor/suggestions/history.ts";
import { StatisticsCounter } from "../../../../src/editor/suggestions/statistics.ts";

describe("The history of suggestions", () => {
	it("counts by day and language, and goes on from what was kept", () => {
		let today = "2026-01-31";
		const first = new SuggestionHistory({}, () => today);
		first.add("go", { shown: 1 });
		first.add("go", { accepted: 1, characters: 9 });
		first.answered("go", 7);
		today = "2026-02-01";
		const second = new SuggestionHistory(JSON.parse(JSON.stringify(first.days)), () => today);
		second.add("python", { typedOver: 1 });
		const go: DayCounts = { ...noCounts, shown: 1, accepted: 1, characters: 9, answers: [0, 1, 0, 0, 0, 0, 0] };
		assert.deepEqual(second.days, {
			"2026-01-31": { go },
			"2026-02-01": { python: { ...noCounts, typedOver: 1 } },
		});
		second.reset();
		assert.deepEqual(second.days, {});
	});

	it("keeps the last month only, and a few languages of a day", () => {
		let day = 0;
		const history = new SuggestionHistory({}, () => dayOf(new Date(2026, 0, day)));
		for (day = 1; day <= 40; day++) history.add("go", { shown: 1 });
		const days = Object.keys(history.days).sort();
		assert.equal(days.length, mostDays);
		assert.equal(days.at(-1), "2026-02-09");
		for (let language = 0; language < 20; language++) history.add(`language${language}`, { shown: 1 });
		const languages = history.days["2026-02-10"] ?? {};
		assert.equal(Object.keys(languages).length, mostLanguages + 1);
		assert.equal(languages[otherLanguages]?.shown, 20 - mostLanguages);
	});

	it("takes anything for what was kept, and keeps what is sound of it", () => {
		const sound = { "2026-01-01": { go: { ...noCounts, shown: 3 } } };
		const broken = { ...sound, "2026-01-02": { go: { shown: 1 }, python: 7 }, never: { go: noCounts } };
		assert.deepEqual(new SuggestionHistory(broken).days, { ...sound, "2026-01-02": {} });
		fc.assert(
			fc.property(fc.jsonValue(), (kept) => {
				const history = new SuggestionHistory(kept);
				history.add("go", { shown: 1 });
				assert.ok(Object.values(history.days).length > 0);
			}),
		);
	});

	it("estimates the time saved: long suggestions save some, those that are only shown cost some", () => {
		assert.ok(secondsSaved({ ...noCounts, shown: 1, accepted: 1, characters: 40 }) > 5);
		assert.ok(secondsSaved({ ...noCounts, shown: 10 }) < 0);
	});

	it("says within which time half of the answers came", () => {
		const within = (answers: readonly number[]): number | null => medianLimit({ ...noCounts, answers });
		assert.equal(within([0, 0, 0, 0, 0, 0, 0]), null);
		assert.equal(within([5, 1, 0, 0, 0, 0, 0]), 5);
		assert.equal(within([1, 0, 4, 0, 0, 0, 2]), 20);
		assert.equal(within([1, 0, 0, 0, 0, 0, 2]), null);
	});

	it("adds up", () => {
		const one = { ...noCounts, shown: 1, answers: [1, 0, 0, 0, 0, 0, 2] };
		assert.deepEqual(sumOf([one, one]), { ...noCounts, shown: 2, answers: [2, 0, 0, 0, 0, 0, 4] });
	});
});

describe("The counts of suggestions", () => {
	it("go to the history, too, and to neither where the user does not want them", () => {
		const history = new SuggestionHistory({}, () => "2026-01-01");
		let isOn = true;
		const counter = new StatisticsCounter(undefined, { history, isOn: () => isOn });
		const act = (): void => {
			counter.shown("abcd", "go");
			counter.tookWords("abcd", "go");
			counter.tookNoWords("abcd", "go");
			counter.tookWords("ab", "go");
			counter.accepted("cd", "go");
			counter.typedOver("go");
			counter.answered(1, "go");
		};
		act();
		const counts = { shown: 1, accepted: 1, parts: 1, typedOver: 1, characters: 4, answers: [1, 0, 0, 0, 0, 0, 0] };
		assert.deepEqual(history.days, { "2026-01-01": { go: counts } });
		const before = counter.counts;
		isOn = false;
		act();
		assert.deepEqual(history.days, { "2026-01-01": { go: counts } });
		assert.deepEqual(counter.counts, before);
	});
});
