/**
 * What a disk and a user do to the built processes while they work: operations that fail, folders that are deleted, disks that are full or
 * read-only. A process goes on, or ends with a message; what is left on the disk is whole.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { ServerMessage } from "../../../src/protocol/server.ts";
import type { TrainerMessage } from "../../../src/protocol/trainer.ts";
import type { Faults } from "./faultyProcess.ts";
import { type Launched, launch, runCommand, Scene, tell } from "./scene.ts";

export interface AdversityResult {
	readonly name: string;
	readonly rounds: number;
	/** Rounds in which the process said that something failed, or ended because of it. */
	readonly told: number;
}

/** What a process may say that failed because of a disk. */
const expected = new Set([
	"storageFull",
	"storageReadOnly",
	"storageFailed",
	"folderMissing",
	"emptyCorpus",
	"corpusTooSmall",
	"modelMissing",
	"modelBroken",
	"badArgument",
	"trainedElsewhere",
]);

/** Each runs one process to its end, and returns whether it told of a failure. */
type Run = (scene: Scene, version: Launched, begun: () => Promise<void>) => Promise<boolean>;

/** Reads the files, and writes what it has learned once its parent is gone. */
const runServer: Run = async (scene, version, begun) => {
	await scene.addFile();
	const child = launch("server", version);
	const ended = once(child, "exit");
	let told = false;
	child.on("message", async (message: ServerMessage) => {
		if (message.type === "log" && message.level === "warn") told = true;
		assert.ok(message.type !== "log" || message.level !== "error", JSON.stringify(message));
		if (message.type === "ready") {
			tell(child, { type: "workspace", workspace: scene.remembered });
			await begun();
		}
		const hasRead = message.type === "memory" && message.memory !== null && !message.memory.reading;
		if (hasRead && child.connected) child.disconnect();
	});
	const [code] = await ended;
	assert.equal(code, 0, "the completion process has crashed");
	return told;
};

const runTrainer: Run = async (scene, version, begun) => {
	const child = launch("trainer", version);
	const ended = once(child, "exit");
	let failure: string | undefined;
	let isOver = false;
	child.on("message", (message: TrainerMessage) => {
		if (message.type === "checkpoint") tell(child, { type: "stop" });
		if (message.type === "finished") isOver = true;
		if (message.type !== "failed") return;
		isOver = true;
		failure = message.failure.code;
		assert.ok(expected.has(message.failure.code), JSON.stringify(message.failure));
	});
	tell(child, { type: "train", job: scene.job });
	await begun();
	const [code] = await ended;
	assert.equal(code, 0, "the training process has crashed");
	assert.ok(isOver, "the training process has ended without a word");
	return failure !== undefined;
};

const runTraining: Run = async (scene, version, begun) => {
	const args = ["train", scene.workspace, "--out", scene.file("model"), "--minutes", "0.03", "--hidden", "16"];
	const child = runCommand([...args, "--threads", "1"], version);
	const ended = once(child, "close");
	const errors = child.stderr === null ? "" : text(child.stderr);
	await begun();
	const [code] = await ended;
	assert.ok(code === 0 || code === 1, `the command ended with ${code}`);
	assert.doesNotMatch(await errors, /\n\s+at /, "a stack trace is no message");
	return code === 1;
};

const runs: readonly (readonly [name: string, run: Run])[] = [
	["completion process", runServer],
	["trainer", runTrainer],
	["command line", runTraining],
];

const none = async (): Promise<void> => {};

export interface AdversityOptions {
	readonly seed: number;
	/** Of each process. */
	readonly rounds: number;
	readonly isOver?: () => boolean;
}

async function each(
	what: string,
	{ seed, rounds, isOver = () => false }: AdversityOptions,
	round: (scene: Scene, run: Run, seed: number) => Promise<boolean>,
	parent?: string,
): Promise<AdversityResult[]> {
	const results: AdversityResult[] = [];
	for (const [name, run] of runs) {
		const scene = await Scene.make(seed, parent);
		let told = 0;
		let done = 0;
		try {
			for (; done < rounds && !isOver(); done++) {
				if (await round(scene, run, seed * 1000 + done)) told++;
				await scene.check();
			}
		} finally {
			await scene.remove();
		}
		results.push({ name: `${name}, ${what}`, rounds: done, told });
	}
	return results;
}

const preload = pathToFileURL(join(import.meta.dirname, "faultyProcess.ts")).href;

/** Operations on the storage and the workspace fail, each with the same probability. */
export function failOperations(options: AdversityOptions): Promise<AdversityResult[]> {
	return each("operations that fail", options, (scene, run, seed) => {
		const faults: Faults = {
			folders: [scene.storage, scene.workspace],
			seed,
			probability: [0.002, 0.02, 0.2][seed % 3] as number,
			codes: ["EIO", "ENOSPC", "EACCES", "EROFS", "EMFILE", "ENOENT"],
		};
		const env = { INKLING_TEST_FAULTS: JSON.stringify(faults), NODE_NO_WARNINGS: "1" };
		return run(scene, { execArgv: ["--import", preload], env }, none);
	});
}

/** The storage folder is deleted while a process works. */
export function deleteFolders(options: AdversityOptions): Promise<AdversityResult[]> {
	return each("storage deleted", options, (scene, run) =>
		run(scene, {}, async () => rmSync(scene.storage, { recursive: true, force: true, maxRetries: 5 })),
	);
}

/** Why there can be no disk of its own for a test; undefined if there can. */
export function whyNoDisk(): string | undefined {
	if (process.platform !== "linux") return "a disk of its own is made on Linux only";
	const folder = mkdtempSync(join(tmpdir(), "inkling-disk-"));
	try {
		const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], {
			encoding: "utf8",
		});
		if (error || status !== 0) return `no disk can be mounted here: ${error?.message ?? stderr.trim()}`;
		spawnSync("umount", [folder]);
		return undefined;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A small disk: large enough for the workspace, too small for a model or a memory. */
const diskKiB = 96;

/** Processes whose disk has too little room, or becomes read-only while they work. */
export async function fillDisks(options: AdversityOptions): Promise<AdversityResult[]> {
	const folder = mkdtempSync(join(tmpdir(), "inkling-disk-"));
	const mount = (...args: readonly string[]): void => {
		const { status, stderr } = spawnSync("mount", args, { encoding: "utf8" });
		if (status !== 0) throw new Error(stderr);
	};
	mount("-t", "tmpfs", "-o", `size=${diskKiB}k`, "tmpfs", folder);
	try {
		const full = await each("disk full", options, (scene, run) => run(scene, {}, none), folder);
		const readOnly = await each(
			"disk read-only",
			options,
			async (scene, run) => {
				try {
					return await run(scene, {}, async () => mount("-o", "remount,ro", folder));
				} finally {
					mount("-o", "remount,rw", folder);
				}
			},
			folder,
		);
		return [...full, ...readOnly];
	} finally {
		spawnSync("umount", [folder]);
		rmSync(folder, { recursive: true, force: true });
	}
}
