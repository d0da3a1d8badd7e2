import assert from "node:assert/strict";
import { mkdir, rename, rm } from "node:fs/promises";
import { describe, it } from "mocha";
import type { Workspace } from "../../../../src/domain/memory.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import { Typist, WorkspaceBench } from "./workspaceBench.ts";

describe("Text that is gone", () => {
	const folder = useTemporaryFolder();
	const kept = { "kept.ts": "this is kept\n".repeat(100), "src/also.ts": "and this is, too\n".repeat(100) };
	/** More than enough for what is forgotten here. */
	const minute = 60_000;

	async function over(
		files: Readonly<Record<string, string>>,
		changed: Partial<Workspace> = {},
	): Promise<WorkspaceBench> {
		const bench = new WorkspaceBench(folder(), changed);
		await bench.lay(files);
		return bench.begin();
	}

	async function wait(bench: WorkspaceBench, milliseconds: number): Promise<void> {
		bench.pass(milliseconds);
		await bench.later();
	}

	it("is forgotten when its file is deleted, and the rest is known as before", async () => {
		const bench = await over({ ...kept, "gone.ts": "const flabbergasted = 1;\n".repeat(10) });
		assert.equal(await bench.suggestionAfter("const flabber"), "gasted = 1;");
		await rm(bench.path("gone.ts"));
		await bench.changed("gone.ts");
		await wait(bench, minute);
		assert.equal(bench.times("flabbergasted"), 0);
		assert.equal(await bench.suggestionAfter("const flabber"), undefined);
		assert.deepEqual([bench.times("this is kept"), bench.times("and this is, too")], [100, 100]);
		assert.deepEqual(bench.state, { reading: false, files: 2, characters: Object.values(kept).join("").length });
	});

	it("is forgotten when its lines are rewritten", async () => {
		const bench = await over({ ...kept, "a.ts": "const flabbergasted = 1;\n".repeat(10) });
		await bench.save({ "a.ts": "const hornswoggled = 1;\n".repeat(10) });
		assert.equal(bench.times("flabbergasted"), 10);
		await wait(bench, minute);
		assert.deepEqual([bench.times("flabbergasted"), bench.times("hornswoggled"), bench.memories.length], [0, 10, 2]);
	});

	it("is forgotten in the memory's file, too", async () => {
		const bench = await over({ ...kept, "gone.ts": "const flabbergasted = 1;\n".repeat(10) });
		await bench.until("it is written", async () => bench.of("log").some(({ message }) => message.includes("written")));
		await rm(bench.path("gone.ts"));
		await bench.changed("gone.ts");
		await wait(bench, minute);
		await bench.session.close();
		const next = await new WorkspaceBench(folder()).begin();
		assert.deepEqual([next.times("flabbergasted"), next.times("this is kept")], [0, 100]);
	});

	it("that comes back before long is not learned again", async () => {
		const bench = await over({ ...kept, "src/b.ts": "const flabbergasted = 1;\n".repeat(50) });
		const before = bench.present?.learned;
		for (let switches = 0; switches < 3; switches++) {
			await rename(bench.path("src"), bench.path("../away"));
			await bench.changed("src");
			await wait(bench, 2_000);
			await rename(bench.path("../away"), bench.path("src"));
			await bench.changed("src/also.ts", "src/b.ts");
			await wait(bench, 2_000);
		}
		await wait(bench, minute);
		assert.deepEqual([bench.memories.length, bench.present?.learned], [1, before]);
	});

	it("is forgotten the later the smaller a part of all it is", async () => {
		const large = Array.from({ length: 2_000 }, (_, line) => `line ${line} of what is kept for ever and a day\n`);
		const bench = await over({ "large.ts": large.join(""), "gone.ts": "const flabbergasted = 1;\n".repeat(4) });
		await rm(bench.path("gone.ts"));
		await bench.changed("gone.ts");
		// Learning anew takes a tenth of a second, and a thousandth is gone.
		await wait(bench, minute);
		assert.deepEqual([bench.memories.length, bench.times("flabbergasted")], [1, 4]);
		await wait(bench, minute);
		assert.deepEqual([bench.memories.length, bench.times("flabbergasted")], [2, 0]);
		await wait(bench, 100 * minute);
		assert.equal(bench.memories.length, 2, "nothing more is gone");
	});

	it("is learned anew in steps, between which requests are answered", async () => {
		const bench = await over({
			"large.ts": "const value = compute(first);\n".repeat(3_000),
			"gone.ts": "gone\n".repeat(5_000),
		});
		await rm(bench.path("gone.ts"));
		await bench.changed("gone.ts");
		bench.pass(minute);
		bench.tick = 1;
		await bench.until("another memory", () => bench.memories.length === 2 && (bench.memories[1]?.learned ?? 0) > 0);
		assert((bench.memories[1]?.learned ?? 0) < 20_000);
		bench.tick = 0;
		assert.equal(await bench.suggestionAfter("const val"), "ue = compute(first);");
		await bench.later();
		assert.equal(bench.times("gone"), 0);
	});

	it("is not what is typed in open documents, or elsewhere than in files that are read", async () => {
		const rules = { exclude: [], maxFileKiB: 16, maxTotalMiB: 64 };
		const bench = await over(
			{ ...kept, "gone.ts": "gone\n".repeat(300), "large.ts": "large\n".repeat(5_000) },
			{ rules },
		);
		const untitled = new Typist(bench, "Untitled-1.ts").type("const flabbergasted = 1;\n");
		const unsaved = new Typist(bench, "kept.ts", kept["kept.ts"], true).type("const hornswoggled = 1;\n");
		const large = new Typist(bench, "large.ts", "large\n".repeat(5_000), true).type("const bamboozled = 1;\n");
		await bench.rest();
		await rm(bench.path("gone.ts"));
		await bench.changed("gone.ts");
		await wait(bench, minute);
		assert.equal(bench.times("gone"), 0);
		for (const word of ["flabbergasted", "hornswoggled", "bamboozled"]) assert.equal(bench.times(word), 1, word);
		for (const typist of [untitled, unsaved, large]) typist.type("more\n");
		await bench.later();
		assert.equal(bench.times("more"), 3);
		await wait(bench, 100 * minute);
		assert.equal(bench.memories.length, 2);
	});

	it("stays known while its memory is being replaced, and nothing is lost that is learned meanwhile", async () => {
		const bench = await over({ ...kept, "gone.ts": "gone\n".repeat(300) });
		await rm(bench.path("gone.ts"));
		await bench.changed("gone.ts");
		bench.pass(minute);
		const typist = new Typist(bench, "Untitled-1.ts").type("const flabbergasted = 1;\n");
		await bench.lay({ "new.ts": "const hornswoggled = 1;\n" });
		await bench.changed("new.ts");
		await typist.pause();
		await wait(bench, minute);
		assert.deepEqual(
			[bench.times("gone"), bench.times("flabbergasted"), bench.times("hornswoggled"), bench.memories.length],
			[0, 1, 1, 2],
		);
	});

	it("is not forgotten while the disk is away", async () => {
		const bench = await over({ ...kept, "gone.ts": "gone\n".repeat(300) });
		await rm(bench.path("gone.ts"));
		await bench.changed("gone.ts");
		await rename(bench.path(""), bench.path("../away"));
		await wait(bench, 10 * minute);
		await mkdir(bench.path(""));
		await wait(bench, 10 * minute);
		assert.deepEqual([bench.times("gone"), bench.times("this is kept")], [300, 100]);
		await rm(bench.path(""), { recursive: true });
		await rename(bench.path("../away"), bench.path(""));
		await wait(bench, 10 * minute);
		assert.deepEqual([bench.times("gone"), bench.times("this is kept")], [0, 100]);
	});

	it("is not looked for where no files are read", async () => {
		const bench = await over({ "a.ts": "one\n" }, { index: false, storage: null });
		await new Typist(bench, "Untitled-1.ts").type("const flabbergasted = 1;\n".repeat(10)).pause();
		await wait(bench, 100 * minute);
		assert.deepEqual([bench.memories.length, bench.times("flabbergasted")], [1, 10]);
	});
});
