/** How long a suggestion of model and memory takes: while typing, after a jump, and while a training runs. */
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { quantile } from "../src/cli/terminal/quantile.ts";
import { halfTheCores } from "../src/platform/cores.ts";
import type { TrainerMessage, TrainerRequest } from "../src/protocol/trainer.ts";
import { RandomSource } from "../src/trainer/sampler.ts";
import { ServerProcess, untilMemoryIsWritten, workspaceOf } from "./serverProcess.ts";

export interface AnswerTimes {
	/** Milliseconds. */
	readonly cachedP50: number;
	readonly cachedP95: number;
	readonly jumpP50: number;
	readonly jumpP95: number;
	/** While a training runs on as many threads as it has by default. */
	readonly trainingP50: number;
	readonly trainingP95: number;
	/** The p95 while training divided by the idle one. */
	readonly trainingRatio: number;
	/** The same ratio with a training on every core; the default is half of them. */
	readonly allCoresRatio: number;
}

export interface AnswerPlan {
	readonly modelFile: string;
	/** Text of the document; the lines typed come from it, too. */
	readonly source: string;
	/** The folder that is open, and that the training reads. */
	readonly folder: string;
	readonly typed: number;
	readonly jumps: number;
}

const documentLines = 3000;

export async function measureAnswers({ modelFile, source, folder, typed, jumps }: AnswerPlan): Promise<AnswerTimes> {
	const lines = source.split("\n").filter((line) => line.trim() !== "");
	const server = new ServerProcess();
	const storage = await mkdtemp(join(tmpdir(), "inkling-bench-"));
	try {
		// As a base the model is mixed with the memory, even if it has read far more text than the memory.
		await server.load(modelFile, true);
		await server.openWorkspace(workspaceOf(folder, storage));
		await untilMemoryIsWritten(storage);
		const document = Array.from({ length: documentLines }, (_, index) => lines[index % lines.length] as string);
		const path = "src/document.ts";
		server.open(path, document.join("\n"), { path: join(folder, path), whole: true });
		// V8 compiles the code during the first requests.
		await type(server, lines, typed / 4);
		const idle = await type(server, lines, typed);
		const jumping = await jump(server, document, jumps);
		const busy = await whileTraining(folder, halfTheCores(), () => type(server, lines, typed));
		const full = await whileTraining(folder, availableParallelism(), () => type(server, lines, typed));
		return {
			cachedP50: quantile(idle, 0.5),
			cachedP95: quantile(idle, 0.95),
			jumpP50: quantile(jumping, 0.5),
			jumpP95: quantile(jumping, 0.95),
			trainingP50: quantile(busy, 0.5),
			trainingP95: quantile(busy, 0.95),
			trainingRatio: quantile(busy, 0.95) / quantile(idle, 0.95),
			allCoresRatio: quantile(full, 0.95) / quantile(idle, 0.95),
		};
	} finally {
		await server.ended();
		await rm(storage, { recursive: true, force: true });
	}
}

/** Types lines into the middle of the document, asking after each character; the times of the answers. */
async function type(server: ServerProcess, lines: readonly string[], requests: number): Promise<number[]> {
	const times: number[] = [];
	const line = documentLines / 2;
	const random = new RandomSource(requests);
	for (;;) {
		const start = { line, character: 0 };
		server.change({ start, end: start, text: "\n" });
		// Not measured: the context of the new line.
		await server.complete(start);
		let column = 0;
		for (const character of lines[random.below(lines.length)] as string) {
			const at = { line, character: column };
			server.change({ start: at, end: at, text: character });
			column += character.length;
			times.push(await server.complete({ line, character: column }));
			if (times.length >= requests) return times;
		}
	}
}

/** Asks at the ends of random lines, for none of which the server has a context. */
async function jump(server: ServerProcess, document: readonly string[], requests: number): Promise<number[]> {
	const times: number[] = [];
	const random = new RandomSource(requests);
	while (times.length < requests) {
		// A change of the first line makes every context stale.
		const top = { line: 0, character: 0 };
		server.change({ start: top, end: top, text: "x" });
		const line = documentLines / 4 + random.below(documentLines / 4);
		times.push(await server.complete({ line, character: document[line]?.length ?? 0 }));
	}
	return times;
}

async function whileTraining<T>(folder: string, threads: number, work: () => Promise<T>): Promise<T> {
	const storage = await mkdtemp(join(tmpdir(), "inkling-bench-"));
	const trainer = fork(join(import.meta.dirname, "../dist/trainer.cjs"));
	const ended = new Promise((resolve) => trainer.once("exit", resolve));
	try {
		const request: TrainerRequest = {
			type: "train",
			job: {
				folders: [{ path: folder, name: "bench" }],
				rules: { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 },
				storage,
				minutes: 10,
				threads,
				resume: false,
				engine: "inkling",
				tensorflow: null,
				base: null,
				cell: null,
				hidden: 0,
			},
		};
		const running = new Promise<void>((resolve, reject) => {
			trainer.on("message", (message: TrainerMessage) => {
				if (message.type === "progress" && message.progress.characters > 0) resolve();
				if (message.type === "failed") reject(new Error(message.failure.detail));
			});
			void ended.then(() => reject(new Error("the training has ended too early")));
		});
		trainer.send(request);
		await running;
		return await work();
	} finally {
		trainer.kill("SIGKILL");
		await ended;
		await rm(storage, { recursive: true, force: true });
	}
}
