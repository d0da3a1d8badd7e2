/** The benchmarks run, in little: what they rest on changes more often than they are run. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { softmaxes } from "../../src/domain/words.ts";
import { root } from "../harness/paths.ts";
import { GitFixture } from "../unit/cli/measure/edits/gitFixture.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";

describe("npm run bench", () => {
	const path = useTemporaryFolder();
	const folder = join(root, "src/protocol");

	/** The figures that a benchmark leaves. */
	function figures(name: string, ...args: readonly string[]): unknown {
		const result = spawnSync(process.execPath, ["bench/main.ts", name, "--json", "--out", path(), ...args], {
			cwd: root,
			encoding: "utf8",
			maxBuffer: 2 ** 26,
		});
		assert.equal(result.status, 0, result.stderr);
		const printed = JSON.parse(result.stdout);
		const file = args.includes("--race-only") ? "race" : name;
		assert.deepEqual(JSON.parse(readFileSync(path(`${file}.json`), "utf8")), printed);
		return printed;
	}

	/** Every number in a result, by its path. */
	function* numbersOf(value: unknown, at = ""): Generator<[path: string, value: number]> {
		if (typeof value === "number") yield [at, value];
		else if (typeof value === "object" && value !== null)
			for (const [key, member] of Object.entries(value)) yield* numbersOf(member, `${at}/${key}`);
	}

	const refused: readonly [args: string[], code: number, said: RegExp][] = [
		[["--help"], 0, /^Usage: npm run bench/],
		[["constructor"], 2, /^Usage: npm run bench/],
		[["shakespeare"], 2, /^Name the FILE whose last tenth is held out\n$/],
		[["memory", "none"], 1, /^The history is read with git, .* there is no folder .*none\.\n$/],
	];
	for (const [args, code, said] of refused)
		it(`says what ${args.join(" ")} wants`, () => {
			const { status, stdout, stderr } = spawnSync(process.execPath, ["bench/main.ts", ...args], {
				cwd: root,
				encoding: "utf8",
			});
			assert.equal(status, code);
			assert.match(stdout + stderr, said);
		});

	it("both: trains and compares both kinds of networks", () => {
		const { results } = figures("both", folder, "--seconds", "1.5", "--cases", "3") as {
			results: Record<string, object>[];
		};
		assert.equal(results.length, 1);
		const measured = [...numbersOf(results[0])];
		assert.ok(measured.length > 10);
		for (const [name, value] of measured) assert.ok(value >= 0, `${name}: ${value}`);
	});

	it("speed: measures each part", () => {
		const small = ["--repetitions", "1", "--seconds", "0.01", "--requests", "4", "--model-seconds", "1", "--no-peers"];
		const { date, machine, ...found } = figures("speed", ...small, "--workspace", folder) as Record<string, object>;
		assert.ok(date && machine);
		const measured = [...numbersOf(found)];
		assert.ok(measured.length > 20, JSON.stringify(found));
		for (const [name, value] of measured) assert.ok(value >= 0, `${name}: ${value}`);
	});

	it("speed --race-only: lets the contestants run their laps", () => {
		const { race } = figures(
			"speed",
			...["--race-only", "--contestants", "inkling,inkling 2 threads", "--repetitions", "2", "--seconds", "0.01"],
		) as { race: Record<string, object> };
		assert.deepEqual(Object.keys(race), ["inkling", "inkling 2 threads"]);
		const measured = [...numbersOf(race)];
		assert.equal(measured.length, 4);
		for (const [name, value] of measured) assert.ok(value > 0, `${name}: ${value}`);
	});

	it("words: trains a model of words with each softmax, and one of bytes", () => {
		const small = ["--folder", folder, "--updates", "2", "--hidden", "16", "--words", "30,300"];
		const { rows } = figures("words", ...small) as { rows: { name: string; symbols: number; bpc: number }[] };
		const names = ["30", "300"].flatMap((words) => softmaxes.map((softmax) => `${words} words, ${softmax}`));
		assert.deepEqual(
			rows.map(({ name }) => name),
			["bytes", ...names],
		);
		for (const { bpc } of rows) assert.ok(bpc > 0 && bpc < 16, `${bpc}`);
		assert.equal(rows.at(-1)?.symbols, 556, "what the text lacks is invented");
	});

	it("family: trains the cells, measures them, plots, and takes over what was measured", () => {
		const text = join(root, "src/cli/commands/replay.ts");
		const models = ["lstm_2", "words_adaptive"];
		const small = ["--text", text, "--workspace", folder, "--minutes", "0.002", "--models", models.join()];
		const { rows } = figures("family", ...small, "--seeds", "1") as { rows: Record<string, unknown>[] };
		assert.deepEqual(
			rows.map(({ name, text }) => `${name} ${text}`),
			["replay.ts", "protocol"].flatMap((text) => models.map((name) => `${name} ${text}`)),
		);
		for (const row of rows) {
			assert.ok((row["bpc"] as number) > 0 && (row["bpc"] as number) < 8, JSON.stringify(row));
			for (const [name, value] of numbersOf(row)) assert.ok(value >= 0, `${name}: ${value}`);
			for (const norms of [row["gradientNorm"], row["gradientNormAtStart"]]) {
				const distances = row["name"] === "lstm_2" ? ["0", "1", "2", "5", "10", "20", "50", "100", "200"] : [];
				assert.deepEqual(Object.keys(norms as object), distances);
			}
		}
		assert.ok(readdirSync(path()).includes("family-gradient.svg"));
		const again = figures("family", ...small, "--seeds", "2", "--resume") as { rows: typeof rows };
		const runs = readFileSync(path("family.runs.jsonl"), "utf8").trim().split("\n");
		assert.equal(runs.length, 2 * rows.length);
		assert.ok(again.rows.every(({ deviation }) => (deviation as number) >= 0));
	});

	it("quality: scores held-out files", () => {
		const { measurements } = figures("quality", folder, "--budgets", "1") as { measurements: object[] };
		assert.equal(measurements.length, 1);
		for (const [name, value] of numbersOf(measurements)) assert.ok(value >= 0, `${name}: ${value}`);
	});

	it("usefulness: types held-out files", () => {
		const { measurements } = figures("usefulness", folder, "--budget-seconds", "0", "--from", "base") as {
			measurements: object[];
		};
		assert.equal(measurements.length, 1);
	});

	it("surprise: finds planted mistakes", () => {
		const { found } = figures("surprise", join(root, "src/engines/wasm"), "--seeds", "1", "--characters", "9000") as {
			found: { rank: Record<string, number> }[];
		};
		assert.ok(found.length > 0);
		for (const { rank } of found)
			for (const value of [rank["surprise"], rank["length"]]) assert.ok(value !== undefined && value > 0 && value <= 1);
	});

	it("spelling: finds what a commit has corrected and what is planted, beside other checkers", () => {
		const history = new GitFixture();
		try {
			const text = (word: string) => `We hope that you will ${word} the message.\nIt is necessary that we know it.\n`;
			history.commit({ "notes.md": text("recieve") });
			history.commit({ "notes.md": text("receive") });
			// In the place of a Python with the packages of bench/peers/spelling.txt.
			const python = path("python");
			mkdirSync(path("list/res/word/spelling"), { recursive: true });
			writeFileSync(path("list/res/word/spelling/spelling_en.txt"), "necessary neccessary\n");
			writeFileSync(
				python,
				`#!/bin/sh\ncase "$1" in -c) echo '${path("list")}';; *) grep -nH recieve lines.txt | sed 's/:[^:]*$/: recieve ==> receive/';; esac\n`,
				{ mode: 0o755 },
			);
			const { repositories } = figures("spelling", history.folder, "--words", "10", "--python", python) as {
				repositories: Record<"history" | "planted", Record<string, { cases: number; right: number }>>[];
			};
			assert.equal(repositories.length, 1);
			const [{ history: corrected, planted } = {}] = repositories;
			for (const tool of ["inkling", "codespell", "nspell"])
				assert.deepEqual([corrected?.[tool]?.cases, corrected?.[tool]?.right], [1, 1], tool);
			assert.deepEqual([planted?.["inkling"]?.cases, planted?.["inkling"]?.right], [1, 1]);
			assert.deepEqual([planted?.["codespell"]?.cases, planted?.["codespell"]?.right], [1, 0]);
		} finally {
			history.remove();
		}
	});

	it("panel: opens the perplexity view, shows other rows of it, and follows a training", () => {
		const small = ["--repetitions", "1", "--seconds", "0.3", "--rounds", "1"];
		const { files, opened, rows, training } = figures("panel", ...small) as Record<string, unknown>;
		assert.equal(files, 5000);
		const { median } = opened as Record<string, Record<string, number>>;
		assert.ok((median?.["rows"] ?? 0) < 500 && (median?.["kibibytes"] ?? 0) < 500, "little is sent to open it");
		for (const [name, value] of numbersOf({ opened, rows })) assert.ok(value >= 0, `${name}: ${value}`);
		assert.ok([...numbersOf(training)].length > 3);
	});

	it("shakespeare: scores the end of a text", () => {
		const text = join(root, "src/cli/commands/replay.ts");
		const { natsPerCharacter } = figures("shakespeare", text, "--minutes", "0.02", "--epochs", "1") as Record<
			string,
			number
		>;
		assert.ok(natsPerCharacter !== undefined && natsPerCharacter > 0 && natsPerCharacter < Math.log(256));
	});

	it("edits: types the commits of a history, and plots", () => {
		const history = new GitFixture();
		try {
			const call = (name: string) => `\tregister("${name}", (argument) => perform(argument));\n`;
			history.commit({ "a.ts": `function start() {\n${call("one")}${call("two")}}\n` });
			history.commit({ "a.ts": `function start() {\n${call("one")}${call("two")}${call("three")}}\n` });
			const { measurements } = figures("edits", history.folder, "--commits", "1") as { measurements: object[] };
			assert.equal(measurements.length, 1);
			assert.ok(readdirSync(path()).some((name) => name.endsWith(".svg")));
		} finally {
			history.remove();
		}
	});

	it("memory: indexes files, and predicts edits and what it has not indexed", () => {
		const history = new GitFixture();
		try {
			const call = (name: string) => `\tregister("${name}", (argument) => perform(argument));\n`;
			const names = Array.from({ length: 12 }, (_, i) => `file${i}.ts`);
			history.commit(Object.fromEntries(names.map((name) => [name, `function start() {\n${call(name)}}\n`])));
			history.commit({ "file3.ts": `function start() {\n${call("file3.ts")}${call("third")}}\n` });
			const { results } = figures("memory", history.folder, "--commits", "1", "--rounds", "1") as {
				results: Record<string, number>[];
			};
			assert.equal(results.length, 1);
			for (const name of ["bytes", "indexing", "edits", "files"]) assert.ok((results[0]?.[name] as number) > 0, name);
			// All but its name is in the files that were indexed.
			assert.ok((results[0]?.["files"] as number) < 2);
		} finally {
			history.remove();
		}
	});
});
