import assert from "node:assert/strict";
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CorpusReport } from "../../../src/domain/corpus.ts";
import { storageFiles } from "../../../src/domain/storage.ts";
import type { TrainingEnd, TrainingJob } from "../../../src/domain/training.ts";
import { createEngine } from "../../../src/engines/registry.ts";
import { readModel, writeModel } from "../../../src/model/checkpoint.ts";
import type { FileSystem } from "../../../src/platform/atomicFile.ts";
import { mayGainMore, type RunHooks, runTraining } from "../../../src/trainer/run.ts";
import { exampleModel, formatFile, parseFile } from "../model/modelFixture.ts";
import { chainModel } from "../support/chainModel.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";

const rules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 16 };
const line = "export const answer = question === undefined ? 42 : compute(question);\n";

/** A workspace with some text, and room for the model beside it. */
async function lay(workspace: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<TrainingJob> {
	await mkdir(workspace);
	for (const [name, content] of Object.entries(files)) await writeFile(join(workspace, name), content);
	return {
		folders: [{ path: workspace, name: "workspace" }],
		rules,
		storage: join(workspace, "../storage"),
		minutes: 1 / 60,
		threads: 1,
		resume: true,
		engine: "inkling",
		tensorflow: null,
		cell: null,
		hidden: 16,
		base: null,
	};
}

const text = Object.fromEntries(
	Array.from({ length: 12 }, (_, i) => [`file${i}.ts`, `// ${i}\n${line.replace("answer", `answer${i}`).repeat(20)}`]),
);

function hooks(changes: Partial<RunHooks> = {}): RunHooks {
	return {
		progress: () => undefined,
		proceed: async () => true,
		checkpoint: () => undefined,
		curve: () => undefined,
		log: () => undefined,
		pausedMilliseconds: () => 0,
		...changes,
	};
}

async function run(job: TrainingJob, changes: Partial<RunHooks> = {}, fileSystem?: FileSystem) {
	return runTraining(await createEngine(), job, hooks(changes), new AbortController().signal, fileSystem);
}

/** The files in storage, sorted, but for that of a training with nothing more to gain: whether it has depends on the machine. */
async function filesOf({ storage }: TrainingJob): Promise<string[]> {
	return (await readdir(storage)).filter((name) => name !== storageFiles.settled).sort();
}

describe("a training of a workspace", () => {
	const temporary = useTemporaryFolder();

	for (const [end, hasImproved, gain, more] of [
		["budget", true, undefined, true],
		["budget", true, 0.003, true],
		["budget", true, 0.001, false],
		["budget", false, -0.01, false],
		["passes", true, 0.03, false],
		["converged", true, 0.03, false],
		["diverged", true, undefined, false],
	] as const satisfies readonly (readonly [TrainingEnd, boolean, number | undefined, boolean])[])
		it(`${more ? "may" : "does not"} gain more in another after: ${end}, ${hasImproved}, ${gain}`, () => {
			assert.equal(mayGainMore(end, hasImproved, gain), more);
		});

	it("notes the files where it has nothing more to gain, until one has", async () => {
		const job = await lay(temporary("workspace"), { "few.ts": line.repeat(20) });
		const settled = join(job.storage, storageFiles.settled);
		const { end } = await run({ ...job, minutes: 10 });
		assert.ok(end === "passes" || end === "converged", end);
		const { used } = JSON.parse(await readFile(settled, "utf8")) as CorpusReport;
		assert.deepEqual(
			used.map(({ path }) => path),
			["few.ts"],
		);
		// Stopped, it says nothing of what it would have gained.
		let updates = 0;
		await run({ ...job, minutes: 10 }, { proceed: async () => updates++ < 2 });
		await readFile(settled);
		await writeFile(join(job.folders[0]?.path ?? "", "more.ts"), Object.values(text).join(""));
		await run({ ...job, resume: false, minutes: 1e-6 });
		await assert.rejects(readFile(settled), { code: "ENOENT" });
	});

	it("leaves a model and a list of what was used, and no state when it has come to its end", async () => {
		const job = await lay(temporary("workspace"), { ...text, ".env": "TOKEN=1", "a.bin": Buffer.alloc(3000) });
		const checkpoints: string[] = [];
		const { end, model } = await run(job, { checkpoint: (file) => void checkpoints.push(file) });
		assert.notEqual(end, "stopped");
		assert.deepEqual(await filesOf(job), ["corpus.json", "curves.json", "model.safetensors"]);
		assert.deepEqual(new Set(checkpoints), new Set([join(job.storage, "model.safetensors")]));
		const stored = await readModel(join(job.storage, "model.safetensors"));
		assert.equal(stored.info.validationBpc, model?.validationBpc);
		const report: CorpusReport = JSON.parse(await readFile(join(job.storage, "corpus.json"), "utf8"));
		assert.equal(report.used.length, 12);
		assert.ok(report.used.some(({ heldOut }) => heldOut) && report.used.some(({ heldOut }) => !heldOut));
		assert.deepEqual(report.leftOut.map(({ path, reason }) => `${path} ${reason}`).sort(), [
			".env secret",
			"a.bin binary",
		]);
	});

	it("has written what was used before anything that was learned of it is there", async () => {
		const job = await lay(temporary("workspace"), text);
		const written = new Set<string>();
		const watching: FileSystem = {
			...nodeFileSystem,
			async rename(from, to) {
				const name = basename(String(to));
				if (name === storageFiles.model || name === storageFiles.training) {
					const report: CorpusReport = JSON.parse(await readFile(join(job.storage, storageFiles.corpus), "utf8"));
					assert.equal(report.used.length, Object.keys(text).length);
					written.add(name);
				}
				await rename(from, to);
			},
		};
		let updates = 0;
		await run(job, { proceed: async () => ++updates < 5 }, watching);
		await run(job, {}, watching);
		assert.deepEqual(written, new Set([storageFiles.training, storageFiles.model]));
	});

	it("goes on from the model that is there, and starts anew when asked or when it cannot be read", async () => {
		const job = await lay(temporary("workspace"), text);
		const first = await run(job);
		const second = await run(job);
		// What it was before the first of them.
		assert.equal(second.model?.initialBpc, first.model?.initialBpc);
		const anew = await run({ ...job, resume: false });
		assert.ok((anew.model?.initialBpc as number) > (second.model?.validationBpc as number) + 0.5);
		await writeFile(join(job.storage, "model.safetensors"), "not a model");
		const warnings: string[] = [];
		const after = await run(job, { log: (level, message) => void (level === "warn" && warnings.push(message)) });
		assert.equal(warnings.length, 1);
		assert.notEqual(after.end, "stopped");
	});

	it("says of a model from another workspace what it was on the text of this one", async () => {
		// So many that whole files are held out, which have the same names in both.
		const names = Array.from({ length: 40 }, (_, i) => `file${i}.ts`);
		const filesOf = (content: string) =>
			Object.fromEntries(names.map((name) => [name, `${name}\n${content.repeat(20)}`]));
		const job = await lay(temporary("workspace"), filesOf(line));
		const first = await run(job);
		const { folders } = await lay(temporary("other"), filesOf("The rain in Spain stays mainly in the plain.\n"));
		const second = await run({ ...job, folders });
		assert.notEqual(second.model?.initialBpc, first.model?.initialBpc);
		const again = await run({ ...job, folders });
		assert.equal(again.model?.initialBpc, second.model?.initialBpc);
	});

	describe("from a base", () => {
		const base = () => temporary("base.safetensors");
		let job: TrainingJob;

		beforeEach(async () => {
			job = { ...(await lay(temporary("workspace"), text)), base: base() };
			await run({ ...job, base: null });
			await rename(join(job.storage, "model.safetensors"), base());
		});

		it("begins where that ends, and counts only what it learns itself", async () => {
			const { info } = await readModel(base());
			await writeModel(base(), { ...(await readModel(base())), info: { ...info, characters: 1e12, cpuSeconds: 1e9 } });
			const { model } = await run(job);
			assert.ok((model?.characters as number) < 1e12 && (model?.cpuSeconds as number) < 1e9);
			assert.ok(Math.abs((model?.initialBpc as number) - (info.validationBpc as number)) < 1e-3);
			assert.ok((model?.mixtureBpc as number) <= (model?.initialMixtureBpc as number));
			assert.equal(model?.corpusCharacters, info.corpusCharacters);
		});

		it("leaves a model even if it was not bettered, but not if nothing was tried", async () => {
			// The report of the training that made the base, for a sign.
			await writeFile(join(job.storage, "corpus.json"), "{}");
			const stopped = await run(job, { proceed: async () => false });
			assert.deepEqual(stopped, { end: "stopped", model: null, hasImproved: false });
			assert.deepEqual(await filesOf(job), ["corpus.json", "curves.json"]);
			assert.equal(await readFile(join(job.storage, "corpus.json"), "utf8"), "{}", "as nothing was learned");
			let updates = 0;
			let phase = "";
			await run(job, {
				progress: (progress) => {
					phase = progress.phase;
				},
				proceed: async () => phase !== "training" || updates++ < 1,
			});
			const { info } = await readModel(join(job.storage, "model.safetensors"));
			assert.ok((info.mixtureBpc as number) <= (info.initialMixtureBpc as number));
		});

		it("prefers the model of the workspace", async () => {
			const own = await run({ ...job, base: null });
			const { model } = await run(job);
			// That began with random weights; the base is far better than they are.
			assert.ok((own.model?.initialBpc as number) > 3);
			assert.equal(model?.initialBpc, own.model?.initialBpc);
		});

		it("starts from random weights if the base is of another size", async () => {
			const { model } = await run({ ...job, hidden: 24 });
			assert.equal(model?.hidden, 24);
			assert.ok((model?.initialBpc as number) > 3);
		});

		it("starts from random weights if the base is of another cell, and says so", async () => {
			const said: string[] = [];
			const { model } = await run({ ...job, cell: "lstm" }, { log: (_, message) => void said.push(message) });
			assert.equal(model?.cell, "lstm");
			assert.ok((model?.initialBpc as number) > 3);
			const sentence = /^The new model starts from random weights, as .* is a GRU of 16 units /;
			assert.ok(
				said.some((message) => sentence.test(message)),
				said.join("\n"),
			);
		});

		it("fails if the base cannot be read: the user has asked for it", async () => {
			await writeFile(base(), "not a model");
			await assert.rejects(run(job), { code: "modelBroken" });
			await rm(base());
			await assert.rejects(run(job), { code: "modelMissing" });
		});
	});

	describe("from a model whose network gives no probabilities", () => {
		const file = () => temporary("huge.safetensors");
		let job: TrainingJob;

		beforeEach(async () => {
			job = await lay(temporary("workspace"), text);
			const model = chainModel("the quick\n");
			model.parameters.get("head.weight")?.data.fill(3e38);
			await writeModel(file(), model);
		});

		it("fails if that is the base", async () => {
			await assert.rejects(run({ ...job, base: file(), hidden: 0 }), { code: "modelBroken" });
			await assert.rejects(readdir(job.storage), { code: "ENOENT" });
		});

		it("starts anew if that is the model of the workspace, and says so", async () => {
			await mkdir(job.storage);
			await rename(file(), join(job.storage, "model.safetensors"));
			const warnings: string[] = [];
			const log = (level: string, message: string) => void (level === "warn" && warnings.push(message));
			const { model } = await run({ ...job, hidden: 0 }, { log });
			assert.match(warnings.join(), /gives no probabilities/);
			assert.ok((model?.validationBpc as number) < (model?.initialBpc as number));
		});
	});

	it("goes on with the cell of the model that is there, and starts anew where another is asked for", async () => {
		const job = await lay(temporary("workspace"), text);
		const first = await run({ ...job, cell: "lstm" });
		assert.equal(first.model?.cell, "lstm");
		const second = await run(job);
		assert.deepEqual([second.model?.cell, second.model?.initialBpc], ["lstm", first.model?.initialBpc]);
		const said: string[] = [];
		const third = await run({ ...job, cell: "gru" }, { log: (_, message) => void said.push(message) });
		assert.equal(third.model?.cell, "gru");
		assert.ok(said.includes("The model of the workspace is an LSTM of 16 units: the settings ask for a new one."));
	});

	for (const [kind, fields, code] of [
		["of a cell that it does not know", { cell: "transformer" }, "modelUnsupported"],
		["of a later Inkling", { version: "99" }, "modelNewer"],
	] as const) {
		it(`leaves a model ${kind} alone, and says why it cannot train here`, async () => {
			const job = await lay(temporary("workspace"), text);
			await run(job);
			const file = join(job.storage, "model.safetensors");
			const { header, data } = parseFile(await readFile(file));
			const other = formatFile({ ...header, __metadata__: { ...header.__metadata__, ...fields } }, data);
			await writeFile(file, other);
			await assert.rejects(run(job), { code });
			assert.deepEqual(await readFile(file), Buffer.from(other));
		});
	}

	it("leaves a model of both directions alone, and says that it makes no suggestions", async () => {
		const job = await lay(temporary("workspace"), text);
		await mkdir(job.storage);
		const file = join(job.storage, "model.safetensors");
		await writeModel(file, exampleModel({ cell: "gru", hidden: 16, layers: 1, direction: "both" }));
		const before = await readFile(file);
		await assert.rejects(run(job), { code: "scoresOnly" });
		await assert.rejects(run({ ...job, resume: false, base: file }), { code: "scoresOnly" });
		assert.deepEqual(await readFile(file), before);
		assert.deepEqual(await readdir(job.storage), ["model.safetensors"]);
	});

	it("is done with its files once they are read: the folder may vanish", async () => {
		const job = await lay(temporary("workspace"), text);
		let vanished = false;
		const { end } = await run(job, {
			proceed: async () => {
				if (!vanished) await rm(job.folders[0]?.path as string, { recursive: true });
				vanished = true;
				return true;
			},
		});
		assert.notEqual(end, "stopped");
	});

	const refusals: readonly [string, Readonly<Record<string, string | Uint8Array>>, string, RegExp][] = [
		["an empty workspace", {}, "emptyCorpus", /^There is no text to learn from: no files were found\.$/],
		[
			"a workspace of only binaries",
			{ "a.bin": Buffer.alloc(3000), "b.bin": Buffer.alloc(3001) },
			"emptyCorpus",
			/^There is no text to learn from: all 2 files found were left out\.$/,
		],
		["100 bytes of text", { "a.txt": `${"x".repeat(99)}\n` }, "corpusTooSmall", /100 characters/],
	];
	for (const [title, files, code, message] of refusals) {
		it(`refuses ${title} with one clear sentence, and leaves an earlier model alone`, async () => {
			const job = await lay(temporary("workspace"), files);
			await mkdir(job.storage);
			await writeFile(join(job.storage, "model.safetensors"), "earlier");
			await assert.rejects(run(job), { code, message });
			assert.deepEqual(await readdir(job.storage), ["model.safetensors"]);
			assert.equal(await readFile(join(job.storage, "model.safetensors"), "utf8"), "earlier");
		});
	}

	it("refuses a folder that does not exist", async () => {
		const job = await lay(temporary("workspace"), text);
		const missing = { ...job, folders: [{ path: temporary("missing"), name: "missing" }] };
		await assert.rejects(run(missing), { code: "folderMissing" });
	});

	for (const [errno, code] of [
		["ENOSPC", "storageFull"],
		["EROFS", "storageReadOnly"],
		["EIO", "storageFailed"],
	] as const) {
		it(`says ${code} when the storage answers ${errno}, and leaves the earlier model as it was`, async () => {
			const job = await lay(temporary("workspace"), text);
			await run(job);
			const before = await readFile(join(job.storage, "model.safetensors"));
			const failing: FileSystem = {
				...nodeFileSystem,
				open: () => Promise.reject(Object.assign(new Error(errno), { code: errno })),
			};
			await assert.rejects(run({ ...job, resume: false }, {}, failing), { code });
			assert.deepEqual(await readFile(join(job.storage, "model.safetensors")), before);
			assert.deepEqual(await filesOf(job), ["corpus.json", "curves.json", "model.safetensors"]);
		});
	}
});
