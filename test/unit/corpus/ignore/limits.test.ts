/** Patterns come from strangers: whatever they are, matching them is bounded, and what is not used is said. */
import assert from "node:assert/strict";
import * as nodeFileSystem from "node:fs/promises";
import { dirname } from "node:path";
import { describe, it } from "mocha";
import { find } from "../../../../src/corpus/find.ts";
import { Effort } from "../../../../src/corpus/ignore/automaton.ts";
import { GitPatterns, longestPattern } from "../../../../src/corpus/ignore/gitPatterns.ts";
import { globMatcher } from "../../../../src/corpus/ignore/globs.ts";
import type { CorpusRules } from "../../../../src/domain/corpus.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

const rules: CorpusRules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 };
const lines = 60_000;

function many(line: (index: number) => string): string {
	return Array.from({ length: lines }, (_, index) => line(index)).join("\n");
}

/** Steps that take about a second on a slow machine. */
const second = 2 ** 23;

describe("An ignore file of 60,000 lines", () => {
	const kinds: readonly [what: string, line: (index: number) => string, ignored: string, other: string][] = [
		["names", (i) => `name-${i}`, "src/name-59999", "src/name-60000"],
		["paths", (i) => `/packages/p${i}/dist`, "packages/p7/dist", "packages/p7/src"],
		["ends of names", (i) => `*.t${i}`, "src/a.t59999", "src/a.t60000"],
		["beginnings of names", (i) => `tmp${i}-*`, "src/tmp59999-x", "src/tmp60000-x"],
		["names with one sign left open", (i) => `?ame-${i}`, "src/name-59999", "src/name-60000"],
		["patterns that begin alike", (i) => `**/gen*-${i}/x?.js`, "a/gen_a-7/x1.js", "a/gen_a-7/x12.js"],
		["patterns of all kinds", (i) => `${["a", "*.b", "/c/", "d/**/", "e[0-9]", "!f"][i % 6]}${i}`, "src/a0", "src/b"],
	];
	for (const [what, line, ignored, other] of kinds) {
		it(`is matched with bounded work: ${what}`, () => {
			const effort = new Effort();
			const before = effort.left;
			const patterns = new GitPatterns(many(line), {
				effort,
				spent: () => assert.fail("the effort is spent"),
				tooLong: () => assert.fail("a line is too long"),
			});
			for (let i = 0; i < 100; i++) {
				assert.equal(patterns.ignores(ignored, false), true, ignored);
				assert.equal(patterns.ignores(other, false), undefined, other);
				patterns.ignores(`some/folder-${i}/and a file-${i}.ts`, false);
			}
			assert.ok(before - effort.left < second, `${before - effort.left} steps`);
		});
	}

	it("means what its last matching line says", () => {
		const patterns = new GitPatterns(many((i) => `${i % 2 === 0 ? "" : "!"}same`));
		assert.equal(patterns.ignores("a/same", false), false);
		const loose = new GitPatterns(`*.log\n!keep.log\nkeep.*\n!/a/keep.log\n`);
		assert.equal(loose.ignores("keep.log", false), true);
		assert.equal(loose.ignores("a/keep.log", false), false);
		assert.equal(loose.ignores("b/x.log", false), true);
	});
});

describe("A pattern that asks for a class by a word of JavaScript", () => {
	it("matches nothing, as in git", () => {
		for (const word of ["constructor", "__proto__", "toString", "hasOwnProperty"])
			assert.equal(new GitPatterns(`[[:${word}:]]\nb`).ignores("a", false), undefined);
	});
});

