import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { storageFiles } from "../../../src/domain/storage.ts";
import { ExperienceStore } from "../../../src/server/experienceStore.ts";
import type { Outcome } from "../../../src/tuning/calibrationFit.ts";
import { Experience } from "../../../src/tuning/experience.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { uncalibrated } from "../support/uncalibrated.ts";
import { WorkspaceBench } from "./memory/workspaceBench.ts";
import { code, completeAt, open } from "./sessionBench.ts";

const network = "a network";
const outcomes: readonly Outcome[] = Array.from({ length: 40 }, (_, i) => ({
	stated: Number((0.25 + i / 100).toFixed(2)),
	isRight: i % 3 > 0,
}));

/** A process, as far as it keeps experience. */
class Process {
	readonly experience = new Experience(uncalibrated);
	readonly log: string[] = [];
	now = 0;
	readonly store = new ExperienceStore(this.experience, {
		fileSystem,
		now: () => this.now,
		log: (_level, message) => this.log.push(message),
	});

	/** As a session begins: it is told of the network and of the folder, in any order. */
	static async begun(storage: string | null, name = network): Promise<Process> {
		const process = new Process();
		process.store.use(name);
		process.store.keepIn(storage);
		await process.store.close();
		return process;
	}

	add(added: readonly Outcome[]): this {
		for (const outcome of added) this.store.add(outcome);
		return this;
	}
}

