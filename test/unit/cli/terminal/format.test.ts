import assert from "node:assert/strict";
import {
	count,
	cutEnd,
	cutStart,
	decimals,
	duration,
	percent,
	quantity,
	table,
	visible,
} from "../../../../src/cli/terminal/format.ts";
import { perplexity } from "../../../../src/domain/model.ts";

describe("figures", () => {
	const figures: readonly [string, string][] = [
		[decimals(1.234), "1.23"],
		[decimals(null), "–"],
		[String(perplexity(3)), "8"],
		[count(1234567.4), "1,234,567"],
		[quantity(1, "file"), "1 file"],
		[quantity(2000, "file"), "2,000 files"],
		[percent(0.125), "13 %"],
		[duration(-1), "0:00"],
		[duration(59.6), "1:00"],
		[duration(754), "12:34"],
		[duration(3723), "1:02:03"],
		[visible("a\tb\nc"), "a→b⏎c"],
		[cutEnd("abcdef", 6), "abcdef"],
		[cutEnd("abcdefg", 6), "abcde…"],
		[cutEnd("abcd😀efg", 6), "abcd…"],
		[cutStart("abcdef", 6), "abcdef"],
		[cutStart("abcdefg", 6), "…cdefg"],
		[cutStart("abc😀defg", 6), "…defg"],
		[visible("\x1b[31mé\u202e\0"), "�[31mé��"],
	];
	for (const [found, expected] of figures) it(expected, () => assert.equal(found, expected));
});

describe("table", () => {
	it("aligns names to the left and figures to the right", () => {
		assert.equal(
			table([
				["", "a", "bcd"],
				["long name", "1", "2"],
				["x", "100", "20"],
			]),
			["             a  bcd\n", "long name    1    2\n", "x          100   20\n"].join(""),
		);
	});
	it("is nothing without rows", () => assert.equal(table([]), ""));
});
