/** Tests of the built command line, run as a process. They need dist/. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { CorpusReport } from "../../src/domain/corpus.ts";
import { readModelInfo, writeModel } from "../../src/model/checkpoint.ts";
import { chainModel } from "../unit/support/chainModel.ts";
import { writeCorpus } from "../unit/support/pretrainingCorpus.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";

const bundle = join(import.meta.dirname, "../../dist/cli.cjs");

/** Small enough for a slow machine. */
const small = ["--hidden", "16", "--unroll", "16"];

/** A process and its output. */
class Running {
	readonly child: ChildProcess;
	out = "";
	errors = "";
	readonly #closed: Promise<unknown[]>;

	constructor(args: readonly string[], cwd?: string) {
		// These tests may run in a script of npm; the command line must not see the variables that npm sets for it.
		const { INIT_CWD: _folder, npm_lifecycle_event: _script, ...env } = process.env;
		this.child = spawn(process.execPath, [bundle, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
		this.#closed = once(this.child, "close");
		this.child.stdout?.setEncoding("utf8").on("data", (text) => {
			this.out += text;
		});
		this.child.stderr?.setEncoding("utf8").on("data", (text) => {
			this.errors += text;
		});
	}

	async end(): Promise<{ readonly code: unknown; readonly out: string; readonly errors: string }> {
		const [code] = await this.#closed;
		return { code, out: this.out, errors: this.errors };
	}
}

const run = (...args: string[]) => new Running(args).end();

async function json(...args: string[]): Promise<Record<string, unknown>> {
	const { code, out, errors } = await run(...args, "--json");
	assert.equal(code, 0, errors);
	return JSON.parse(out);
}

describe("the command line as a process", () => {
	const path = useTemporaryFolder();
	let workspace = "";
	let model = "";

	beforeEach(() => {
		workspace = path("my wörk space");
		model = path("out", "model.safetensors");
		for (let i = 0; i < 40; i++) {
			const lines = Array.from({ length: 20 }, (_, line) => `let value${line} = file${i}.read(${line * i});`);
			const file = join(workspace, i % 2 ? "lib" : "src", `file${i}.ts`);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, `${lines.join("\n")}\n`);
		}
	});

	/**
	 * A training from a model teaches the network what the memory lacks: the mixture of both takes fewer bits then, and the
	 * network alone may take more.
	 */
	function isNoWorse(further: Record<string, unknown>, trained: Record<string, unknown>): boolean {
		const bits = (info: Record<string, unknown>, name: string) => info[name] as number;
		if (bits(further, "validationBpc") <= bits(trained, "validationBpc") + 1e-6) return true;
		return bits(further, "mixtureBpc") < bits(further, "initialMixtureBpc");
	}

	it("says in a sentence that a result cannot be written, and ends nothing for a log that is full", async function () {
		if (!existsSync("/dev/full")) return this.skip();
		const full = openSync("/dev/full", "w");
		const end = async (stdout: number | "pipe", stderr: number | "pipe", args: readonly string[]) => {
			const child = spawn(process.execPath, [bundle, ...args], { stdio: ["ignore", stdout, stderr] });
			let said = "";
			for (const stream of [child.stdout, child.stderr])
				stream?.setEncoding("utf8").on("data", (text) => {
					said += text;
				});
			const [code] = await once(child, "close");
			return { code, said };
		};
		try {
			assert.deepEqual(await end(full, "pipe", ["--help"]), {
				code: 1,
				said: "The result cannot be written (ENOSPC).\n",
			});
			mkdirSync(path("workspace"));
			writeFileSync(path("workspace/a.md"), "We write a little text, which is all there is.\n".repeat(40));
			const training = [
				"train",
				path("workspace"),
				"--hidden",
				"8",
				"--minutes",
				"0.02",
				"--out",
				path("m.safetensors"),
			];
			const { code, said } = await end("pipe", full, training);
			assert.deepEqual([code, existsSync(path("m.safetensors"))], [0, true], said);
		} finally {
			closeSync(full);
		}
	});

	it("trains a model, and trains it further", async () => {
		const trained = await json(
			"train",
			workspace,
			"--out",
			model,
			"--budget-seconds",
			"1.5",
			"--threads",
			"2",
			...small,
		);
		assert.equal(trained["hidden"], 16);
		const further = await json(
			"train",
			workspace,
			"--out",
			model,
			"--from",
			model,
			"--minutes",
			"0.02",
			"--unroll",
			"16",
		);
		// "Before" stays the figure of before the first training. The second begins where that ended, and keeps its model if
		// it finds no better one.
		assert.equal(further["initialBpc"], trained["initialBpc"]);
		assert.ok(isNoWorse(further, trained));
		const { characters } = await readModelInfo(model);
		assert.equal(characters, further["characters"]);
		assert.ok(characters >= (trained["characters"] as number));
	});

	it("trains each cell, with each optimiser, and goes on with what it has trained", async () => {
		const pairs = [
			["lstm", "adam"],
			["rnn_tanh", "rmsprop"],
			["rnn_relu", "momentum"],
			["gru", "sgd"],
		] as const;
		const budget = ["--budget-seconds", "1.5", "--threads", "1", "--unroll", "16"];
		for (const [cell, optimizer] of pairs) {
			const file = path("out", `${cell}.safetensors`);
			const args = ["train", workspace, ...budget, "--optimizer", optimizer];
			const trained = await json(...args, "--out", file, "--cell", cell, "--hidden", "16");
			assert.equal(trained["cell"], cell);
			assert.ok((trained["validationBpc"] as number) < (trained["initialBpc"] as number), `${cell}, ${optimizer}`);
			const further = await json(...args, "--out", model, "--from", file, "--cell", cell);
			assert.equal((await readModelInfo(model)).cell, cell);
			assert.ok(isNoWorse(further, trained), `${cell}, ${optimizer}`);
		}
	});

	it("holds out what the training of the model held out, though another choice would be made now", async () => {
		const budget = ["--budget-seconds", "1.5", "--threads", "1"];
		const heldOut = (): string[] => {
			const { used }: CorpusReport = JSON.parse(readFileSync(path("out", "corpus.json"), "utf8"));
			return used.filter((file) => file.heldOut).map((file) => file.path);
		};
		await json("train", workspace, "--out", model, ...budget, ...small);
		const before = heldOut();
		assert.ok(before.length > 0);
		// With twice the text twice as much of it would be held out.
		for (let i = 0; i < 40; i++)
			writeFileSync(join(workspace, `more${i}.ts`), `const more${i} = read(${i});\n`.repeat(40));
		const further = await json("train", workspace, "--from", model, "--out", model, ...budget, "--unroll", "16");
		assert.deepEqual(heldOut(), before);
		assert.equal(typeof further["improved"], "boolean");
		await json("train", workspace, "--out", path("other.safetensors"), ...budget, ...small);
		const { used }: CorpusReport = JSON.parse(readFileSync(path("other.corpus.json"), "utf8"));
		assert.notDeepEqual(
			used.filter((file) => file.heldOut).map((file) => file.path),
			before,
		);
	});

	it("writes a model even if the one to start from was not bettered", async () => {
		const chain = path("chain");
		mkdirSync(chain);
		for (let i = 20; i < 40; i++) writeFileSync(join(chain, `${i}.txt`), "abcdefgh\n".repeat(i));
		const perfect = path("perfect.safetensors");
		await writeModel(perfect, chainModel("abcdefgh\n"));
		const { code, out } = await run("train", chain, "--from", perfect, "--out", model, "--minutes", "0.05");
		assert.equal(code, 0);
		assert.match(out, /\nIt did not improve the model, which stays as it was\.\n$/);
		const { trainedAt, characters, validationBpc, initialBpc } = await readModelInfo(model);
		const before = await readModelInfo(perfect);
		assert.deepEqual([trainedAt, characters], [before.trainedAt, before.characters]);
		assert.ok(validationBpc !== null && validationBpc === initialBpc, "both are of the text of this folder");
	});

	it("keeps what is learned when it is interrupted", async () => {
		// So large that it cannot finish before the signal.
		const training = new Running(["train", workspace, "--out", model, "--minutes", "10", "--hidden", "512", "--json"]);
		while (!existsSync(model)) await delay(50);
		// Ctrl+C in a terminal sends the signal twice: directly, and passed on by npm.
		training.child.kill("SIGINT");
		training.child.kill("SIGINT");
		const { code, out, errors } = await training.end();
		assert.equal(code, 0, errors);
		const { end, characters } = JSON.parse(out);
		assert.equal(end, "stopped");
		assert.equal((await readModelInfo(model)).characters, characters);
	});

	it("pretrains a base model, and goes on after an interruption", async () => {
		const corpus = writeCorpus(path("corpus"));
		const args = ["pretrain", corpus, "--out", model, "--json"];
		const training = new Running([...args, "--minutes", "10", ...small]);
		while (!training.errors.includes("Training")) await delay(50);
		training.child.kill("SIGINT");
		const stopped = await training.end();
		assert.equal(stopped.code, 0, stopped.errors);
		const state = model.replace(".safetensors", ".training.safetensors");
		const { end, characters } = JSON.parse(stopped.out);
		assert.equal(end, "stopped");
		const further = await json(...args.slice(0, -1), "--resume", state, "--characters", `${characters + 5000}`);
		assert.equal(further["end"], "budget");
		assert.equal((await readModelInfo(model)).characters, further["characters"]);
		assert.ok((further["characters"] as number) > characters);
		assert.ok(!existsSync(state), "there is nothing left to go on with");
		const { files } = await json("score", "--model", model, "--corpus", corpus);
		const names = (files as { file: string; bpc: number }[]).map(({ file, bpc }) => [file, bpc > 0 && bpc < 8]);
		assert.deepEqual(names, [
			["prose", true],
			["code", true],
		]);
	});

	it("evaluates on files held out, within a budget", async () => {
		const args = ["evaluate", workspace, "--holdout", "4", "--budget-seconds", "1.5", "--threads", "1", ...small];
		const found = await json(...args);
		const { files, characters, leftOut, cpuSeconds, frozen, prequential } = found;
		const { test } = await json("split", workspace, "--holdout", "4", "--out", path("parts"));
		assert.deepEqual(
			{ files, characters },
			{ files: (test as typeof found)["files"], characters: (test as typeof found)["characters"] },
		);
		assert.deepEqual(leftOut, { nearDuplicates: 0 });
		assert.ok((cpuSeconds as number) > 0);
		const isPlausible = (bpc: unknown) => typeof bpc === "number" && bpc > 0.1 && bpc < 8;
		for (const part of ["gru", "memory", "mixture"] as const) {
			assert.ok(isPlausible((frozen as Record<string, unknown>)[part]), `${part}, frozen`);
			// The network learns only while it is trained.
			const bpc = (prequential as Record<string, unknown>)[part];
			if (part === "gru") assert.equal(bpc, null);
			else assert.ok(isPlausible(bpc), `${part}, prequential`);
		}
	});

	it("evaluates and replays a model without training it, on an empty memory too", async () => {
		await writeModel(model, chainModel("abcdefgh\n"));
		const args = ["--holdout", "4", "--budget-seconds", "0", "--from", model];
		const evaluated = await json("evaluate", workspace, ...args);
		assert.equal((evaluated["training"] as Record<string, unknown>)["updates"], 0);
		const { memory } = evaluated["prequential"] as Record<string, number>;
		assert.ok((memory as number) > 0);

		const savings = [];
		for (const flags of [[], ["--empty"]]) {
			const { whole } = await json("replay", workspace, ...args, "--max-characters", "1500", ...flags);
			const { balanced } = whole as Record<string, Record<string, number>>;
			savings.push(balanced?.["keystrokeSavings"] as number);
		}
		// The files are much alike, but for the first of them an empty memory knows nothing.
		assert.ok((savings[1] as number) < (savings[0] as number), `${savings}`);
	});

	it("replays typing on files held out, beside what needs no model", async () => {
		const args = ["--holdout", "4", "--budget-seconds", "1.5", "--threads", "1", "--max-characters", "1500", ...small];
		const found = await json("replay", workspace, ...args);
		const { files, characters, charactersOfEachFile: each, whole, word, baselines, latencyMs, reliability } = found;
		assert.ok((characters as number) > 1000 && (characters as number) <= 1500);
		assert.equal(each, Math.floor(1500 / (files as number)));
		const levels = ["conservative", "balanced", "eager"];
		const figures = ["keystrokeSavings", "acceptance", "shownPer1000", "meanAccepted", "netKeysPer1000"];
		for (const [ways, names] of [
			[whole, levels],
			[word, levels],
			[baselines, ["match6", "match12", "words"]],
		] as const) {
			assert.deepEqual(Object.keys(ways as object), names);
			for (const way of Object.values(ways as object)) for (const figure of figures) assert.ok(figure in way, figure);
		}
		// The files are much alike, line by line: whoever copies or remembers saves keys.
		const { balanced, eager } = whole as Record<string, Record<string, number>>;
		assert.ok((balanced?.["keystrokeSavings"] ?? 0) > 0.2);
		assert.ok((eager?.["shownPer1000"] ?? 0) >= (balanced?.["shownPer1000"] ?? 1));
		assert.deepEqual(Object.keys(latencyMs as object), ["cachedP50", "cachedP95", "jumpP50", "jumpP95"]);
		assert.deepEqual(Object.keys(reliability as object), levels);
	});

	it("demonstrates itself", async () => {
		const { code, out } = await run("demo", workspace, "--minutes", "0.03", ...small);
		assert.equal(code, 0);
		assert.equal(out.match(/^ +typed /gm)?.length, 10);
		assert.match(out, /^Perplexity per character, on files held out: \d+\.\d\d before, \d+\.\d\d after/m);
	});

	it("completes with results on standard output alone", async () => {
		const file = join(workspace, "chain.txt");
		writeFileSync(file, "abc");
		await writeModel(model, chainModel("abcdefgh\n"));
		const args = ["complete", "--model", model, "--file", file, "--folder", workspace, "--line", "1", "--column", "4"];
		const { code, out, errors } = await run(...args);
		assert.deepEqual([code, errors], [0, ""]);
		assert.match(out, /^\d+ % {2}defgh\n$/);
	});

	it("completes from the files of the folder in which the user stands, unless another is named", async () => {
		writeFileSync(join(workspace, "known.ts"), "const celebration = prepare(guests);\n".repeat(3));
		writeFileSync(join(workspace, "new.ts"), "const celebr");
		const args = ["complete", "--file", "new.ts", "--line", "1", "--column", "13"];
		const { code, out, errors } = await new Running(args, workspace).end();
		assert.equal(code, 0, errors);
		assert.match(out, / % {2}ation\b/);
	});

	describe("spell", () => {
		const text = "We hope that you will recieve the message,\r\nand that it is not a 😀 mistkae of ours.\r\n";

		it("says where words are misspelt, and ends with 1 if there are any", async () => {
			const [wrong, right] = [path("wrong.md"), path("right.md")];
			writeFileSync(wrong, text);
			writeFileSync(right, "We hope that you will receive the message.\n");
			const found = await run("spell", right, wrong);
			assert.equal(found.code, 1);
			assert.equal(found.out, `${wrong}:1:23: recieve → receive\n${wrong}:2:25: mistkae → mistake\n`);
			assert.equal(found.errors, "2 probable misspellings in 19 words of 2 files\n");
			const twice = await run("spell", right, wrong, wrong, join(path("."), "x", "..", "wrong.md"));
			assert.deepEqual(twice, found);
			const none = await run("spell", right);
			assert.deepEqual([none.code, none.out], [0, ""]);
		});

		it("prints JSON, with the words of a list left out", async () => {
			const [file, words] = [path("a.ts"), path("words.txt")];
			writeFileSync(file, "let recieve = 1; // we hope that you recieve it, a mistkae\n");
			writeFileSync(words, "Mistkae\n");
			const { code, out } = await run("spell", file, "--words", words, "--json");
			assert.equal(code, 1);
			assert.deepEqual(JSON.parse(out), {
				findings: [{ file, line: 1, column: 38, word: "recieve", suggestions: ["receive"] }],
			});
		});

		it("takes what the other files of the folder repeat as meant", async () => {
			const file = join(workspace, "a.md");
			writeFileSync(file, "The reciever of this.\n");
			assert.equal((await run("spell", file, "--folder", workspace)).code, 1);
			writeFileSync(join(workspace, "b.md"), "The reciever is here.\n".repeat(500));
			assert.equal((await run("spell", file, "--folder", workspace)).code, 0);
		});

		it("says what is wrong with a file or an option", async () => {
			const missing = await run("spell", path("none.md"));
			assert.equal(missing.code, 1);
			assert.match(missing.errors, /none\.md cannot be read \(ENOENT\)/);
			assert.match((await run("spell", workspace)).errors, /is not a file/);
			writeFileSync(path("binary"), Buffer.from([0, 1, 2, 255]));
			assert.match((await run("spell", path("binary"))).errors, /is not text/);
			const usage = await run("spell");
			assert.deepEqual([usage.code, usage.errors], [2, "An argument is missing; spell --help explains its options.\n"]);
		});
	});

	const codes: readonly [readonly string[], number][] = [
		[["--help"], 0],
		[["inspect", "no such file"], 1],
		[["inspect"], 2],
	];
	for (const [args, expected] of codes) {
		it(`ends with ${expected} after ${args.join(" ")}`, async () => {
			assert.equal((await run(...args)).code, expected);
		});
	}

	it("takes paths from where the user stands", async () => {
		const { code } = await new Running(["split", ".", "--holdout", "4", "--out", "parts"], workspace).end();
		assert.equal(code, 0);
		assert.match(readFileSync(join(workspace, "parts", "train.txt"), "utf8"), /^let value0/);
	});

	it("ends when nobody reads on", async () => {
		const help = new Running(["--help"]);
		help.child.stdout?.destroy();
		assert.deepEqual(await help.end(), { code: 0, out: "", errors: "" });
	});
});
