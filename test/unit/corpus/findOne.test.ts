import assert from "node:assert/strict";
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "mocha";
import { find, findOne, locate } from "../../../src/corpus/find.ts";
import type { CorpusRules } from "../../../src/domain/corpus.ts";
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
});
