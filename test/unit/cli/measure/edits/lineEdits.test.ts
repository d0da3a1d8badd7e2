import assert from "node:assert/strict";
import type { Hunk } from "../../../../../src/cli/measure/edits/git/output.ts";
import { type Edit, editsOf, linesOf } from "../../../../../src/cli/measure/edits/lineEdits.ts";
import { assertSteps } from "../../../support/steps.ts";

/** All lines from the first to the last that differ. */
function hunkOf(before: string, after: string): Hunk[] {
	const old = linesOf(before);
	const fresh = linesOf(after);
	let start = 0;
	while (start < Math.min(old.length, fresh.length) && old[start] === fresh[start]) start++;
	let end = 0;
	while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
	if (start === old.length && start === fresh.length) return [];
	return [{ from: start, to: old.length - end, newFrom: start, newTo: fresh.length - end }];
}

function applied(text: string, edits: readonly Edit[]): string {
	let lines = text.split("\n");
	for (const { start, end, text } of edits) {
		const head = (lines[start.line] as string).slice(0, start.character);
		const tail = (lines[end.line] as string).slice(end.character);
		lines = [...lines.slice(0, start.line), ...(head + text + tail).split("\n"), ...lines.slice(end.line + 1)];
	}
	return lines.join("\n");
}

/** Edits as `line:from-to text`, with `!` where they are done and not typed. */
function told(before: string, after: string, removed: readonly (readonly string[])[] = []): string[] {
	const edits = editsOf(before, after, hunkOf(before, after), removed);
	assert.equal(applied(before, edits), after);
	return edits.map(({ start, end, text, isDone }) => {
		const to = end.line === start.line ? end.character : `${end.line}:${end.character}`;
		return `${start.line}:${start.character}-${to} ${JSON.stringify(text)}${isDone ? "!" : ""}`;
	});
}

describe("The edits between two versions of a file", () => {
	const cases: readonly [string, string, string, string[]][] = [
		[
			"new lines are typed from the end of the line above",
			"a();\nd();\n",
			"a();\nb();\n\tc();\nd();\n",
			['0:4-4 "\\nb();\\n\\tc();"'],
		],
		["new lines at the top, on a line that is opened", "a();\n", "new();\na();\n", ['0:0-0 "\\n"!', '0:0-0 "new();"']],
		["a new file is typed as a whole", "", "a();\nb();\n", ['0:0-0 "a();\\nb();\\n"']],
		[
			"a word is replaced, with the rest of the line right of it",
			"let x = first(y, z);\n",
			"let x = second(y, z);\n",
			['0:8-13 "second"'],
		],
		["only what differs of a word is typed", "let x = first(y);\n", "let x = firstOf(y);\n", ['0:13-13 "Of"']],
		[
			"two changes far apart are two edits",
			"call(one, two, three);\n",
			"call(uno, two, tres);\n",
			['0:5-8 "uno"', '0:16-20 "res"'],
		],
		["two changes with a sign between them are one", "f(a.b);\nx\n", "f(c.d);\nx\n", ['0:2-5 "c.d"']],
		["lines that go are deleted, not typed", "a();\nb();\nc();\n", "a();\nc();\n", ['1:0-2:0 ""!']],
		[
			"a line that is like none before is typed anew",
			"apples\nend\n",
			"zzz(qqq);\nend\n",
			['0:0-1:0 ""!', '0:0-0 "\\n"!', '0:0-0 "zzz(qqq);"'],
		],
		["indentation alone is a formatter's", "if (a) {\nb();\n}\n", "if (a) {\n\tb();\n}\n", ['1:0-4 "\\tb();"!']],
		["a line end at the end of the file is not typed", "a();", "a();\n", ['0:4-4 "\\n"!']],
		["a pair of code units is never cut", "say('😀 now');\n", "say('😁 now');\n", ['0:5-7 "😁"']],
	];
	for (const [name, before, after, expected] of cases)
		it(name, () => {
			assert.deepEqual(told(before, after), expected);
		});

	it("lines cut out elsewhere in the commit are pasted", () => {
		const moved = ["function moved(argument: string): string {", "\treturn argument.toUpperCase();", "}"];
		const after = `a();\n${moved.join("\n")}\nb();\n`;
		assert.deepEqual(told("a();\nb();\n", after, [moved]), [`0:4-4 ${JSON.stringify(`\n${moved.join("\n")}`)}!`]);
		assert.deepEqual(told("a();\nb();\n", after, [moved.slice(0, 1)]), [
			`0:4-4 ${JSON.stringify(`\n${moved.join("\n")}`)}`,
		]);
	});

	it("make the one of the other, whatever they are", () => {
		const words = ["a", "foo(", "bar", ")", "{", "}", " ", "\t", "\n", "\n", "é", "😀"];
		let state = 7;
		const random = (limit: number) => {
			state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
			return Math.floor((state / 2 ** 32) * limit);
		};
		const text = () => Array.from({ length: random(40) }, () => words[random(words.length)]).join("");
		for (let i = 0; i < 300; i++) told(text(), text());
	});

	it("are told of a long line that repeats itself without comparing all of it with all of it", () => {
		const line = (middle: string) => `${"ab ".repeat(20_000)}${middle}${"ab ".repeat(2000)}\n`;
		const [before, after] = [line("old"), line("new one ")];
		assertSteps(50 * before.length, () => assert.deepEqual(told(before, after), ['0:60000-60003 "new one "']));
	});

	it("are told of many long lines without comparing the letters of each with those of each", () => {
		const lines = (name: string) => Array.from({ length: 70 }, (_, i) => `${"ab ".repeat(600)}${name}${i}\n`).join("");
		const [before, after] = [lines("old"), lines("new")];
		assertSteps(50 * before.length, () => told(before, after));
	});

	it("may put in more lines than a call may have arguments", () => {
		const lines = "x\n".repeat(300_000);
		assert.equal(editsOf("a\nb\n", `a\n${lines}b\n`, hunkOf("a\nb\n", `a\n${lines}b\n`), []).length > 0, true);
	});
});
