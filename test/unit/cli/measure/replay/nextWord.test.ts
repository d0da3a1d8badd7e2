import assert from "node:assert/strict";
import { nextWordLength } from "../../../../../src/cli/measure/replay/nextWord.ts";

describe("nextWordLength", () => {
	const cases: readonly [text: string, word: string][] = [
		["foo(bar)", "foo"],
		["(bar)", "("],
		["), baz", "), "],
		[" = foo", " "],
		["= foo", "= "],
		["   foo", "   "],
		[");", ");"],
		["snake_case = 1", "snake_case"],
		["naïve", "naïve"],
		["1.5em", "1.5em"],
		["\n\tfoo", "\n\t"],
	];
	for (const [text, word] of cases) {
		it(`takes ${JSON.stringify(word)} of ${JSON.stringify(text)}`, () => {
			assert.equal(text.slice(0, nextWordLength(text)), word);
		});
	}
});
