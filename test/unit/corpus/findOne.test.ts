import assert from "node:assert/strict";
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "mocha";
import { find, findOne, findOpened, findThese, locate } from "../../../src/corpus/find.ts";
import type { CorpusRules } from "../../../src/domain/corpus.ts";
import { ignoringCase } from "../support/ignoringCase.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

const rules: CorpusRules = { exclude: ["**/*.log"], maxFileKiB: 1, maxTotalMiB: 64 };

/** As a workspace may be: ignore files on several levels that take each other back, secrets, data, odd names. */
const files: Readonly<Record<string, string>> = {
	".git/info/exclude": "private/\n",
	".git/HEAD": "ref",
	".gitignore": "*.tmp\nbuild/\n/only-here.txt\n",
	".inklingignore": "docs/long.md\n",
	"a.ts": "a",
	"a.tmp": "a",
	"empty.ts": "",
	"only-here.txt": "a",
	"private/diary.txt": "a",
	"build/out.js": "a",
	"src/only-here.txt": "a",
	"src/deep/er/b.ts": "b",
	"src/deep/.gitignore": "!kept.tmp\ner/c.ts\n",
	"src/deep/kept.tmp": "kept",
	"src/deep/er/c.ts": "c",
	"src/big.ts": "x".repeat(1025),
	"src/run.log": "log",
	"src/.env": "A=b",
	"secrets/key.txt": "key",
	"package-lock.json": "{}",
	"lib/a.min.js": "a",
	"node_modules/m/index.js": "m",
	"docs/long.md": "long",
	"docs/[x] {y}.md": "odd",
};

describe("findOne", () => {
	const path = useTemporaryFolder();

	async function lay(): Promise<void> {
		for (const [name, content] of Object.entries(files)) {
			await mkdir(dirname(path(name)), { recursive: true });
			await writeFile(path(name), content);
		}
		await symlink(path("a.ts"), path("link.ts"));
	}

	for (const [where, inside] of [
		["of a repository", ""],
		["inside of a repository", "src"],
	] as const)
		it(`says of each file of a folder ${where} what find says`, async () => {
			await lay();
			const folders = [{ path: path(inside), name: "folder" }];
			const { candidates, leftOut } = await find(folders, rules);
			for (const candidate of candidates)
				assert.deepEqual(await findOne(folders, candidate.absolutePath, rules), candidate);
			assert(leftOut.length > 2);
			for (const one of leftOut) {
				const file = one.path.endsWith("/") ? `${one.path}any/file.ts` : one.path;
				assert.deepEqual(await findOne(folders, path(inside, file), rules), one, file);
			}
		});

	it("begins paths with the folder's name if there are several", async () => {
		await lay();
		const folders = [
			{ path: path("src"), name: "code" },
			{ path: path("docs"), name: "text" },
		];
		const found = await findOne(folders, path("src", "deep", "er", "b.ts"), rules);
		assert.equal(found?.path, "code/deep/er/b.ts");
		assert.deepEqual(await findOne(folders, path("docs", "gone.md"), rules), {
			path: "text/gone.md",
			reason: "vanished",
		});
	});

	it("says of a file that is not there whether it would be left out", async () => {
		await lay();
		const folders = [{ path: path(), name: "folder" }];
		const reasons: Record<string, string> = {
			"new.ts": "vanished",
			"new/er/new.ts": "vanished",
			"new.tmp": "ignored",
			"src/.env.local": "secret",
			"build/new.js": "ignored",
			"new.log": "excluded",
		};
		for (const [name, reason] of Object.entries(reasons))
			assert.deepEqual((await findOne(folders, path(name), rules)) as unknown, {
				path: name === "build/new.js" ? "build/" : name,
				reason,
			});
	});

	it("says the same of all spellings of a path where the file system ignores case", async () => {
		await lay();
		const fileSystem = ignoringCase(nodeFileSystem);
		const folders = [{ path: path(), name: "folder" }];
		const own = await findOne(folders, path("src", "deep", "er", "b.ts"), rules, fileSystem);
		assert(own !== undefined && "absolutePath" in own);
		const spellings = ["SRC/deep/er/b.ts", "src/Deep/ER/B.TS", "src/deep/er/b.ts"].map((name) => path(name));
		assert.deepEqual(await findThese(folders, spellings, rules, fileSystem), [own, own, own]);
		// Rules that tell capital letters apart see the name as it is on the disk.
		const ignored = await findOne(folders, path("SRC", "DEEP", "ER", "C.TS"), rules, fileSystem);
		assert.deepEqual(ignored, { path: "src/deep/er/c.ts", reason: "ignored" });
	});

	it("takes composed and decomposed letters of a name for the same where the file system does", async () => {
		const name = "caf\u00e9.ts";
		await writeFile(path(name.normalize("NFD")), "text");
		const fileSystem = ignoringCase(nodeFileSystem);
		const found = await findOne([{ path: path(), name: "folder" }], path(name), rules, fileSystem);
		assert.equal(found?.path, name.normalize("NFD"));
	});

	it("says that a folder is no file", async () => {
		await lay();
		const folders = [{ path: path(), name: "folder" }];
		assert.deepEqual(await findOne(folders, path("src"), rules), { path: "src/", reason: "notAFile" });
	});

	it("says that a file cannot be looked at", async () => {
		const refused = {
			...nodeFileSystem,
			lstat: () => Promise.reject(Object.assign(new Error("refused"), { code: "EACCES" })),
		};
		const folders = [{ path: path(), name: "folder" }];
		const found = await findOne(folders, path("a.ts"), rules, refused as typeof nodeFileSystem);
		assert.deepEqual(found, { path: "a.ts", reason: "unreadable" });
	});
});

