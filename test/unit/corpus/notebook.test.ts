import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { describe, it } from "mocha";
import { readNotebook } from "../../../src/corpus/content/notebook.ts";
import { collect } from "../../../src/corpus/index.ts";
import { cellText } from "../../../src/domain/notebook.ts";
import { type CellContent, notebookJson, pythonLines } from "../support/notebookText.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

const prose: CellContent = { type: "markdown", source: "# Walruses\n\nThey flabbergast." };

describe("A notebook", () => {
	it("is read as its cells, a blank line between, without outputs and metadata", () => {
		const json = notebookJson(["import walrus\n", "walrus.call()", "", "  \n"]);
		assert.deepEqual(readNotebook(json), { text: "import walrus\n\nwalrus.call()\n\n", language: "python" });
	});

	it("is read language by language, its own first", () => {
		const json = notebookJson([prose, "a = 1", { source: "SELECT 1", language: "sql" }, prose, "b = 2"], "julia");
		const markdown = `${prose.source}\n\n`;
		assert.deepEqual(readNotebook(json), {
			text: `a = 1\n\nb = 2\n\n${markdown}${markdown}SELECT 1\n\n`,
			language: "julia",
		});
	});

	it("of prose alone is read as prose", () => {
		assert.equal(readNotebook(notebookJson([prose]))?.language, "markdown");
	});

	it("has sources that are joined as they were, wherever Python cut them", () => {
		const source = "one\ftwo\u2028three\x1cfour\nfive\u2029six\x85seven\veight\n\nnine";
		assert.equal(pythonLines(source).length, 10);
		assert.equal(readNotebook(notebookJson([source]))?.text, `${source}\n\n`);
		const text = JSON.stringify({ cells: [{ cell_type: "code", source }], nbformat: 4 });
		assert.deepEqual(readNotebook(text), { text: `${source}\n\n`, language: "python" });
	});

	it("ends its lines with line feeds", () => {
		assert.equal(readNotebook(notebookJson(["one\r\ntwo\rthree"]))?.text, "one\ntwo\nthree\n\n");
	});

	const languages: readonly [metadata: unknown, language: string][] = [
		[{ language_info: { name: "R" }, kernelspec: { language: "python" } }, "r"],
		[{ kernelspec: { language: "C++17" } }, "c++"],
		[{ kernelspec: { language: "C#" } }, "csharp"],
		[{ kernelspec: { language: "bash" } }, "shellscript"],
		[{}, "python"],
		[undefined, "python"],
		[{ language_info: { name: { toString: 1 } }, kernelspec: { language: 1 } }, "python"],
		[{ kernelspec: { language: "constructor" } }, "constructor"],
	];
	for (const [metadata, language] of languages)
		it(`of ${JSON.stringify(metadata)} is in ${language}`, () => {
			const json = JSON.stringify({ cells: [{ cell_type: "code", source: "x" }], metadata });
			assert.equal(readNotebook(json)?.language, language);
		});

	const malformed: readonly [what: string, json: string][] = [
		["JSON that is cut off", notebookJson(["a"]).slice(0, -10)],
		["the marks of a merge conflict", `<<<<<<< HEAD\n${notebookJson(["a"])}=======\n>>>>>>> other\n`],
		["no object", "[]"],
		["no cells", '{"nbformat": 4}'],
		["a cell without a source", '{"cells": [{"cell_type": "code"}]}'],
		["a source of numbers", '{"cells": [{"cell_type": "code", "source": [1]}]}'],
		["the format of before 2015", '{"worksheets": [{"cells": []}], "nbformat": 3}'],
	];
	for (const [what, json] of malformed) it(`with ${what} is malformed`, () => assert.equal(readNotebook(json), null));

	it("has cells whose lines are the same wherever they stand", () => {
		assert.equal(cellText("a\nb"), "a\nb\n\n");
		assert.equal(cellText("a\nb\n  \n"), "a\nb\n\n");
		assert.equal(cellText("\n \n"), "");
	});
});

describe("collect", () => {
	const path = useTemporaryFolder();

	it("reads notebooks as their cells, under the name of a file of their language, and says which it cannot read", async () => {
		const pictures = { type: "code", source: "plot()" } as const;
		const large = notebookJson([pictures]).replace("output of plot", "iVBORw0KGgo".repeat(3000));
		const files: Readonly<Record<string, string>> = {
			"a.ipynb": notebookJson(['token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"', "b = 2"]),
			"large.IPYNB": large,
			"long.ipynb": notebookJson(["long\n".repeat(1000)]),
			"broken.ipynb": "{",
			"empty.ipynb": notebookJson([]),
		};
		for (const [name, content] of Object.entries(files)) await writeFile(path(name), content);
		const rules = { exclude: [], maxFileKiB: 4, maxTotalMiB: 64 };
		const { files: found, leftOut } = await collect([{ path: path(), name: "folder" }], rules);
		assert.deepEqual(found.map(({ path: file, name, text }) => [file, name, text]).toSorted(), [
			["a.ipynb", "a.py", 'token = "xxxxxxxx"\n\nb = 2\n\n'],
			["large.IPYNB", "large.py", "plot()\n\n"],
		]);
		assert.deepEqual(leftOut, [
			{ path: "broken.ipynb", reason: "malformed" },
			{ path: "empty.ipynb", reason: "empty" },
			{ path: "long.ipynb", reason: "tooLarge" },
		]);
	});
});
