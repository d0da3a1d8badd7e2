import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type * as nodeFileSystem from "node:fs/promises";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import type { Workspace } from "../../../../src/domain/memory.ts";
import { notebookJson } from "../../support/notebookText.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import { completeAt } from "../sessionBench.ts";
import { Typist, WorkspaceBench } from "./workspaceBench.ts";

const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

describe("What is typed", () => {
	const folder = useTemporaryFolder();

	async function over(
		files: Readonly<Record<string, string | Uint8Array>> = {},
		changed: Partial<Workspace> = {},
	): Promise<WorkspaceBench> {
		const bench = new WorkspaceBench(folder(), changed);
		await mkdir(bench.path(""), { recursive: true });
		await bench.lay(files);
		return bench.begin();
	}

	const untitled = "Untitled-1.ts";

	describe("before the folder is trusted", () => {
		const untrusted = { index: false, storage: null, isUntrusted: true } as const;

		/** A file system in which nothing can be looked at. */
		const forbidden = {} as typeof nodeFileSystem;

		async function overUntrusted(rules: Partial<Workspace["rules"]> = {}): Promise<WorkspaceBench> {
			const changed = { ...untrusted, rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 64, ...rules } };
			const bench = new WorkspaceBench(folder(), changed, { fileSystem: forbidden });
			return bench.begin();
		}

		it("is learned without a look at the folder, its ignore files included", async () => {
			const bench = await overUntrusted();
			await new Typist(bench, "src/a.ts", "old\n", true).type("flabbergasted\n").pause();
			assert.equal(bench.learned, "flabbergasted\n");
			assert.deepEqual(
				bench.of("log").filter(({ level }) => level !== "debug"),
				[],
			);
		});

		it("is not learned where the patterns of the settings exclude it", async () => {
			const bench = await overUntrusted({ exclude: ["**/private"] });
			await new Typist(bench, "private/a.ts", "", true).type("flabbergasted\n").pause();
			assert.equal(bench.learned, "");
		});

		it("is judged anew once it is, and forgotten where an ignore file names it", async () => {
			const bench = await over({ ".gitignore": "secretly\n" }, untrusted);
			await new Typist(bench, "secretly/a.ts", "", true).type("flabbergasted\n").pause();
			await new Typist(bench, "b.ts", "", true).type("unmistakable\n").pause();
			assert.equal(bench.times("flabbergasted"), 1);
			const { isUntrusted: _, ...trusted } = { ...bench.workspace, index: true };
			bench.send({ type: "workspace", workspace: trusted });
			await bench.later();
			assert.deepEqual([bench.times("flabbergasted"), bench.times("unmistakable")], [0, 1]);
		});
	});

	describe("in an untitled document", () => {
		it("is known from the next line on", async () => {
			const bench = await over();
			const typist = new Typist(bench, untitled).type("const flabbergasted = 1;\n");
			await typist.pause();
			typist.type("\nif (x) return;\nconst fla");
			bench.send(completeAt(3, 9, { document: untitled, version: 51 })).work();
			assert.deepEqual(bench.answers.at(-1), [1, "bbergasted = 1;", undefined]);
		});

		it("is not learned while its line is being typed, however long that takes", async () => {
			const bench = await over();
			const typist = new Typist(bench, untitled);
			for (const letters of ["flab", "ber", "gasted"]) await typist.type(letters).pause();
			assert.equal(bench.learned, "");
			await typist.type("\n").pause();
			assert.equal(bench.learned, "flabbergasted\n");
		});

		it("is learned once the cursor is seen elsewhere", async () => {
			const bench = await over();
			await new Typist(bench, untitled, "one\ntwo\nthree").pause();
			const typist = new Typist(bench, "Untitled-2.ts", "a\nb\nc\nd");
			await typist.pause();
			await typist.type(" flabbergasted", 0).pause();
			assert.equal(bench.times("flabbergasted"), 0);
			bench.send(completeAt(3, 1, { document: "Untitled-2.ts", version: 15 }));
			await typist.pause();
			assert.equal(bench.times("flabbergasted"), 1);
		});

		it("is learned a line at a time, each once", async () => {
			const bench = await over();
			const typist = new Typist(bench, untitled);
			for (const line of ["one", "two", "three", "two"]) await typist.type(`${line}\n`).pause();
			await typist.type("and more").pause();
			assert.equal(bench.learned, "one\ntwo\nthree\ntwo\n");
			await typist.type("\n").type(" at the first line", 0).pause();
			await typist.type("!").pause();
			assert.equal(bench.times("one at the first line"), 1);
			assert.equal(bench.times("three"), 1);
		});

		it("is learned if it was there when the document was opened", async () => {
			const bench = await over();
			await new Typist(bench, untitled, "const flabbergasted = 1;\nlast").pause();
			assert.equal(bench.times("flabbergasted"), 1);
		});

		it("is not learned as finished if it is the beginning of a line with which the document was opened", async () => {
			const bench = await over();
			const typist = new Typist(bench, untitled, "const flab");
			await typist.pause();
			assert.equal(bench.learned, "");
			await typist.type("bergasted = 1;\n").pause();
			assert.equal(bench.learned, "const flabbergasted = 1;\n");
		});

		it("is learned once if the document is closed and opened again", async () => {
			const bench = await over();
			const typist = new Typist(bench, untitled).type("const flabbergasted = 1;\n");
			await typist.pause();
			typist.close();
			await new Typist(bench, untitled, typist.text).pause();
			assert.equal(bench.times("flabbergasted"), 1);
		});

		it("is learned if the document is closed at once, but for the line that is not finished", async () => {
			const bench = await over();
			for (const at of [1, 2, 3]) {
				const typist = new Typist(bench, `Untitled-${at}.ts`);
				await typist.type(`number ${at}`).pause();
				typist.type("\nlet").close();
			}
			await bench.rest();
			assert.equal(bench.learned, "number 1\nnumber 2\nnumber 3\n");
		});

		it("is not learned if all is forgotten as soon as the document is closed", async () => {
			const bench = await over();
			const typist = new Typist(bench, untitled);
			await typist.type("flabbergasted").pause();
			typist.type("\n").close();
			bench.send({ type: "forget", id: 1 });
			await bench.later();
			assert.equal(bench.learned, "");
		});

		it("is learned once if it is saved as a file", async () => {
			const bench = await over();
			const typist = new Typist(bench, untitled).type("const flabbergasted = 1;\nlet other;\nreturn;\n");
			await typist.pause();
			await bench.save({ "a.ts": typist.text });
			const saved = new Typist(bench, "a.ts", typist.text, true);
			typist.close();
			await saved.pause();
			assert.deepEqual([bench.times("flabbergasted"), bench.state?.files], [1, 1]);
		});

		it("is learned without its secrets", async () => {
			const bench = await over();
			await new Typist(bench, untitled).type(`const token = "${token}";\n`).pause();
			assert.equal(bench.learned, 'const token = "xxxxxxxx";\n');
		});

		it("is learned without a key of many lines, though that shifts the lines below", async () => {
			const bench = await over();
			const key = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(9)}-----END PRIVATE KEY-----\n`;
			const typist = new Typist(bench, untitled, `${key}first\n`);
			await typist.pause();
			await typist.type("second\nunfinished").pause();
			assert.equal(bench.times("MIIE"), 0);
			assert.deepEqual([bench.times("second"), bench.times("unfinished")], [1, 0]);
		});

		it("is learned in context, and in order", async () => {
			const bench = await over();
			await new Typist(bench, untitled).type("if (a) {\n\tb();\n}\n").pause();
			assert.equal(bench.learned, "if (a) {\n\tb();\n}\n");
		});
	});

	describe("in a file", () => {
		it("is known before it is saved, and learned no second time then", async () => {
			const bench = await over({ "a.ts": "one\ntwo\n" });
			const typist = new Typist(bench, "a.ts", "one\ntwo\n", true);
			await typist.type("const flabbergasted = 1;\n").pause();
			assert.equal(await bench.suggestionAfter("const fla"), "bbergasted = 1;");
			await bench.save({ "a.ts": typist.text });
			typist.close();
			await bench.rest();
			assert.equal(bench.learned, "one\ntwo\nconst flabbergasted = 1;\n");
		});

		it("that is new is learned once", async () => {
			const bench = await over({ "other.ts": "other\n" });
			const typist = new Typist(bench, "new.ts", "", true).type("const flabbergasted = 1;\n");
			await typist.pause();
			await bench.save({ "new.ts": typist.text });
			assert.equal(bench.times("flabbergasted"), 1);
		});

		it("that was not saved when it was opened is learned", async () => {
			const bench = await over({ "a.ts": "one\n" });
			await new Typist(bench, "a.ts", "one\nconst flabbergasted = 1;\n", true).pause();
			assert.equal(bench.learned, "one\nconst flabbergasted = 1;\n");
		});

		it("of the same text as another is learned without that text", async () => {
			const bench = await over({ "a.ts": "one\ntwo\n", "b.ts": "one\ntwo\n" });
			for (const name of ["a.ts", "b.ts"]) await new Typist(bench, name, "one\ntwo\n", true).type(`${name}\n`).pause();
			assert.deepEqual([bench.times("one"), bench.times("a.ts"), bench.times("b.ts")], [1, 1, 1]);
		});

		const leftOut: readonly [what: string, name: string, text: string][] = [
			["that is ignored", "ignored/a.ts", "one\n"],
			["that is ignored and not there yet", "ignored/new.ts", ""],
			["that holds secrets", "keys/a.pem", "one\n"],
			["that is generated", "a.go", "// Code generated by x. DO NOT EDIT.\n"],
			["outside of the folders", "../elsewhere/a.ts", "one\n"],
		];
		for (const [what, name, text] of leftOut)
			it(`${what} is not learned`, async () => {
				const files = text === "" ? {} : { [name]: text };
				const rules = { exclude: [], maxFileKiB: 1, maxTotalMiB: 64 };
				const bench = await over({ ".gitignore": "ignored/\n", "ignored/x": "x", ...files }, { rules });
				await new Typist(bench, name, text, true).type("const flabbergasted = 1;\n").pause();
				assert.equal(bench.times("flabbergasted"), 0);
				await bench.begin({ index: false });
				assert.equal(bench.times("flabbergasted"), 0);
			});

		it("is learned, without what was there, where the files are not read", async () => {
			const bench = await over({ "a.ts": "one\ntwo\n" }, { index: false, storage: null });
			await new Typist(bench, "a.ts", "one\ntwo\n", true).type("const flabbergasted = 1;\n").pause();
			assert.equal(bench.learned, "const flabbergasted = 1;\n");
		});

		it("is learned, with what was there, where there is no folder", async () => {
			const bench = await over({ "a.ts": "one\ntwo\n" }, { folders: [], index: false, storage: null });
			for (const name of [".env", "../.aws/config"]) new Typist(bench, name, "A=planted\n", true);
			await new Typist(bench, "a.ts", "one\ntwo\n", true).type("const flabbergasted = 1;\n").pause();
			assert.equal(bench.learned, "one\ntwo\nconst flabbergasted = 1;\n");
		});
	});

	it("is found in a document of a mebibyte in many steps, between which requests are answered", async () => {
		const rules = { exclude: [], maxFileKiB: 4096, maxTotalMiB: 64 };
		const bench = await over({ "a.ts": "const value = compute(first);\n".repeat(30_000) }, { rules });
		const document = bench.path("a.ts");
		const text = "const value = compute(first);\n".repeat(30_000);
		bench.send({ type: "open", document, path: "a.ts", file: { path: document, whole: true }, version: 1, text });
		await bench.rest();
		const end = { line: 30_000, character: 0 };
		const changes = [{ start: end, end, text: "const flabbergasted = 1;\n" }];
		bench.send({ type: "change", document, version: 2, changes }).pass(2_000);
		assert.equal(bench.times("flabbergasted"), 1);
		// Each step takes longer than the time for other work.
		bench.tick = 10;
		const below = { line: 30_001, character: 0 };
		const more = [{ start: below, end: below, text: "const bamboozled = 2;\n" }];
		bench.send({ type: "change", document, version: 3, changes: more });
		bench.time += 5_000;
		bench.send(completeAt(0, 0, { document, version: 3, id: 7 }));
		let turns = 0;
		for (; bench.times("bamboozled") === 0 && turns < 1_000; turns++) bench.turn();
		assert.ok(turns > 50, `${turns}`);
		assert.equal(bench.times("bamboozled"), 1);
		assert.ok(bench.answers.some(([id]) => id === 7));
	});

	it("is learned although the document changes while its lines are looked for", async () => {
		const bench = await over();
		const typist = new Typist(bench, untitled);
		bench.tick = 10;
		typist.type("first\n");
		bench.time += 500;
		bench.turn().turn();
		typist.type("second\nthird\n");
		bench.tick = 0;
		await typist.pause();
		await typist.pause();
		assert.deepEqual(
			["first", "second", "third"].map((line) => bench.times(line)),
			[1, 1, 1],
		);
	});

	describe("in a file that is on no disk", () => {
		const text = "one\ntwo\nthree\n";

		for (const [where, folders] of [
			["in a workspace of other folders", undefined],
			["in a workspace without folders on a disk", []],
		] as const)
			it(`is learned, without what was there, ${where}`, async () => {
				const bench = await over({}, folders === undefined ? {} : { folders });
				const typist = new Typist(bench, "a.ts", text, "elsewhere");
				await typist.pause();
				assert.equal(bench.learned, "");
				await typist.type("const flabbergasted = 1;\n").pause();
				assert.equal(bench.learned, "const flabbergasted = 1;\n");
				typist.close();
				await new Typist(bench, "a.ts", typist.text, "elsewhere").type("more\n").pause();
				assert.equal(bench.learned, "const flabbergasted = 1;\nmore\n");
			});

		it("is not learned if the settings exclude the file as soon as it is closed", async () => {
			const bench = await over();
			const typist = new Typist(bench, "a.ts", text, "elsewhere");
			await typist.type("flabbergasted").pause();
			typist.type("\n").close();
			const rules = { ...bench.workspace.rules, exclude: ["a.ts"] };
			bench.send({ type: "workspace", workspace: { ...bench.workspace, rules } });
			await bench.later();
			assert.equal(bench.times("flabbergasted"), 0);
		});

		it("is learned before and after the workspace is known", async () => {
			const bench = new WorkspaceBench(folder(), { folders: [] });
			const typist = new Typist(bench, "a.ts", text, "elsewhere").type("early\n");
			await bench.begin();
			await typist.type("late\n").pause();
			assert.equal(bench.learned, "early\nlate\n");
		});

		for (const exclude of [["private"], ["**/a.ts"], ["private/**"]])
			it(`is not learned if ${exclude} excludes it`, async () => {
				const bench = await over({}, { folders: [], rules: { exclude, maxFileKiB: 256, maxTotalMiB: 64 } });
				const file = { path: "private/a.ts", whole: true, isElsewhere: true } as const;
				bench.send({ type: "open", document: "a", path: file.path, file, version: 1, text: "" });
				const start = { line: 0, character: 0 };
				const changes = [{ start, end: start, text: "const flabbergasted = 1;\n" }];
				bench.send({ type: "change", document: "a", version: 2, changes });
				await bench.rest();
				assert.equal(bench.learned, "");
			});

		for (const name of [".env", "keys/server.pem", ".aws/config"])
			it(`is not learned if its path is one of secrets: ${name}`, async () => {
				const bench = await over({}, { folders: [] });
				await new Typist(bench, name, "", "elsewhere").type("const flabbergasted = 1;\n").pause();
				assert.equal(bench.learned, "");
			});
	});

	it("is completed and learned in a workspace that lies in a folder called secrets", async () => {
		const path = folder("secrets", "work");
		const bench = new WorkspaceBench(folder(), { folders: [{ path, name: "work" }] });
		await mkdir(path, { recursive: true });
		await bench.begin();
		bench.send({
			type: "open",
			document: "a",
			path: "a.ts",
			file: { path: join(path, "a.ts"), whole: true },
			version: 1,
			text: "",
		});
		bench.send(completeAt(0, 0, { document: "a" })).work();
		assert.equal(bench.last("completions")?.silence, "unsure");
	});

	describe("in a cell", () => {
		const notebook = notebookJson(["import walrus\n\nwalrus.call()", { type: "markdown", source: "Prose." }]);

		it("is known before the notebook is saved, and learned no second time then", async () => {
			const bench = await over({ "n.ipynb": notebook });
			assert.equal(bench.learned, "import walrus\n\nwalrus.call()\n\nProse.\n\n");
			const first = new Typist(bench, "n.ipynb#1", "import walrus\n\nwalrus.call()", "cell");
			const second = new Typist(bench, "n.ipynb#2", "", "cell");
			await second.type("walrus.flabbergast()\nwalrus.hornswoggle()").pause();
			assert.deepEqual([bench.times("flabbergast"), bench.times("hornswoggle")], [1, 0]);
			assert.equal(await bench.suggestionAfter("walrus.fl", "n.py"), "abbergast()");
			// The cursor leaves the second cell.
			await first.type("\nwalrus.bamboozle()\n").pause();
			assert.deepEqual([bench.times("hornswoggle"), bench.times("bamboozle")], [1, 1]);
			const before = bench.learned;
			await bench.save({ "n.ipynb": notebookJson([second.text, "new()", first.text, "Prose."]) });
			assert.equal(bench.learned.slice(before.length).trim(), "new()");
		});

		it("is learned once if the notebook is saved for the first time", async () => {
			const bench = await over({ "other.ts": "other\n" });
			const cells = ["1", "2", "3"].map((name) => new Typist(bench, `Untitled-1.ipynb#${name}`, "", "newCell"));
			for (const [number, cell] of cells.entries()) cell.type(`flabbergast(${number})\nhornswoggle(${number})\n`);
			await bench.rest();
			await bench.save({ "n.ipynb": notebookJson(cells.map(({ text }) => text)) });
			await bench.later();
			for (const number of cells.keys())
				for (const name of ["flabbergast", "hornswoggle"]) assert.equal(bench.times(`${name}(${number})`), 1);
		});

		it("is learned with the cells above as the text before it", async () => {
			const bench = await over({ "n.ipynb": notebook });
			const cell = new Typist(bench, "n.ipynb#2", "", "cell");
			bench.send({ type: "above", document: cell.id, text: "import walrus\n\nabove = 1\n\n" });
			await cell.type("flabbergast()\n").pause();
			assert.equal(bench.times("above"), 0);
			const learned = JSON.parse(String(Buffer.from(bench.present?.snapshot() ?? []))) as [
				before: string,
				text: string,
			][];
			const [before] = learned.find(([, text]) => text.startsWith("flabbergast")) ?? [];
			assert.equal(before, "\nabove = 1\n\n".slice(-12));
		});

		it("is not learned if the notebook is left out", async () => {
			const bench = await over({ ".gitignore": "n.ipynb\n", "n.ipynb": notebook });
			await new Typist(bench, "n.ipynb#1", "", "cell").type("flabbergast()\n").pause();
			assert.equal(bench.times("flabbergast"), 0);
		});
	});

	describe("in a file that cannot be read as the editor reads it", () => {
		const rules = { exclude: [], maxFileKiB: 1, maxTotalMiB: 64 };
		const encodings: readonly [what: string, name: string, content: string | Uint8Array, text: string][] = [
			["that is too large", "large.ts", "line\n".repeat(300), "line\n".repeat(300)],
			["in Latin-1", "latin.ts", Buffer.from("h\u00e9!\nline\n", "latin1"), "h\u00e9!\nline\n"],
			["in UTF-16 without a mark", "wide.ts", Buffer.from("line\n", "utf16le"), "line\n"],
		];
		for (const [what, name, content, text] of encodings)
			it(`${what} is learned without what was there, and once`, async () => {
				const bench = await over({ [name]: content }, { rules });
				assert.equal(bench.learned, "");
				const typist = new Typist(bench, name, text, true);
				await typist.type("const flabbergasted = 1;\nlet x").pause();
				assert.equal(bench.learned, "const flabbergasted = 1;\n");
				const encoding = what.includes("Latin") ? "latin1" : what.includes("16") ? "utf16le" : "utf8";
				await bench.save({ [name]: Buffer.from(typist.text, encoding) });
				await typist.type(";\n").pause();
				await bench.later();
				typist.close();
				await new Typist(bench, name, typist.text, true).type("more\n").pause();
				assert.equal(bench.learned, "const flabbergasted = 1;\nlet x;\nmore\n");
			});

		it("but has its bytes in it, is not learned", async () => {
			const bench = await over({ "a.bin": "\0".repeat(10) }, { rules });
			await new Typist(bench, "a.bin", "\0".repeat(10), true).type("\nconst flabbergasted = 1;\n").pause();
			assert.equal(bench.learned, "");
		});
	});

	it("is learned in a file that was opened by another path, and once", async () => {
		const bench = await over({ "src/a.ts": "one\n" });
		await symlink(bench.path("src"), bench.path("again"));
		await symlink(bench.path("src/a.ts"), bench.path("../link.ts"));
		for (const [name, word] of [
			["again/a.ts", "flabbergasted"],
			["../link.ts", "hornswoggled"],
		] as const) {
			const typist = new Typist(bench, name, "one\n", true);
			await typist.type(`${word}\n`).pause();
			await bench.save({ "src/a.ts": typist.text });
			assert.equal(bench.times(word), 1, name);
			assert.equal(bench.times("one"), 1);
		}
	});

	it("is not learned in a file outside of the folders, though a link in them leads there", async () => {
		const bench = await over({ "src/a.ts": "one\n" });
		await bench.lay({ "../outside/b.ts": "two\n" });
		await symlink(bench.path("../outside/b.ts"), bench.path("src/link.ts"));
		for (const name of ["src/link.ts", "../outside/b.ts"]) {
			await new Typist(bench, name, "two\n", true).type("flabbergasted\n").pause();
			assert.equal(bench.times("flabbergasted"), 0, name);
		}
	});

	it("is learned once the workspace is known, if that comes later", async () => {
		const bench = new WorkspaceBench(folder());
		await bench.lay({ "a.ts": "one\n" });
		new Typist(bench, untitled, "const flabbergasted = 1;\n");
		new Typist(bench, "a.ts", "one\nconst saved = 2;\n", true);
		await bench.begin();
		assert.deepEqual([bench.times("flabbergasted"), bench.times("saved")], [1, 1]);
	});

	it("teaches how far the model is to be trusted, too", async () => {
		const bench = new WorkspaceBench(folder());
		bench.files.set("model", "const value = compute(first);\n");
		await bench.load("model");
		await bench.begin();
		await new Typist(bench, untitled).type("const flabbergasted = 1;\n").pause();
		assert.equal(bench.times("flabbergasted"), 1);
		// Another model amid the lines.
		const typist = new Typist(bench, "Untitled-2.ts").type("let bamboozled;\nlet hornswoggled;\n");
		await bench.load("model");
		await typist.pause();
		assert.deepEqual([bench.times("bamboozled"), bench.times("hornswoggled")], [1, 1]);
	});

	it("teaches a memory that is made anew", async () => {
		const bench = await over({ "a.ts": "kept\n", "private/b.ts": "gone\n" });
		await new Typist(bench, untitled).type("const flabbergasted = 1;\n").pause();
		await bench.begin({ rules: { ...bench.workspace.rules, exclude: ["private"] } });
		assert.deepEqual([bench.memories.length, bench.times("flabbergasted"), bench.times("gone")], [2, 1, 0]);
	});
});
