/**
 * Kills the trainer, the completion process and the command line, most often while they write, and looks at what they leave behind:
 * each file is whole, and none is older than what was told of it.
 */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { ModelInfo } from "../../../src/domain/model.ts";
import type { ServerMessage } from "../../../src/protocol/server.ts";
import type { TrainerMessage } from "../../../src/protocol/trainer.ts";
import { killed, type Launched, launch, runCommand, Scene, tell } from "./scene.ts";

export interface KillResult {
	readonly name: string;
	readonly kills: number;
	/** Of these, while this file was being written. */
	readonly insideWrites: ReadonlyMap<string, number>;
}

export interface KillOptions {
	readonly seed: number;
	readonly kills: number;
	readonly isOver?: () => boolean;
	/** Versions of the bundles that take turns; the present one if absent. */
	readonly versions?: readonly Launched[];
}

/** One kill; returns the names of the files that were being written. */
type Round = (scene: Scene, version: Launched) => Promise<readonly string[]>;

async function repeated(
	name: string,
	{ seed, kills, isOver = () => false, versions = [{}] }: KillOptions,
	round: Round,
): Promise<KillResult> {
	const scene = await Scene.make(seed);
	const insideWrites = new Map<string, number>();
	let done = 0;
	try {
		for (; done < kills && !isOver(); done++) {
			const inside = await round(scene, versions[done % versions.length] as Launched);
			for (const file of new Set(inside)) insideWrites.set(file, (insideWrites.get(file) ?? 0) + 1);
		}
	} finally {
		await scene.remove();
	}
	return { name, kills: done, insideWrites };
}

function startTrainer(
	scene: Scene,
	version: Launched,
	told: (message: TrainerMessage) => void = () => {},
): ChildProcess {
	const child = launch("trainer", version);
	child.on("message", (message: TrainerMessage) => {
		// Another one may be training there.
		if (message.type === "failed" && message.failure.code !== "trainedElsewhere")
			assert.fail(`the training failed: ${JSON.stringify(message.failure)}`);
		told(message);
	});
	tell(child, { type: "train", job: scene.job });
	return child;
}

/** Starts a completion process that ends once it has read the files: it writes them when its parent is gone. */
function startServer(scene: Scene, version: Launched): ChildProcess {
	const child = launch("server", version);
	child.on("message", (message: ServerMessage) => {
		const hasRead = message.type === "memory" && message.memory !== null && !message.memory.reading;
		if (hasRead && child.connected) child.disconnect();
	});
	tell(child, { type: "workspace", workspace: scene.remembered });
	return child;
}

/** As a training judges them: by the mixture with the memory, where both were measured so. */
function isNoWorse(one: ModelInfo, other: ModelInfo): boolean {
	const isMixed = one.mixtureBpc !== null && other.mixtureBpc !== null;
	const figure = ({ mixtureBpc, validationBpc }: ModelInfo): number => (isMixed ? mixtureBpc : validationBpc) ?? 8;
	return figure(one) <= figure(other);
}

/** Half of the trainings are stopped as soon as they learn: then they write the state to go on from. */
export function killTrainers(options: KillOptions): Promise<KillResult> {
	let told: ModelInfo | undefined;
	return repeated("trainer", options, async (scene, version) => {
		const isStopped = scene.random() < 0.5;
		const child = startTrainer(scene, version, (message) => {
			if (message.type === "checkpoint") told = message.model;
			const hasLearned = message.type === "progress" && message.progress.characters > 0;
			if (isStopped && hasLearned) tell(child, { type: "stop" });
		});
		const inside = await killed(child, scene, isStopped ? 16 : 6);
		const { model } = await scene.check();
		// A training that goes on from an earlier state replaces a model by a better one only.
		if (told !== undefined)
			assert.ok(
				model !== null && (model.characters >= told.characters || isNoWorse(model, told)),
				`a model ${JSON.stringify(model)}, and ${JSON.stringify(told)} was told`,
			);
		return inside;
	});
}

/** Two windows train on one storage; one of them is held for a while, then both are killed. */
export function killPairs(options: KillOptions): Promise<KillResult> {
	return repeated("two trainers", options, async (scene, version) => {
		const held = startTrainer(scene, version);
		const other = startTrainer(scene, version);
		const isHeldInside = killed(held, scene, 6, process.platform === "win32" ? "SIGKILL" : "SIGSTOP");
		const inside = await killed(other, scene, 6);
		held.kill("SIGKILL");
		await isHeldInside;
		await scene.check();
		return inside;
	});
}

/** What was learned before is still there after each kill. */
export function killServers(options: KillOptions): Promise<KillResult> {
	let known = 0;
	return repeated("completion process", options, async (scene, version) => {
		await scene.addFile();
		const inside = await killed(startServer(scene, version), scene, 1);
		const { memory } = await scene.check();
		assert.ok((memory ?? 0) >= known, `a memory of ${memory} characters, after one of ${known}`);
		known = memory ?? 0;
		return inside;
	});
}

/** Two windows with one storage; one is killed, the other ends by itself. */
export function killServerPairs(options: KillOptions): Promise<KillResult> {
	return repeated("two completion processes", options, async (scene, version) => {
		await scene.addFile();
		const [one, other] = [startServer(scene, version), startServer(scene, version)];
		const otherEnds = once(other, "exit");
		const inside = await killed(one, scene, 2);
		await otherEnds;
		await scene.check();
		assert.ok(existsSync(scene.file("memory")), "the other one has written what it has learned");
		return inside;
	});
}

export function killCommands(options: KillOptions): Promise<KillResult> {
	return repeated("command line", options, async (scene, version) => {
		const out = scene.file("model");
		const wasThere = existsSync(out);
		const args = ["train", scene.workspace, "--out", out, "--minutes", "0.3", "--hidden", "16", "--threads", "1"];
		const inside = await killed(runCommand(args, version), scene, 6);
		const { model } = await scene.check();
		assert.ok(model !== null || !wasThere, "the model from before is gone");
		return inside;
	});
}

/** All ways, with the share of all kills that each is given: trainings take longest. */
export const waysToKill = [
	{ kill: killServers, share: 0.5 },
	{ kill: killServerPairs, share: 0.1 },
	{ kill: killCommands, share: 0.2 },
	{ kill: killTrainers, share: 0.15 },
	{ kill: killPairs, share: 0.05 },
] as const;
