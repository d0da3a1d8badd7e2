/** Models of both directions on the command line. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { main } from "../../../src/cli/main.ts";
import type { NetworkShape } from "../../../src/engines/engine.ts";
import { readModel, writeModel } from "../../../src/model/checkpoint.ts";
import { exampleModel } from "../model/modelFixture.ts";
import { chainModel } from "../support/chainModel.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { FakeTerminal } from "./terminal/fakeTerminal.ts";

const shape: NetworkShape = { cell: "gru", hidden: 8, layers: 2, direction: "both" };

describe("a model of both directions on the command line", () => {
	const path = useTemporaryFolder();
	let model = "";
	let notes = "";

	beforeEach(async () => {
		model = path("model.safetensors");
		notes = path("notes.txt");
		await writeModel(model, exampleModel(shape));
		writeFileSync(notes, "abc\nabcd");
	});

	async function run(args: readonly string[], given = "") {
		const terminal = new FakeTerminal();
		terminal.given = given;
		const code = await main(terminal, args);
		return { code, out: terminal.out, errors: terminal.errors };
	}

	const refused: readonly [string, () => string[]][] = [
		["generate", () => ["generate", "--model", model, "--prompt", "a"]],
		["complete", () => ["complete", "--model", model, "--file", notes, "--line", "1", "--column", "1"]],
		["demo", () => ["demo", path(), "--from", model]],
		["evaluate a curve", () => ["evaluate", path(), "--from", model, "--holdout", "2", "--curve", "0,1"]],
		["replay", () => ["replay", path(), "--from", model, "--holdout", "2", "--budget-seconds", "1"]],
	];
	for (const [name, args] of refused) {
		it(`is refused by ${name} in one sentence, and left as it is`, async () => {
			const before = readFileSync(model);
			const { code, out, errors } = await run(args(), "a\nb\n");
			assert.deepEqual([code, out], [1, ""]);
			assert.match(
				errors,
				/^The model reads in both directions: it scores text that is there and cannot write any\.\n$/,
			);
			assert.deepEqual(readFileSync(model), before);
		});
	}

	it("says which option scores and ranks with it", async () => {
		for (const args of [
			["score", "--model", model, notes],
			["rank", "--model", model, "--before", "a"],
		]) {
			assert.deepEqual(await run(args, "a\nb\n"), {
				code: 1,
				out: "",
				errors: "The model reads in both directions: add --both.\n",
			});
		}
	});

	it("scores files and lines", async () => {
		const { code, out, errors } = await run(["score", "--model", model, "--both", "--lines", "--json", notes]);
		assert.equal(code, 0, errors);
		const { files, characters } = JSON.parse(out);
		assert.equal(characters, 8);
		assert.deepEqual(
			files[0].lines.map((line: { characters: number }) => line.characters),
			[4, 4],
		);
		assert.match((await run(["score", "--model", model, "--both", notes])).out, /pseudo-perplexity/);
		assert.match((await run(["score", "--model", model, "--both", "--int8", notes])).out, /pseudo-perplexity/);
	});

	it("ranks candidates", async () => {
		const { code, out, errors } = await run(
			["rank", "--model", model, "--both", "--context", `${notes}:2:3`, "--json"],
			"x\nyy\n",
		);
		assert.equal(code, 0, errors);
		const { candidates } = JSON.parse(out);
		assert.deepEqual(candidates.map(({ text }: { text: string }) => text).sort(), ["x", "yy"]);
		assert.ok(candidates[0].bits <= candidates[1].bits);
	});

	it("is inspected and quantized", async () => {
		assert.match((await run(["inspect", model])).out, /GRU, 2 × 8 units, both directions/);
		const small = path("small.safetensors");
		assert.equal((await run(["quantize", model, "--out", small])).code, 0);
		assert.deepEqual((await readModel(small)).shape, shape);
	});

	it("is asked for by the right options", async () => {
		const cases: readonly [readonly string[], RegExp][] = [
			[["train", ".", "--direction", "up"], /^--direction is "up", not forward, both;/],
			[["train", ".", "--from", model, "--direction", "forward"], /--direction is for new models.*"both"/],
			[["rank", "--both", "--before", "a"], /--both needs a --model of both directions/],
			[["rank", "--model", model, "--both", "--sides", "left", "--before", "a"], /exclude each other/],
			[["demo", ".", "--direction", "both"], /Unknown option '--direction'/],
		];
		for (const [args, message] of cases) {
			const { code, errors } = await run(args, "a");
			assert.equal(code, 2, errors);
			assert.match(errors, message);
		}
		const forward = path("forward.safetensors");
		await writeModel(forward, chainModel("abc\n"));
		const { code, errors } = await run(["score", "--model", forward, "--both", notes]);
		assert.equal(code, 1);
		assert.match(errors, /^The model reads forward only: train one with --direction both\.\n$/);
	});

	it("is not made where a training is stopped before it begins", async () => {
		writeFileSync(path("long.txt"), "A line of text that is worth learning.\n".repeat(200));
		const terminal = new FakeTerminal({ interrupting: true });
		assert.equal(await main(terminal, ["train", path(), "--direction", "both", "--out", path("new")]), 1);
		assert.ok(!existsSync(path("new")));
	});
});
