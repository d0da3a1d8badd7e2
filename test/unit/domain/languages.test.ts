import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { extensionOf } from "../../../src/domain/languages.ts";
import { cellPath } from "../../../src/domain/notebook.ts";

describe("names by language", () => {
	it("names a cell like a file of its language beside the notebook", () => {
		assert.equal(cellPath("notes/a.b.ipynb", "python"), "notes/a.b.py");
		assert.equal(cellPath("notes/noextension", "julia"), "notes/noextension.jl");
	});

	it("takes an unknown language's identifier for its extension", () => {
		assert.equal(extensionOf("zig"), "zig");
		assert.equal(extensionOf("constructor"), "constructor");
		assert.equal(extensionOf("typescriptreact"), "tsx");
	});
});
