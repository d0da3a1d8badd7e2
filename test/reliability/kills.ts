/**
 * Kills the trainer, the completion process and the command line, most often while they write, and looks at what they leave behind:
 * each file is whole, and none is older than what was told of it.
 */
import assert from "node:assert/strict";
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, type FSWatcher, readdirSync, readFileSync, watch } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Workspace } from "../../src/domain/memory.ts";
import { storageFiles } from "../../src/domain/storage.ts";
import type { TrainingJob } from "../../src/domain/training.ts";
import { readModel, readTrainingState } from "../../src/model/checkpoint.ts";
import type { ServerMessage } from "../../src/protocol/server.ts";
import type { TrainerMessage } from "../../src/protocol/trainer.ts";
import { readMemory } from "../../src/server/memory/memoryFile.ts";
import { root } from "../harness/paths.ts";
import { randomNumbers } from "../unit/reference/random.ts";

export interface KillResult {
	readonly name: string;
	readonly kills: number;
	/** Of these, while a file was being written. */
	readonly insideWrites: number;
}

const bundle = (name: string) => join(root, "dist", `${name}.cjs`);
const rules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 16 };

/** A workspace with some text in it, and room for what is learned. */
class Scene {
	readonly folder: string;
	readonly random: () => number;

	private constructor(folder: string, random: () => number) {
		this.folder = folder;
		this.random = random;
	}

	static async make(seed: number): Promise<Scene> {
		const scene = new Scene(await mkdtemp(join(tmpdir(), "inkling-kills-")), randomNumbers(seed));
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

	get isWriting(): boolean {
		return readdirSync(this.storage).some((name) => name.endsWith(".tmp"));
	}

	async remove(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
	}
}

/**
 * Kills a process at a random moment: when it begins to write its n-th file, or some milliseconds later. Returns whether it was
 * writing.
 *
 * @param writings the greatest n
 * @param signal SIGSTOP holds the process instead; it is waited for all the same
 */
async function killed(
	child: ChildProcess,
	scene: Scene,
	writings: number,
	signal: NodeJS.Signals = "SIGKILL",
): Promise<boolean> {
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
	return scene.isWriting;
}

function readJson(file: string): unknown {
	return JSON.parse(readFileSync(file, "utf8"));
}

/** Runs `round` so often; it kills once and says whether that was inside a write. */
async function repeated(
	name: string,
	seed: number,
	kills: number,
	isOver: () => boolean,
	round: (scene: Scene) => Promise<boolean>,
): Promise<KillResult> {
	const scene = await Scene.make(seed);
	let done = 0;
	let insideWrites = 0;
	try {
		for (; done < kills && !isOver(); done++) if (await round(scene)) insideWrites++;
	} finally {
		await scene.remove();
	}
	return { name, kills: done, insideWrites };
}

function trainingJob(scene: Scene): TrainingJob {
	return {
		folders: [{ path: scene.workspace, name: "work" }],
		rules,
		storage: scene.storage,
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

/** Two windows train on one storage; one of them is held for a while, then both are killed. */
export function killPairs(seed: number, kills: number, isOver: () => boolean = () => false): Promise<KillResult> {
	return repeated("two trainers", seed, kills, isOver, async (scene) => {
		const [held, other] = [0, 1].map(() => {
			const child = fork(bundle("trainer"), { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [] });
			child.send({ type: "train", job: trainingJob(scene) });
			return child;
		}) as [ChildProcess, ChildProcess];
		const isHeldInside = killed(held, scene, 6, process.platform === "win32" ? "SIGKILL" : "SIGSTOP");
		const isInside = await killed(other, scene, 6);
		held.kill("SIGKILL");
		await isHeldInside;
		for (const name of ["model", "training", "corpus"] as const) {
			if (!existsSync(scene.file(name))) continue;
			if (name === "model") await readModel(scene.file(name));
			else if (name === "training") await readTrainingState(scene.file(name));
			else readJson(scene.file(name));
		}
		return isInside;
	});
}

export function killTrainers(seed: number, kills: number, isOver: () => boolean = () => false): Promise<KillResult> {
	let told = 0;
	let saved = 0;
	return repeated("trainer", seed, kills, isOver, async (scene) => {
		const child = fork(bundle("trainer"), { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [] });
		child.on("message", (message: TrainerMessage) => {
			if (message.type === "checkpoint") told = Math.max(told, message.model.characters);
			if (message.type === "failed") assert.fail(`the training failed: ${JSON.stringify(message.failure)}`);
		});
		child.send({ type: "train", job: trainingJob(scene) });
		const isInside = await killed(child, scene, 6);
		if (told > 0) {
			const { info } = await readModel(scene.file("model"));
			assert.ok(info.characters >= told, `a model of ${info.characters} characters, and ${told} were told`);
			const { used } = readJson(scene.file("corpus")) as { used: unknown[] };
			assert.ok(used.length > 0);
		}
		if (existsSync(scene.file("training"))) {
			const { position } = await readTrainingState(scene.file("training"));
			saved = Math.max(saved, Number(position["updates"]));
		}
		return isInside;
	});
}

export function killServers(seed: number, kills: number, isOver: () => boolean = () => false): Promise<KillResult> {
	let known = 0;
	return repeated("completion process", seed, kills, isOver, async (scene) => {
		const workspace: Workspace = {
			folders: [{ path: scene.workspace, name: "work" }],
			rules,
			index: true,
			storage: scene.storage,
			memoryMiB: 8,
		};
		// Something new to learn each time, so that there is something to write.
		await writeFile(join(scene.workspace, `new${known++}.ts`), `const fresh${known} = ${scene.random()};\n`.repeat(5));
		const child = fork(bundle("server"), { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: [] });
		child.on("message", (message: ServerMessage) => {
			const hasRead = message.type === "memory" && message.memory !== null && !message.memory.reading;
			// It writes when its parent is gone.
			if (hasRead && child.connected) child.disconnect();
		});
		child.send({ type: "workspace", workspace });
		const isInside = await killed(child, scene, 1);
		const stored = await readMemory(scene.file("memory"));
		if (stored !== null) assert.ok(stored.records.length > 0);
		return isInside;
	});
}

export function killCommands(seed: number, kills: number, isOver: () => boolean = () => false): Promise<KillResult> {
	return repeated("command line", seed, kills, isOver, async (scene) => {
		const out = scene.file("model");
		const before = existsSync(out);
		const args = ["train", scene.workspace, "--out", out, "--minutes", "0.3", "--hidden", "16", "--threads", "1"];
		const child = spawn(process.execPath, [bundle("cli"), ...args], { stdio: ["ignore", "ignore", "pipe"] });
		const isInside = await killed(child, scene, 6);
		if (before || existsSync(out)) await readModel(out);
		return isInside;
	});
}
