import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { main } from "../../src/cli/main.ts";
import { createEngine } from "../../src/engines/registry.ts";
import { type Model, readModel, type TrainingState, writeTrainingState } from "../../src/model/checkpoint.ts";
import { pretrain } from "../../src/trainer/pretraining.ts";
import { readPretrainingCorpus } from "../../src/trainer/pretrainingCorpus.ts";
import { pretrainingRecipe } from "../../src/trainer/recipe.ts";
import { FakeTerminal } from "../unit/cli/terminal/fakeTerminal.ts";
import { parseFile } from "../unit/model/modelFixture.ts";
import { writeCorpus } from "../unit/support/pretrainingCorpus.ts";
import { findPyTorch } from "../unit/support/pyTorch.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";

const script = join(import.meta.dirname, "../../models/pretrain/pretrain.py");
const tolerance = 1e-4;
const size = { hidden: 12, layers: 2, batch: 4, unroll: 16 };

/** What a run is given besides. */
const onProcessor = ["--threads", "1", "--device", "cpu"];

interface Result {
	readonly heldOut: readonly { readonly bpc: number; readonly characters: number }[];
}

/** Checks that both learned the same: what is held out shows it to the bit that matters. */
function assertAlike(found: Result, expected: Result): void {
	assert.equal(found.heldOut.length, expected.heldOut.length);
	for (const [index, { bpc, characters }] of found.heldOut.entries()) {
		assert.equal(characters, expected.heldOut[index]?.characters);
		assert.ok(Math.abs(bpc - (expected.heldOut[index]?.bpc ?? Number.NaN)) < tolerance, `${index}: ${bpc}`);
	}
}

function assertSameParameters(found: Model, expected: Model): void {
	for (const [name, { data }] of expected.parameters) {
		const values = found.parameters.get(name)?.data ?? new Float32Array();
		const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (values[i] ?? Number.NaN))), 0);
		assert.ok(worst < tolerance, `${name}: ${worst}`);
	}
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}

function recipeIn(file: string): unknown {
	return JSON.parse(parseFile(readFileSync(file)).header.__metadata__?.["recipe"] ?? "");
}

describe("pretraining with PyTorch", () => {
	const path = useTemporaryFolder();
	let python = "";

	before(function () {
		const found = findPyTorch();
		if (found === undefined) this.skip();
		python = found;
	});

	/** The same in several processes, which share the batch: they find each other as `torchrun` has them do. */
	async function runProcesses(count: number, ...args: string[]): Promise<Result> {
		const world = { WORLD_SIZE: `${count}`, MASTER_ADDR: "127.0.0.1", MASTER_PORT: `${await freePort()}` };
		const printed = await Promise.all(
			Array.from({ length: count }, async (_, rank) => {
				const env = { ...process.env, ...world, RANK: `${rank}`, LOCAL_RANK: `${rank}` };
				const child = spawn(python, [script, ...args, ...onProcessor], { env, stdio: ["ignore", "pipe", "pipe"] });
				const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
				assert.equal(child.exitCode, 0, err);
				return out;
			}),
		);
		// Only the first says what came of it.
		assert.deepEqual(printed.slice(1), Array(count - 1).fill(""));
		return JSON.parse(printed[0] ?? "");
	}

	function runPython(...args: string[]): Result {
		const { status, stdout, stderr } = spawned(...args);
		assert.equal(status, 0, stderr);
		return JSON.parse(stdout);
	}

	function spawned(...args: string[]) {
		return spawnSync(python, [script, ...args, ...onProcessor], { encoding: "utf8" });
	}

	it(`makes the same model as with Inkling's engine, to ${tolerance}`, async () => {
		const options = [
			...[writeCorpus(path("corpus")), "--characters", "3000"],
			...Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]),
		];
		const terminal = new FakeTerminal();
		const [ours, theirs] = [path("ours.safetensors"), path("theirs.safetensors")];
		assert.equal(await main(terminal, ["pretrain", ...options, "--out", ours, "--threads", "1", "--json"]), 0);
		assertAlike(runPython(...options, "--out", theirs), JSON.parse(terminal.out));
		const [expected, found] = [await readModel(ours), await readModel(theirs)];
		const { trainedAt: _ours, cpuSeconds: _seconds, validationBpc: _bpc, ...facts } = expected.info;
		assert.deepEqual({ ...found.info, ...facts }, found.info);
		assert.deepEqual(recipeIn(theirs), recipeIn(ours));
		assertSameParameters(found, expected);
	});

	/** What Inkling's engine makes of the corpus, and a state that it saved on the way. */
	async function savedTraining(
		shape: Parameters<typeof pretrainingRecipe>[0],
	): Promise<{ whole: Result; state: TrainingState }> {
		const corpus = await readPretrainingCorpus(writeCorpus(path("corpus")));
		const states: TrainingState[] = [];
		const whole = await pretrain(
			await createEngine(),
			{
				corpus,
				recipe: pretrainingRecipe(shape),
				budget: { characters: 3000, seconds: null },
				threads: 1,
				state: undefined,
				saveUpdates: 20,
				clock: () => 1,
				cpuSeconds: () => 1,
				now: () => 0,
			},
			{
				progress: () => undefined,
				proceed: async () => true,
				save: async (state) => void states.push(state),
			},
		);
		return { whole: whole as Result, state: states.at(-1) as TrainingState };
	}

	it("goes on where Inkling's engine stopped", async () => {
		const { whole, state: stopped } = await savedTraining(size);
		const state = path("state.safetensors");
		await writeTrainingState(state, stopped);
		const out = path("theirs.safetensors");
		assertAlike(runPython(path("corpus"), "--resume", state, "--out", out), whole);
		// In however many processes it goes on.
		assertAlike(await runProcesses(2, path("corpus"), "--resume", state, "--out", out), whole);
	});

	it("refuses to go on with what only Inkling's engine can train", async () => {
		const stopped = await savedTraining({ ...size, cell: "lstm" });
		const state = path("lstm.safetensors");
		await writeTrainingState(state, stopped.state);
		const { status, stderr } = spawned(path("corpus"), "--resume", state, "--out", path("theirs.safetensors"));
		assert.equal(status, 1);
		assert.equal(stderr, "The training to go on with is for Inkling's own engine: cell lstm.\n");
	});

	it(`makes the same model in two processes as in one, to ${tolerance}`, async () => {
		const options = [
			...[writeCorpus(path("corpus")), "--characters", "3000"],
			...Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]),
		];
		const [one, two] = [path("one.safetensors"), path("two.safetensors")];
		assertAlike(await runProcesses(2, ...options, "--out", two), runPython(...options, "--out", one));
		const [expected, found] = [await readModel(one), await readModel(two)];
		assert.equal(found.info.characters, expected.info.characters);
		assertSameParameters(found, expected);
	});
});
