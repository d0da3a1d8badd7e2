import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import * as nodeFileSystem from "node:fs/promises";
import { appendFile, chmod, link, mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { describe, it } from "mocha";
import { sliceItems } from "../../../src/corpus/concurrency.ts";
import type { CorpusFileSystem } from "../../../src/corpus/fileSystem.ts";
import { type Corpus, type CorpusFile, collect } from "../../../src/corpus/index.ts";
import type { CorpusRules } from "../../../src/domain/corpus.ts";
import { Failure } from "../../../src/platform/failure.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

const rules: CorpusRules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 };

describe("collect", () => {
	const path = useTemporaryFolder();

	/** Files by path under the test's folder; each is edited a second after the one before it. */
	async function lay(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
		let second = 1_000_000;
		for (const [name, content] of Object.entries(files)) {
			await mkdir(dirname(path(name)), { recursive: true });
			await writeFile(path(name), content);
			await utimes(path(name), ++second, second);
		}
	}

	const collected = (changed: Partial<CorpusRules> = {}, fileSystem?: CorpusFileSystem): Promise<Corpus> =>
		collect([{ path: path(), name: "folder" }], { ...rules, ...changed }, undefined, undefined, fileSystem);

	it("looks at no more than a slice of a large folder's entries before others have their turn", async () => {
		await lay({ "a.ts": "text\n" });
		let inTurn = 0;
		let most = 0;
		const entry = {
			isFile: () => true,
			isDirectory: () => false,
			isSymbolicLink: () => {
				most = Math.max(most, ++inTurn);
				return true;
			},
		};
		const large = {
			...nodeFileSystem,
			readdir: async () => Array.from({ length: 10 * sliceItems }, (_, index) => ({ ...entry, name: `${index}.ts` })),
		};
		let isOver = false;
		const turns = (async () => {
			for (; !isOver; await turn()) inTurn = 0;
		})();
		const { leftOut } = await collected({}, large as unknown as CorpusFileSystem);
		isOver = true;
		await turns;
		assert.equal(leftOut.length, 10 * sliceItems);
		assert(most <= 2 * sliceItems, String(most));
	});

	it("reads the text of a folder, the most recently edited last", async () => {
		await lay({ "z.txt": "first\n", "a/b/c.ts": "second\n", "m.md": "third\n" });
		const { files, leftOut } = await collected();
		assert.deepEqual(
			files.map((file) => [file.path, file.text]),
			[
				["z.txt", "first\n"],
				["a/b/c.ts", "second\n"],
				["m.md", "third\n"],
			],
		);
		assert.deepEqual(leftOut, []);
		const [, { digest, ...second }] = files as [CorpusFile, CorpusFile];
		assert.notEqual(digest, files[0]?.digest);
		assert.deepEqual(second, {
			path: "a/b/c.ts",
			name: "a/b/c.ts",
			absolutePath: path("a", "b", "c.ts"),
			size: 7,
			modified: 1_000_002_000,
			text: "second\n",
			bytes: 7,
			masked: 0,
		});
	});

	it("orders files of the same time by their paths", async () => {
		const names = ["b.txt", "B.txt", "a/z.txt", "a.txt", "ä.txt"];
		await lay(Object.fromEntries(names.map((name) => [name, `text of ${name}`])));
		for (const name of names) await utimes(path(name), 5, 5);
		assert.deepEqual(await paths(collected()), ["B.txt", "a.txt", "a/z.txt", "b.txt", "ä.txt"]);
	});

	it("puts the folder's name in front when there are several, and tells namesakes apart", async () => {
		await lay({ "x/src/a.txt": "one", "y/src/a.txt": "two", "z/b.txt": "three", "z/.env": "four" });
		const folders = [
			{ path: path("x", "src"), name: "src" },
			{ path: path("y", "src"), name: "src" },
			{ path: path("z"), name: "team/z" },
		];
		const { files, leftOut } = await collect(folders, rules);
		assert.deepEqual(
			files.map((file) => [file.path, file.text]),
			[
				["src/a.txt", "one"],
				["src 2/a.txt", "two"],
				["team_z/b.txt", "three"],
			],
		);
		assert.deepEqual(leftOut, [{ path: "team_z/.env", reason: "secret" }]);
	});

	it("reads a folder that is given by a link", async () => {
		await lay({ "real/a.txt": "text" });
		await symlink(path("real"), path("link"), "junction");
		const { files } = await collect([{ path: path("link"), name: "link" }], rules);
		assert.deepEqual(
			files.map((file) => file.path),
			["a.txt"],
		);
	});

	const prose = "It was a bright cold day in April, and the clocks were striking thirteen. ";
	const leftOutCases: [string, string, string | Buffer, string][] = [
		["an empty file", "a.txt", "", "empty"],
		["a file of blanks", "a.txt", " \n\t\r\n", "empty"],
		["a file over the size", "a.txt", prose.repeat(4000), "tooLarge"],
		["a file with NUL", "a.dat", Buffer.from("text\0text"), "binary"],
		["a file with NUL far behind", "a.dat", Buffer.from(`${prose.repeat(200)}\0`), "binary"],
		["a file of control characters", "a.dat", Buffer.from("\x01\x02text\x03".repeat(20)), "binary"],
		["text in Latin-1", "a.txt", Buffer.from("Größe und Maß\n", "latin1"), "encoding"],
		["UTF-8 that is cut off", "a.txt", Buffer.from("Größe").subarray(0, 3), "encoding"],
		["overlong UTF-8", "a.txt", Buffer.from([0x61, 0xc0, 0xaf]), "encoding"],
		["UTF-16 of an odd length", "a.txt", Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62]), "encoding"],
		["UTF-16 with a lone surrogate", "a.txt", Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00]), "encoding"],
		["UTF-32", "a.txt", Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), "binary"],
		["an environment file", ".env.local", "A=b\n", "secret"],
		["a private key", "deploy/server.pem", "text", "secret"],
		["a lock file", "package-lock.json", "{}", "lockFile"],
		["a lock file of another tool", "sub/Cargo.lock", "text", "lockFile"],
		["a minified file by its name", "lib/a.min.js", "var a;", "generated"],
		["a source map", "a.js.map", "{}", "generated"],
		["a file that says it is generated", "a.go", "// Code generated by protoc. DO NOT EDIT.\npackage a\n", "generated"],
		["a file on one endless line", "a.js", "function(a,b){return a+b};".repeat(1000), "generated"],
	];
	for (const [what, name, content, reason] of leftOutCases) {
		it(`leaves out ${what}`, async () => {
			await lay({ [name]: content, "kept.txt": "kept" });
			const { files, leftOut } = await collected();
			assert.deepEqual(leftOut, [{ path: name, reason }]);
			assert.deepEqual(
				files.map((file) => file.path),
				["kept.txt"],
			);
		});
	}

	const decoded: [string, Buffer, string][] = [
		["UTF-8", Buffer.from("Größe 漢字 🖋\n"), "Größe 漢字 🖋\n"],
		["UTF-8 with a byte order mark", Buffer.from("\ufeffGröße\n"), "Größe\n"],
		["UTF-16 LE", Buffer.from("\ufeffGröße 🖋\n", "utf16le"), "Größe 🖋\n"],
		["UTF-16 BE", Buffer.from("\ufeffGröße 🖋\n", "utf16le").swap16(), "Größe 🖋\n"],
		["line ends of Windows and of old", Buffer.from("a\r\nb\rc\n\r\n"), "a\nb\nc\n\n"],
		["terminal colours and form feeds", Buffer.from(`${prose}\x1b[0m\f\n`), `${prose}\x1b[0m\f\n`],
		["paragraphs on one line", Buffer.from(`${prose.repeat(80)}\n`), `${prose.repeat(80)}\n`],
	];
	for (const [what, bytes, text] of decoded) {
		it(`reads ${what}`, async () => {
			await lay({ "a.txt": bytes });
			const { files } = await collected();
			assert.deepEqual([files[0]?.text, files[0]?.bytes], [text, Buffer.byteLength(text)]);
		});
	}

	it("masks secrets and counts them", async () => {
		await lay({ "a.py": 'user = "me"\npassword = "hunter2"\ntoken = "ghp_0123456789abcdefghijABCDEFGHIJ012345"\n' });
		const { files } = await collected();
		assert.equal(files[0]?.text, 'user = "me"\npassword = "xxxxxxxx"\ntoken = "xxxxxxxx"\n');
		assert.equal(files[0].masked, 2);
	});

	it("never enters folders of tools, and names each once", async () => {
		await lay({ ".git/config": "x", "a/node_modules/b/c.js": "x", "a/.venv/d.py": "x", "a/e.py": "text" });
		const { files, leftOut } = await collected();
		assert.deepEqual(await paths(files), ["a/e.py"]);
		assert.deepEqual(leftOut, [
			{ path: ".git/", reason: "ignored" },
			{ path: "a/.venv/", reason: "ignored" },
			{ path: "a/node_modules/", reason: "ignored" },
		]);
	});

	it("follows .gitignore and .inklingignore files, a file of ours before one of git's", async () => {
		await lay({
			".gitignore": "/out\n*.log\nbuild/\n",
			".inklingignore": "notes/*\n!notes/public.md\n!keep.log\n",
			"out/a.txt": "1",
			"src/out/b.txt": "2",
			"src/x.log": "3",
			"keep.log": "4",
			"notes/private.md": "5",
			"notes/public.md": "6",
			"notes/.gitignore": "!private.md\n",
			"lib/.gitignore": "!build/\n*.tmp\n",
			"lib/build/c.txt": "7",
			"lib/d.tmp": "8",
			"e.tmp": "9",
		});
		const { files, leftOut } = await collected();
		const hidden = [".gitignore", ".inklingignore", "lib/.gitignore", "notes/.gitignore"];
		assert.deepEqual(
			files.map((file) => file.path).filter((name) => !hidden.includes(name)),
			["src/out/b.txt", "keep.log", "notes/public.md", "lib/build/c.txt", "e.tmp"],
		);
		assert.deepEqual(
			leftOut.map((one) => one.path),
			["lib/d.tmp", "notes/.gitignore", "notes/private.md", "out/", "src/x.log"],
		);
		assert.ok(leftOut.every((one) => one.reason === "ignored"));
	});

	it("asks the ignore files of the repository around a folder", async () => {
		await lay({
			"repo/.git/HEAD": "ref: refs/heads/main\n",
			"repo/.git/info/exclude": "secret-plan.md\n",
			"repo/.gitignore": "*.gen.ts\n/packages/app/dist\n",
			"repo/packages/.gitignore": "app/local/\n",
			"repo/packages/app/a.ts": "1",
			"repo/packages/app/a.gen.ts": "2",
			"repo/packages/app/dist/b.ts": "3",
			"repo/packages/app/local/c.ts": "4",
			"repo/packages/app/secret-plan.md": "5",
		});
		const { files, leftOut } = await collect([{ path: path("repo/packages/app"), name: "app" }], rules);
		assert.deepEqual(await paths(files), ["a.ts"]);
		assert.deepEqual(
			leftOut.map((one) => one.path),
			["a.gen.ts", "dist/", "local/", "secret-plan.md"],
		);
	});

	it("reads a folder that the repository around it ignores, as the user has opened it", async () => {
		await lay({ "repo/.git/HEAD": "x", "repo/.gitignore": "data/\n*.txt\n", "repo/data/set/a.txt": "text" });
		const { files } = await collect([{ path: path("repo/data/set"), name: "set" }], rules);
		assert.deepEqual(await paths(files), ["a.txt"]);
	});

	it("ignores what git ignores", async function () {
		// Windows allows no such names.
		if (process.platform === "win32") return this.skip();
		try {
			execFileSync("git", ["init", "--quiet", path()], { stdio: "ignore" });
		} catch {
			return this.skip();
		}
		await lay({
			".gitignore": [
				"# a comment",
				"\\#odd",
				"\\!odd",
				"*.o",
				"!important.o",
				"/root-only",
				"docs/*.html",
				"**/deep/file",
				"a/**/z",
				"trailing ",
				"kept\\ ",
				"dir/",
				"[Bb]in",
				"x?y",
				"sub/inner/",
				"!sub/inner/kept.txt",
				"everything/*",
				"!everything/but",
				"",
			].join("\r\n"),
			"nested/.gitignore": "!*.o\n/here\nthere/\n*.q\n!dir/\n",
			"w[e]ird*/.gitignore": "only\n/tied\n",
			...Object.fromEntries(
				"#odd !odd x.o important.o nested/x.o root-only nested/root-only docs/a.html docs/b/a.html deep/file q/deep/file a/z a/b/c/z trailing dir/f nested/dir/f file/dir bin/a Bin/b binn xay xy sub/inner/kept.txt sub/inner/f q/sub/inner/f everything/f everything/but nested/here nested/b/here nested/there/f nested/there2 nested/a.q a.q w[e]ird*/only w[e]ird*/tied w[e]ird*/s/tied weird/only"
					.split(" ")
					.map((name) => [name, `text of ${name}`]),
			),
		});
		const listed = execFileSync("git", ["-C", path(), "ls-files", "-z", "--others", "--exclude-standard"], {
			encoding: "utf8",
		});
		assert.deepEqual((await paths(collected())).sort(), listed.split("\0").filter(Boolean).sort());
	});

	const globs: [string, string[]][] = [
		["**/*.md", ["a.ts", "docs/b.ts", "docs/deep/c.ts"]],
		["*.md", ["a.ts", "docs/a.md", "docs/b.ts", "docs/deep/c.ts"]],
		["docs", ["a.md", "a.ts"]],
		["docs/", ["a.md", "a.ts"]],
		["**/deep", ["a.md", "a.ts", "docs/a.md", "docs/b.ts"]],
		["**/deep/**", ["a.md", "a.ts", "docs/a.md", "docs/b.ts"]],
		["docs/*", ["a.md", "a.ts"]],
		["**/{a,c}.ts", ["a.md", "docs/a.md", "docs/b.ts"]],
		["**/[ab].ts", ["a.md", "docs/a.md", "docs/deep/c.ts"]],
		["?.ts", ["a.md", "docs/a.md", "docs/b.ts", "docs/deep/c.ts"]],
		["!a.md", ["a.md", "a.ts", "docs/a.md", "docs/b.ts", "docs/deep/c.ts"]],
		["", ["a.md", "a.ts", "docs/a.md", "docs/b.ts", "docs/deep/c.ts"]],
		["{", ["a.md", "a.ts", "docs/a.md", "docs/b.ts", "docs/deep/c.ts"]],
	];
	for (const [glob, kept] of globs) {
		it(`excludes ${JSON.stringify(glob)} as files.exclude does`, async () => {
			await lay({ "a.md": "1", "a.ts": "2", "docs/a.md": "3", "docs/b.ts": "4", "docs/deep/c.ts": "5" });
			const { files, leftOut } = await collected({ exclude: [glob] });
			assert.deepEqual((await paths(files)).sort(), kept);
			assert.ok(leftOut.every((one) => one.reason === "excluded"));
		});
	}

	it("excludes files whose names begin with a dot", async () => {
		await lay({ ".hidden/.a": "1", ".b": "2" });
		assert.deepEqual(await paths(collected({ exclude: ["**/.a", ".b"] })), []);
	});

	it("keeps one of several copies, by its first name and its last edit", async () => {
		await lay({ "b.txt": "same\n", "x.txt": "other\n", "a.txt": "same\r\n", "c.txt": "same\n" });
		const { files, leftOut } = await collected();
		assert.deepEqual(
			files.map((file) => [file.path, file.modified]),
			[
				["x.txt", 1_000_002_000],
				["a.txt", 1_000_004_000],
			],
		);
		assert.deepEqual(leftOut, [
			{ path: "b.txt", reason: "duplicate" },
			{ path: "c.txt", reason: "duplicate" },
		]);
	});

	it("counts a file with two names once", async () => {
		await lay({ "b.txt": "text" });
		await link(path("b.txt"), path("a.txt"));
		assert.deepEqual(await paths(collected()), ["a.txt"]);
	});

	it("keeps the most recently edited within the total", async () => {
		const text = (letter: string) => `${letter.repeat(9)}\n`.repeat(30_000);
		await lay({ "1.txt": text("a"), "2.txt": text("b"), "3.txt": "small\n", "4.txt": text("c"), "5.txt": text("d") });
		const { files, leftOut } = await collected({ maxTotalMiB: 1, maxFileKiB: 512 });
		assert.deepEqual(await paths(files), ["2.txt", "3.txt", "4.txt", "5.txt"]);
		assert.deepEqual(leftOut, [{ path: "1.txt", reason: "overTotal" }]);
	});

	it("leaves text out that grows beyond the total only when it is read", async () => {
		// In UTF-16 this takes less than the total, in UTF-8 more.
		const text = `\ufeff${"漢字".repeat(9)}\n`.repeat(22_000);
		await lay({ "a.txt": Buffer.from(text, "utf16le") });
		const { leftOut } = await collected({ maxTotalMiB: 1, maxFileKiB: 4096 });
		assert.deepEqual(leftOut, [{ path: "a.txt", reason: "overTotal" }]);
	});

	it("never opens FIFOs, sockets and devices", async function () {
		if (process.platform === "win32") return this.skip();
		await lay({ "a.txt": "text" });
		execFileSync("mkfifo", [path("fifo.txt")]);
		const server = createServer().listen(path("socket.txt"));
		await new Promise((resolve) => server.once("listening", resolve));
		try {
			const { files, leftOut } = await collected();
			assert.deepEqual(await paths(files), ["a.txt"]);
			assert.deepEqual(leftOut, [
				{ path: "fifo.txt", reason: "notAFile" },
				{ path: "socket.txt", reason: "notAFile" },
			]);
		} finally {
			server.close();
		}
	});

	it("does not wait for a file that becomes a FIFO between the look and the opening", async function () {
		if (process.platform === "win32") return this.skip();
		await lay({ "a.txt": "text" });
		const { files, leftOut } = await collected(
			{},
			{
				...nodeFileSystem,
				open: async (...args) => {
					await rm(path("a.txt"));
					execFileSync("mkfifo", [path("a.txt")]);
					return nodeFileSystem.open(...args);
				},
			},
		);
		assert.deepEqual(files, []);
		assert.deepEqual(leftOut, [{ path: "a.txt", reason: "notAFile" }]);
	});

	it("does not follow links: not in circles, not out of the workspace, not to what is there anyway", async function () {
		if (process.platform === "win32") return this.skip();
		await lay({ "folder/a.txt": "text", "outside.txt": "private" });
		await symlink(path("folder"), path("folder", "circle"));
		await symlink("self", path("folder", "self"));
		await symlink("../outside.txt", path("folder", "out.txt"));
		await symlink("a.txt", path("folder", "again.txt"));
		await symlink("nothing", path("folder", "dangling"));
		const { files, leftOut } = await collect([{ path: path("folder"), name: "folder" }], rules);
		assert.deepEqual(await paths(files), ["a.txt"]);
		assert.deepEqual(
			leftOut,
			["again.txt", "circle", "dangling", "out.txt", "self"].map((name) => ({ path: name, reason: "link" })),
		);
	});

	it("does not follow a file that becomes a link between the look and the opening", async function () {
		if (process.platform === "win32") return this.skip();
		await lay({ "folder/a.txt": "text", "private.txt": "private" });
		const { leftOut } = await collect([{ path: path("folder"), name: "folder" }], rules, undefined, undefined, {
			...nodeFileSystem,
			open: async (...args) => {
				await rm(path("folder", "a.txt"));
				await symlink(path("private.txt"), path("folder", "a.txt"));
				return nodeFileSystem.open(...args);
			},
		});
		assert.deepEqual(leftOut, [{ path: "a.txt", reason: "link" }]);
	});

	it("survives files and folders that it may not read", async function () {
		if (process.platform === "win32" || process.getuid?.() === 0) return this.skip();
		await lay({ "a.txt": "text", "b.txt": "text b", "c/d.txt": "text d" });
		await chmod(path("b.txt"), 0);
		await chmod(path("c"), 0);
		try {
			assert.deepEqual((await collected()).leftOut, [
				{ path: "b.txt", reason: "unreadable" },
				{ path: "c/", reason: "unreadable" },
			]);
		} finally {
			await chmod(path("c"), 0o700);
		}
	});

	const failing: [string, Partial<CorpusFileSystem>, Record<string, string>][] = [
		["a file may not be opened", { open: failOn("b.txt", "open", "EACCES") }, { "b.txt": "unreadable" }],
		["a file is gone when opened", { open: failOn("b.txt", "open", "ENOENT") }, { "b.txt": "vanished" }],
		["a file is gone when looked at", { lstat: failOn("b.txt", "lstat", "ENOENT") }, { "b.txt": "vanished" }],
		["a folder may not be listed", { readdir: failOn("c/", "readdir", "EACCES") }, { "c/": "unreadable" }],
		["a folder is gone when listed", { readdir: failOn("c/", "readdir", "ENOENT") }, { "c/": "vanished" }],
		["a folder became a file", { readdir: failOn("c/", "readdir", "ENOTDIR") }, { "c/": "vanished" }],
		["too many files are open", { open: failOn("b.txt", "open", "EMFILE") }, { "b.txt": "unreadable" }],
	];
	for (const [what, methods, expected] of failing) {
		it(`goes on when ${what}`, async () => {
			await lay({ "a.txt": "text a", "b.txt": "text b", "c/d.txt": "text d" });
			const { files, leftOut } = await collected({}, { ...nodeFileSystem, ...methods });
			assert.deepEqual(Object.fromEntries(leftOut.map((one) => [one.path, one.reason])), expected);
			assert.equal(files.length, 2);
		});
	}

	it("takes an ignore file that cannot be read for none", async () => {
		await lay({ ".gitignore": "*.txt", "a.txt": "text" });
		const { files } = await collected({}, { ...nodeFileSystem, open: failOn(".gitignore", "open", "EACCES") });
		assert.deepEqual(await paths(files), ["a.txt"]);
	});

	it("takes no more of a growing file than it was when opened, and not more than allowed", async () => {
		await lay({ "a.txt": "text", "b.txt": "text b" });
		const { files, leftOut } = await collected(
			{ maxFileKiB: 1 },
			{
				...nodeFileSystem,
				open: async (name, ...rest) => {
					if (name === path("b.txt")) await appendFile(path("b.txt"), "x".repeat(2000));
					const handle = await nodeFileSystem.open(name, ...rest);
					if (name === path("a.txt")) {
						const stat = handle.stat.bind(handle);
						handle.stat = (async () => {
							const status = await stat();
							await appendFile(path("a.txt"), "more");
							return status;
						}) as typeof handle.stat;
					}
					return handle;
				},
			},
		);
		assert.deepEqual(
			files.map((file) => file.text),
			["text"],
		);
		assert.deepEqual(leftOut, [{ path: "b.txt", reason: "tooLarge" }]);
	});

	it("does not take an error of its own for one of the system", async () => {
		await lay({ "a.txt": "text" });
		const broken = { ...nodeFileSystem, open: () => Promise.reject(new TypeError("a mistake")) };
		await assert.rejects(collected({}, broken), TypeError);
	});

	it("finds nothing in an empty folder", async () => {
		assert.deepEqual(await collected(), { files: [], leftOut: [], warnings: [] });
	});

	it("says that a folder is missing, unless another can be read", async () => {
		await lay({ "a/b.txt": "text", "file.txt": "text" });
		const missing = { path: path("none"), name: "none" };
		const isMissing = (error: unknown) => error instanceof Failure && error.code === "folderMissing";
		await assert.rejects(collect([missing], rules), isMissing);
		await assert.rejects(collect([{ path: path("file.txt"), name: "file.txt" }], rules), isMissing);
		const { files, leftOut } = await collect([missing, { path: path("a"), name: "a" }], rules);
		assert.deepEqual(await paths(files), ["a/b.txt"]);
		assert.deepEqual(leftOut, [{ path: "none/", reason: "vanished" }]);
	});

	it("can be aborted before it begins and in the middle", async () => {
		await lay(Object.fromEntries(Array.from({ length: 50 }, (_, k) => [`${k}.txt`, `text ${k}`])));
		const folders = [{ path: path(), name: "folder" }];
		const reason = new Error("enough");
		await assert.rejects(collect(folders, rules, AbortSignal.abort(reason)), reason);
		const controller = new AbortController();
		const seen: number[] = [];
		await assert.rejects(
			collect(folders, rules, controller.signal, (files) => {
				seen.push(files);
				controller.abort(reason);
			}),
			reason,
		);
		assert.equal(seen.length, 1);
	});

	it("reports how many files it has looked at", async () => {
		await lay(Object.fromEntries(Array.from({ length: 40 }, (_, k) => [`${k}.txt`, `text ${k}`])));
		const seen: number[] = [];
		await collect([{ path: path(), name: "folder" }], rules, undefined, (files) => seen.push(files));
		assert.equal(seen.at(-1), 40);
		assert.deepEqual(
			seen,
			seen.toSorted((one, other) => one - other),
		);
	});

	it("opens only a few files at once", async () => {
		await lay(Object.fromEntries(Array.from({ length: 100 }, (_, k) => [join(`${k % 7}`, `${k}.txt`), `text ${k}`])));
		let open = 0;
		let most = 0;
		await collected(
			{},
			{
				...nodeFileSystem,
				open: async (...args) => {
					most = Math.max(most, ++open);
					const handle = await nodeFileSystem.open(...args);
					const close = handle.close.bind(handle);
					handle.close = () => {
						open--;
						return close();
					};
					return handle;
				},
			},
		);
		assert.equal(open, 0);
		assert.ok(most <= 16, String(most));
	});
});

/** A method of the file system that fails for paths that end so. */
function failOn<Name extends keyof CorpusFileSystem>(
	ending: string,
	method: Name,
	code: string,
): CorpusFileSystem[Name] {
	const original = { ...nodeFileSystem }[method] as (path: string, ...rest: unknown[]) => Promise<unknown>;
	const failing = (path: string, ...rest: unknown[]) =>
		path.endsWith(ending) ? Promise.reject(Object.assign(new Error(code), { code })) : original(path, ...rest);
	return failing as unknown as CorpusFileSystem[Name];
}

async function paths(corpus: Promise<Corpus> | Corpus["files"]): Promise<string[]> {
	const files = "then" in corpus ? (await corpus).files : corpus;
	return files.map((file) => file.path);
}
