import assert from "node:assert/strict";
import { refusal } from "../../../src/completion/complete.ts";
import { isShowable, mayCompleteIn } from "../../../src/completion/gate.ts";
import { rightOfCursor } from "../support/rightOfCursor.ts";

describe("the gate", () => {
	it("admits a suggestion before any text, in the editor's part and the server's", () => {
		for (const after of rightOfCursor) {
			assert.equal(mayCompleteIn("x", after), true, after);
			assert.equal(refusal({ before: "x", after }, { forced: "" }), null, after);
		}
	});

	it("refuses a line that nobody has typed, on whichever side of the cursor it is long", () => {
		const long = " ".repeat(2 ** 24);
		for (const [before, after] of [
			[long, ""],
			["", long],
		] as const) {
			assert.equal(mayCompleteIn(before, after), false);
			assert.equal(refusal({ before, after }, { forced: "" }), "longLine");
		}
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
