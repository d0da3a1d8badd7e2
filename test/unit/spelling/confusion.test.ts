import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfusionModel, countEdits, decodeCounts, encodeCounts } from "../../../src/spelling/channel/confusion.ts";
import { type Edit, editBetween, intendedFor, letters } from "../../../src/spelling/channel/edits.ts";

const word = fc.string({ unit: fc.constantFrom(..."abcde'"), minLength: 1, maxLength: 8 });

describe("The edit between two words", () => {
	const cases: readonly [intended: string, typed: string, edit: Edit | undefined][] = [
		["occurred", "occured", { kind: "leftOut", x: "r", y: "r" }],
		["until", "untill", { kind: "added", x: "l", y: "l" }],
		["separate", "seperate", { kind: "replaced", x: "a", y: "e" }],
		["receive", "recieve", { kind: "swapped", x: "e", y: "i" }],
		["the", "he", { kind: "leftOut", x: "^", y: "t" }],
		["he", "the", { kind: "added", x: "^", y: "t" }],
		["the", "the", undefined],
		["word", "wrodd", undefined],
		["abc", "cba", undefined],
		["abcd", "badc", undefined],
	];
	for (const [intended, typed, edit] of cases)
		it(`is ${JSON.stringify(edit)} from ${intended} to ${typed}`, () => {
			assert.deepEqual(editBetween(intended, typed), edit);
		});

	it("is found for each text that a typed word may be meant as, and for no other", () => {
		fc.assert(
			fc.property(word, word, (typed, other) => {
				const intended = new Set(intendedFor(typed));
				for (const one of intended) assert.notEqual(editBetween(one, typed), undefined, `${one} → ${typed}`);
				assert.equal(intended.has(other), editBetween(other, typed) !== undefined, `${other} → ${typed}`);
			}),
		);
	});
});

describe("The confusion model", () => {
	const entries = [
		["receive", "recieve"],
		["believe", "beleive"],
		["separate", "seperate"],
		["occurred", "occured"],
		["until", "untill"],
		["until", "until"],
	].map(([intended = "", typed = ""]) => ({ intended, typed }));

	/** As in the paper, from the entries themselves. */
	function reference(intended: string, typed: string): number {
		const { kind, x, y } = editBetween(intended, typed) as Edit;
		const used = entries.filter((entry) => editBetween(entry.intended, entry.typed) !== undefined);
		const same = used.filter((entry) => {
			const edit = editBetween(entry.intended, entry.typed) as Edit;
			return edit.kind === kind && edit.x === x && edit.y === y;
		}).length;
		const wholes = used.map((entry) => `^${entry.intended}$`);
		const needle = kind === "leftOut" || kind === "swapped" ? x + y : x;
		const opportunities = wholes.reduce((sum, whole) => sum + whole.split(needle).length - 1, 0);
		return Math.log((same + 0.5) / (opportunities + 0.5 * letters.length));
	}

	const model = new ConfusionModel(countEdits(entries));
	for (const [intended, typed] of [
		["relieve", "releive"],
		["desperate", "desparate"],
		["preferred", "prefered"],
		["fulfil", "fulfill"],
		["the", "hte"],
		["quiz", "quixz"],
	] as const)
		it(`gives ${typed} for ${intended} the probability of the counts`, () => {
			const expected = reference(intended, typed);
			assert.ok(Math.abs((model.logProbability(intended, typed) as number) - expected) < 1e-12);
		});

	it("knows no way between words that are not one edit apart", () => {
		assert.equal(model.logProbability("word", "sentence"), undefined);
		assert.equal(model.logProbability("naive", "naïve"), undefined);
	});

	it("makes what the list has likelier than what it lacks", () => {
		const seen = model.logProbability("relieve", "releive") as number;
		assert.ok(seen > (model.logProbability("relieve", "rleieve") as number));
	});

	it("is written as text and read again", () => {
		fc.assert(
			fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 1 }), (counts) => {
				assert.deepEqual(decodeCounts(encodeCounts(counts)), counts);
			}),
		);
	});
});
