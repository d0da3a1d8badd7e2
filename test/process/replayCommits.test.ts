/** Typing the commits of a small history, with the base model and the whole server. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { main } from "../../src/cli/main.ts";
import type { Sighting } from "../../src/cli/measure/edits/editTyping.ts";
import type { EditFigures } from "../../src/cli/measure/edits/report.ts";
import { GitFixture } from "../unit/cli/measure/edits/gitFixture.ts";
import { FakeTerminal } from "../unit/cli/terminal/fakeTerminal.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";

async function run(...args: readonly string[]) {
	const terminal = new FakeTerminal();
	const code = await main(terminal, args);
	return { code, out: terminal.out, errors: terminal.errors };
}

async function json(...args: readonly string[]): Promise<EditFigures> {
	const { code, out, errors } = await run(...args, "--json");
	assert.equal(code, 0, errors);
	return JSON.parse(out);
}

/** Lets temporary files be made in a folder in which no other program makes any. */
async function withTemporaryFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
	const names = ["TMPDIR", "TEMP", "TMP"];
	const before = names.map((name) => [name, process.env[name]] as const);
	for (const name of names) process.env[name] = folder;
	try {
		return await work();
	} finally {
		for (const [name, value] of before)
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
	}
}

const line = (i: number) => `\tregisterCommand("inkling.command${i}", (argument) => perform(argument, ${i}));\n`;
const program = (count: number) =>
	`function start() {\n${Array.from({ length: count }, (_, i) => line(i)).join("")}}\n`;

