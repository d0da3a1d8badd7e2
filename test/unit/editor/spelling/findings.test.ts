import assert from "node:assert/strict";
import fc from "fast-check";
import { Findings } from "../../../../src/editor/spelling/findings.ts";

const at = (line: number, character: number) => ({ line, character });
const misspelling = (line: number, start: number, word: string) => ({
	line,
	start,
	end: start + word.length,
	word,
	suggestions: ["word"],
});
const all = () => true;

/** The places of those shown after changes. */
function placesAfter(
	...changes: { line: number; from: number; toLine?: number; to: number; text: string }[]
): number[][] {
	const findings = new Findings();
	findings.set([misspelling(2, 4, "wrod"), misspelling(2, 12, "wrod"), misspelling(5, 0, "wrod")]);
	findings.visible([], all);
	for (const { line, from, toLine = line, to, text } of changes)
		findings.change([{ start: at(line, from), end: at(toLine, to), text }]);
	return findings.visible([], all).map(({ line, start }) => [line, start]);
}

describe("Misspellings as the text is edited", () => {
	it("wait for the next check after changes at thousands of places, which cost more to follow", () => {
		const findings = new Findings();
		findings.set(Array.from({ length: 2_000 }, (_, line) => misspelling(line, 4, "wrod")));
		const change = (line: number) => ({ start: at(line, 9), end: at(line, 9), text: "s" });
		findings.change(Array.from({ length: 20 }, (_, line) => change(line)));
		assert.equal(findings.visible([], all).length, 2_000);
		findings.change(Array.from({ length: 10_000 }, (_, line) => change(line)));
		assert.equal(findings.visible([], all).length, 0);
	});

	it("move with text that is inserted before them", () => {
		assert.deepEqual(placesAfter({ line: 2, from: 10, to: 10, text: "ab" }), [
			[2, 4],
			[2, 14],
			[5, 0],
		]);
		assert.deepEqual(placesAfter({ line: 0, from: 0, to: 0, text: "a\r\nb\n" }), [
			[4, 4],
			[4, 12],
			[7, 0],
		]);
		assert.deepEqual(placesAfter({ line: 2, from: 9, to: 9, text: "x\nyz" }), [
			[2, 4],
			[3, 5],
			[6, 0],
		]);
	});

	it("move with text that is deleted before them", () => {
		assert.deepEqual(placesAfter({ line: 0, from: 0, toLine: 2, to: 1, text: "" }), [
			[0, 3],
			[0, 11],
			[3, 0],
		]);
	});

	it("stay where they are when text behind them changes", () => {
		assert.deepEqual(placesAfter({ line: 7, from: 0, to: 3, text: "x\ny" }), [
			[2, 4],
			[2, 12],
			[5, 0],
		]);
	});

	it("stay when something else than a letter is put beside them", () => {
		assert.deepEqual(placesAfter({ line: 2, from: 8, to: 8, text: "," })[0], [2, 4]);
		assert.deepEqual(placesAfter({ line: 2, from: 4, to: 4, text: "the " })[0], [2, 8]);
	});

	it("go when their word changes, also by a letter at its ends", () => {
		for (const [from, to, text] of [
			[5, 5, "x"],
			[4, 4, "x"],
			[8, 8, "s"],
			[6, 14, ""],
		] as const)
			assert.ok(
				!placesAfter({ line: 2, from, to, text }).some(([line, start]) => line === 2 && start === 4),
				`${from}`,
			);
	});

	it("stand at their word wherever the text changes", () => {
		const lines = ["some wrod here", "and wrod again wrod", "end"];
		const place = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 19 }));
		fc.assert(
			fc.property(place, place, fc.constantFrom("", "x", "a b", "\n", "c\nd\n", "\r\n "), (one, other, text) => {
				const clamp = ([line, character]: readonly [number, number]) =>
					at(line, Math.min(character, lines[line]?.length ?? 0));
				const [start, end] = [clamp(one), clamp(other)].sort((a, b) => a.line - b.line || a.character - b.character);
				if (!start || !end) return;
				const findings = new Findings();
				findings.set([misspelling(0, 5, "wrod"), misspelling(1, 4, "wrod"), misspelling(1, 15, "wrod")]);
				findings.visible([], all);
				findings.change([{ start, end, text }]);
				const before = [...lines.slice(0, start.line), lines[start.line]?.slice(0, start.character)].join("\n");
				const rest = [lines[end.line]?.slice(end.character), ...lines.slice(end.line + 1)].join("\n");
				const changed = (before + text + rest).split(/\r\n?|\n/);
				for (const { line, start: from, end: to } of findings.visible([], all))
					assert.equal(changed[line]?.slice(from, to), "wrod");
			}),
		);
	});

	it("are not shown under a cursor, but stay when it comes to them", () => {
		const findings = new Findings();
		findings.set([misspelling(0, 4, "wrod")]);
		assert.equal(findings.visible([at(0, 8)], all).length, 0);
		assert.equal(findings.visible([at(0, 9)], all).length, 1);
		assert.equal(findings.visible([at(0, 5)], all).length, 1);
		findings.set([misspelling(0, 4, "wrod")]);
		assert.equal(findings.visible([at(0, 5)], all).length, 1, "a check in between changes nothing");
	});

	it("are not shown where the user does not want them", () => {
		const findings = new Findings();
		findings.set([misspelling(0, 4, "wrod")]);
		assert.equal(findings.visible([], (word) => word !== "wrod").length, 0);
	});
});
