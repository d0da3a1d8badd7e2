import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { lengthWithoutRepetition, loopLength, repeatsLine } from "../../../src/completion/repetition.ts";

describe("loops", () => {
	/** text, and what remains of it once the loop is taken back. */
	const cases: readonly [what: string, text: string, rest: string][] = [
		[
			"plain text",
			"const value = compute(first, second, third, fourth, fifth);",
			"const value = compute(first, second, third, fourth, fifth);",
		],
		["a letter", "x".repeat(40), "x"],
		["a letter, not long enough", "x".repeat(39), "x".repeat(39)],
		["a short word", "go ".repeat(14), "go "],
		["a short word after other text", `return ${"na, ".repeat(10)}`, "return na,"],
		[
			"a phrase three times",
			"the quick brown fox and the lazy dog, ".repeat(4).slice(0, 120),
			"the quick brown fox and the lazy dog, ",
		],
		[
			"a phrase twice",
			"the quick brown fox and the lazy dog, ".repeat(2),
			"the quick brown fox and the lazy dog, ".repeat(2),
		],
		["a ruler", "-".repeat(80), "-".repeat(80)],
		["a letter beyond ASCII", "é".repeat(40), "é"],
	];
	for (const [what, text, rest] of cases) {
		it(what, () => {
			// As the search does: looked at after every byte.
			const bytes = Buffer.from(text);
			for (let length = 1; length <= bytes.length; length++) {
				const excess = loopLength(bytes.subarray(0, length));
				if (excess === 0) continue;
				assert.equal(bytes.subarray(0, length - excess).toString(), rest);
				return;
			}
			assert.equal(text, rest);
		});
	}
});

describe("copies of a neighbouring line", () => {
	const cases: readonly [line: string, other: string, repeats: boolean][] = [
		["\tfoo();", "\tfoo();", true],
		["\tfoo();  ", "\tfoo();", true],
		["foo();", "\tfoo();", false],
		["foo(1);", "foo(2);", false],
		["}", "}", false],
		["-----", "-----", false],
		["", "", false],
		["né", "né", true],
	];
	for (const [line, other, repeats] of cases) {
		it(`${JSON.stringify(line)} ${repeats ? "repeats" : "does not repeat"} ${JSON.stringify(other)}`, () => {
			assert.equal(repeatsLine(line, other), repeats);
		});
	}
});

describe("a line that is written twice", () => {
	const cases: readonly [what: string, before: string, text: string, rest: string][] = [
		["in one line nothing repeats", "foo();", "foo();", "foo();"],
		["the cursor's line", "\tfoo", "();\n\tfoo();", "();"],
		["a later line", "if x:", "\n\tfoo()\n\tbar()\n\tbar()\n\tbaz()", "\n\tfoo()\n\tbar()"],
		["a line with another between", "", "foo();\nbar();\nfoo();", "foo();\nbar();\nfoo();"],
		["closers", "", "foo({\n}\n}", "foo({\n}\n}"],
		["a line that goes on", "", "foo\nfoo()", "foo\nfoo()"],
	];
	for (const [what, before, text, rest] of cases) {
		it(what, () => assert.equal(text.slice(0, lengthWithoutRepetition(before, text)), rest));
	}
});