describe("findOpened", () => {
	const path = useTemporaryFolder();

	beforeEach(async () => {
		for (const name of ["work/src/a.ts", "work/secrets/key.txt", "work/big.ts", "other/b.ts"]) {
			await mkdir(dirname(path(name)), { recursive: true });
			await writeFile(path(name), name === "work/big.ts" ? "x".repeat(1025) : "text");
		}
		await symlink(path("work", "src"), path("work", "again"));
		await symlink(path("work", "src", "a.ts"), path("other", "link.ts"));
		await symlink(path("work", "secrets", "key.txt"), path("work", "note.txt"));
		await symlink(path("other", "b.ts"), path("work", "b.ts"));
		await symlink(path("work"), path("twin"));
	});

	const cases: readonly [opened: string, file: string, result: string | undefined][] = [
		["work/src/a.ts", "work/src/a.ts", "src/a.ts"],
		["work/again/a.ts", "work/src/a.ts", "src/a.ts"],
		["other/link.ts", "work/src/a.ts", "src/a.ts"],
		["twin/again/a.ts", "work/src/a.ts", "src/a.ts"],
		["twin/big.ts", "work/big.ts", "tooLarge"],
		["work/note.txt", "work/secrets/key.txt", "secret"],
		["work/b.ts", "work/b.ts", "link"],
		["work/gone.ts", "work/gone.ts", "vanished"],
		["other/b.ts", "other/b.ts", undefined],
	];
	for (const [opened, file, result] of cases)
		it(`says of ${opened}: ${result ?? "not in the workspace"}`, async () => {
			const folders = [{ path: path("work"), name: "work" }];
			const { found, ...own } = await findOpened(folders, path(opened), rules);
			assert.equal(own.file, path(file));
			assert.equal(found && ("reason" in found ? found.reason : found.path), result);
		});

	it("finds a file of a folder that was itself opened through a link", async () => {
		const folders = [{ path: path("twin"), name: "twin" }];
		const { file } = await findOpened(folders, path("work", "src", "a.ts"), rules);
		assert.equal(file, path("twin", "src", "a.ts"));
	});
});

describe("locate", () => {
	const folders = [
		{ path: join("/", "work", "one"), name: "one" },
		{ path: join("/", "work", "one", "inner"), name: "inner" },
	];
	const cases: readonly [file: string, place: string | undefined][] = [
		["/work/one/a.ts", "one/a.ts"],
		["/work/one/..a.ts", "one/..a.ts"],
		["/work/one/inner/a.ts", "inner/a.ts"],
		["/work/one", undefined],
		["/work/one more/a.ts", undefined],
		["/work/a.ts", undefined],
		["/", undefined],
	];
	for (const [file, expected] of cases)
		it(`puts ${file} ${expected === undefined ? "nowhere" : `at ${expected}`}`, () => {
			const place = locate(folders, join(file));
			assert.equal(place && place.prefix + place.path, expected);
		});

	const spellings: readonly [file: string, ignoring: string | undefined, telling: string | undefined][] = [
		["/Work/ONE/A.ts", "one/A.ts", undefined],
		["/work/one/Inner/a.ts", "inner/a.ts", "one/Inner/a.ts"],
		["/WORK/one", undefined, undefined],
		["/work/Twin/a.ts", "Twin/a.ts", "Twin/a.ts"],
		["/work/twin/a.ts", "twin/a.ts", "twin/a.ts"],
	];
	for (const [file, ignoring, telling] of spellings)
		it(`puts ${file} ${ignoring ? `at ${ignoring}` : "nowhere"} where case is ignored`, () => {
			const twins = ["Twin", "twin"].map((name) => ({ path: join("/", "work", name), name }));
			for (const [ignoresCase, expected] of [
				[true, ignoring],
				[false, telling],
			] as const) {
				const place = locate([...folders, ...twins], join(file), ignoresCase);
				assert.equal(place && place.prefix + place.path, expected, String(ignoresCase));
			}
		});
});