describe("replay --commits", () => {
	const path = useTemporaryFolder();
	let history: GitFixture;

	beforeEach(() => {
		history = new GitFixture();
		history.commit({ "src/a.ts": program(12), "README.md": "Commands are registered at the start.\n" });
		history.commit({ "src/a.ts": program(14) });
		history.commit({ "src/a.ts": program(14).replace("perform(argument, 3)", "perform(argument, 3, options)") });
		history.commit({ "src/b.ts": program(3), "README.md": null });
	});

	afterEach(() => {
		history.remove();
	});

	it("counts what suggestions save, with the keys that programs rely on, and leaves nothing behind", async () => {
		const trace = path("trace.jsonl");
		const found = await withTemporaryFolder(path(), () =>
			json("replay", history.folder, "--commits", "3", "--machine", "stopped", "--trace", trace),
		);
		assert.deepEqual([found.commits, found.edits, found.machine], [3, 3, null]);
		// Indentation has no keys, and the closing brace of the new file was there with the opening one.
		const keys = (text: string) => text.replaceAll(/\n[\t]*/g, "\n").replace(/^\t/, "").length;
		assert.equal(
			found.characters,
			keys(line(12)) + keys(line(13)) + ", options".length + keys(program(3)) - "\n}".length,
		);
		const names = ["conservative", "balanced", "eager"];
		const figures = ["keystrokeSavings", "acceptance", "shownPer1000", "meanAccepted", "netKeysPer1000"];
		for (const policy of ["whole", "word", "either"] as const) {
			assert.deepEqual(Object.keys(found[policy]), names);
			for (const one of Object.values(found[policy]))
				for (const name of [...figures, "secondsSavedPer1000"]) assert.ok(name in one, name);
		}
		assert.deepEqual(Object.keys(found.baselines), ["match6", "match12", "words"]);
		assert.equal(found.repeats.repeated, 0, "each replacement is made once");
		assert.ok(found.afterEnd >= 0 && found.afterEnd <= 1);
		const { newLine, beforeClosers, oldFile, newFile, code } = found.classes;
		for (const one of [newLine, beforeClosers, oldFile, newFile, code]) assert.ok((one?.characters ?? 0) > 0);
		assert.equal((oldFile?.characters ?? 0) + (newFile?.characters ?? 0), found.characters);
		// The lines are much alike: whoever remembers saves keys, and the time that they take.
		assert.ok(found.whole.balanced.keystrokeSavings > 0.4, `${found.whole.balanced.keystrokeSavings}`);
		assert.ok(found.whole.balanced.secondsSavedPer1000 > 50);
		const sightings = readFileSync(trace, "utf8")
			.trim()
			.split("\n")
			.map((one) => JSON.parse(one) as Sighting);
		const shown = sightings.filter((one) => one.way === "balanced" && one.shown !== null && !one.isEnd);
		assert.equal(shown.length, found.whole.balanced.shown);
		for (const { right, truth, shown: text } of shown) if (right) assert.ok(truth.startsWith(text as string));
		assert.deepEqual(readdirSync(path()), ["trace.jsonl"]);
	});

	it("says it in a sentence, and what of a history is too short", async () => {
		const { code, out, errors } = await run("replay", history.folder, "--commits", "60", "--characters", "200");
		assert.equal(code, 0, errors);
		assert.match(out, /\nRepeats: offered at \d+ places?, right at \d+/);
		assert.match(out, /\nOn your last 3 commits Inkling would have typed \d+ of 100 characters for you\.\n$/);
		assert.match(errors, /Only 3 commits of the history may have been typed by a person/);
	});

	it("says how many commits a partial clone lacks the text of, and types the others", async () => {
		history.git("config", "uploadpack.allowFilter", "true");
		const clone = (name: string): string => {
			const from = pathToFileURL(history.folder).href;
			history.git("clone", "--quiet", "--filter=blob:none", from, path(name));
			return path(name);
		};
		const none = await run("replay", clone("none"), "--commits", "3");
		assert.equal(none.code, 1);
		assert.match(none.errors, /no commit that a person may have typed: the text of 3 commits is on another machine/);
		history.commit({ "src/c.ts": program(2) });
		const { code, out, errors } = await run("replay", clone("one"), "--commits", "3", "--machine", "stopped");
		assert.equal(code, 0, errors);
		assert.match(errors, /^3 commits left out, whose text is on another machine: this clone is partial$/m);
		assert.match(out, /\nOn your last commit Inkling would have typed \d+ of 100 characters for you\.\n$/);
	});

	it("saves hardly less on a slow machine", async () => {
		const savings = async (...flags: readonly string[]) =>
			(await json("replay", history.folder, "--commits", "3", ...flags)).whole.balanced.keystrokeSavings;
		const stopped = await savings("--machine", "stopped", "--no-closing");
		assert.ok((await savings("--machine", "8", "--no-closing")) > 0.7 * stopped);
	});

	const failures: readonly [string, () => string[], number, RegExp][] = [
		["no repository", () => ["replay", path(), "--commits", "3"], 1, /^git cannot read .*: not a git repository/],
		["no folder", () => ["replay", path("none"), "--commits", "3"], 1, /there is no folder/],
		[
			"held out files, too",
			() => ["replay", ".", "--commits", "3", "--holdout", "4"],
			2,
			/--holdout excludes --commits/,
		],
		["a part of nothing", () => ["replay", ".", "--characters", "300"], 2, /--characters needs --commits/],
		[
			"a trace that is a folder",
			() => ["replay", ".", "--commits", "3", "--trace", path()],
			1,
			/cannot be written: it is a folder, not a file/,
		],
		[
			"random weights",
			() => ["replay", history.folder, "--commits", "3", "--from", "scratch"],
			1,
			/needs --budget-seconds/,
		],
	];
	for (const [name, args, expected, message] of failures)
		it(`fails for ${name}`, async () => {
			const { code, out, errors } = await run(...args());
			assert.deepEqual([code, out], [expected, ""], errors);
			assert.match(errors, message);
		});

	it("fails where a person has typed nothing", async () => {
		const folder = join(history.folder, "empty");
		mkdirSync(folder);
		const { code, errors } = await run("replay", folder, "--commits", "3");
		assert.equal(code, 1);
		assert.match(errors, /has no commit that a person may have typed/);
		assert.ok(existsSync(folder));
	});
});
