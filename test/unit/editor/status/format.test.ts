import assert from "node:assert/strict";
import { Format } from "../../../../src/editor/status/format.ts";

const en = new Format("en");

describe("Format", () => {
	const cases: readonly [actual: string, expected: string][] = [
		[en.perplexity(3.14), "3.1"],
		[en.perplexity(3), "3.0"],
		[en.perplexity(255.6), "256"],
		[en.percent(0.426), "43%"],
		[en.integer(12345.6), "12,346"],
		[en.short(21_950), "22K"],
		[en.duration(-1), "0 sec"],
		[en.duration(42.4), "42 sec"],
		[en.duration(119.4), "119 sec"],
		[en.duration(170), "3 min"],
		[en.duration(3 * 3600), "3 hr"],
		[en.milliseconds(8.4), "8 ms"],
		[en.bytes(512), "0.5 KiB"],
		[en.bytes(5 * 2 ** 20), "5 MiB"],
		[new Format("de").perplexity(3.14), "3,1"],
		[new Format("not a locale").perplexity(3.14), "3.1"],
	];
	for (const [actual, expected] of cases) it(`writes ${expected}`, () => assert.equal(actual, expected));

	it("writes dates, and leaves alone what is none", () => {
		assert.match(en.date("2025-03-01T12:00:00Z"), /Mar.*2025/);
		assert.equal(en.date("never"), "never");
	});
});
