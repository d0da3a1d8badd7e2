import assert from "node:assert/strict";
import { parseConfig } from "../../../../src/corpus/ignore/gitConfig.ts";

describe("a value of git's configuration", () => {
	it("is whole however many escapes, quotes and blanks it has", () => {
		for (const count of [1, 511, 512, 1023, 1024, 1025, 5000]) {
			const text = `[core]\n\tkey = ${String.raw`a\t"# " `.repeat(count)}b  # no part of it\n\tother = c\n`;
			assert.deepEqual(
				[...parseConfig(text)],
				[
					{ name: "core.key", value: `${"a\t#  ".repeat(count)}b` },
					{ name: "core.other", value: "c" },
				],
			);
		}
	});
});
