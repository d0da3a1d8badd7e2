import assert from "node:assert/strict";
import { isShowable, mayCompleteBefore } from "../../../src/completion/gate.ts";

describe("mayCompleteBefore", () => {
	const cases: readonly [after: string, expected: boolean][] = [
		["", true],
		["  \t", true],
		[")", true],
		[");", true],
		['"]);', true],
		["`}", true],
		[") {", true],
		[">", true],
		["):", true],
		["foo", false],
		[" + 1)", false],
		["(", false],
		[") + (", false],
		["é", false],
		["_", false],
		["5", false],
	];
	for (const [after, expected] of cases)
		it(`${expected ? "completes" : "keeps silent"} before ${JSON.stringify(after)}`, () => {
			assert.equal(mayCompleteBefore(after), expected);
		});
});

describe("isShowable", () => {
	const cases: readonly [text: string, before: string, tabSize: number, expected: boolean][] = [
		["", "x", 4, false],
		["   ", "x", 4, false],
		["\n\t\n", "x", 4, false],
		["return 1;", "", 4, true],
		["   return 1;", "", 4, true],
		["    return 1;", "", 4, false],
		["\treturn 1;", "\t", 4, false],
		["  \treturn 1;", "", 4, false],
		["  return 1;", "", 2, false],
		["        // aligned", "x = 1;", 4, true],
		["\n    return 1;", "f() {", 4, true],
	];
	for (const [text, before, tabSize, expected] of cases)
		it(`${expected ? "shows" : "drops"} ${JSON.stringify(text)} after ${JSON.stringify(before)}, tab size ${tabSize}`, () => {
			assert.equal(isShowable(text, before, tabSize), expected);
		});
});
