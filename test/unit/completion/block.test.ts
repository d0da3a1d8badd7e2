import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Block } from "../../../src/completion/block.ts";
import { parseMarked } from "../support/cursorMark.ts";

/** `above`, the cursor's line with a █, and `below`. */
function blockAt(marked: string, above = "", below = "", maxLines = 4): Block | null {
	return Block.of(parseMarked([above, marked, below].join("\n")).surroundings, maxLines);
}

/** As much of `text` as is a suggestion, when all of it is expected. */
function within(block: Block | null, text: string): string {
	if (block === null) return text.slice(0, text.indexOf("\n"));
	let state = block.start;
	const bytes = Buffer.from(text);
	for (const [i, byte] of bytes.entries()) {
		const next = block.next(state, byte);
		const written = bytes.subarray(0, i).toString();
		if (next === "ended") return written;
		if (next === "left") return written.slice(0, written.lastIndexOf("\n"));
		state = next;
	}
	return text;
}

describe("a block", () => {
	const cases: readonly [
		what: string,
		line: string,
		text: string,
		suggestion: string,
		above?: string,
		below?: string,
	][] = [
		["begins after an opening bracket", "█", "f(a) {\n\tgo();\n\tgo();", "f(a) {\n\tgo();\n\tgo();"],
		["begins after a colon", "█", "if x:\n  go()", "if x:\n  go()"],
		["may have been opened before the cursor", "f([█", "\n\t1,\n]);\n", "\n\t1,\n]);"],
		["does not begin after other lines", "█", "go();\n\tgo();\n", "go();"],
		["is deeper than the line that opens it", "\t█", "if x:\n\tgo()\n", "if x:"],
		["ends with the line that closes it", "\t█", "f {\n\t\tgo;\n\t}\n\tx\n", "f {\n\t\tgo;\n\t}"],
		["ends before a line further out", "\t█", "if x:\n\t\tgo()\n\tgo()\n", "if x:\n\t\tgo()"],
		["ends before a blank line", "█", "if x:\n\tgo()\n\n\tgo()\n", "if x:\n\tgo()"],
		["ends before a line with blanks alone", "█", "if x:\n\tgo()\n\t\n", "if x:\n\tgo()"],
		["may hold another", "█", "if x:\n\tif y:\n\t\tgo()\n\tno()\n", "if x:\n\tif y:\n\t\tgo()\n\tno()"],
		["ends after the greatest number of lines", "█", "if x:\n\ta\n\tb\n\tc\n\td\n", "if x:\n\ta\n\tb\n\tc"],
		["may hold the cursor already", "\t█", "a()\n\tb()\n\tc()\n\n", "a()\n\tb()\n\tc()", "if x:"],
		["then ends where the line above begins", "\t█", "a()\n\tb()\nc()\n", "a()\n\tb()", "if x:"],
		["does not hold the cursor beside its opener", "█", "a()\nb()\n", "a()", "if x:"],
		["has nothing in it yet", "f {█", "\n\tgo();\n", "", "", "\tgo();"],
		["has nothing in it yet below the cursor", "\t█", "a()\n\tb()\n", "a()", "if x:", "\tz()"],
		["may have its end below", "\t█", "a()\n\tb()\n\n", "a()\n\tb()", "f {", "}"],
		["does not begin left of other text", "f {█ }", "\n\tgo();\n", ""],
		["does not begin in a blank line", "█", "\n\tgo();\n", ""],
	];
	for (const [what, line, text, suggestion, above, below] of cases) {
		it(what, () => assert.equal(within(blockAt(line, above, below), text), suggestion));
	}

	it("is none when a suggestion has one line", () => {
		assert.equal(blockAt("if x:█", "", "", 1), null);
	});
});
