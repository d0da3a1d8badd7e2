import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { describe, it } from "mocha";
import type { Workspace } from "../../../../src/domain/memory.ts";
import type { Memory } from "../../../../src/model/memory/index.ts";
import { Failure } from "../../../../src/platform/failure.ts";
import type { SessionHost } from "../../../../src/server/session.ts";
import { countingMemory } from "../../support/countingMemory.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import { Typist, WorkspaceBench } from "./workspaceBench.ts";

/** Longer than between two writings. */
const minutes = 600_000;

describe("The memory of a workspace", () => {
	const folder = useTemporaryFolder();

	const bench = (changed: Partial<Workspace> = {}, parts: Partial<SessionHost> = {}): WorkspaceBench =>
		new WorkspaceBench(folder(), changed, parts);

	/** A session that has read these files and then ends. */
	async function session(files: Readonly<Record<string, string>>, changed: Partial<Workspace> = {}): Promise<void> {
		const first = bench();
		await first.lay(files);
		await first.begin(changed);
		await first.session.close();
	}

	describe("on disk", () => {
		it("is written once all is read and the user is quiet", async () => {
			const first = bench();
			await first.lay({ "a.ts": "const flabbergasted = 1;\n" });
			first.send({ type: "workspace", workspace: first.workspace });
			new Typist(first, "Untitled-1").type("a");
			await first.rest();
			assert.equal(first.state?.reading, false);
			assert.equal(existsSync(first.memoryFile), false);
			first.pass(2_000);
			await first.until("the file", () => first.of("log").some(({ message }) => message.includes("written")));
			assert(existsSync(first.memoryFile));
		});

		it("does not change while it is written, and learns afterwards what was typed meanwhile", async () => {
			let release: (() => void) | undefined;
			const rename: typeof nodeFileSystem.rename = async (from, to) => {
				await new Promise<void>((resolve) => {
					release = resolve;
				});
				await nodeFileSystem.rename(from, to);
			};
			const first = bench({}, { fileSystem: { ...nodeFileSystem, rename } });
			await first.lay({ "a.ts": "one\n" });
			first.send({ type: "workspace", workspace: first.workspace });
			await first.until("the end of the writing", () => release);
			new Typist(first, "Untitled-1").type("const hornswoggled = 3;\n");
			first.pass(10_000);
			assert.equal(first.times("hornswoggled"), 0);
			release?.();
			await first.until("the line", () => first.times("hornswoggled") === 1);
			assert(existsSync(first.memoryFile));
		});

		it("is not written again before there is something new, and minutes later", async () => {
			const first = bench();
			await first.lay({ "a.ts": "one\n" });
			await first.begin();
			const writings = (): number => first.of("log").filter(({ message }) => message.includes("written")).length;
			await first.until("the file", () => writings() === 1);
			first.pass(minutes);
			await first.rest();
			assert.equal(writings(), 1);
			const typist = new Typist(first, "Untitled-1");
			await typist.type("two\n").pause();
			await first.later();
			assert.equal(writings(), 2);
			await typist.type("three\n").pause();
			await first.later();
			assert.equal(writings(), 2);
			first.pass(minutes);
			await first.rest();
			assert.equal(writings(), 3);
		});

		it("is read back, and nothing is learned again that has not changed", async () => {
			await session({ "a.ts": "const flabbergasted = 1;\n", "b.ts": "one\n" });
			const second = await bench().begin();
			assert.equal(second.times("flabbergasted"), 1);
			assert.equal(await second.suggestionAfter("const fla"), "bbergasted = 1;");
			assert.deepEqual(second.state, { reading: false, files: 2, characters: 29 });
			assert.match(second.of("log")[0]?.message ?? "", /memory of 2 files was read/);
			await second.session.close();
			assert.equal(second.of("log").filter(({ message }) => message.includes("written")).length, 0);
		});

		it("is brought up to date with what has changed meanwhile", async () => {
			await session({ "a.ts": "one\ntwo\n", "gone.ts": "gone\nand\nrenamed\n" });
			const second = bench();
			await nodeFileSystem.rename(second.path("gone.ts"), second.path("renamed.ts"));
			await second.lay({ "a.ts": "one\ntwo\nthree\n", "new.ts": "new\n" });
			await second.begin();
			assert.deepEqual(
				["three", "new", "renamed"].map((line) => second.times(line)),
				[1, 1, 1],
			);
		});

		it("remembers what was typed in documents that come back", async () => {
			const first = await bench().begin();
			const typist = new Typist(first, "untitled:1").type("const flabbergasted = 1;\n");
			await typist.pause();
			await first.session.close();
			const second = await bench().begin();
			await new Typist(second, "untitled:1", `${typist.text}more\n`).pause();
			assert.deepEqual([second.times("flabbergasted"), second.times("more")], [1, 1]);
		});

		it("is not used for what may not be known any more", async () => {
			await session({ "a.ts": "kept\n", "private/b.ts": "flabbergasted\n" });
			const second = bench();
			const exclude = { rules: { ...second.workspace.rules, exclude: ["private"] } };
			await second.begin(exclude);
			assert.deepEqual([second.times("flabbergasted"), second.times("kept")], [0, 1]);
			assert.equal(second.memories.length, 1, "it was not even read");
		});

		it("is used where other rules leave out nothing that is known", async () => {
			await session({ "a.ts": "kept\n" });
			await bench().begin({ rules: { exclude: ["private"], maxFileKiB: 100, maxTotalMiB: 64 } });
			const second = bench();
			await second.begin({ rules: { exclude: ["private"], maxFileKiB: 100, maxTotalMiB: 64 } });
			assert.equal(second.memories.length, 1);
			assert.equal(second.times("kept"), 1);
		});

		it("goes when an ignore file has changed meanwhile", async () => {
			await session({ "a.ts": "kept\n", "private.ts": "flabbergasted\n" });
			const second = bench();
			await second.lay({ ".gitignore": "private*\n" });
			await second.begin();
			await second.until("another memory", () => second.memories.length === 2);
			await second.rest();
			assert.deepEqual([second.times("flabbergasted"), second.times("kept")], [0, 1]);
			await second.session.close();
			const third = await bench().begin();
			assert.deepEqual([third.memories.length, third.times("flabbergasted")], [1, 0]);
		});

		const damages: readonly [what: string, damage: (bytes: Buffer) => Buffer, why: RegExp][] = [
			["cut off", (bytes) => bytes.subarray(0, bytes.length - 10), /parts do not fit its length/],
			["cut off at the beginning", (bytes) => bytes.subarray(0, 10), /another kind/],
			["empty", () => Buffer.alloc(0), /another kind/],
			["of another kind", () => Buffer.from("something else altogether"), /another kind/],
			["of another version", (bytes) => Buffer.concat([Buffer.from("INKMEM2\n"), bytes.subarray(8)]), /another kind/],
			[
				"damaged in its header",
				(bytes) => {
					bytes.writeUInt8("?".charCodeAt(0), 12);
					return bytes;
				},
				/header is no JSON/,
			],
			[
				"damaged in one place",
				(bytes) => {
					const last = bytes.length - 5;
					bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
					return bytes;
				},
				/damaged/,
			],
		];
		for (const [what, damage, why] of damages)
			it(`is made anew, with a word in the log, when it is ${what}`, async () => {
				await session({ "a.ts": "const flabbergasted = 1;\n" });
				const second = bench();
				await writeFile(second.memoryFile, damage(await readFile(second.memoryFile)));
				await second.begin();
				assert.equal(second.times("flabbergasted"), 1);
				const [{ level, message } = { level: "", message: "" }] = second.of("log");
				assert.equal(level, "warn");
				assert.match(message, why);
				assert(!message.includes("flabbergasted"));
				await second.session.close();
				const third = await bench().begin();
				assert.equal(third.of("log").filter((entry) => entry.level === "warn").length, 0);
			});

		it("is made anew when it was made for another size", async () => {
			await session({ "a.ts": "one\n" });
			const second = await bench({ memoryMiB: 32 }).begin();
			assert.equal(second.times("one"), 1);
			assert.deepEqual(second.memoryOptions, [{ mebibytes: 32, expectedBytes: 2 ** 18, threads: 2 }]);
		});

		for (const rules of [undefined, { exclude: ["x"], maxFileKiB: 256, maxTotalMiB: 64 }])
			it(`is made anew when the snapshot does not fit, under ${rules ? "other" : "the same"} rules`, async () => {
				await session({ "a.ts": "one\n" });
				const roomForMemory = () => Promise.reject(new Failure("memoryBroken", "of another layout"));
				const second = await bench(rules ? { rules } : {}, { roomForMemory }).begin();
				assert.equal(second.times("one"), 1);
				assert(second.of("log").some(({ message }) => message.includes("of another layout")));
			});

		it("is made anew when it cannot be read", async () => {
			await session({ "a.ts": "one\n" });
			const open = (path: string, ...rest: never[]): Promise<nodeFileSystem.FileHandle> =>
				path.endsWith("memory.bin")
					? Promise.reject(Object.assign(new Error("EIO: bad disk"), { code: "EIO" }))
					: nodeFileSystem.open(path, ...rest);
			const second = await bench({}, { fileSystem: { ...nodeFileSystem, open } as typeof nodeFileSystem }).begin();
			assert.equal(second.times("one"), 1);
			assert.match(second.of("log")[0]?.message ?? "", /EIO/);
		});

		const writeFailures: readonly [code: string, operation: "mkdir" | "rename"][] = [
			["ENOSPC", "rename"],
			["EROFS", "mkdir"],
		];
		for (const [code, operation] of writeFailures)
			it(`stays as it was when it cannot be written (${code}), and is tried again`, async () => {
				await session({ "a.ts": "one\n" });
				const file = bench().memoryFile;
				const before = await readFile(file);
				let fails = true;
				const { rename, mkdir: make } = nodeFileSystem;
				const operations: Readonly<Record<string, (...args: never[]) => unknown>> = { rename, mkdir: make };
				const fail = (...args: never[]): unknown =>
					fails ? Promise.reject(Object.assign(new Error(code), { code })) : operations[operation]?.(...args);
				const fileSystem = { ...nodeFileSystem, [operation]: fail } as typeof nodeFileSystem;
				const second = bench({}, { fileSystem });
				await second.lay({ "b.ts": "two\n" });
				await second.begin();
				await second.until("a warning", () => second.last("log")?.level === "warn");
				assert((await readFile(file)).equals(before));
				assert.equal(second.times("two"), 1);
				fails = false;
				second.pass(minutes);
				await second.until("the file", () => second.last("log")?.message.includes("was written"));
				assert(!(await readFile(file)).equals(before));
			});

		it("is not written at all where nothing may be kept", async () => {
			const first = bench({ storage: null });
			await first.lay({ "a.ts": "one\n" });
			await first.begin();
			await first.later();
			await first.session.close();
			assert.equal(existsSync(bench().memoryFile), false);
		});

		it("keeps what was read when the process ends early, and the rest is read next time", async () => {
			const first = bench();
			await first.lay({ "old.ts": "old\n", "new.ts": `${"new\n".repeat(3_000)}end\n`, "newest.ts": "newest\n" });
			first.tick = 10;
			first.send({ type: "workspace", workspace: first.workspace });
			await first.until("some of it", () => first.learned.includes("new\nnew"));
			await first.session.close();
			const second = await bench().begin();
			assert.deepEqual(
				["old", "end", "newest"].map((line) => second.times(line)),
				[1, 1, 1],
			);
		});
	});

	describe("of two windows on one folder", () => {
		/** Two sessions that have read the same files. */
		async function windows(): Promise<[WorkspaceBench, WorkspaceBench]> {
			const first = bench();
			await first.lay({ "a.ts": "one\n", "b.ts": "two\n" });
			return [await first.begin(), await bench().begin()];
		}

		async function type(session: WorkspaceBench, word: string, name = `untitled:${word}`): Promise<void> {
			await new Typist(session, name).type(`const ${word} = 1;\n`).pause();
		}

		/** How often a third session knows each of the words, and whether anything went wrong. */
		async function known(...words: readonly string[]): Promise<readonly number[]> {
			const third = await bench().begin();
			assert.deepEqual(
				third.of("log").filter(({ level }) => level === "warn" || level === "error"),
				[],
			);
			assert.deepEqual(third.state?.files, 2);
			return words.map((word) => third.times(word));
		}

		const endings: readonly [how: string, end: (one: WorkspaceBench, other: WorkspaceBench) => Promise<unknown>][] = [
			["one after the other", async (one, other) => [await one.session.close(), await other.session.close()]],
			["the other way round", async (one, other) => [await other.session.close(), await one.session.close()]],
			["at once", (one, other) => Promise.all([one.session.close(), other.session.close()])],
		];
		for (const [how, end] of endings)
			it(`keeps what was typed in both when they are closed ${how}`, async () => {
				const [one, other] = await windows();
				await type(one, "flabbergasted");
				await type(other, "bamboozled");
				await type(other, "hornswoggled", "untitled:x");
				await end(one, other);
				assert.deepEqual(await known("flabbergasted", "bamboozled", "hornswoggled", "one", "two"), [1, 1, 1, 1, 1]);
			});

		it("keeps what is typed in both over many writings", async () => {
			const [one, other] = await windows();
			const words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
			for (const [number, word] of words.entries()) {
				const session = number % 2 === 0 ? one : other;
				await type(session, word);
				session.pass(minutes);
				await session.later();
			}
			await Promise.all([one.session.close(), other.session.close()]);
			assert.deepEqual(await known(...words), [1, 1, 1, 1, 1, 1]);
		});

		it("lets each go on with what the other has written", async () => {
			const [one, other] = await windows();
			await type(one, "flabbergasted");
			await one.session.close();
			await type(other, "bamboozled");
			other.pass(minutes);
			await other.later();
			assert.equal(await other.suggestionAfter("const fla"), "bbergasted = 1;");
			assert.deepEqual([other.times("bamboozled"), other.times("one"), other.state?.files], [1, 1, 2]);
		});

		it("keeps what the other has written when one is closed while it reads that", async () => {
			let reads: (() => void)[] | null = null;
			const open: typeof nodeFileSystem.open = async (file, ...how) => {
				if (reads !== null && String(file).endsWith("memory.bin") && how[0] === "r")
					await new Promise<void>((resolve) => reads?.push(resolve));
				return nodeFileSystem.open(file, ...how);
			};
			const [one] = await windows();
			const other = await bench({}, { fileSystem: { ...nodeFileSystem, open } }).begin();
			await type(one, "flabbergasted");
			await one.session.close();
			await type(other, "bamboozled");
			reads = [];
			other.pass(minutes);
			await other.until("the other's memory is read", () => reads?.[0]);
			const closed = other.session.close();
			for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
			for (const go of reads.splice(0)) go();
			reads = null;
			await closed;
			assert.deepEqual(await known("flabbergasted", "bamboozled", "one", "two"), [1, 1, 1, 1]);
		});

		it("forgets in both when one is told to", async () => {
			const [one, other] = await windows();
			await one.later();
			await type(other, "bamboozled");
			other.pass(minutes);
			await other.later();
			one.send({ type: "forget", id: 1 });
			await one.until("forgotten", () => one.last("forgotten"));
			await type(other, "hornswoggled");
			other.pass(minutes);
			await other.later();
			assert.equal(other.times("bamboozled"), 1, "what an open document says is learned again");
			assert.match(
				other
					.of("log")
					.map(({ message }) => message)
					.join("\n"),
				/deleted by another window/,
			);
		});

		it("takes over the lock of a process that has ended", async () => {
			const [one] = await windows();
			await type(one, "flabbergasted");
			const lock = { host: hostname(), pid: 2 ** 22 + 1, token: "" };
			await writeFile(`${one.memoryFile}.lock`, JSON.stringify(lock));
			await one.session.close();
			assert.equal(existsSync(`${one.memoryFile}.lock`), false);
			assert.deepEqual(await known("flabbergasted"), [1]);
		});
	});

	it("learns the lines that are finished before it closes", async () => {
		const first = await bench().begin();
		new Typist(first, "untitled:1").type("const flabbergasted = 1;\nunfinished");
		await first.session.close();
		const second = await bench().begin();
		assert.deepEqual([second.times("flabbergasted"), second.times("unfinished")], [1, 0]);
	});

	describe("when it is told to forget", () => {
		it("knows nothing any more, on disk neither, and then only what is typed", async () => {
			const first = bench();
			await first.lay({ "a.ts": "const flabbergasted = 1;\n" });
			await first.begin();
			const typist = new Typist(first, "Untitled-1").type("const bamboozled = 2;\n");
			await typist.pause();
			await first.later();
			assert(existsSync(first.memoryFile));

			first.send({ type: "forget", id: 7 });
			assert.equal(await first.suggestionAfter("const fla"), undefined);
			await first.until("forgotten", () => first.last("forgotten")?.id === 7);
			assert.equal(existsSync(first.memoryFile), false);
			assert.deepEqual(first.state, { reading: false, files: 0, characters: 0 });
			await first.save({ "a.ts": "const flabbergasted = 1;\nconst hornswoggled = 3;\n" });
			await first.later();
			assert.equal(first.learned, "");

			await typist.type("const discombobulated = 4;\n").pause();
			assert.equal(first.learned, "const discombobulated = 4;\n");
			assert.equal(await first.suggestionAfter("const dis"), "combobulated = 4;");
			assert.notEqual(await first.suggestionAfter("const bam"), "boozled = 2;");
		});

		it("learns the files again when it is begun again", async () => {
			const first = bench();
			await first.lay({ "a.ts": "const flabbergasted = 1;\n" });
			await first.begin();
			first.send({ type: "forget", id: 1 });
			await first.until("forgotten", () => first.last("forgotten"));
			await first.begin();
			assert.equal(first.times("flabbergasted"), 1);
		});

		it("forgets in the middle of reading, and of writing", async () => {
			const first = bench();
			await first.lay({ "a.ts": "const flabbergasted = 1;\n".repeat(500) });
			first.tick = 10;
			first.send({ type: "workspace", workspace: first.workspace });
			await first.until("some of it", () => first.learned.length > 0);
			first.send({ type: "forget", id: 1 });
			await first.until("forgotten", () => first.last("forgotten"));
			await first.rest();
			assert.equal(first.learned, "");
			first.tick = 0;

			await first.begin();
			first.pass(10_000); // begins to write
			first.send({ type: "forget", id: 2 });
			await first.until("forgotten", () => first.last("forgotten")?.id === 2);
			await first.rest();
			assert.equal(existsSync(first.memoryFile), false);
		});

		it("forgets on disk, too, when it is closed at once", async () => {
			const first = bench();
			await first.lay({ "a.ts": "const flabbergasted = 1;\n" });
			await first.begin();
			first.pass(10_000); // begins to write
			first.send({ type: "forget", id: 1 });
			await first.session.close();
			assert.equal(existsSync(first.memoryFile), false);
		});

		it("forgets what it has not read back yet", async () => {
			await session({ "a.ts": "const flabbergasted = 1;\n" });
			const second = bench();
			second.send({ type: "workspace", workspace: second.workspace }, { type: "forget", id: 1 });
			await second.until("forgotten", () => second.last("forgotten"));
			await second.rest();
			assert.equal(second.learned, "");
			assert.equal(existsSync(second.memoryFile), false);
		});

		it("says so even where there is nothing to forget", async () => {
			const first = bench();
			first.send({ type: "forget", id: 3 });
			await first.until("forgotten", () => first.last("forgotten")?.id === 3);
		});
	});

	it("makes a memory later when a file that it needs could not be read at once", async () => {
		let tries = 0;
		const createMemory = (): Promise<Memory> => {
			if (++tries === 1) return Promise.reject(Object.assign(new Error("EMFILE"), { code: "EMFILE" }));
			return Promise.resolve(countingMemory());
		};
		const first = bench({}, { createMemory });
		await first.lay({ "a.ts": "one\n" });
		first.send({ type: "workspace", workspace: first.workspace });
		await first.until("an error", () => first.last("log")?.level === "error");
		assert.equal(first.state, null);
		first.pass(60_000);
		await first.until("a memory", () => first.state?.files === 1);
		assert.equal(tries, 2);
	});

	it("goes without a memory where none can be made, and says why", async () => {
		const first = bench({}, { createMemory: () => Promise.reject(new Failure("noSimd", "this runtime")) });
		await mkdir(first.path(""), { recursive: true });
		first.send({ type: "workspace", workspace: first.workspace });
		await first.until("an error", () => first.last("log")?.level === "error");
		assert.equal(first.state, null);
	});
});