describe("Patterns that are too many to be compiled", () => {
	// As large as an ignore file may be; an automaton of all of it would take more memory than the process has.
	const distinct = Array.from({ length: 400_000 }, (_, i) => `[ab]${i}?`).join("\n");

	it("ignore all, and say so once", () => {
		let told = 0;
		const patterns = new GitPatterns(distinct, { spent: () => told++ });
		for (let i = 0; i < 3; i++) assert.equal(patterns.ignores("c", false), true);
		assert.equal(told, 1);
	});

	it("count over all files of a search", () => {
		const effort = new Effort();
		const part = distinct.slice(0, 2 ** 18);
		for (let file = 0; file < 5; file++) assert.equal(new GitPatterns(part, { effort }).ignores("c", false), undefined);
		for (let file = 0; file < 2; file++) new GitPatterns(part, { effort });
		assert.equal(new GitPatterns("?", { effort }).ignores("cc", false), true);
	});

	it("exclude all if they are globs", () => {
		assert.equal(globMatcher(distinct.split("\n"))("c"), true);
	});

	it("are none if they are equal", () => {
		const patterns = new GitPatterns("?a\n!?b\n".repeat(400_000), { spent: () => assert.fail("the effort is spent") });
		assert.deepEqual(
			["xa", "xb", "x"].map((path) => patterns.ignores(path, false)),
			[true, false, undefined],
		);
	});
});

describe("Patterns that take too much work", () => {
	const hard = Array.from({ length: 100 }, (_, i) => `*a*b*c${i}`).join("\n");
	const path = "abcabcabcabc";

	it("ignore all from then on, and say so once", () => {
		let told = 0;
		const patterns = new GitPatterns(hard, { effort: new Effort(hard.length + 20), spent: () => told++ });
		for (let i = 0; i < 3; i++) assert.equal(patterns.ignores(path, false), true);
		assert.equal(told, 1);
		assert.equal(new GitPatterns(hard).ignores(path, false), undefined);
	});

	it("exclude all if they are globs", () => {
		assert.equal(globMatcher(hard.split("\n"), false, new Effort(500))(path), true);
		assert.equal(globMatcher(hard.split("\n"))(path), false);
	});
});

