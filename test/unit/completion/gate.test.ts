import assert from "node:assert/strict";
import { refusal } from "../../../src/completion/complete.ts";
import { isShowable, mayCompleteBefore } from "../../../src/completion/gate.ts";
import { rightOfCursor } from "../support/rightOfCursor.ts";

describe("the gate", () => {
	for (const [after, admits] of rightOfCursor) {
		it(`${admits ? "admits" : "refuses"} a suggestion before ${JSON.stringify(after)}, in the editor's part and the server's`, () => {
			assert.equal(mayCompleteBefore(after), admits);
			assert.equal(refusal({ after }, { forced: "" }), admits ? null : "midLine");
		});
	}

	it("takes no longer for a long line than for a short one of the same kind", () => {
		// Alternatives that overlapped would be tried in all combinations, and this would never end.
		assert.equal(mayCompleteBefore(`${"--> */ ) ".repeat(100)}x`), false);
	});

	it("refuses a line that nobody has typed, however long it is", () => {
		assert.equal(mayCompleteBefore(" ".repeat(2 ** 24)), false);
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
