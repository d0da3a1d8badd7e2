import assert from "node:assert/strict";
import { withoutNotice } from "../../../models/pretrain/notice.ts";

describe("withoutNotice", () => {
	const cases: readonly [name: string, text: string, left: string][] = [
		["a block", "/*\n * Copyright 2020 A\n * MIT License\n */\n\npackage a;\n", "package a;\n"],
		[
			"lines",
			"// Copyright 2020 A. All rights reserved.\n\n// Package a does it.\npackage a\n",
			"// Package a does it.\npackage a\n",
		],
		["the lines after a shebang", "#!/bin/sh\n#\n# Licensed under the MIT License\n\nset -e\n", "#!/bin/sh\nset -e\n"],
		["what follows <?php", "<?php\n\n/* (c) 2020 A */\n\nnamespace A;\n", "<?php\nnamespace A;\n"],
		["that of a page", "<!-- SPDX-License-Identifier: MIT -->\n<html>\n", "<html>\n"],
		[
			"no other comment",
			"/* Adds two numbers. */\nint add(int a, int b);\n",
			"/* Adds two numbers. */\nint add(int a, int b);\n",
		],
		[
			"no documentation",
			"//! Licensed under what you like.\nfn a() {}\n",
			"//! Licensed under what you like.\nfn a() {}\n",
		],
		["no text without a comment", "let license = 1;\n", "let license = 1;\n"],
	];
	for (const [name, text, left] of cases) {
		it(`takes away ${name}`, () => assert.equal(withoutNotice("file", text), left));
	}

	it("takes away no heading of Markdown", () => {
		assert.equal(withoutNotice("a/README.md", "# License\n\nMIT\n"), "# License\n\nMIT\n");
	});
});