describe("A search through a folder", () => {
	const place = useTemporaryFolder();

	async function lay(files: Readonly<Record<string, string>>): Promise<void> {
		for (const [name, content] of Object.entries(files)) {
			await nodeFileSystem.mkdir(dirname(place(name)), { recursive: true });
			await nodeFileSystem.writeFile(place(name), content);
		}
	}

	async function search() {
		const { candidates, leftOut, warnings } = await find([{ path: place(), name: "work" }], rules);
		const reasons = leftOut.map(({ path, reason }) => `${path} ${reason}`).sort();
		return { found: candidates.map(({ path }) => path).sort(), reasons, warnings };
	}

	it("loses nothing but the line by one that is too long, and names it", async () => {
		const long = "long".repeat(16_250);
		await lay({
			".gitignore": `before\n${long}\nafter\n`,
			before: "1",
			after: "2",
			"kept.ts": "3",
			"sub/.gitignore": "x",
		});
		const { found, reasons, warnings } = await search();
		assert.deepEqual(found, [".gitignore", "kept.ts", "sub/.gitignore"]);
		assert.deepEqual(reasons, ["after ignored", "before ignored"]);
		assert.equal(warnings.length, 1);
		assert.match(warnings[0] ?? "", /\.gitignore has 1 pattern of more than 4096 bytes.*“longlong/);
		assert.ok((warnings[0] ?? "").length < 400);
	});

	it("uses a line that is just short enough", async () => {
		const patterns = new GitPatterns(`a${"?".repeat(longestPattern - 1)}`);
		assert.equal(patterns.ignores(`a${"b".repeat(longestPattern - 1)}`, false), true);
	});

	it("leaves out what an ignore file that is too large may name, and says so", async () => {
		await lay({ "a/.gitignore": "x\n".repeat(2 ** 21 + 1), "a/b.ts": "1", "c.ts": "2" });
		const { found, reasons, warnings } = await search();
		assert.deepEqual(found, ["c.ts"]);
		assert.deepEqual(reasons, ["a/.gitignore ignored", "a/b.ts ignored"]);
		assert.match(warnings.join(), /^The ignore file .*a\/\.gitignore is too large/);
	});

	/** Reads of a file in the whole search. */
	async function readsOf(name: string): Promise<number> {
		let reads = 0;
		const open: typeof nodeFileSystem.open = (path, ...rest) => {
			if (path === place(name)) reads++;
			return nodeFileSystem.open(path, ...rest);
		};
		const { candidates } = await find([{ path: place(), name: "work" }], rules, undefined, {
			...nodeFileSystem,
			open,
		});
		assert.ok(candidates.some(({ path }) => path === "kept.ts"));
		return reads;
	}

	const head = { ".git/HEAD": "ref: refs/heads/main\n", ".git/objects/x": "", ".git/refs/x": "", "kept.ts": "1" };

	it("ends where a configuration includes itself many times", async () => {
		await lay({ ...head, ".git/config": `[core]\n\tbare = false\n${"[include]\n\tpath = config\n".repeat(50)}` });
		const reads = await readsOf(".git/config");
		assert.ok(reads > 1 && reads <= 101, `${reads}`);
	});

	it("follows no includes of a list of submodules, as git does not", async () => {
		const include = `[include]\n\tpath = .gitmodules\n\tpath = ${place("more")}\n`;
		await lay({
			...head,
			".gitmodules": include.repeat(50),
			more: '[submodule "a"]\n\tpath = a\n',
			"a/.git": "gitdir: elsewhere\n",
			"a/b.ts": "2",
		});
		assert.equal(await readsOf(".gitmodules"), 1);
		assert.equal(await readsOf("more"), 0);
	});

	/** Of the sizes of files, that of `name` is 0, as in /proc, and it has no end. */
	function endless(name: string): typeof nodeFileSystem & { readonly read: () => number } {
		let read = 0;
		const open: typeof nodeFileSystem.open = async (path, ...rest) => {
			const handle = await nodeFileSystem.open(path, ...rest);
			if (path !== place(name)) return handle;
			handle.read = (async (buffer: Buffer) => {
				read += buffer.fill("x\n").length;
				assert.ok(read < 2 ** 25, "all of it is read");
				return { bytesRead: buffer.length, buffer };
			}) as unknown as typeof handle.read;
			return handle;
		};
		return { ...nodeFileSystem, open, read: () => read };
	}

	for (const name of [".git/config", ".git/info/exclude", ".gitmodules"])
		it(`reads no more than it may of a file without an end: ${name}`, async () => {
			await lay({ ...head, ".git/info/exclude": "", ".gitmodules": "", ".git/config": "", [name]: "" });
			const fileSystem = endless(name);
			const { candidates, warnings } = await find([{ path: place(), name: "work" }], rules, undefined, fileSystem);
			const isTooLarge = name === ".git/info/exclude";
			assert.equal(warnings.length, isTooLarge ? 1 : 0);
			assert.equal(
				candidates.some(({ path }) => path === "kept.ts"),
				!isTooLarge,
			);
			assert.ok(fileSystem.read() > 2 ** 20 && fileSystem.read() < 2 ** 23, `${fileSystem.read()}`);
		});

	const linuxOnly = process.platform === "linux" ? it : it.skip;
	linuxOnly("reads no more than it may of what the patterns of a repository link to in /proc", async () => {
		await lay({ ...head, ".git/info/x": "", ".git/config": "[include]\n\tpath = /proc/self/pagemap\n".repeat(100) });
		await nodeFileSystem.symlink("/proc/self/pagemap", place(".git/info/exclude"));
		const { candidates, warnings } = await find([{ path: place(), name: "work" }], rules);
		assert.deepEqual(candidates, []);
		assert.match(warnings.join(), /pagemap is too large|exclude is too large/);
	});

	it("goes on where a configuration has as many lines as it may have", async () => {
		await lay({
			...head,
			".git/config": `[core]\n${"a\n".repeat(500_000)}\tignorecase = true\n`,
			".gitignore": "GONE\n",
			gone: "",
		});
		const { found, reasons } = await search();
		assert.ok(found.includes("kept.ts"));
		assert.deepEqual(reasons, [".git/ ignored", "gone ignored"]);
	});
});
