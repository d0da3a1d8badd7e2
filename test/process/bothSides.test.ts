/** Training and use of a model of both directions by the built command line. Needs dist/. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readModel } from "../../src/model/checkpoint.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";

const bundle = join(import.meta.dirname, "../../dist/cli.cjs");

describe("a model of both directions, from the command line as a process", () => {
	const path = useTemporaryFolder();
	let workspace = "";
	let model = "";

	beforeEach(() => {
		workspace = path("space");
		model = path("both.safetensors");
		mkdirSync(workspace);
		for (let i = 0; i < 30; i++) {
			const lines = Array.from({ length: 20 }, (_, line) => `let value${line} = file${i}.read(${line * i});`);
			writeFileSync(join(workspace, `file${i}.ts`), `${lines.join("\n")}\n`);
		}
	});

	/** `given` is on standard input. */
	function run(args: readonly string[], given = "") {
		const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
			input: given,
			encoding: "utf8",
		});
		return { code: status, out: stdout, errors: stderr };
	}

	function json(args: readonly string[], given = ""): Record<string, unknown> {
		const { code, out, errors } = run([...args, "--json"], given);
		assert.equal(code, 0, errors);
		return JSON.parse(out);
	}

	const budget = ["--budget-seconds", "4", "--threads", "2", "--hidden", "32"];

	it("is trained, trained further, finds the line with a slip, and ranks what belongs there first", async () => {
		const trained = json(["train", workspace, "--direction", "both", "--out", model, ...budget]);
		assert.equal(trained["direction"], "both");
		assert.ok((trained["validationBpc"] as number) < 0.8 * (trained["initialBpc"] as number));
		assert.deepEqual((await readModel(model)).shape, { cell: "gru", hidden: 32, layers: 1, direction: "both" });

		const further = json([
			"train",
			workspace,
			"--from",
			model,
			"--out",
			path("further.safetensors"),
			...budget.slice(0, 4),
		]);
		assert.equal(further["initialBpc"], trained["initialBpc"]);
		assert.ok((further["validationBpc"] as number) <= (trained["validationBpc"] as number) + 1e-6);

		const file = join(workspace, "new.ts");
		writeFileSync(file, "let value3 = file7.read(21);\nlet value4 = fiqe7.read(28);\n");
		const scored = json(["score", "--model", model, "--both", "--lines", "--folder", workspace, file]);
		const [{ lines }] = scored["files"] as [{ lines: { bpc: number }[] }];
		assert.ok((lines[1]?.bpc ?? 0) > (lines[0]?.bpc ?? 0), "the line with the slip is the more surprising one");

		const place = ["--context", `${file}:2:14`, "--folder", workspace];
		const text = readFileSync(file, "utf8");
		writeFileSync(file, text.replace("fiqe7", ""));
		const { candidates } = json(["rank", "--model", model, "--both", ...place], "fiqe7\nfile7\n") as {
			candidates: { text: string }[];
		};
		assert.equal(candidates[0]?.text, "file7");
	});

	it("is measured on files held out", () => {
		const args = ["evaluate", workspace, "--holdout", "4", "--direction", "both", "--threads", "1", "--hidden", "16"];
		const measured = json([...args, "--budget-seconds", "3"]);
		const { bpc, bpcInt8, characters, charactersPerSecond, training } = measured as {
			bpc: number;
			bpcInt8: number;
			characters: number;
			charactersPerSecond: number;
			training: { direction: string; initialBpc: number };
		};
		assert.equal(training.direction, "both");
		assert.ok(bpc < training.initialBpc && Math.abs(bpc - bpcInt8) < 0.1, `${bpc}, ${bpcInt8}`);
		assert.ok(characters > 1000 && charactersPerSecond > 0);
		const { code, errors } = run([...args, "--curve", "0,1"]);
		assert.equal(code, 2);
		assert.match(errors, /--curve measures --direction forward only/);
	});

	it("refuses to write text, and keeps what there is", () => {
		json(["train", workspace, "--direction", "both", "--out", model, ...budget]);
		const before = readFileSync(model);
		for (const args of [
			["generate", "--model", model, "--prompt", "let"],
			["complete", "--model", model, "--file", join(workspace, "file1.ts"), "--line", "1", "--column", "1"],
			["demo", workspace, "--from", model],
		]) {
			const { code, out, errors } = run(args);
			assert.deepEqual([code, out], [1, ""]);
			assert.match(errors, /^The model reads in both directions: .*\n$/);
		}
		assert.deepEqual(readFileSync(model), before);
	});
});
