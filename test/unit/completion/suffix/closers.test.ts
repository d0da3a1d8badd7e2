import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Closers } from "../../../../src/completion/suffix/closers.ts";
import { lengthBeforeMark, markRightOf } from "../../../../src/completion/suffix/marks.ts";

describe("closers right of the cursor", () => {
	/** The line with the cursor, what the model would write, and how much of it is let through. */
	const cases: readonly [line: string, written: string, kept: string][] = [
		["foo(█)", "bar);", "bar"],
		["foo(█)", "bar(1), baz());", "bar(1), baz()"],
		["foo((█)", "bar) + 1)", "bar) + 1"],
		["foo(█", "bar)", "bar)"],
		["foo(bar(█), baz)", "1), x)", "1"],
		["foo(bar(█);", "1), x);", "1), x"],
		["foo(█).bar(baz) > (c)", "1)", "1"],
		["foo(█) {", "1) {", "1"],
		["foo(bar[█", "1])", "1])"],
		["foo([█])", "1, [2]])", "1, [2]"],
		["if (a[█]) {", "0])", "0"],
		["{█}", " a: {} }", " a: {} "],
		['say("█")', "hello, it's (fine\")", "hello, it's (fine"],
		['say("█")', 'a \\"word\\" ")', 'a \\"word\\" '],
		['say("a\\\\█")', '")', ""],
		['say("a (█)")', 'b) c")', "b"],
		["say(`a \u0024{█}`)", "b[c]}`)", "b[c]"],
		['puts "a #{█}"', 'b["c"]}"', 'b["c"]'],
		['say("█)', 'a)") + 1)', 'a)"'],
		["「█」", "はい」と", "はい"],
		["« █ »", "oui » dit", "oui "],
		["»█«", "ja« sagt", "ja"],
		["„█“", "ja“ sagt", "ja"],
		["（█）", "「はい」）", "「はい」"],
		["say(█)", '")")', '")"'],
		["say(█)", "'(', \"]\")", "'(', \"]\""],
		["don't (█)", "do)", "do"],
		["Map<█>", "string>", "string"],
		["f(█)", "a => b > c)", "a => b > c"],
		["Map<█>", "() => void>", "() => void"],
	];
	for (const [line, written, kept] of cases) {
		it(`${line} ${JSON.stringify(written)} → ${JSON.stringify(kept)}`, () => {
			const [before = "", after = ""] = line.split("█");
			const closers = Closers.of(before, after);
			let nesting = closers?.start ?? null;
			let border = 0;
			const through: number[] = [];
			for (const byte of Buffer.from(written)) {
				if (closers !== null && nesting !== null) nesting = closers.next(nesting, byte);
				if (closers !== null && nesting === null) break;
				through.push(byte);
				if (nesting === null || nesting.partial.length === 0) border = through.length;
			}
			assert.equal(Buffer.from(through.slice(0, border)).toString(), kept);
		});
	}

	/** Nothing left of the cursor is closed by what stands right of it. */
	const without: readonly string[] = [
		"foo(█ ;",
		"foo(█b)",
		"foo(█]",
		"█)",
		"assertThat(foo(Bar.class)).isN█);",
		'say(█"")',
		"x = █'a'",
		"don't █'",
		"a < b █) {",
	];
	for (const line of without) {
		it(`are not found in ${line}`, () => {
			const [before = "", after = ""] = line.split("█");
			assert.equal(Closers.of(before, after), null);
		});
	}

	it("are looked for in a part of a long line", () => {
		const closers = Closers.of("(".repeat(2 ** 16), ")".repeat(2 ** 16));
		assert.equal(closers?.start.open.length, 1000);
	});
});

describe("closing marks right of the cursor", () => {
	/** The line with the cursor, what the model would write, and how much of it is let through. */
	const cases: readonly [line: string, text: string, kept: string][] = [
		["<div>█</div>", "hello</div>", "hello"],
		["<div>█</div>", "hello</di", "hello"],
		["<div>█</div>", "hello<", "hello"],
		["<div>█</div>", "hello", "hello"],
		["<li><p>█</p></li>", "hello</p></li>", "hello"],
		["<div>█</div>", "<div>a</div></div>", "<div>a</div>"],
		["<p>█</p>", "<pre>a</pre></p>", "<pre>a</pre>"],
		["<p>█</p>", "a > b", "a > b"],
		["<>█</>", "<b>a</b></>", "<b>a</b>"],
		["/* █ */", "a note */", "a note "],
		["<!-- █ -->", "a note --> b", "a note "],
	];
	for (const [line, text, kept] of cases) {
		it(`${line} ${JSON.stringify(text)} → ${JSON.stringify(kept)}`, () => {
			const [before = "", after = ""] = line.split("█");
			const mark = markRightOf(before, after);
			assert(mark);
			assert.equal(text.slice(0, lengthBeforeMark(text, mark)), kept);
		});
	}

	for (const line of ["█</div>", "<div>a</div>█</div>", "<p>█</div>", "/* a */ b █*/", "a█", "f(█)", "<a>█</a b>"]) {
		it(`are not found in ${line}`, () => {
			const [before = "", after = ""] = line.split("█");
			assert.equal(markRightOf(before, after), null);
		});
	}
});
