import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands, main } from "../../../src/cli/main.ts";
import { readBase, requireLearned } from "../../../src/cli/training.ts";
import { writeModel } from "../../../src/model/checkpoint.ts";
import type { Failure } from "../../../src/platform/failure.ts";
import { root } from "../../harness/paths.ts";
import { chainModel } from "../support/chainModel.ts";
import { notebookJson } from "../support/notebookText.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { FakeTerminal } from "./terminal/fakeTerminal.ts";

/** After each of these characters the model expects the next. */
const chain = "abcdefgh\n";

interface Outcome {
	readonly code: number;
	readonly out: string;
	readonly errors: string;
}

async function run(args: readonly string[], terminal = new FakeTerminal()): Promise<Outcome> {
	const code = await main(terminal, args);
	return { code, out: terminal.out, errors: terminal.errors };
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
	const { code, out, errors } = await run([...args, "--json"]);
	assert.equal(code, 0, errors);
	return JSON.parse(out);
}

describe("the command line", () => {
	const path = useTemporaryFolder();
	let model = "";
	let notes = "";

	beforeEach(async () => {
		model = path("model.safetensors");
		notes = path("notes.txt");
		await writeModel(model, chainModel(chain));
		writeFileSync(notes, "abc\r\nabcd");
	});

	describe("help", () => {
		for (const args of [["--help"], ["-h"], ["help"]]) {
			it(`${args} lists the commands`, async () => {
				const { code, out, errors } = await run(args);
				assert.deepEqual([code, errors], [0, ""]);
				for (const { name } of commands) assert.match(out, new RegExp(`^  ${name} `, "m"));
			});
		}
		for (const { name, options } of commands) {
			it(`${name} --help lists its options, in lines that fit`, async () => {
				const { code, out } = await run([name, "--help"]);
				assert.equal(code, 0);
				for (const option of Object.keys(options)) assert.match(out, new RegExp(`^  --${option}\\b`, "m"));
				assert.ok(out.split("\n").every((line) => line.length <= 120));
			});
		}
	});

	describe("bad usage", () => {
		const cases: readonly [readonly string[], RegExp][] = [
			[[], /^A command is missing; --help lists the commands\.\n$/],
			[["paint"], /^There is no command "paint"/],
			[["train"], /^An argument is missing; train --help explains its options\.\n$/],
			[["train", "a", "b"], /^There is an argument too many: "b"/],
			[["train", ".", "--budget-seconds", "1", "--minutes", "1"], /exclude each other/],
			[["train", ".", "--hidden", "2048", "--layers", "4"], /--hidden and --layers ask for \d+ MiB/],
			[["train", ".", "--engine", "abacus"], /--engine is "abacus", not inkling, tensorflow/],
			[["train", ".", "--tensorflow", "a"], /--tensorflow goes with --engine tensorflow/],
			[["train", ".", "--cell", "transformer"], /^--cell is "transformer", not gru, lstm, rnn_tanh, rnn_relu;/],
			[["train", ".", "--optimizer", "adagrad"], /^--optimizer is "adagrad", not adamw, adam, rmsprop, momentum, sgd;/],
			[["pretrain", "."], /--out is missing/],
			[["evaluate", "."], /--budget-seconds is missing/],
			[["evaluate", ".", "--budget-seconds", "1"], /--holdout is missing/],
			[["evaluate", ".", "--budget-seconds", "0", "--holdout", "4"], /--budget-seconds 0 needs a model/],
			[["evaluate", ".", "--budget-seconds", "1", "--holdout", "1"], /--holdout is "1"/],
			[["evaluate", ".", "--holdout", "4", "--curve", "0,Infinity"], /--curve is "0,Infinity", not ascending seconds/],
			[["evaluate", ".", "--holdout", "4", "--curve", ",5"], /--curve is ",5", not ascending seconds/],
			[["evaluate", ".", "--holdout", "4", "--curve", ""], /--curve is "", not ascending seconds/],
			[["evaluate", ".", "--holdout", "4", "--curve", "5,1"], /--curve is "5,1", not ascending seconds/],
			[["evaluate", ".", "--curve", "1", "--budget-seconds", "2"], /exclude each other/],
			[["replay", ".", "--budget-seconds", "1"], /--holdout is missing/],
			[["replay", ".", "--holdout", "9", "--budget-seconds", "1", "--max-characters", "9"], /--max-characters is "9"/],
			[["quantize", "a"], /--out is missing/],
			[["split", ".", "--holdout", "10"], /--out is missing/],
			[["complete", "--file", "a"], /--line is missing/],
			[["generate", "--prompt", "a"], /--model is missing/],
			[["score", "a"], /--model is missing/],
			[["score", "--model", "m", "--top", "3", "a"], /--top goes with --lines/],
			[["score", "--model", "m", "--lines", "--top", "3", "--int8", "a"], /--top does not go with --both or --int8/],
			[["inspect", "a", "--model", "b"], /Unknown option '--model'/],
		];
		for (const [args, message] of cases) {
			it(args.join(" "), async () => {
				const { code, out, errors } = await run(args);
				assert.deepEqual([code, out], [2, ""]);
				assert.match(errors, message);
			});
		}

		it("refuses a place that is not in the file", async () => {
			const at = (line: string, column: string) =>
				run(["complete", "--model", model, "--file", notes, "--line", line, "--column", column]);
			assert.match((await at("3", "1")).errors, /--line is 3, and the file has 2 lines/);
			assert.match((await at("1", "5")).errors, /--column is 5, and line 1 ends at column 4/);
			assert.equal((await at("1", "5")).code, 2);
		});

		it("refuses another size than that of the model to start from", async () => {
			const { code, errors } = await run(["train", ".", "--from", model, "--hidden", "128"]);
			assert.equal(code, 2);
			assert.match(errors, /this one has 64 units in 1 layers/);
		});

		it("refuses another cell than that of the model to start from", async () => {
			const { code, errors } = await run(["train", ".", "--from", model, "--cell", "lstm"]);
			assert.equal(code, 2);
			assert.match(errors, /^--cell is for new models, and this one is a GRU: leave --from out/);
		});
	});

	describe("failures", () => {
		it("no base model", async () => {
			const detail = /without a base model: train --from scratch/;
			await assert.rejects(readBase(path("none")), (error: Failure) => detail.test(error.detail));
			assert.equal((await readBase()).shape.cell, "gru");
		});

		const cases: readonly [string, () => string[], RegExp][] = [
			["no such model", () => ["inspect", path("none")], /^There is no model at/],
			["not a model", () => ["inspect", notes], /^The file is not a usable Inkling model/],
			["no such folder", () => ["train", path("none")], /^The folder .* does not exist/],
			["no corpus", () => ["pretrain", path(), "--out", path("o")], /manifest\.json cannot be read/],
			["no state", () => ["pretrain", path(), "--out", path("o"), "--resume", model], /a model, not a training state/],
			["no such file", () => ["score", "--model", model, path("none")], /cannot be read \(ENOENT\)/],
			["a folder for a file", () => ["score", "--model", model, path()], /is not a file/],
			[
				"no TensorFlow.js",
				() => ["score", "--model", model, "--engine", "tensorflow", "--tensorflow", path("none"), notes],
				/^The TensorFlow engine cannot be used: there is no folder .*none\.\n$/,
			],
			[
				"a folder to write to",
				() => ["train", path(), "--out", path()],
				/cannot be written: it is a folder, not a file/,
			],
			["a folder for a model of 8 bits", () => ["quantize", model, "--out", path()], /it is a folder, not a file/],
			["a file for a folder", () => ["split", path(), "--holdout", "2", "--out", notes], /it is a file, not a folder/],
			["a folder for a base", () => ["pretrain", path(), "--out", path()], /it is a folder, not a file/],
			["binary", () => ["score", "--model", model, model], /is not text in UTF-8 or UTF-16/],
			[
				"nothing held out",
				() => ["split", path(), "--holdout", "1000", "--out", path("o")],
				/none of its files is held out/,
			],
		];
		for (const [name, args, message] of cases) {
			it(name, async () => {
				const { code, out, errors } = await run(args());
				assert.deepEqual([code, out], [1, ""]);
				assert.match(errors, message);
				assert.equal(errors.trim().split("\n").length, 1);
			});
		}

		it("a training that ends without a model, each with its reason", () => {
			const outcome = { model: undefined, hasImproved: false, isKept: false, cpuSeconds: 1, epochs: 0, updates: 3 };
			assert.throws(() => requireLearned({ ...outcome, end: "stopped" }), /stopped before anything was learned/);
			assert.throws(() => requireLearned({ ...outcome, end: "diverged" }), /became unstable before there was a model/);
		});

		it("a training that is stopped before it begins", async () => {
			writeFileSync(path("long.txt"), "A line of text that is worth learning.\n".repeat(200));
			const terminal = new FakeTerminal({ interrupting: true });
			const { code, errors } = await run(["train", path(), "--out", path("new")], terminal);
			assert.equal(code, 1);
			assert.match(errors, /stopped before anything was learned/);
		});
	});

	describe("complete", () => {
		const at = (column: number) => [
			"complete",
			"--model",
			model,
			"--file",
			notes,
			"--line",
			"2",
			"--column",
			`${column}`,
		];

		it("suggests what the editor would, for people and for programs", async () => {
			const { suggestions, milliseconds } = await json(...at(5));
			const [first] = suggestions as { text: string; probability: number }[];
			assert.match(first?.text ?? "", /^efgh$/);
			assert.ok((first?.probability ?? 0) > 0.5 && typeof milliseconds === "number");
			assert.match((await run(at(5))).out, /^\d+ % {2}efgh\n$/);
		});

		it("says why it suggests nothing", async () => {
			const { code, out, errors } = await run(at(2));
			assert.deepEqual([code, out, errors], [0, "", "Nothing is suggested: nothing is likely enough.\n"]);
			assert.equal((await json(...at(2)))["silence"], "unsure");
		});

		it("keeps to the threshold of the setting", async () => {
			writeFileSync(notes, "a\nzz");
			const silent = await json(...at(3), "--threshold", "conservative");
			assert.deepEqual([silent["suggestions"], silent["silence"]], [[], "unsure"]);
		});

		it("suggests from the base and the files of a folder, but never what stands in those of secrets or in ignored ones", async () => {
			const folder = path("workspace");
			mkdirSync(folder);
			writeFileSync(join(folder, "known.ts"), "const celebration = prepare(guests);\n".repeat(3));
			writeFileSync(join(folder, ".env"), "const launchCode = zanzibarApricot;\n".repeat(3));
			writeFileSync(join(folder, "hidden.ts"), "const launchCode = zanzibarApricot;\n".repeat(3));
			writeFileSync(join(folder, ".gitignore"), "hidden.ts\n");
			const suggestedAfter = async (text: string): Promise<string> => {
				const file = join(folder, "new.ts");
				writeFileSync(file, text);
				const at = ["--line", "1", "--column", `${text.length + 1}`];
				const { suggestions } = await json("complete", "--folder", folder, "--file", file, ...at);
				rmSync(file);
				return (suggestions as { text: string }[])[0]?.text ?? "";
			};
			assert.match(await suggestedAfter("const celebr"), /^ation\b/);
			// Nobody has typed that here.
			assert.match(await suggestedAfter("export async func"), /^tion\b/);
			assert.doesNotMatch(await suggestedAfter("const launchCode = zanzi"), /bar/);
			assert.doesNotMatch(await suggestedAfter("const launchC"), /zanzi/);
		});

		it("never reads secrets", async () => {
			const file = path(".env");
			writeFileSync(file, "KEY=abcd");
			const { silence } = await json("complete", "--model", model, "--file", file, "--line", "1", "--column", "9");
			assert.equal(silence, "secret");
		});
	});

	it("writes a model with weights of 8 bits, which predicts as the one it was made from", async () => {
		const small = path("small.safetensors");
		const { bytes, bytesBefore } = await json("quantize", model, "--out", small);
		assert.ok((bytes as number) < 0.3 * (bytesBefore as number));
		assert.equal((await json("inspect", small))["precision"], "int8");
		// In its place, too.
		const copy = path("copy.safetensors");
		copyFileSync(model, copy);
		assert.equal((await json("quantize", copy, "--out", copy))["bytesBefore"], bytesBefore);
		const [given, rounded, byOption] = [
			await json("score", "--model", model, notes),
			await json("score", "--model", small, notes),
			await json("score", "--model", model, "--int8", notes),
		].map(({ bpc }) => bpc as number);
		for (const bpc of [rounded, byOption]) {
			assert.ok(Math.abs((bpc ?? 9) - (given ?? 0)) < 0.05, `${bpc}, not ${given}`);
		}
	});

	it("scores files and their lines", async () => {
		const empty = path("empty.txt");
		writeFileSync(empty, "");
		const scored = await json("score", "--model", model, "--lines", notes, empty);
		const files = scored["files"] as { characters: number; bpc: number | null; lines: { characters: number }[] }[];
		assert.deepEqual(
			files.map(({ characters }) => characters),
			[8, 0],
		);
		assert.deepEqual(
			files[0]?.lines.map(({ characters }) => characters),
			[4, 4],
		);
		assert.equal(files[1]?.bpc, null);
		assert.equal(scored["characters"], 8);
		assert.equal(scored["perplexity"], 2 ** (scored["bpc"] as number));
		const { out } = await run(["score", "--model", model, notes, empty]);
		assert.match(out, /notes\.txt +8 +\d+\.\d\d +\d+\.\d\d\n.*empty\.txt +0 +– +–\nall +8 /);
		assert.match((await run(["score", "--model", model, "--lines", notes])).out, /^.*notes\.txt\n +\d+\.\d\d {2}abc\n/);
	});

	it("scores a file once that is named twice, under the first of its names", async () => {
		const other = path("other.txt");
		writeFileSync(other, "abcde");
		const again = `${path()}/./notes.txt`;
		const once = await json("score", "--model", model, notes, other);
		assert.deepEqual(await json("score", "--model", model, notes, again, other, notes), once);
		const { lines } = await json("score", "--model", model, "--lines", "--top", "9", notes, again);
		assert.ok((lines as { file: string }[]).every(({ file }) => file === notes));
	});

	it("lists the most surprising lines of files, by a model that learns as it reads, and knows the files beside", async () => {
		const line = "const value = compute(first);\n";
		writeFileSync(path("a.ts"), `${line.repeat(9)}const value = zygomorphic(quux);\n${line.repeat(9)}`);
		writeFileSync(path("b.ts"), line.repeat(9));
		const args = ["score", "--model", model, "--lines", "--folder", path()];
		const top = async (most: number, ...files: readonly string[]) =>
			(await json(...args, "--top", `${most}`, ...files.map((file) => path(file))))["lines"] as {
				file: string;
				line: number;
				excess: number;
				text: string;
			}[];
		const [best, second, ...others] = await top(2, "a.ts");
		assert.deepEqual([best?.line, best?.text, others.length], [10, "const value = zygomorphic(quux);", 0]);
		assert.ok((best?.excess ?? 0) > 4 * (second?.excess ?? 0));
		const { out } = await run([...args, "--top", "9", path("a.ts"), path("b.ts")]);
		assert.match(out, /^ *\d+\.\d\d {2}\S*a\.ts:10 {2}const value = zygomorphic\(quux\);$/m);
		// What stands in another file of the folder is no surprise.
		writeFileSync(path("c.ts"), "let other = zygomorphic(quux);\n".repeat(9));
		const [known] = await top(1, "a.ts");
		assert.ok((known?.excess ?? 0) < (best?.excess ?? 0) / 2, `${known?.excess} after ${best?.excess}`);
	});

	it("scores a notebook as its cells, and completes in them", async () => {
		const notebook = path("cells.ipynb");
		writeFileSync(notebook, notebookJson(["abc", { type: "markdown", source: "bcd" }, "abcd"]));
		writeFileSync(path("cells.py"), "abc\n\nabcd\n\nbcd\n\n");
		const [cells, text] = [
			await json("score", "--model", model, notebook),
			await json("score", "--model", model, path("cells.py")),
		].map(({ characters, bpc }) => ({ characters, bpc }));
		assert.deepEqual(cells, text);
		const place = ["--line", "3", "--column", "5"];
		const { suggestions } = await json("complete", "--model", model, "--file", notebook, ...place);
		assert.equal((suggestions as { text: string }[])[0]?.text, "efgh");
		writeFileSync(notebook, '{"cells": 1}');
		const { code, errors } = await run(["score", "--model", model, notebook]);
		assert.equal(code, 1);
		assert.match(errors, /cells\.ipynb is no notebook of nbformat 4/);
	});

	it("generates what the model expects, the same for the same seed", async () => {
		const args = ["generate", "--model", model, "--prompt", "ab", "--characters", "8"];
		const { text } = await json(...args, "--temperature", "0");
		assert.equal(text, "cdefgh\na");
		assert.equal((await run([...args, "--temperature", "0"])).out, "abcdefgh\na\n");
		assert.deepEqual(await json(...args, "--seed", "5"), await json(...args, "--seed", "5"));
	});

	it("inspects a model", async () => {
		const found = await json("inspect", model);
		assert.equal(found["hidden"], 64);
		assert.deepEqual((found["tensors"] as object[])[0], { name: "gru.weight_ih_l0", shape: [192, 256] });
		assert.match((await run(["inspect", model])).out, /^network +GRU, 1 × 64 units\n/m);
	});

	it("says which engines work, and in one sentence why another does not", async () => {
		const { engines } = await json("doctor", "--tensorflow", path("none"));
		const [own, tensorflow] = engines as { engine: string; works: boolean; description: string; cells: string[] }[];
		assert.deepEqual([own?.engine, own?.works], ["inkling", true]);
		assert.ok(own?.cells.includes("gru"));
		assert.deepEqual([tensorflow?.engine, tensorflow?.works, tensorflow?.cells], ["tensorflow", false, []]);
		assert.match(tensorflow?.description ?? "", /^The TensorFlow engine cannot be used: there is no folder .*\.$/);
		const { out } = await run(["doctor", "--tensorflow", path("none")]);
		assert.match(out, /^inkling: works\. WebAssembly .*\.\ntensorflow: does not work\. The TensorFlow engine /m);
	});

	it("splits a folder into files joined by byte 0", async () => {
		mkdirSync(path("work"));
		for (let i = 0; i < 40; i++) writeFileSync(path("work", `${i}.txt`), `text ${i}\r\nof its own ${"é".repeat(i)}`);
		const { train, test, leftOut } = await json("split", path("work"), "--holdout", "4", "--out", path("parts"));
		const texts = ["train.txt", "test.txt"].map((name) => readFileSync(path("parts", name), "utf8").split("\0"));
		const parts = [train, test] as { files: number; characters: number; bytes: number }[];
		assert.deepEqual(
			parts.map(({ files }) => files),
			texts.map((list) => list.length),
		);
		assert.deepEqual(
			parts.map(({ characters }) => characters),
			texts.map((list) => [...list.join("")].length),
		);
		assert.equal(texts.flat().length, 40);
		assert.ok(texts.flat().every((text) => /^text \d+\nof its own é*$/.test(text)));
		assert.deepEqual(leftOut, { nearDuplicates: 0 });
	});
});

