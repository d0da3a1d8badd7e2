import assert from "node:assert/strict";
import fc from "fast-check";
import type { TextChange } from "../../../../src/domain/text.ts";
import { TextDocument } from "../../../../src/server/documents/textDocument.ts";
import { assertSteps } from "../../support/steps.ts";

/** `0:3-1:2` as a change to `text`. */
function change(range: string, text: string): TextChange {
	const [startLine, startCharacter, endLine, endCharacter] = range.split(/[:-]/).map(Number) as [
		number,
		number,
		number,
		number,
	];
	return {
		start: { line: startLine, character: startCharacter },
		end: { line: endLine, character: endCharacter },
		text,
	};
}

/** To copy all text for each change would take as many steps as the text has lines or characters. */
const stepsPerChange = 50;

describe("a document of the editor", () => {
	const cases: readonly [what: string, text: string, changes: readonly TextChange[], result: string, first: number][] =
		[
			["a typed character", "one\ntwo", [change("1:3-1:3", "!")], "one\ntwo!", 1],
			["a deleted one", "one\ntwo", [change("0:1-0:2", "")], "oe\ntwo", 0],
			["a new line", "one\ntwo", [change("0:3-0:3", "\n  ")], "one\n  \ntwo", 0],
			["joined lines", "one\ntwo\nthree", [change("0:3-1:0", "")], "onetwo\nthree", 0],
			["several lines replaced", "a\nb\nc\nd", [change("1:0-2:1", "x\ny\nz")], "a\nx\ny\nz\nd", 1],
			["an empty document", "", [change("0:0-0:0", "a\nb")], "a\nb", 0],
			["the end", "a\n", [change("1:0-1:0", "b")], "a\nb", 1],
			["several cursors, from the bottom up", "a\nb", [change("1:1-1:1", "2"), change("0:1-0:1", "1")], "a1\nb2", 0],
			["one change after the other", "a", [change("0:1-0:1", "\nb"), change("1:1-1:1", "c")], "a\nbc", 0],
			["CRLF in the document", "a\r\nb\rc", [change("1:1-1:1", "!")], "a\nb!\nc", 1],
			["CRLF in the change", "a", [change("0:1-0:1", "\r\nb\rc")], "a\nb\nc", 0],
			["columns count UTF-16 units", "😀é", [change("0:2-0:3", "e")], "😀e", 0],
		];
	for (const [what, text, changes, result, first] of cases) {
		it(`takes ${what}`, () => {
			const document = new TextDocument("a.txt", 1, text);
			assert.equal(document.change(2, changes), first);
			assert.equal(document.text, result);
			assert.equal(document.lineCount, result.split("\n").length);
			assert.equal(document.version, 2);
		});
	}

	const wrong: readonly [what: string, version: number, changes: readonly TextChange[]][] = [
		["a line that is not there", 2, [change("2:0-2:0", "x")]],
		["a column that is not there", 2, [change("0:4-0:4", "x")]],
		["a negative column", 2, [{ ...change("0:0-0:0", "x"), start: { line: 0, character: -1 } }]],
		["a range that runs backwards", 2, [change("1:0-0:0", "x")]],
		["an older version", 0, [change("0:0-0:0", "x")]],
	];
	for (const [what, version, changes] of wrong) {
		it(`refuses ${what}`, () => {
			const document = new TextDocument("a.txt", 1, "one\ntwo");
			assert.throws(() => document.change(version, changes), RangeError);
		});
	}

	it("takes a paste of very many lines", () => {
		const document = new TextDocument("a.txt", 1, "a\nz");
		document.change(2, [change("0:1-0:1", "\nline".repeat(300_000))]);
		assert.equal(document.lineCount, 300_002);
		assert.equal(document.line(300_001), "z");
	});

	it("takes a replacement in each of very many lines in one copy of them", () => {
		const pairs = 40_000;
		const document = new TextDocument("a.txt", 1, "a\n\n".repeat(pairs));
		const changes = Array.from({ length: pairs }, (_, i) => change(`${2 * i}:1-${2 * i + 1}:0`, "!")).reverse();
		assertSteps(stepsPerChange * pairs, () => assert.equal(document.change(2, changes), 0));
		assert.equal(document.text, "a!\n".repeat(pairs));
	});

	it("takes very many replacements in one line in one copy of it", () => {
		const words = 40_000;
		const document = new TextDocument("a.txt", 1, "word ".repeat(words));
		const changes = Array.from({ length: words }, (_, i) => change(`0:${5 * i}-0:${5 * i + 4}`, "other")).reverse();
		assertSteps(stepsPerChange * words, () => document.change(2, changes));
		assert.equal(document.text, "other ".repeat(words));
	});

	it("makes many changes from the bottom up as it makes one after the other", () => {
		const text = "one\ntwo\n\nfour 😀\nfive";
		const piece = fc.constantFrom("", "x", "\r\n", "a\rb", "é\n\n");
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(text.length), piece), { minLength: 4, maxLength: 12 }), (drawn) => {
				const sorted = drawn.toSorted(([a], [b]) => b - a);
				const changes = sorted.flatMap(([end, inserted], i): TextChange[] => {
					const [start] = sorted[i + 1] ?? [0];
					return i % 2 > 0 ? [] : [{ start: positionAt(text, start), end: positionAt(text, end), text: inserted }];
				});
				const [together, alone] = [new TextDocument("a", 0, text), new TextDocument("a", 0, text)];
				together.change(1, changes);
				for (const [i, one] of changes.entries()) alone.change(i, [one]);
				assert.equal(together.text, alone.text);
			}),
		);
	});

	it("stays equal to a plain string under any changes", () => {
		const piece = fc.string({ unit: fc.constantFrom("a", "é", "😀", "\n", "\r", "\r\n", " "), maxLength: 8 });
		const edit = fc.record({ from: fc.nat(), to: fc.nat(), text: piece });
		fc.assert(
			fc.property(piece, fc.array(fc.array(edit, { maxLength: 3 }), { maxLength: 12 }), (start, versions) => {
				const document = new TextDocument("a.txt", 0, start);
				let text = start.replace(/\r\n?/g, "\n");
				for (const [i, edits] of versions.entries()) {
					const lengthBefore = text.split("\n").length;
					const changes = edits.map(({ from, to, text: inserted }): TextChange => {
						const [begin, end] = [from % (text.length + 1), to % (text.length + 1)].toSorted((a, b) => a - b) as [
							number,
							number,
						];
						const range = { start: positionAt(text, begin), end: positionAt(text, end) };
						text = `${text.slice(0, begin)}${inserted.replace(/\r\n?/g, "\n")}${text.slice(end)}`;
						return { ...range, text: inserted };
					});
					const first = document.change(i + 1, changes);
					assert.equal(first, Math.min(lengthBefore, ...changes.map(({ start: { line } }) => line)));
					assert.equal(document.text, text);
					assert.equal(document.lineCount, text.split("\n").length);
				}
			}),
		);
	});
});

function positionAt(text: string, offset: number): TextChange["start"] {
	const lines = text.slice(0, offset).split("\n");
	return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
