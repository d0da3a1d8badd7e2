import assert from "node:assert/strict";
import { type CursorLine, ShownSuggestions } from "../../../src/completion/shownSuggestions.ts";
import type { TextChange } from "../../../src/domain/text.ts";
import { parseMarked } from "../support/cursorMark.ts";

/** `before█after` on line 5 of a document. */
function place(marked: string, changed: Partial<CursorLine> = {}): CursorLine {
	const { before, after } = parseMarked(marked).surroundings;
	return { document: "a.ts", line: 5, before, after, ...changed };
}

function change(line: number, text: string): TextChange {
	return { start: { line, character: 0 }, end: { line, character: 0 }, text };
}

describe("ShownSuggestions", () => {
	let shown: ShownSuggestions;

	beforeEach(() => {
		written = [];
		shown = new ShownSuggestions();
		shown.add({ place: place("const a█)"), texts: ["bc = 1;", "nswer"], at: 0 });
	});

	/** Line 5 + i of the document as it is now, above the cursor. */
	let written: string[] = [];

	function rest(at: CursorLine, forced: string): ReturnType<ShownSuggestions["continueAt"]> {
		return shown.continueAt(at, forced, (line) => written[line - 5] ?? "");
	}

	const cases: readonly [cursor: string, rest: string | undefined, forced?: string][] = [
		["const a█)", "bc = 1;"],
		["const ab█)", "c = 1;"],
		["const abc = 1█)", ";"],
		["const abc = 1;█)", undefined],
		["const ax█)", undefined],
		["const █)", undefined],
		["const ab█", undefined],
		["const ans█)", undefined],
		["const a█)", "bc = 1;", "bc"],
		["const ab█)", "c = 1;", "c ="],
		["const ab█)", undefined, "d"],
		["const ab█)", undefined, "c = 1;"],
	];
	for (const [cursor, expected, forced = ""] of cases)
		it(`${expected === undefined ? "has nothing" : `goes on with "${expected}"`} at "${cursor}"${forced && ` for "${forced}"`}`, () => {
			assert.equal(rest(place(cursor), forced)?.text, expected);
		});

	it("survives a wrong letter that is taken back", () => {
		shown.add({ place: place("const ax█)"), texts: ["is = 2;"], at: 1 });
		assert.equal(rest(place("const ax█)"), "")?.text, "is = 2;");
		assert.equal(rest(place("const ab█)"), "")?.text, "c = 1;");
	});

	it("goes on with what was shown last where two fit", () => {
		shown.add({ place: place("const ab█)"), texts: ["ove = 3;"], at: 1 });
		assert.equal(rest(place("const ab█)"), "")?.text, "ove = 3;");
		assert.equal(rest(place("const a█)"), "")?.text, "bc = 1;");
	});

	it("keeps documents and lines apart", () => {
		assert.equal(rest(place("const ab█)", { document: "b.ts" }), ""), undefined);
		assert.equal(rest(place("const ab█)", { line: 6 }), ""), undefined);
	});

	const edits: readonly [name: string, document: string, changes: TextChange[], kept: boolean][] = [
		["on the same line", "a.ts", [change(5, "b")], true],
		["on another line", "a.ts", [change(4, "b")], false],
		["that breaks the line", "a.ts", [change(5, "b\n")], false],
		["that breaks the line as Windows does", "a.ts", [change(5, "b\r\n")], false],
		["with one part elsewhere", "a.ts", [change(5, "b"), change(9, "b")], false],
		["in another document", "b.ts", [change(1, "b")], true],
	];
	for (const [name, document, changes, kept] of edits)
		it(`${kept ? "survives" : "is forgotten after"} an edit ${name}`, () => {
			shown.edited(document, changes);
			assert.equal(rest(place("const ab█)"), "") !== undefined, kept);
		});

	describe("of several lines", () => {
		const body = { line: 6 };
		const lines: readonly [what: string, written: string[], at: CursorLine, rest: string | undefined][] = [
			["goes on in its first line", [], place("if (a█"), ") {\n\tgo();\n}"],
			["goes on in the next line", ["if (a) {"], place("\t█", body), "go();\n}"],
			["goes on at the start of the next line", ["if (a) {"], place("█", body), "\tgo();\n}"],
			["goes on in the last line", ["if (a) {", "\tgo();"], place("█", { line: 7 }), "}"],
			["ends with its last line", ["if (a) {", "\tgo();", "}"], place("█", { line: 8 }), undefined],
			["is over when the first line was typed otherwise", ["if (b) {"], place("\t█", body), undefined],
			["is over where indentation is another", ["if (a) {"], place("  █", body), undefined],
			["is over left of other text", ["if (a) {"], place("\t█}", body), undefined],
			["is none above", [], place("█", { line: 4 }), undefined],
		];
		for (const [what, above, at, expected] of lines)
			it(what, () => {
				shown.add({ place: place("if █"), texts: ["(a) {\n\tgo();\n}"], at: 1 });
				written = above;
				shown.edited("a.ts", [change(5, "(a) {\r\n\t")]);
				assert.equal(rest(at, "")?.text, expected);
			});

		it("is forgotten after an edit elsewhere", () => {
			shown.add({ place: place("if █"), texts: ["(a) {\n\tgo();\n}"], at: 1 });
			shown.edited("a.ts", [change(8, "x")]);
			assert.equal(rest(place("if (█"), ""), undefined);
		});
	});

	it("forgets what is removed, and everything when cleared", () => {
		const found = rest(place("const a█)"), "");
		assert(found);
		shown.remove(found.shown);
		assert.equal(rest(place("const a█)"), ""), undefined);
		shown.add(found.shown);
		shown.clear();
		assert.equal(rest(place("const a█)"), ""), undefined);
	});

	it("holds a bounded number", () => {
		for (let i = 0; i < 16; i++) shown.add({ place: place("other█"), texts: [`${i}`], at: i });
		assert.equal(rest(place("const a█)"), ""), undefined);
		assert.equal(rest(place("other█"), "")?.text, "15");
	});
});
