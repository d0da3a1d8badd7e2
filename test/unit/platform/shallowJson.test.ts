import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonDepth, parseShallowJson } from "../../../src/platform/shallowJson.ts";

function depthOf(value: unknown): number {
	if (typeof value !== "object" || value === null) return 0;
	return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("the depth of JSON", () => {
	it("is that of its value, whatever strings say and wherever it is cut into pieces", () => {
		const anything = fc.anything({ key: fc.constantFrom("a", "[", '"{', "\\"), withNullPrototype: false });
		fc.assert(
			fc.property(anything, fc.string(), fc.nat(50), (value, text, cut) => {
				const json = JSON.stringify([value, { [text]: text }]) ?? "[[]]";
				const depth = new JsonDepth();
				const bytes = Buffer.from(json);
				depth.read(bytes.subarray(0, cut));
				depth.read(bytes.subarray(cut));
				assert.equal(depth.deepest, depthOf(JSON.parse(json)));
			}),
		);
	});

	it("is measured before parsing", () => {
		assert.deepEqual(parseShallowJson('{"a": [1, "[["]}', 2), { a: [1, "[["] });
		assert.throws(() => parseShallowJson('{"a": [1]}', 1), SyntaxError);
		assert.throws(() => parseShallowJson("[".repeat(1_000_000), 100), /nested more than 100 times/);
		assert.throws(() => parseShallowJson("[1", 1), SyntaxError);
	});
});
