import assert from "node:assert/strict";
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, it } from "mocha";
import { LogisticCalibration } from "../../../../src/completion/calibration.ts";
import { chooseValidation } from "../../../../src/corpus/holdout.ts";
import { collect } from "../../../../src/corpus/index.ts";
import { storageFiles } from "../../../../src/domain/storage.ts";
import type { Memory } from "../../../../src/model/memory/index.ts";
import { readMemory, type StoredMemory, writeMemory } from "../../../../src/server/memory/memoryFile.ts";
import { sampleOf } from "../../../../src/server/memory/tuningSample.ts";
import type { SessionHost } from "../../../../src/server/session.ts";
import type { CountingMemory } from "../../support/countingMemory.ts";
import { countingMemory } from "../../support/countingMemory.ts";
import { ownRoom } from "../../support/ownRoom.ts";
import { useTemporaryFolder } from "../../support/temporaryFolder.ts";
import { uncalibrated } from "../../support/uncalibrated.ts";
import { completeAt, open } from "../sessionBench.ts";
import { Typist, textOf, WorkspaceBench } from "./workspaceBench.ts";

describe("A memory beside a network that was trained", () => {
	const folder = useTemporaryFolder();

	/** Enough files for some to be validated on. */
	const files = Object.fromEntries(
		Array.from({ length: 40 }, (_, i) => [`${i}.ts`, `const value${i} = compute(${i});\n`.repeat(5)]),
	);

	/** With the files read, and a network. */
	async function trained(parts: Partial<SessionHost> = {}): Promise<WorkspaceBench> {
		const bench = new WorkspaceBench(folder(), {}, parts);
		await bench.lay(files);
		await bench.begin();
		await load(bench, "model");
		return bench;
	}

	async function load(bench: WorkspaceBench, name: string): Promise<void> {
		bench.files.set(name, `const value = compute(${name});\n`);
		await bench.load(name);
		await bench.rest();
	}

	/** What a small memory had learned before it forgot everything, to measure files. */
	const tunedOn = (memory: CountingMemory | undefined): string => memory?.forgotten[0]?.replaceAll("\0", "") ?? "";

	const tunings = (bench: WorkspaceBench): number =>
		bench.of("log").filter(({ message }) => message.includes("is tuned")).length;

	it("is tuned in another, which learns last what neither has seen, together with the network", async () => {
		const bench = await trained();
		assert.equal(tunings(bench), 1);
		const [memory, small] = bench.memories;
		const corpus = await collect(bench.workspace.folders, bench.workspace.rules);
		const { training, validation } = chooseValidation(corpus.files);
		assert(validation.length > 0);
		assert.equal(tunedOn(small), [...training, ...validation].map(({ text }) => text).join(""));
		assert.equal(bench.present, memory);
		assert.deepEqual(memory?.adopted, [{ ...small?.mixerState(), correction: small?.networkCorrection() }]);
		assert.deepEqual(bench.state, { reading: false, files: 40, characters: bench.learned.length });
		assert.equal(bench.last("model")?.failure, undefined);
	});

	it("is tuned also against a base", async () => {
		const bench = new WorkspaceBench(folder());
		await bench.lay(files);
		await bench.begin();
		bench.files.set("base", "const value = compute(base);\n");
		bench.send({ type: "load", file: "base", isBase: true });
		await bench.rest();
		assert.equal(tunings(bench), 1);
	});

	it("needs little more room for that, and no more than is allowed", async () => {
		const document = (length: number) => ({ bytes: new Uint8Array(length), skip: 2 });
		const recent = [1, 2, 3, 4].map((i) => document(i * 2 ** 18));
		const unseen = [document(1000)];
		const sample = sampleOf(recent, unseen, 64);
		assert.deepEqual(sample.seen, [recent[1], recent[0]]);
		assert.equal(sample.unseen, unseen);
		assert.equal(sample.expectedBytes, 3 * 2 ** 18 + 1000);
		assert.ok(sample.mebibytes < 32);
		assert.equal(sampleOf(recent, unseen, 8).mebibytes, 8);
		const [large] = [document(2 ** 21)];
		assert.deepEqual(sampleOf([large, document(1)], unseen, 64).seen, [large]);
	});

	it("opens the files of its sample only, one after another, however many there are", async () => {
		const opened: string[] = [];
		let isTuning = false;
		let open = 0;
		let mostOpen = 0;
		const openFile = async (path: string, ...rest: never[]): Promise<nodeFileSystem.FileHandle> => {
			const handle = await nodeFileSystem.open(path, ...rest);
			if (!isTuning || !path.endsWith(".txt")) return handle;
			opened.push(basename(path));
			mostOpen = Math.max(mostOpen, ++open);
			const { close } = handle;
			handle.close = () => {
				open--;
				return close.call(handle);
			};
			return handle;
		};
		const fileSystem = { ...nodeFileSystem, open: openFile } as typeof nodeFileSystem;
		const bench = new WorkspaceBench(folder(), {}, { fileSystem });
		const names = Array.from({ length: 14 }, (_, i) => `${i}.txt`);
		for (const name of names)
			await bench.lay({ [name]: `${name} ${"word ".repeat(20)}\n`.repeat(name === "7.txt" ? 10 : 1500) });
		await bench.begin();
		isTuning = true;
		await load(bench, "model");
		assert.equal(tunings(bench), 1);
		// Of 14 files of 150 KiB: a mebibyte of the last ones, and what is held out.
		assert.ok(opened.length < 10, opened.join());
		assert.equal(new Set(opened).size, opened.length);
		assert.equal(mostOpen, 1);
	});

	describe("that has left a report", () => {
		const report = (heldOut: readonly string[]): string =>
			JSON.stringify({
				used: Object.keys(files).map((path) => ({
					path,
					bytes: 1,
					heldOut: heldOut.includes(path),
					digest: "",
					masked: 0,
				})),
				leftOut: [],
			});

		/** The text on which the ensemble is tuned that the small memory learns last. */
		async function tested(json: string, isBase: boolean): Promise<string> {
			const bench = new WorkspaceBench(folder());
			await bench.lay(files);
			await mkdir(bench.workspace.storage as string, { recursive: true });
			await writeFile(join(bench.workspace.storage as string, storageFiles.corpus), json);
			await bench.begin();
			bench.files.set("model", "const value = compute(model);\n");
			await bench.load("model", isBase);
			await bench.rest();
			assert.equal(tunings(bench), 1);
			return tunedOn(bench.memories[1]).slice(-2 * (files["11.ts"]?.length ?? 0));
		}

		it("is tuned on what that training held out, whatever would be held out now", async () => {
			const text = `${files["11.ts"]}${files["30.ts"]}`;
			assert.equal(await tested(report(["11.ts", "30.ts"]), false), text);
		});

		for (const [what, json, isBase] of [
			["of another network than the base", report(["11.ts", "30.ts"]), true],
			["that names no file that is there", report(["gone.ts"]), false],
			["that is none", "[]", false],
			["that is broken", "{", false],
		] as const)
			it(`is tuned on what would be held out now where the report is one ${what}`, async () => {
				assert.notEqual(await tested(json, isBase), `${files["11.ts"]}${files["30.ts"]}`);
			});
	});

	describe("shows what its probabilities are worth", () => {
		/** What is stated in a new document, in which nothing of this is learned. */
		async function stated(bench: WorkspaceBench): Promise<number> {
			assert.equal(await bench.suggestionAfter("const value1 ="), " compute");
			return bench.last("completions")?.suggestions[0]?.probability ?? 0;
		}

		/** The next session, with the same network. */
		async function reopened(): Promise<WorkspaceBench> {
			const bench = await new WorkspaceBench(folder()).begin();
			await load(bench, "model");
			assert.equal(tunings(bench), 0);
			return bench;
		}

		it("on text that neither has seen", async () => {
			const bench = await trained();
			const calibrated = await stated(bench);
			await bench.session.close();
			const { calibration, ...stored } = (await readMemory(bench.memoryFile, ownRoom)) as StoredMemory;
			const found = LogisticCalibration.read(calibration);
			assert.notEqual(found, null);
			assert.notDeepEqual(found, uncalibrated);
			await writeMemory(bench.memoryFile, stored);
			const plain = await stated(await reopened());
			assert.ok(Math.abs((found?.calibrated(plain) ?? 0) - calibrated) < 1e-9);
		});

		it("also in the next session, until all is forgotten", async () => {
			const first = await trained();
			const calibrated = await stated(first);
			await first.session.close();
			const second = await reopened();
			assert.equal(await stated(second), calibrated);
			second.send({ type: "forget", id: 1 });
			await second.until("forgotten", () => second.last("forgotten"));
			await second.session.close();
			const stored = await readMemory(second.memoryFile, ownRoom);
			assert.equal(stored?.calibration ?? null, null);
		});

		it("but for another network", async () => {
			const bench = await trained();
			const calibrated = await stated(bench);
			bench.send({ type: "training", isRunning: true });
			await load(bench, "another model");
			await load(bench, "model");
			assert.equal(await stated(bench), calibrated);
			bench.summary = { ...bench.summary, files: 2 };
			await load(bench, "model");
			assert.notEqual(await stated(bench), calibrated);
		});

		for (const calibration of [null, { intercept: 1, slope: -1 }, { intercept: null }, "0.33"])
			it(`or in none if what is on disk is ${JSON.stringify(calibration)}`, async () => {
				const first = await trained();
				const calibrated = await stated(first);
				await first.session.close();
				const stored = (await readMemory(first.memoryFile, ownRoom)) as StoredMemory;
				await writeMemory(first.memoryFile, { ...stored, calibration });
				const second = await reopened();
				assert.notEqual(await stated(second), calibrated);
				assert.deepEqual(
					second.of("log").filter(({ level }) => level !== "info" && level !== "debug"),
					[],
				);
			});
	});

	it("serves meanwhile, and gives way to requests", async () => {
		const bench = new WorkspaceBench(folder());
		await bench.lay(files);
		await bench.begin();
		bench.files.set("model", "const value = compute(first);\n");
		bench.tick = 10;
		await bench.load("model");
		await bench.until("it is being tuned", () => (bench.memories[1]?.learned ?? 0) > 0);
		bench.tick = 0;
		const before = bench.memories[1]?.learned;
		bench.send(open("const value ="), completeAt(0, 13)).turn();
		assert.deepEqual(bench.answers, [[1, " compute", undefined]]);
		assert.equal(bench.memories[1]?.learned, before);
	});

	it("learns what is changed and typed meanwhile", async () => {
		const bench = new WorkspaceBench(folder());
		await bench.lay(files);
		await bench.begin();
		bench.tick = 10;
		bench.files.set("model", "const value = compute(first);\n");
		await bench.load("model");
		await bench.until("it is being tuned", () => (bench.memories[1]?.learned ?? 0) > 0);
		const typist = new Typist(bench, "Untitled-1.ts").type("const flabbergasted = 1;\n");
		await typist.pause();
		await bench.save({ "1.ts": `${files["1.ts"]}const bamboozled = 2;\n` });
		bench.tick = 0;
		await bench.rest();
		assert.equal(tunings(bench), 1);
		assert.deepEqual([bench.times("flabbergasted"), bench.times("bamboozled"), bench.times("value1 =")], [1, 1, 5]);
		assert.equal(bench.state?.files, 40);
	});

	it("does not change while it is written, and takes over afterwards what was found out", async () => {
		let release: (() => void) | undefined;
		const rename: typeof nodeFileSystem.rename = async (from, to) => {
			await new Promise<void>((resolve) => {
				release = resolve;
			});
			await nodeFileSystem.rename(from, to);
		};
		const bench = new WorkspaceBench(folder(), {}, { fileSystem: { ...nodeFileSystem, rename } });
		await bench.lay(files);
		bench.send({ type: "workspace", workspace: bench.workspace });
		await bench.until("the end of the writing", () => release);
		bench.files.set("model", "const value = compute(first);\n");
		await bench.load("model");
		// Longer than it takes to read the files and to tune.
		for (let turn = 0; turn < 300; turn++) {
			await new Promise(setImmediate);
			bench.pass(100);
		}
		assert.deepEqual(bench.memories[0]?.adopted, []);
		assert.equal(tunings(bench), 0);
		release?.();
		await bench.until("it is tuned", () => tunings(bench) === 1);
		assert.equal(bench.memories[0]?.adopted.length, 1);
	});

	it("is tuned once against each network, also over several sessions", async () => {
		const first = await trained();
		await load(first, "model");
		assert.equal(tunings(first), 1);
		await first.session.close();
		const second = new WorkspaceBench(folder());
		await second.begin();
		await load(second, "model");
		assert.equal(tunings(second), 0);
		await load(second, "another model");
		assert.equal(tunings(second), 1);
	});

	it("waits for the end of a training, and begins again with the best network", async () => {
		const bench = new WorkspaceBench(folder());
		await bench.lay(files);
		await bench.begin();
		bench.send({ type: "training", isRunning: true });
		for (const name of ["first", "second"]) await load(bench, name);
		assert.equal(bench.memories.length, 1);
		bench.tick = 10;
		bench.send({ type: "training", isRunning: false });
		await bench.until("it is being tuned", () => (bench.memories[1]?.learned ?? 0) > 0);
		bench.files.set("third", "const value = compute(third);\n");
		await bench.load("third");
		bench.tick = 0;
		await bench.rest();
		assert.equal(tunings(bench), 1);
		assert.equal(tunedOn(bench.memories[2]).length, textOf(bench.memories[0]).length, "from the beginning");
	});

	it("is left as it is without a network, where files are not read, and once it has forgotten", async () => {
		const bench = new WorkspaceBench(folder());
		await bench.lay(files);
		await bench.begin({ index: false });
		await load(bench, "model");
		assert.equal(bench.memories.length, 1);
		await bench.begin();
		assert.equal(tunings(bench), 1);
		const made = bench.memories.length;
		bench.send({ type: "forget", id: 1 });
		await bench.until("forgotten", () => bench.last("forgotten"));
		await load(bench, "another model");
		assert.equal(bench.memories.length, made + 1);
		await bench.load(null);
		await bench.begin();
		assert.equal(tunings(bench), 1);
	});

	it("is left as it is when another cannot be made, with a word in the log, and not tried again", async () => {
		let isFull = false;
		const createMemory = (): Promise<Memory> =>
			isFull ? Promise.reject(new RangeError("out of memory")) : Promise.resolve(countingMemory());
		const limited = new WorkspaceBench(folder(), {}, { createMemory });
		await limited.lay(files);
		await limited.begin();
		isFull = true;
		await load(limited, "model");
		await limited.later();
		const warnings = limited.of("log").filter(({ level }) => level === "warn");
		assert.deepEqual(
			warnings.map(({ message }) => message),
			["The memory cannot be tuned to the model: out of memory"],
		);
		assert.equal(await limited.suggestionAfter("const value ="), " compute");
	});
});
