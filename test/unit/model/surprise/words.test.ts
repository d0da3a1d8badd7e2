import assert from "node:assert/strict";
import type { Surprise } from "../../../../src/model/surprise/reader.ts";
import { levelOf, linesOf, mostSurprising, wordsOf } from "../../../../src/model/surprise/words.ts";

/** Each character has one bit but those of `marked`, which have nine; the model expected `expected` of each. */
function surpriseIn(text: string, marked: string, expected = 0): Surprise {
	const bits = new Float32Array(text.length).fill(1);
	for (let at = text.indexOf(marked); marked !== "" && at >= 0; at = text.indexOf(marked, at + 1))
		bits.fill(9, at, at + marked.length);
	return { bits, expected: new Float32Array(text.length).fill(expected) };
}

const textsOf = (text: string): string[] =>
	wordsOf(text, surpriseIn(text, "")).map(({ line, start, end }) => text.split("\n")[line]?.slice(start, end) ?? "");

describe("The words of a text", () => {
	it("are runs of letters and digits, and single signs", () => {
		assert.deepEqual(textsOf("let größe_1 = f(x);\n\n\t// done"), [
			..."let größe_1 = f ( x ) ;".split(" "),
			"/",
			"/",
			"done",
		]);
	});

	it("change with the script where there are no blanks", () => {
		assert.deepEqual(textsOf("漢字とカナ and 𝒳𝒴"), ["漢字", "と", "カナ", "and", "𝒳𝒴"]);
	});

	it("have the bits of the blanks before them", () => {
		const [, second] = wordsOf("a  bc", surpriseIn("a  bc", ""));
		assert.deepEqual([second?.start, second?.end, second?.bits, second?.units], [3, 5, 4, 4]);
	});

	it("stand out the less the shorter they are, for the same bits per character", () => {
		const text = "xx yyyyyyyy zz zz zz";
		const words = wordsOf(text, {
			...surpriseIn(text, ""),
			bits: surpriseIn(text, "xx").bits.map((b, i) => (text[i] === "y" ? 9 : b)),
		});
		const [short, long, plain] = words.map(({ smoothed }) => smoothed);
		assert.ok(plain !== undefined && short !== undefined && long !== undefined);
		assert.ok(plain < short && short < long, `${plain} < ${short} < ${long}`);
	});
});

describe("The level of a text", () => {
	it("is its bits per character", () => {
		assert.equal(levelOf(surpriseIn("abcd", "d")), 3);
		assert.equal(levelOf(surpriseIn("", "")), 0);
	});
});

describe("The lines of a text", () => {
	const text = "one two\n\none two\none odd\n";

	it("are ordered by the bits of their words above length and expectation", () => {
		const surprise = surpriseIn(text, "odd");
		const level = levelOf(surprise);
		const lines = linesOf(wordsOf(text, surprise, level), level);
		assert.deepEqual(
			lines.map(({ line }) => line),
			[0, 2, 3],
		);
		assert.equal(mostSurprising(lines, 1)[0]?.line, 3);
		assert.deepEqual(
			mostSurprising(lines, 9).map(({ line }) => line),
			[3, 0, 2],
		);
	});

	it("do not stand out where the model expected to be surprised", () => {
		const surprise = surpriseIn(text, "odd", 9);
		const level = levelOf(surprise);
		for (const { excess } of linesOf(wordsOf(text, surprise, level), level)) assert.equal(excess, 0);
	});
});
