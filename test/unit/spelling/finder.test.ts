import assert from "node:assert/strict";
import fc from "fast-check";
import { type WordKind, wordsOf } from "../../../src/spelling/words/finder.ts";

const texts = (path: string, text: string, kind: WordKind): string[] =>
	[...wordsOf(path, text)].filter((word) => word.kind === kind).map((word) => word.text);

describe("The word finder", () => {
	const cases: readonly [what: string, path: string, text: string, kind: WordKind, words: string[]][] = [
		["words of prose", "a.md", "It's the reader’s *own* text.", "prose", ["It's", "the", "reader’s", "own", "text"]],
		["the parts of a word with hyphens", "a.md", "A well-known case", "prose", ["well", "known", "case"]],
		["a word after a long dash", "a.md", "this—that", "prose", ["this", "that"]],
		["no number and no word with one", "a.md", "the 2nd of 30 x86 utf8 lines", "prose", ["the", "lines"]],
		[
			"no acronym and no name in camel case",
			"a.md",
			"HTTP APIs of JavaScript and VSCode work",
			"prose",
			["and", "work"],
		],
		[
			"no path, address or expression",
			"a.md",
			"see src/main.ts, https://example.org/pge, me@exmple.org, a.b or f(x)",
			"prose",
			["see"],
		],
		["no code between backticks", "a.md", "call `wrold` and ``a `b` wrold`` now", "prose", ["call", "and", "now"]],
		["no target of a link", "a.md", "[the text](wrold.md) and more", "prose", ["the", "text", "and", "more"]],
		["no tag", "a.md", 'some <span class="wrold">words</span>', "prose", ["some", "words"]],
		["no block of code", "a.md", "One\n```js\nwrold\n```\ntwo\n~~~\nwrold\n~~~\nsix", "prose", ["One", "two", "six"]],
		["no indented code", "a.md", "One\n\n    wrold\n\ntwo", "prose", ["One", "two"]],
		["a paragraph of a list", "a.md", "- one\n\n    more words", "prose", ["one", "more", "words"]],
		["no front matter", "a.md", "---\ntitel: wrold\n---\nText", "prose", ["Text"]],
		[
			"no literal block of reStructuredText",
			"a.rst",
			"Like this::\n\n  wrold\n\nthen",
			"prose",
			["Like", "this", "then"],
		],
		["comments at the end of a line", "a.ts", "let wrold = 1; // the first one", "comment", ["the", "first", "one"]],
		["comments over lines", "a.c", "/*\n * the first\n * line */ int wrold;", "comment", ["the", "first", "line"]],
		["comments after a hash", "a.py", "x = 1  # the first one", "comment", ["the", "first", "one"]],
		["a docstring", "a.py", 'def f():\n    """Return the first one."""\n', "string", ["Return", "the", "first", "one"]],
		[
			"a sentence in a string, without escapes",
			"a.ts",
			'say("the \\nwhole line\\t");',
			"string",
			["the", "whole", "line"],
		],
		["no key, format or name in a string", "a.ts", 'get("wrold", "some wrold");', "string", []],
		[
			"the parts of names in code",
			"a.ts",
			"const wordCount = MAX_WORD_LEN + HTTPServer;",
			"identifier",
			["const", "word", "Count", "MAX", "WORD", "LEN", "HTTP", "Server"],
		],
		["nothing in a line that only a program writes", "a.md", `${"word ".repeat(500)}`, "prose", []],
	];
	for (const [what, path, text, kind, words] of cases)
		it(`finds ${what}`, () => {
			assert.deepEqual(texts(path, text, kind), words);
		});

	it("gives the place of each word, in lines with any end and units of UTF-16", () => {
		for (const end of ["\n", "\r\n", "\r"]) {
			const lines = ["😀 the first", "", "ä — second", "\tthird"];
			for (const { text, line, start, end: to } of wordsOf("a.md", lines.join(end)))
				assert.equal(lines[line]?.slice(start, to), text);
		}
	});

	it("finds words only where they stand, in whatever text", () => {
		const signs = fc.constantFrom(..."ab zé'’-`\"/*#<>()[]\\\n\r\t😀.:_1A=$~");
		const path = fc.constantFrom("a.md", "a.rst", "a.ts", "a.py", "a.c", "a.tex", "README", "a.unknown");
		fc.assert(
			fc.property(path, fc.array(signs, { maxLength: 200 }), (name, parts) => {
				const lines = parts.join("").split(/\r\n?|\n/);
				let before = { line: 0, end: 0 };
				for (const { text, line, start, end } of wordsOf(name, lines.join("\n"))) {
					assert.equal(lines[line]?.slice(start, end), text);
					assert.match(text, /^[A-Za-z]+(?:['’][A-Za-z]+)*$/);
					assert.ok(line > before.line || start >= before.end, "in the order of the text, once each");
					before = { line, end };
				}
			}),
		);
	});
});
