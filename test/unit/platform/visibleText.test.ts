import assert from "node:assert/strict";
import fc from "fast-check";
import {
	commonStart,
	headOf,
	shortened,
	tailOf,
	visibleStretch,
	visibleText,
} from "../../../src/platform/visibleText.ts";

describe("text of unknown origin on one line", () => {
	const shown: readonly [what: string, text: string, expected: string][] = [
		[
			"keeps words, signs, emoji and joined letters",
			"naïve 👩‍👩‍👧 می‌خواهم (a/b) [c]",
			"naïve 👩‍👩‍👧 می‌خواهم (a/b) [c]",
		],
		["shows ends of lines and tabs", "a\r\nb\tc\u2028d", "a\\u{d}\\u{a}b\\u{9}c\\u{2028}d"],
		["shows what a terminal would obey", "\x1b[2J\x9b\x07", "\\u{1b}[2J\\u{9b}\\u{7}"],
		["shows what changes the direction of reading", "a\u202egpj.exe\u2066\u061c", "a\\u{202e}gpj.exe\\u{2066}\\u{61c}"],
		["shows what nobody sees", "a\u200bb\ufeffc\u{e0041}", "a\\u{200b}b\\u{feff}c\\u{e0041}"],
		["shows halves of characters", "a\ud800b", "a\\u{d800}b"],
	];
	for (const [what, text, expected] of shown) it(what, () => assert.equal(visibleText(text), expected));

	it("has no unseen character whatever it was", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
				const seen = visibleText(text);
				assert.doesNotMatch(seen, /[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/u);
				assert.equal(visibleText(seen), seen);
			}),
		);
	});

	it("is cut in its middle when it is long", () => {
		assert.equal(shortened("0123456789", 10), "0123456789");
		assert.equal(shortened("0123456789x", 10), "0123456…9x");
		fc.assert(
			fc.property(fc.string({ maxLength: 100 }), fc.integer({ min: 2, max: 50 }), (text, longest) => {
				assert.ok(shortened(text, longest).length <= longest);
			}),
		);
	});

	it("is the same, cut, whether all of a long text is read or what can be shown of it", () => {
		const unit = fc.constantFrom("a", "é", "😀", "\t", "\u202e", "\ud800");
		fc.assert(
			fc.property(fc.string({ unit, maxLength: 100 }), fc.integer({ min: 2, max: 30 }), (text, longest) => {
				assert.equal(visibleStretch(text, longest), shortened(visibleText(text), longest));
			}),
		);
	});

	it("is read no further than can be shown", () => {
		const read: number[] = [];
		const { replaceAll } = String.prototype;
		String.prototype.replaceAll = function (this: string, ...args: Parameters<typeof replaceAll>) {
			read.push(this.length);
			return replaceAll.apply(this, args);
		} as typeof replaceAll;
		try {
			assert.equal(visibleStretch("\t".repeat(2 ** 20), 12), "\\u{9}\\u{…{9}");
		} finally {
			String.prototype.replaceAll = replaceAll;
		}
		assert.deepEqual(read, [24]);
	});

	it("is never cut inside a character, and cut nowhere else than asked for otherwise", () => {
		const unit = fc.constantFrom("a", "é", "😀", "😁", "字");
		const text = fc.string({ unit, maxLength: 12 });
		fc.assert(
			fc.property(text, text, fc.integer({ min: 2, max: 24 }), (one, other, most) => {
				const [head, tail, common] = [headOf(one, most), tailOf(one, most), one.slice(0, commonStart(one, other))];
				for (const part of [head, tail, common, shortened(one, most)]) assert.doesNotMatch(part, /\p{Surrogate}/u);
				assert.ok(one.startsWith(head) && one.endsWith(tail) && other.startsWith(common));
				for (const { length } of [head, tail]) assert.ok(length <= most && length >= Math.min(most, one.length) - 1);
				const [next, nextOfOther] = [one, other].map((whole) => [...whole.slice(common.length)][0]);
				assert.ok(next === undefined || next !== nextOfOther);
			}),
		);
	});
});
