import assert from "node:assert/strict";
import { TypedText } from "../../../../../src/cli/measure/replay/typedText.ts";

describe("TypedText", () => {
	const cases: readonly [text: string, strokes: readonly string[], keys: number][] = [
		["", [], 0],
		["ab", ["a", "b"], 2],
		["a\n\tb", ["a", "\n\t", "b"], 3],
		["  a", ["  ", "a"], 1],
		["a  b", ["a", " ", " ", "b"], 4],
		["{\n    \n  }\n", ["{", "\n    ", "\n  ", "}", "\n"], 5],
		["é🙂", ["é", "🙂"], 2],
		["\n\n", ["\n", "\n"], 2],
	];
	for (const [text, strokes, keys] of cases) {
		it(`types ${JSON.stringify(text)} with ${keys} keys`, () => {
			const typed = new TypedText(text);
			assert.deepEqual(
				typed.strokes.map((stroke) => stroke.text),
				strokes,
			);
			assert.equal(typed.characters, keys);
		});
	}

	it("counts the keys between two places", () => {
		const typed = new TypedText("ab\n  🙂c");
		assert.equal(typed.keysBetween(1, 3), 2, "b and the line end");
		assert.equal(typed.keysBetween(3, 5), 0, "indentation");
		assert.equal(typed.keysBetween(5, 8), 2, "a character of two units, and c");
	});
});