describe("what became of suggestions", () => {
	const path = useTemporaryFolder();
	const storage = () => path("storage");
	const file = () => path("storage", storageFiles.experience);

	it("is known to the next process, and tells it as much as it told the first", async () => {
		const first = (await Process.begun(storage())).add(outcomes);
		await first.store.close();
		const second = await Process.begun(storage());
		assert.deepEqual(second.experience.outcomes, outcomes);
		assert.deepEqual(second.experience.calibration(uncalibrated), first.experience.calibration(uncalibrated));
		assert.notDeepEqual(second.experience.calibration(uncalibrated), uncalibrated);
		assert.deepEqual(second.log, []);
	});

	it("is forgotten also while it is read", async () => {
		const first = (await Process.begun(storage())).add(outcomes);
		await first.store.close();
		const second = new Process();
		second.store.use(network);
		second.store.keepIn(storage());
		await second.store.forget();
		assert.deepEqual(second.experience.outcomes, []);
		second.add(outcomes.slice(0, 1));
		await second.store.close();
		assert.deepEqual((await Process.begun(storage())).experience.outcomes, outcomes.slice(0, 1));
	});

	it("goes on with what happens before the file is read", async () => {
		await (await Process.begun(storage())).add(outcomes.slice(0, 20)).store.close();
		const second = new Process();
		second.store.keepIn(storage());
		second.store.use(network);
		second.add(outcomes.slice(20));
		await second.store.close();
		assert.deepEqual(second.experience.outcomes, outcomes);
		assert.deepEqual((await Process.begun(storage())).experience.outcomes, outcomes);
	});

	it("is written in idle time, but not often", async () => {
		const first = await Process.begun(storage());
		assert.equal(first.store.work(), false, "there is nothing to write");
		first.add(outcomes.slice(0, 5));
		assert.equal(first.store.work(), false, "it is too soon");
		first.now = 600_000;
		assert.equal(first.store.work(), true);
		first.add(outcomes.slice(5, 10));
		assert.equal(first.store.work(), false, "it was just written");
		await first.store.close();
		assert.deepEqual((await Process.begun(storage())).experience.outcomes, outcomes.slice(0, 10));
		first.now = 2_000_000;
		assert.equal(first.store.work(), false, "the file has it all");
	});

	it("is kept as numbers, beside the name of the network", async () => {
		await (await Process.begun(storage())).add([{ stated: 1 / 3, isRight: true }]).store.close();
		assert.deepEqual(JSON.parse(await readFile(file(), "utf8")), { network, outcomes: [[0.3333, 1]] });
	});

	it("of another network counts for nothing", async () => {
		await (await Process.begun(storage())).add(outcomes).store.close();
		const other = await Process.begun(storage(), "another network");
		assert.deepEqual(other.experience.outcomes, []);
		other.store.use(network);
		await other.store.close();
		assert.deepEqual(other.experience.outcomes, outcomes);
	});

	it("is forgotten when the user says so, on disk too", async () => {
		const first = (await Process.begun(storage())).add(outcomes);
		await first.store.close();
		first.add(outcomes);
		await first.store.forget();
		assert.deepEqual(first.experience.outcomes, []);
		assert.deepEqual(await readdir(storage()), []);
		await first.store.close();
		assert.deepEqual(await readdir(storage()), []);
	});

	it("is not kept where nothing may be", async () => {
		const first = (await Process.begun(null)).add(outcomes);
		first.now = 600_000;
		assert.equal(first.store.work(), false);
		await first.store.close();
		await first.store.forget();
		assert.deepEqual(await readdir(path()), []);
	});

	const wrong: readonly [what: string, content: string][] = [
		["empty", ""],
		["cut off", '{"network":"a network","outcomes":[[0.5,1],'],
		["no object", "[1, 2]"],
		["null", "null"],
		["without outcomes", '{"network":"a network"}'],
		["with outcomes of another kind", '{"network":"a network","outcomes":{"0":[0.5,1]}}'],
		["with more than numbers", '{"network":"a network","outcomes":[["zanzibar",1]]}'],
		["with impossible numbers", '{"network":"a network","outcomes":[[1.5,1]]}'],
		["with numbers out of place", '{"network":"a network","outcomes":[[0.5,2]]}'],
		["huge", `{"network":"a network","outcomes":[${"[0.5,1],".repeat(40_000)}[0.5,1]]}`],
	];
	for (const [what, content] of wrong)
		it(`does without a file that is ${what}, says so, and writes it anew`, async () => {
			await mkdir(storage());
			await writeFile(file(), content);
			const process = await Process.begun(storage());
			assert.deepEqual(process.experience.outcomes, []);
			assert.equal(process.log.length, 1);
			assert.match(process.log[0] ?? "", /^What became of earlier suggestions cannot be read: it is /);
			await process.add(outcomes).store.close();
			assert.deepEqual((await Process.begun(storage())).experience.outcomes, outcomes);
		});

	describe("in a session", () => {
		const begun = async (): Promise<WorkspaceBench> => {
			const bench = new WorkspaceBench(path());
			bench.files.set("model", code);
			await bench.load("model", true);
			await bench.lay({ "a.ts": code });
			return await bench.begin();
		};

		/** What is stated for a suggestion in a new document, over which other text is typed then. */
		const stated = (bench: WorkspaceBench, document: string): number => {
			bench.send(open("const ", "b.ts", document), completeAt(0, 6, { document })).work();
			const probability = bench.last("completions")?.suggestions[0]?.probability;
			assert.ok(probability !== undefined);
			const at = { line: 0, character: 6 };
			const changes = [{ start: at, end: at, text: "other" }];
			bench.send({ type: "change", document, version: 2, changes }, completeAt(0, 11, { document, version: 2 })).work();
			bench.send({ type: "close", document });
			return probability;
		};

		it("is kept when the session ends, and the next states what that has taught", async () => {
			const first = await begun();
			const before = stated(first, "0");
			for (let i = 1; i < 50; i++) stated(first, String(i));
			await first.session.close();
			assert.ok(existsSync(file()));
			const second = await begun();
			await second.until("it is read", () => stated(second, "0") < before - 0.02);
			second.send({ type: "forget", id: 1 });
			await second.until("forgotten", () => second.last("forgotten"));
			assert.equal(existsSync(file()), false);
			await second.session.close();
		});
	});

	it("does without a folder that cannot be written, and says so", async () => {
		await writeFile(storage(), "a file");
		const process = (await Process.begun(storage())).add(outcomes);
		await process.store.close();
		assert.deepEqual(process.experience.outcomes, outcomes);
		assert.match(process.log.at(-1) ?? "", /^What became of earlier suggestions cannot be written: /);
		await rm(storage());
		await process.store.close();
		assert.deepEqual((await Process.begun(storage())).experience.outcomes, outcomes);
	});
});
