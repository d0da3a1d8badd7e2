/** Training and use of a word model by the built command line. Needs dist/. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readModel, writeModel } from "../../src/model/checkpoint.ts";
import { Vocabulary } from "../../src/model/words/vocabulary.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";

const bundle = join(import.meta.dirname, "../../dist/cli.cjs");

describe("a word model, from the command line as a process", () => {
	const path = useTemporaryFolder();
	let workspace = "";
	let model = "";

	beforeEach(() => {
		workspace = path("space");
		model = path("words.safetensors");
		mkdirSync(workspace);
		for (let i = 0; i < 30; i++) {
			const lines = Array.from({ length: 20 }, (_, line) => `let value${line} = fileReader${i}.readText(${line * i});`);
			writeFileSync(join(workspace, `file${i}.ts`), `${lines.join("\n")}\n`);
		}
	});

	function run(args: readonly string[]) {
		const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], { encoding: "utf8" });
		return { code: status, out: stdout, errors: stderr };
	}

	function json(args: readonly string[]): Record<string, unknown> {
		const { code, out, errors } = run([...args, "--json"]);
		assert.equal(code, 0, errors);
		return JSON.parse(out);
	}

	const budget = ["--budget-seconds", "8", "--threads", "1"];
	const small = [...budget, "--hidden", "32"];

	for (const softmax of ["adaptive", "full", "sampled"]) {
		it(`is trained with ${softmax} softmax, scores, writes and says what comes next`, async () => {
			const options = ["--tokens", "word", "--words", "60", "--softmax", softmax];
			const trained = json(["train", workspace, ...options, "--out", model, ...small]);
			assert.ok((trained["validationBpc"] as number) < 0.8 * (trained["initialBpc"] as number));
			const { shape, vocabulary } = await readModel(model);
			assert.equal(shape.words?.symbols, 256 + (vocabulary?.words.length ?? 0));
			assert.equal((shape.words?.cutoffs.length ?? 0) > 0, softmax === "adaptive");
			assert.ok(vocabulary?.words.includes("Reader"), "an identifier is cut at its humps");
			assert.equal(trained["words"], vocabulary?.words.length);
			assert.match(run(["inspect", model]).out, /words and all bytes/);

			// A word that it has never met is spelled out, and costs more than others.
			const file = join(workspace, "new.ts");
			writeFileSync(file, "let value3 = fileReader7.readText(21);\nlet value4 = Ωzyx9.readText(28);\n");
			const scored = json(["score", "--model", model, "--lines", "--folder", workspace, file]);
			const [{ lines, characters }] = scored["files"] as [{ lines: { bpc: number }[]; characters: number }];
			assert.equal(characters, [...readFileSync(file, "utf8")].length);
			assert.ok(
				(lines[1]?.bpc ?? 0) > (lines[0]?.bpc ?? 0),
				"the line with the unknown word is the more surprising one",
			);

			const { bpc } = json(["score", "--model", model, "--int8", "--folder", workspace, file]);
			const difference = Math.abs((bpc as number) - (scored["bpc"] as number));
			assert.ok(difference < 0.02 * (bpc as number), `${bpc} with weights of 8 bits, ${scored["bpc"]} without`);

			const beginning = ["--model", model, "--path", "file3.ts", "--prompt"];
			const { text } = json(["generate", ...beginning, "let value1 = file", "--temperature", "0", "--characters", "6"]);
			assert.equal(text, "Reader");
			const { next } = json(["next", ...beginning, "let value1 = file", "--count", "3"]) as {
				next: { word: string; probability: number }[];
			};
			assert.equal(next.length, 3);
			assert.equal(next[0]?.word, "Reader");
			assert.ok((next[0]?.probability ?? 0) > 0.5 && (next[1]?.probability ?? 1) <= (next[0]?.probability ?? 0));

			if (softmax !== "adaptive") return;
			// A stranger's model may know words that a terminal would obey.
			const words = (vocabulary?.words ?? []).map((word) => (word === "Reader" ? "\u202e" : word));
			const strange = path("strange.safetensors");
			await writeModel(strange, { ...(await readModel(model)), vocabulary: new Vocabulary(words) });
			const listed = run(["next", ...beginning, "let value1 = file", "--count", "3", "--model", strange]).out;
			assert.match(listed, /^"�" /m);
			assert.doesNotMatch(listed, /\u202e/);

			const further = json(["train", workspace, "--from", model, "--out", path("further.safetensors"), ...budget]);
			assert.ok((further["validationBpc"] as number) <= (trained["validationBpc"] as number) + 1e-6);
			assert.equal(further["words"], trained["words"]);
		});
	}

	it("is refused where it makes no sense, in one sentence, and nothing is lost", () => {
		const brief = ["--budget-seconds", "2", "--threads", "1", "--hidden", "16"];
		json(["train", workspace, "--tokens", "word", "--out", model, ...brief]);
		const bytes = path("bytes.safetensors");
		json(["train", workspace, "--out", bytes, ...brief]);
		const file = join(workspace, "file1.ts");
		const before = readFileSync(model);
		const place = ["--folder", workspace, "--file", file, "--line", "2", "--column", "5"];
		for (const [args, code, expected] of [
			[["complete", "--model", model, ...place], 1, /predicts words.*cannot be used here/],
			[["evaluate", workspace, "--from", model, "--holdout", "10", ...budget], 1, /predicts words/],
			[["next", "--model", bytes, "--prompt", "let"], 1, /predicts bytes: train one of words/],
			[["train", workspace, "--from", bytes, "--tokens", "word", "--out", model, ...budget], 2, /for new models/],
			[["train", workspace, "--from", model, "--softmax", "full", "--out", model, ...budget], 2, /adaptive softmax/],
			[
				["train", workspace, "--tokens", "word", "--softmax", "hierarchical", ...small],
				2,
				/not adaptive, full, sampled/,
			],
			[["train", workspace, "--words", "50", ...small], 2, /go with --tokens word/],
			[["train", workspace, "--tokens", "word", "--direction", "both", ...small], 2, /does not go with/],
		] as const) {
			const result = run(args);
			assert.equal(result.code, code, `${args.join(" ")}: ${result.errors}`);
			assert.match(result.errors, expected);
			assert.equal(result.errors.trim().split("\n").length, 1, result.errors);
		}
		assert.deepEqual(readFileSync(model), before);
	});
});
