import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Closers, lengthWithoutMark } from "../../../src/completion/suffix.ts";

describe("closers right of the cursor", () => {
	/** The line with the cursor, what the model would write, and how much of it is let through. */
	const cases: readonly [line: string, written: string, kept: string][] = [
		["foo(█)", "bar);", "bar"],
		["foo(█)", "bar(1), baz());", "bar(1), baz()"],
		["foo((█)", "bar) + 1)", "bar) + 1"],
		["foo(█", "bar)", "bar)"],
		["foo(█]", "bar)", "bar)"],
		["█)", "bar)", "bar"],
		["foo([█])", "1, [2]])", "1, [2]"],
		["if (a[█]) {", "0])", "0"],
		["{█}", " a: {} }", " a: {} "],
		['say("█")', "hello, it's (fine\")", "hello, it's (fine"],
		['say("█")', 'a \\"word\\" ")', 'a \\"word\\" '],
		['say("a\\\\█")', '")', ""],
		['say(█"")', 'a, "b"', "a, "],
		["say(█)", '")")', '")"'],
		["say(█)", "'(', \"]\")", "'(', \"]\""],
		["don't (█)", "do)", "do"],
		["Map<█>", "string>", "string"],
		["f(█)", "a => b > c)", "a => b > c"],
		["Map<█>", "() => void>", "() => void"],
		["<p>█</p>", "a > b", "a > b"],
	];
	for (const [line, written, kept] of cases) {
		it(`${line} ${JSON.stringify(written)} → ${JSON.stringify(kept)}`, () => {
			const [before = "", after = ""] = line.split("█");
			const closers = Closers.of(before, after);
			let nesting = closers?.start ?? null;
			const through: number[] = [];
			for (const byte of Buffer.from(written)) {
				if (closers !== null && nesting !== null) nesting = closers.next(nesting, byte);
				if (closers !== null && nesting === null) break;
				through.push(byte);
			}
			assert.equal(Buffer.from(through).toString(), kept);
		});
	}

	it("need no watching where there are none", () => {
		assert.equal(Closers.of("foo(", " ;"), null);
	});
});

describe("closing marks right of the cursor", () => {
	const cases: readonly [text: string, after: string, kept: string][] = [
		["hello</div>", "</div>", "hello"],
		["hello</di", "</div>", "hello"],
		["hello<", "</div>", "hello"],
		["hello", "</div>", "hello"],
		["a note */", " */", "a note "],
		["a note", "", "a note"],
		["bar()", ")", "bar()"],
	];
	for (const [text, after, kept] of cases) {
		it(`${JSON.stringify(text)} before ${JSON.stringify(after)} → ${JSON.stringify(kept)}`, () => {
			assert.equal(text.slice(0, lengthWithoutMark(text, after)), kept);
		});
	}
});
