import assert from "node:assert/strict";
import fc from "fast-check";
import { maskSecrets } from "../../../../src/corpus/secrets/mask.ts";
import { hashingLines, hashLines, markingNew, markNew } from "../../../../src/server/memory/lines/lineHashes.ts";
import { finish, maskingSecrets } from "../../../../src/server/memory/lines/slices.ts";

const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
const keyLines = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n";
const key = `-----BEGIN PRIVATE KEY-----\n${keyLines.repeat(9)}-----END PRIVATE KEY-----\n`;
const certificate = key.replaceAll("PRIVATE KEY", "CERTIFICATE");

const fragment = fc.oneof(
	fc.constantFrom(
		token,
		`"${token}"`,
		key,
		certificate,
		"\n",
		" ",
		`const password = "hunter2x!9";\n`,
		"/",
		"x".repeat(40),
	),
	fc.string({ maxLength: 20 }),
);
const text = fc.array(fragment, { maxLength: 40 }).map((fragments) => fragments.join(""));

function steps(work: Generator<undefined, unknown>): number {
	let count = 0;
	while (!work.next().done) count++;
	return count;
}

describe("Work in slices", () => {
	it("masks the same secrets as work in one piece, wherever it is cut", () => {
		fc.assert(
			fc.property(text, fc.integer({ min: 1, max: 200 }), (whole, slice) => {
				assert.equal(finish(maskingSecrets(whole, "a.ts", slice)), maskSecrets(whole).text);
			}),
		);
	});

	it("masks a key that is as long as two slices, and tokens on both sides of a cut", () => {
		const long = `-----BEGIN PRIVATE KEY-----\n${keyLines.repeat(900)}-----END PRIVATE KEY-----\n`;
		const whole = `${"word ".repeat(5_000)}${long}${"word ".repeat(3_000)}${`"${token}" `.repeat(2_000)}`;
		assert.equal(finish(maskingSecrets(whole, "a.ts")), maskSecrets(whole).text);
	});

	it("gives way often in a long text", () => {
		const long = "const value = compute(first);\n".repeat(60_000);
		assert.ok(steps(maskingSecrets(long, "a.ts")) > 50);
		assert.ok(steps(hashingLines(long)) > 10);
		const lines = hashLines(long);
		assert.ok(steps(markingNew(lines, lines)) > 20);
		assert.deepEqual(finish(markingNew(lines, lines)), markNew(lines, lines));
	});
});
