/** A workspace with some text in it, room for what is learned, and the built processes that work on both. */
import assert from "node:assert/strict";
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, type FSWatcher, readdirSync, readFileSync, watch } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Workspace } from "../../../src/domain/memory.ts";
import type { ModelInfo } from "../../../src/domain/model.ts";
import { storageFiles } from "../../../src/domain/storage.ts";
import type { TrainingJob } from "../../../src/domain/training.ts";
import { readModel, readTrainingState } from "../../../src/model/checkpoint.ts";
import { readCorpusReport } from "../../../src/protocol/corpusReport.ts";
import { curvesJson, readCurves } from "../../../src/protocol/curves.ts";
import type { ServerRequest } from "../../../src/protocol/server.ts";
import type { TrainerRequest } from "../../../src/protocol/trainer.ts";
import { readMemory } from "../../../src/server/memory/memoryFile.ts";
import { root } from "../../harness/paths.ts";
import { randomNumbers } from "../../unit/reference/random.ts";
import { ownRoom } from "../../unit/support/ownRoom.ts";

const rules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 16 };

/** Characters of the memory on disk, and what is known of the model; null: there is none. */
export interface Kept {
	readonly memory: number | null;
	readonly model: ModelInfo | null;
}

export class Scene {
	readonly folder: string;
	readonly random: () => number;
	#fresh = 0;

	private constructor(folder: string, random: () => number) {
		this.folder = folder;
		this.random = random;
	}

	/** @param parent of the folder that is made; a file system of its own, perhaps */
	static async make(seed: number, parent = tmpdir()): Promise<Scene> {
		const scene = new Scene(await mkdtemp(join(parent, "inkling-kills-")), randomNumbers(seed));
		await mkdir(scene.workspace);
		await mkdir(scene.storage);
		for (let i = 0; i < 12; i++) {
			const line = `export const answer${i} = question === undefined ? ${i} : compute(question, ${i});\n`;
			await writeFile(join(scene.workspace, `file${i}.ts`), line.repeat(30 + i));
		}
		return scene;
	}

	get workspace(): string {
		return join(this.folder, "work");
	}

	get storage(): string {
		return join(this.folder, "storage");
	}

	file(name: keyof typeof storageFiles): string {
		return join(this.storage, storageFiles[name]);
	}

	/** Names of the files that a process was writing when it was killed. */
	beingWrittenBy({ pid }: ChildProcess): string[] {
		const names = existsSync(this.storage) ? readdirSync(this.storage) : [];
		return names.flatMap((name) => {
			const match = /^(.*)\.(\d+)-\d+\.tmp$/.exec(name);
			return match !== null && Number(match[2]) === pid ? [match[1] as string] : [];
		});
	}

	get job(): TrainingJob {
		return {
			folders: [{ path: this.workspace, name: "work" }],
			rules,
			storage: this.storage,
			minutes: 0.3,
			threads: 1,
			resume: true,
			hidden: 16,
			base: null,
			engine: "inkling",
			tensorflow: null,
			cell: null,
		};
	}

	get remembered(): Workspace {
		return {
			folders: [{ path: this.workspace, name: "work" }],
			rules,
			index: true,
			storage: this.storage,
			memoryMiB: 8,
		};
	}

	/** Something new to learn, so that there is something to write. */
	async addFile(): Promise<void> {
		const number = this.#fresh++;
		const text = `const fresh${number} = ${this.random()};\n`.repeat(5);
		await writeFile(join(this.workspace, `new${number}.ts`), text);
	}

	/** Each file that is there is whole. Returns what they hold. */
	async check(): Promise<Kept> {
		let model: ModelInfo | null = null;
		if (existsSync(this.file("model"))) model = (await readModel(this.file("model"))).info;
		if (existsSync(this.file("training"))) await readTrainingState(this.file("training"));
		if (existsSync(this.file("corpus"))) {
			const report = readCorpusReport(readFileSync(this.file("corpus"), "utf8"));
			assert.ok(report !== undefined && report.used.length > 0, "the corpus report is damaged");
		}
		if (existsSync(this.file("curves"))) {
			const json = readFileSync(this.file("curves"), "utf8");
			assert.equal(curvesJson(readCurves(json)), json, "the learning curves are damaged");
		}
		const memory = await readMemory(this.file("memory"), ownRoom);
		if (memory !== null) assert.ok(memory.records.length > 0, "the memory has no records");
		return { memory: memory?.characters ?? null, model };
	}

	async remove(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
	}
}

export interface Launched {
	/** Folder of the bundles, of another version perhaps. */
	readonly dist?: string;
	/** Arguments for Node. */
	readonly execArgv?: readonly string[];
	readonly env?: NodeJS.ProcessEnv;
}

/** Sends a message to a process that may be gone by now. */
export function tell(child: ChildProcess, message: ServerRequest | TrainerRequest): void {
	if (child.connected) child.send(message, () => undefined);
}

/** A built process with a channel. */
export function launch(
	name: "server" | "trainer",
	{ dist = join(root, "dist"), execArgv = [], env = {} }: Launched = {},
): ChildProcess {
	return fork(join(dist, `${name}.cjs`), {
		stdio: ["ignore", "inherit", "inherit", "ipc"],
		execArgv: [...execArgv],
		env: { ...process.env, ...env },
	});
}

export function runCommand(
	args: readonly string[],
	{ dist = join(root, "dist"), execArgv = [], env = {} }: Launched = {},
): ChildProcess {
	return spawn(process.execPath, [...execArgv, join(dist, "cli.cjs"), ...args], {
		stdio: ["ignore", "ignore", "pipe"],
		env: { ...process.env, ...env },
	});
}

/**
 * Kills a process at a random moment: when it begins to write its n-th file, or some milliseconds later. Returns the names of the files
 * that it was writing.
 *
 * @param writings the greatest n, counted in events of temporary files
 * @param signal SIGSTOP holds the process instead; its end is waited for all the same
 */
export async function killed(
	child: ChildProcess,
	scene: Scene,
	writings: number,
	signal: NodeJS.Signals = "SIGKILL",
): Promise<string[]> {
	let left = 1 + Math.floor(scene.random() * writings);
	const later = scene.random() < 0.5 ? 0 : scene.random() * 8;
	const ended = once(child, "exit");
	let watcher: FSWatcher | undefined;
	await Promise.race([
		ended,
		new Promise<void>((resolve) => {
			watcher = watch(scene.storage, (_, name) => {
				if (name?.endsWith(".tmp") && --left === 0) resolve();
			});
		}),
	]);
	watcher?.close();
	if (later > 0) await delay(later);
	child.kill(signal);
	await ended;
	return scene.beingWrittenBy(child);
}
