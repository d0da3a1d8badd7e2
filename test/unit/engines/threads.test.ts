/** Training ends with a failure, at once, when a thread does not start or dies, and in time when one hangs. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TrainingJob } from "../../../src/domain/training.ts";
import type { NetworkShape, NetworkTrainer, Segment } from "../../../src/engines/engine.ts";
import { createWasmEngine } from "../../../src/engines/wasm/index.ts";
import type { TeamOptions } from "../../../src/engines/wasm/threads.ts";
import { type RunHooks, runTraining } from "../../../src/trainer/run.ts";
import { root } from "../../harness/paths.ts";
import { parametersOf, randomBytes, randomNumbers, randomWeights } from "../reference/random.ts";

const shape: NetworkShape = { cell: "gru", hidden: 24, layers: 1 };
const [batch, unroll] = [8, 4];

function segment(): Segment {
	const random = randomNumbers(2);
	return {
		inputs: randomBytes(batch * unroll, random),
		targets: randomBytes(batch * unroll, random),
		mask: new Uint8Array(batch * unroll).fill(1),
		reset: new Uint8Array(batch),
	};
}

async function trainerWith(team: Partial<TeamOptions>): Promise<NetworkTrainer> {
	const engine = await createWasmEngine({ team });
	const parameters = parametersOf(shape, randomWeights(shape, randomNumbers(1)));
	const adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: 1 };
	return await engine.createTrainer(shape, parameters, { ...adam, batch, unroll, threads: 2 });
}

/** So long that a test which had to wait for it would be ended by Mocha. */
const endless = { sliceMilliseconds: 1_000, slices: 3_600 };
/** From when on nobody is expected to come; a busy computer keeps threads waiting for longer than this. */
const brief = { sliceMilliseconds: 20, slices: 5 };

describe("threads of the WebAssembly engine", () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), "inkling-threads-"));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	/** A script for workers. Its `fault` happens in the second command; the first packs the weights. */
	function worker(name: string, fault: string): string {
		const file = join(folder, `${name}.mjs`);
		const serving = pathToFileURL(join(root, "src/engines/wasm/workerThreads.ts"));
		writeFileSync(
			file,
			`import { parentPort, workerData } from "node:worker_threads";
			import { serve } from ${JSON.stringify(serving.href)};
			const wait = Atomics.wait;
			let commands = 0;
			Atomics.wait = (...of) => {
				const woken = wait(...of);
				if (++commands === 2) { ${fault} }
				return woken;
			};
			serve(workerData, (message) => parentPort.postMessage(message));`,
		);
		return file;
	}

	it("train when nothing is wrong", async () => {
		const trainer = await trainerWith({ workerFile: worker("sound", ""), patience: endless });
		for (let i = 0; i < 3; i++) assert.ok((await trainer.update(segment(), 0.01)).loss > 0);
		trainer.dispose();
	});

	const memoryHog = "const kept = []; for (;;) kept.push(new Array(10_000).fill(1.5));";
	const deaths: readonly [how: string, fault: string, detail: RegExp, options?: Partial<TeamOptions>][] = [
		["ends without a word", "process.exit(3);", /thread 1 ended with code 3/],
		["throws", 'throw new Error("out of order");', /out of order/],
		["runs out of memory", memoryHog, /memory/, { resourceLimits: { maxOldGenerationSizeMb: 24 } }],
	];
	for (const [how, fault, detail, options] of deaths)
		it(`fail at once, and say why, when a worker ${how} in the middle of an update`, async () => {
			const workerFile = worker(how.replaceAll(" ", "-"), fault);
			const trainer = await trainerWith({ workerFile, patience: endless, ...options });
			await assert.rejects(async () => trainer.update(segment(), 0.01), { code: "threadLost", detail });
			await assert.rejects(async () => trainer.update(segment(), 0.01), { code: "threadLost", detail });
			await assert.rejects(async () => trainer.evaluate([new Uint8Array(9)], [0]), { code: "threadLost", detail });
			trainer.dispose();
		});

	it("fail at once after a worker has died between two updates", async () => {
		// The update still gets its part; the worker dies where it would wait for the next command.
		const workerFile = worker("between", "Atomics.wait = () => process.exit(5);");
		const trainer = await trainerWith({ workerFile, patience: endless });
		assert.ok((await trainer.update(segment(), 0.01)).loss > 0);
		const lost = { code: "threadLost", detail: /ended with code 5/ };
		await assert.rejects(async () => trainer.update(segment(), 0.01), lost);
		trainer.dispose();
	});

	it("fail when a worker hangs", async () => {
		const patience = { ...endless };
		const hang = "wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
		const trainer = await trainerWith({ workerFile: worker("hangs", hang), patience });
		Object.assign(patience, brief);
		await assert.rejects(async () => trainer.update(segment(), 0.01), { code: "threadLost", detail: /did not answer/ });
		trainer.dispose();
	});

	it("end a training of a workspace with that failure, and leave its earlier model alone", async () => {
		const workspace = join(folder, "workspace");
		mkdirSync(workspace);
		for (let i = 0; i < 12; i++) writeFileSync(join(workspace, `${i}.ts`), `const a${i} = compute(${i});\n`.repeat(40));
		const job: TrainingJob = {
			folders: [{ path: workspace, name: "workspace" }],
			rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 16 },
			storage: join(folder, "storage"),
			minutes: 1 / 60,
			threads: 2,
			resume: true,
			engine: "inkling",
			tensorflow: null,
			cell: null,
			hidden: 16,
			base: null,
		};
		const hooks: RunHooks = {
			progress: () => undefined,
			proceed: async () => true,
			checkpoint: () => undefined,
			curve: () => undefined,
			log: () => undefined,
			pausedMilliseconds: () => 0,
		};
		const { signal } = new AbortController();
		await runTraining(await createWasmEngine(), job, hooks, signal);
		const model = readFileSync(join(job.storage, "model.safetensors"));
		const team = { workerFile: worker("training", "process.exit(3);"), patience: endless };
		const run = runTraining(await createWasmEngine({ team }), job, hooks, signal);
		await assert.rejects(run, { name: "Failure", code: "threadLost" });
		assert.deepEqual(readFileSync(join(job.storage, "model.safetensors")), model);
	});

	it("fail when a worker's script cannot be run", async () => {
		const missing = join(folder, "missing.mjs");
		await assert.rejects(trainerWith({ workerFile: missing }), { code: "threadLost", detail: /missing\.mjs/ });
		const broken = join(folder, "broken.mjs");
		writeFileSync(broken, "this is no script");
		await assert.rejects(trainerWith({ workerFile: broken }), { code: "threadLost" });
	});

	it("fail when a worker ends before it is up", async () => {
		const file = join(folder, "gone.mjs");
		writeFileSync(file, "process.exit(7);");
		await assert.rejects(trainerWith({ workerFile: file }), { code: "threadLost", detail: /ended with code 7/ });
	});

	it("fail when a worker does not get the memory that it needs", async () => {
		const file = join(folder, "greedy.mjs");
		writeFileSync(file, memoryHog);
		const resourceLimits = { maxOldGenerationSizeMb: 24 };
		await assert.rejects(trainerWith({ workerFile: file, resourceLimits }), { code: "threadLost", detail: /memory/ });
	});

	it("fail when a worker never says that it is up", async () => {
		const file = join(folder, "silent.mjs");
		writeFileSync(file, "setInterval(() => undefined, 1000);");
		await assert.rejects(trainerWith({ workerFile: file, startMilliseconds: 300 }), {
			code: "threadLost",
			detail: /no answer within 0\.3 seconds/,
		});
	});
});
