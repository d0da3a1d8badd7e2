import assert from "node:assert/strict";
import { type Place, ShownSuggestions } from "../../../src/completion/shownSuggestions.ts";
import type { TextChange } from "../../../src/protocol.ts";

/** `before█after` on line 5 of a document. */
function place(marked: string, changed: Partial<Place> = {}): Place {
	const [before = "", after = ""] = marked.split("█");
	return { document: "a.ts", line: 5, before, after, ...changed };
}

function change(line: number, text: string): TextChange {
	return { start: { line, character: 0 }, end: { line, character: 0 }, text };
}

describe("ShownSuggestions", () => {
	let shown: ShownSuggestions;

	beforeEach(() => {
		shown = new ShownSuggestions();
		shown.add({ place: place("const a█)"), texts: ["bc = 1;", "nswer"], at: 0 });
	});

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
	for (const [cursor, rest, forced = ""] of cases)
		it(`${rest === undefined ? "has nothing" : `goes on with "${rest}"`} at "${cursor}"${forced && ` for "${forced}"`}`, () => {
			assert.equal(shown.continueAt(place(cursor), forced)?.text, rest);
		});

	it("survives a wrong letter that is taken back", () => {
		shown.add({ place: place("const ax█)"), texts: ["is = 2;"], at: 1 });
		assert.equal(shown.continueAt(place("const ax█)"), "")?.text, "is = 2;");
		assert.equal(shown.continueAt(place("const ab█)"), "")?.text, "c = 1;");
	});

	it("goes on with what was shown last where two fit", () => {
		shown.add({ place: place("const ab█)"), texts: ["ove = 3;"], at: 1 });
		assert.equal(shown.continueAt(place("const ab█)"), "")?.text, "ove = 3;");
		assert.equal(shown.continueAt(place("const a█)"), "")?.text, "bc = 1;");
	});

	it("keeps documents and lines apart", () => {
		assert.equal(shown.continueAt(place("const ab█)", { document: "b.ts" }), ""), undefined);
		assert.equal(shown.continueAt(place("const ab█)", { line: 6 }), ""), undefined);
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
			assert.equal(shown.continueAt(place("const ab█)"), "") !== undefined, kept);
		});

	it("forgets what is removed, and everything when cleared", () => {
		const found = shown.continueAt(place("const a█)"), "");
		assert(found);
		shown.remove(found.shown);
		assert.equal(shown.continueAt(place("const a█)"), ""), undefined);
		shown.add(found.shown);
		shown.clear();
		assert.equal(shown.continueAt(place("const a█)"), ""), undefined);
	});

	it("holds a bounded number", () => {
		for (let i = 0; i < 16; i++) shown.add({ place: place("other█"), texts: [`${i}`], at: i });
		assert.equal(shown.continueAt(place("const a█)"), ""), undefined);
		assert.equal(shown.continueAt(place("other█"), "")?.text, "15");
	});
});
