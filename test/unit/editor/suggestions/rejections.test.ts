import assert from "node:assert/strict";
import { Rejections } from "../../../../src/editor/suggestions/rejections.ts";

describe("Rejections", () => {
	it("knows a text again at its place only", () => {
		const rejections = new Rejections();
		rejections.add("a.ts", "function f() {", "\treturn ", "1;");
		assert.equal(rejections.has("a.ts", "function f() {", "\treturn ", "1;"), true);
		assert.equal(rejections.has("a.ts", "function f() {", "\treturn ", "2;"), false);
		assert.equal(rejections.has("a.ts", "function g() {", "\treturn ", "1;"), false);
		assert.equal(rejections.has("a.ts", "function f() {", "\t", "1;"), false);
		assert.equal(rejections.has("b.ts", "function f() {", "\treturn ", "1;"), false);
	});

	it("knows a text again that ends earlier or later", () => {
		const rejections = new Rejections();
		rejections.add("a.ts", "", "if", " (a) {\n\treturn 1;");
		assert.equal(rejections.has("a.ts", "", "if", " (a) {"), true);
		assert.equal(rejections.has("a.ts", "", "if", " (a) {\n\treturn 1;\n}"), true);
		assert.equal(rejections.has("a.ts", "", "if", " (a) {\n\treturn 2;"), false);
	});

	it("forgets those of one document", () => {
		const rejections = new Rejections();
		for (const name of ["Untitled-1", "Untitled-11", '"']) rejections.add(name, "", "", "1;");
		rejections.forget("Untitled-1");
		const known = ["Untitled-1", "Untitled-11", '"'].map((name) => rejections.has(name, "", "", "1;"));
		assert.deepEqual(known, [false, true, true]);
	});

	it("forgets the oldest, and counts one that is repeated as new", () => {
		const rejections = new Rejections();
		for (let i = 0; i < 50; i++) rejections.add("a.ts", "", "", `${i};`);
		rejections.add("a.ts", "", "", "0;");
		rejections.add("a.ts", "", "", "50;");
		assert.equal(rejections.has("a.ts", "", "", "0;"), true);
		assert.equal(rejections.has("a.ts", "", "", "1;"), false);
		assert.equal(rejections.has("a.ts", "", "", "50;"), true);
	});
});