describe("ranking on the command line", () => {
	const path = useTemporaryFolder();
	let model = "";

	beforeEach(async () => {
		model = path("model.safetensors");
		await writeModel(model, chainModel(chain));
		writeFileSync(path("notes.txt"), "abc\nab\n");
	});

	const ranked = async (given: string, ...args: string[]): Promise<string[]> => {
		const terminal = new FakeTerminal();
		terminal.given = given;
		const { code, out, errors } = await run(["rank", "--model", model, "--json", ...args], terminal);
		assert.equal(code, 0, errors);
		return (JSON.parse(out).candidates as { text: string }[]).map(({ text }) => text);
	};

	it("orders lines, or the strings of a JSON array, for a place in a file", async () => {
		const place = ["--context", `${path("notes.txt")}:2:3`, "--sides", "left"];
		assert.deepEqual(await ranked("g\nc\r\nzz\n", ...place), ["c", "g", "zz"]);
		assert.deepEqual(await ranked(JSON.stringify(["g", "c"]), ...place), ["c", "g"]);
		assert.deepEqual(await ranked("[g\nc\n", ...place), ["c", "[g"]);
	});

	it("orders them for text that is given, from the left or from both sides", async () => {
		assert.deepEqual(await ranked("d\nb\n", "--before", "a", "--sides", "left"), ["b", "d"]);
		// What is nearest to the left is not what leads to the right.
		assert.deepEqual(await ranked("bcdefg\nb\n", "--before", "a", "--after", "h"), ["bcdefg", "b"]);
	});

	it("says what is wrong with the command line", async () => {
		const cases: readonly [string[], RegExp][] = [
			[[], /Name a --context, or what is --before/],
			[["--context", "a:1:1", "--before", "a"], /Name a --context, or what is --before/],
			[["--context", "a:0:1"], /--context is "a:0:1", not FILE:LINE:COLUMN/],
			[["--context", `${path("notes.txt")}:9:1`], /The line is 9, and the file has 3 lines/],
			[["--context", `${path("notes.txt")}:1:9`], /The column is 9, and line 1 ends at column 4/],
			[["--context", "a:1:1", "--path", "b"], /--after and --path go with --before/],
			[["--before", "a"], /There is no candidate/],
		];
		for (const [args, message] of cases) {
			const { code, errors } = await run(["rank", "--model", model, ...args]);
			assert.equal(code, 2, errors);
			assert.match(errors, message);
		}
	});

	it("ranks as the README says, by the base model", async () => {
		const readme = readFileSync(join(root, "README.md"), "utf8");
		const examples = [...readme.matchAll(/^printf '(.*)' \| inkling rank (--before .*)$/gm)];
		assert.equal(examples.length, 2);
		for (const [, list = "", options = ""] of examples) {
			const terminal = new FakeTerminal();
			terminal.given = list.replaceAll("\\n", "\n");
			const args = options.match(/--\w+|'[^']*'/g) ?? [];
			const { code, out, errors } = await run(
				["rank", ...args.map((arg) => arg.replaceAll("'", "")), "--json"],
				terminal,
			);
			assert.equal(code, 0, errors);
			const [best] = JSON.parse(out).candidates as { text: string }[];
			assert.ok(best && readme.includes(`*${best.text}*`), best?.text);
		}
	});

	it("goes on from a place in a file, up to a text", async () => {
		const args = ["generate", "--model", model, "--temperature", "0", "--characters", "12"];
		const place = ["--context", `${path("notes.txt")}:2:3`];
		assert.equal((await run([...args, ...place, "--stop", "fg"])).out, "cde\n");
		assert.equal((await run([...args, "--prompt", "ab", "--stop", "fg"])).out, "abcde\n");
		assert.match((await run([...args, ...place, "--prompt", "a"])).errors, /do not go with --context/);
	});
});
