/** Holds what is found in folders against what a real git lists. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, it } from "mocha";
import { find, findThese } from "../../../../src/corpus/find.ts";
import type { CorpusRules } from "../../../../src/domain/corpus.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";

const rules: CorpusRules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 };

const hasGit = (() => {
	try {
		execFileSync("git", ["--version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
})();

describe("Ignore rules, held against git", () => {
	// Windows allows none of the odd names; where git is missing there is nothing to compare with.
	if (process.platform === "win32" || !hasGit) {
		it("need git and a file system that allows any name");
		return;
	}
	const path = useTemporaryFolder();

	/** The user's configuration is a folder of the test's. */
	const kept = { ...process.env };
	beforeEach(() => {
		for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) delete process.env[name];
		process.env["HOME"] = path("home");
		process.env["XDG_CONFIG_HOME"] = path("home", "xdg");
		process.env["GIT_CONFIG_NOSYSTEM"] = "1";
		lay({ "home/.gitconfig": '[user]\n\tname = a\n\temail = a@example.com\n[protocol "file"]\n\tallow = always\n' });
	});
	afterEach(() => {
		// Assigning a new object would cut process.env off from the process.
		for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
		Object.assign(process.env, kept);
	});

	function lay(files: Readonly<Record<string, string | Uint8Array>>): void {
		for (const [name, content] of Object.entries(files)) {
			mkdirSync(dirname(path(name)), { recursive: true });
			writeFileSync(path(name), content);
		}
	}

	function git(folder: string, ...args: readonly string[]): string {
		return execFileSync("git", ["-C", path(folder), "-c", "init.defaultBranch=main", ...args], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "pipe"],
		});
	}

	/** What git does not ignore, tracked or not. */
	function listed(folder: string): string[] {
		const files = git(folder, "ls-files", "-z", "--others", "--cached", "--exclude-standard").split("\0");
		return files.filter((file) => file !== "" && !file.endsWith("/")).sort();
	}

	async function found(folder: string): Promise<string[]> {
		const folders = [{ path: path(folder), name: "folder" }];
		const { candidates, leftOut } = await find(folders, rules);
		const files = candidates.map((one) => one.path);
		const singly = await findThese(
			folders,
			[...files, ...leftOut.map((one) => one.path.replace(/\/$/, "/any"))].map((file) => path(folder, file)),
			rules,
		);
		assert.deepEqual(singly, [...candidates, ...leftOut]);
		return files.sort();
	}

	/** Pieces that meet in odd ways. */
	const piece = fc.constantFrom(
		..."a b ab A é . a/ b/ / * ** **/ /** ? [ab] [!a] [^b] [a-c] [A-B] [[:alpha:]] [[:upper:]] [ ] [] []a] \\ \\a \\A \\* \\[ \\ # !".split(
			" ",
		),
		" ",
		"\\ ",
	);
	const line = fc
		.tuple(
			fc.constantFrom("", "", "", "!", "/", "#"),
			fc.array(piece, { minLength: 1, maxLength: 5 }),
			fc.constantFrom("", "", "/", " "),
		)
		.map(([start, pieces, end]) => start + pieces.join("") + end);
	const ignoreFile = fc.array(line, { maxLength: 5 }).map((lines) => lines.join("\n"));
	const name = fc.constantFrom(..."a b ab A B é aé ba a.b [a] a* #a !a".split(" "), "a ", "\\a");
	const file = fc
		.array(name, { minLength: 1, maxLength: 4 })
		.map((names) => `${names.join("/")}.x`.replace(/\.x$/, ""));
	const tree = fc.array(file, { minLength: 3, maxLength: 14 });

	it("agree for random ignore files and trees", async () => {
		await fc.assert(
			fc.asyncProperty(
				tree,
				ignoreFile,
				fc.dictionary(fc.constantFrom("a/", "b/", "a/b/"), ignoreFile, { maxKeys: 2 }),
				ignoreFile,
				ignoreFile,
				fc.boolean(),
				async (files, top, nested, excluded, global, ignoreCase) => {
					rmSync(path("repo"), { recursive: true, force: true });
					mkdirSync(path("repo"));
					git("repo", "init", "--quiet");
					git("repo", "config", "core.ignorecase", String(ignoreCase));
					lay({ "repo/.git/info/exclude": excluded, "home/xdg/git/ignore": global, "repo/.gitignore": top });
					const contents = [
						...files.map((file) => [`repo/${file}`, "text"] as const),
						...Object.entries(nested).map(([folder, content]) => [`repo/${folder}.gitignore`, `${content}\n`] as const),
					];
					for (const [name, content] of contents) {
						try {
							lay({ [name]: content });
						} catch {
							// One name for a file and a folder.
						}
					}
					const empty = [top === "" ? ".gitignore" : ""];
					assert.deepEqual(
						await found("repo"),
						listed("repo").filter((one) => !empty.includes(one)),
					);
				},
			),
			{ numRuns: 150 },
		);
	});

	it("agree on what only one of them is easily taken to mean", async () => {
		// [pattern, name, whether git ignores it]
		const cases: readonly (readonly [string, string, boolean])[] = [
			["/", "f", false],
			["!", "f", false],
			["??", "é", true],
			["?", "é", false],
			["x/ab**/c", "x/abq/r/c", true],
			["x/a*b**/c", "x/aqb/r/c", false],
			["a\\", "a\\", false],
			["a ", "a", true],
			["a\\ ", "a ", true],
			["a\t", "a", false],
			["[[:space:]]", "\v", false],
			["[a-\\c]", "b", true],
			["a/**/b", "a/b", true],
			["*/", "f", false],
		];
		for (const [index, [pattern, name, isIgnored]] of cases.entries()) {
			const repo = `repo${index}`;
			lay({ [`${repo}/sub/.gitignore`]: pattern, [`${repo}/sub/${name}`]: "text" });
			git(repo, "init", "--quiet");
			const expected = isIgnored ? ["sub/.gitignore"] : ["sub/.gitignore", `sub/${name}`].sort();
			assert.deepEqual(listed(repo), expected, pattern);
			assert.deepEqual(await found(repo), expected, pattern);
		}
	});

	const globals: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
		["the file at its usual place", { "home/xdg/git/ignore": "*.hush" }],
		[
			"core.excludesFile of ~/.gitconfig",
			{ "home/.gitconfig": '[core]\n\texcludesFile = "~/my ignore" ; mine\n', "home/my ignore": "*.hush" },
		],
		[
			"core.excludesFile of the other place",
			{ "home/xdg/git/config": "[CORE] ExcludesFile=~/mine", "home/mine": "*.hush" },
		],
		[
			"core.excludesFile of an included file",
			{
				"home/.gitconfig": "[include]\npath = more/config\n",
				"home/more/config": "[core]\nexcludesfile = ~/mine\n",
				"home/mine": "*.hush",
			},
		],
		[
			"core.excludesFile that holds in some folders",
			{
				"home/.gitconfig":
					'[includeIf "gitdir:repo/"]\n\tpath = ~/work\n[includeIf "gitdir:other/"]\n\tpath = ~/none\n',
				"home/work": "[core]\n\texcludesFile = ~/mine",
				"home/none": "[core]\n\texcludesFile = ~/nothing",
				"home/mine": "*.hush",
			},
		],
		[
			"an empty core.excludesFile, which turns the usual place off",
			{ "home/.gitconfig": "[core]\n\texcludesFile =\n", "home/xdg/git/ignore": "*" },
		],
		[
			"a line of the repository that takes back what the user's file says",
			{ "home/xdg/git/ignore": "*.md\n*.hush", "repo/.gitignore": "!*.md" },
		],
	];
	for (const [what, files] of globals)
		it(`agree on ${what}`, async () => {
			lay({ ...files, "repo/a.hush": "text", "repo/sub/b.hush": "text", "repo/c.md": "text" });
			git("repo", "init", "--quiet");
			const expected = listed("repo");
			assert.deepEqual(await found("repo"), expected);
			assert.deepEqual(
				await found("repo/sub"),
				expected.filter((file) => file.startsWith("sub/")).map((file) => file.slice(4)),
			);
		});

	it("follow a link to the user's file", async () => {
		lay({ "dotfiles/ignore": "*.hush", "home/xdg/git/x": "", "repo/a.hush": "text", "repo/b": "text" });
		symlinkSync(path("dotfiles", "ignore"), path("home", "xdg", "git", "ignore"));
		git("repo", "init", "--quiet");
		assert.deepEqual(await found("repo"), listed("repo"));
	});

	/** A repository with one commit. */
	function commit(folder: string): void {
		git(folder, "init", "--quiet");
		git(folder, "add", "--all");
		git(folder, "commit", "--quiet", "--message", "first");
	}

	it("find the list of a repository in its worktrees", async () => {
		lay({ "main/a": "text" });
		commit("main");
		git("main", "worktree", "add", "--quiet", path("other"));
		lay({
			"main/.git/info/exclude": "private\n",
			"other/private": "text",
			"other/sub/private": "text",
			"other/b": "text",
		});
		assert.deepEqual(await found("other"), ["a", "b"]);
		assert.deepEqual(listed("other"), ["a", "b"]);
		assert.deepEqual(await found("other/sub"), []);
	});

	it("do not learn the text of a worktree inside of its repository once more, unless it is what the user opened", async () => {
		lay({ "main/a": "text", "main/.gitignore": "*.log\n" });
		commit("main");
		git("main", "worktree", "add", "--quiet", path("main", "trees", "other"));
		lay({ "main/trees/other/b": "text", "main/trees/c": "text" });
		assert.deepEqual(await found("main"), listed("main"));
		assert.deepEqual(await found("main"), [".gitignore", "a", "trees/c"]);
		const { leftOut } = await find([{ path: path("main"), name: "main" }], rules);
		assert.deepEqual(
			leftOut.filter(({ reason }) => reason === "duplicate"),
			[{ path: "trees/other/", reason: "duplicate" }],
		);
		assert.deepEqual(await found("main/trees/other"), [".gitignore", "a", "b"]);
	});

	it("judge a submodule by its own rules only, even where the outer ones name its folder", async () => {
		lay({ "library/a.log": "text", "library/b": "text", "library/.gitignore": "*.tmp\n" });
		commit("library");
		lay({ "main/.gitignore": "*.log\n/vendor/*\n", "main/c": "text" });
		commit("main");
		git("main", "submodule", "--quiet", "add", "--force", path("library"), "vendor/library");
		const inner = "main/vendor/library";
		lay({
			[`${inner}/d.tmp`]: "text",
			[`${inner}/e.log`]: "text",
			[`${inner}/private`]: "text",
			"main/vendor/f": "text",
		});
		lay({ "main/.git/modules/vendor/library/info/exclude": "private\n" });
		const within = [".gitignore", "a.log", "b", "e.log"];
		assert.deepEqual(listed(inner), within);
		assert.deepEqual(await found(inner), within);
		assert.deepEqual(await found("main"), [
			".gitignore",
			".gitmodules",
			"c",
			...within.map((file) => `vendor/library/${file}`),
		]);
	});

	it("judge a repository that lies in another, or in none, by its own rules", async () => {
		lay({
			"main/.gitignore": "*.log\nscratch/\n",
			"main/.inklingignore": "*.draft\n",
			"main/a": "text",
			"main/inner/b.log": "text",
			"main/inner/c.tmp": "text",
			"main/inner/d.draft": "text",
			"main/scratch/e": "text",
			"main/broken/.git/config": "",
			"main/broken/f.log": "text",
		});
		for (const folder of ["main", "main/inner", "main/scratch"]) git(folder, "init", "--quiet");
		lay({ "main/inner/.git/info/exclude": "*.tmp\n" });
		assert.deepEqual(listed("main/inner"), ["b.log", "d.draft"]);
		const expected = [".gitignore", ".inklingignore", "a", "inner/b.log"];
		assert.deepEqual(await found("main"), expected);
		assert.deepEqual(await found("."), ["home/.gitconfig", ...expected.map((file) => `main/${file}`)]);
	});

	it("obey core.ignoreCase of the repository", async () => {
		for (const value of ["true", "false"]) {
			lay({
				[`${value}/.gitignore`]: "NOTES.md\n/Sub/x\n[A-B]z\n",
				[`${value}/notes.MD`]: "text",
				[`${value}/sub/X`]: "text",
				[`${value}/az`]: "text",
			});
			git(value, "init", "--quiet");
			git(value, "config", "core.ignoreCase", value);
			assert.deepEqual(await found(value), listed(value));
		}
		assert.deepEqual(await found("true"), [".gitignore"]);
	});
});
