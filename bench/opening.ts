/** What happens when a folder is opened: how soon the memory answers, how soon it knows all files, and what it takes. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { memoryMebibytes } from "../src/cli/measure/components.ts";
import { quantile } from "../src/cli/terminal/quantile.ts";
import { collectFolder } from "../src/cli/workspace.ts";
import { encodeDocument } from "../src/model/document.ts";
import { createMemory } from "../src/model/memory/index.ts";
import { ServerProcess, untilMemoryIsWritten, workspaceOf } from "./serverProcess.ts";
import { median } from "./statistics.ts";

export interface Opening {
	/** Size of the text in the folder. */
	readonly bytes: number;
	/** Milliseconds from the start of the server to the first request that a model (base or memory) answers. */
	readonly firstAnswer: number;
	/** Milliseconds until the last file is learned, and milliseconds that an answer takes meanwhile. */
	readonly ready: number;
	readonly answerP95: number;
	/** Milliseconds until all is known when the unchanged folder is opened again. */
	readonly reopened: number;
	/** Peak memory of the server that opens it again. */
	readonly reopenedPeakRssMiB: number | null;
	/** Peak memory of the server until everything is written; null where the system does not say. */
	readonly peakRssMiB: number | null;
	/** Speed of the memory alone on up to a megabyte, by CPU time of the process; the median. */
	readonly indexingMegabytesPerSecond: number;
}

/** As in a folder without a model of its own. */
const baseModel = join(import.meta.dirname, "../models/base.safetensors");

/** Milliseconds between requests: before the first answer, and then as a fast typist asks. */
const pollMs = 20;
const typingMs = 200;
const megabyte = 1e6;

export async function measureOpening(folder: string, repetitions: number): Promise<Opening> {
	const { files } = await collectFolder(folder, () => undefined);
	const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
	const texts = files.map(({ path, text }) => encodeDocument(path, text).bytes);
	// The most recently edited file comes last.
	const begun = files.at(-1)?.text.split("\n").slice(0, 20) ?? [];
	const storage = await mkdtemp(join(tmpdir(), "inkling-bench-"));
	try {
		const first = await open(folder, storage, begun);
		const again = await open(folder, storage, begun);
		return {
			bytes,
			firstAnswer: first.firstAnswer,
			ready: first.ready,
			answerP95: first.answerP95,
			reopened: again.ready,
			reopenedPeakRssMiB: again.peakRssMiB,
			peakRssMiB: first.peakRssMiB,
			indexingMegabytesPerSecond: await indexingRate(texts, repetitions),
		};
	} finally {
		await rm(storage, { recursive: true, force: true });
	}
}

async function open(
	folder: string,
	storage: string,
	lines: readonly string[],
): Promise<Pick<Opening, "firstAnswer" | "ready" | "answerP95" | "peakRssMiB">> {
	const start = performance.now();
	const server = new ServerProcess();
	const loaded = server.load(baseModel, true);
	const learned = server.openWorkspace(workspaceOf(folder, storage));
	let ready: number | null = null;
	void learned.then(() => {
		ready = performance.now() - start;
	});
	server.open("untitled", lines.join("\n"));
	await loaded;
	let firstAnswer: number | null = null;
	const times: number[] = [];
	while (ready === null || firstAnswer === null) {
		const line = times.length % lines.length;
		const { answer, roundTrip } = await server.ask({ line, character: lines[line]?.length ?? 0 });
		if (answer.silence !== "noModel") {
			firstAnswer ??= performance.now() - start;
			times.push(roundTrip);
		}
		await delay(firstAnswer === null ? pollMs : typingMs);
	}
	// Writing takes memory, too.
	await untilMemoryIsWritten(storage);
	const peakRssMiB = await peakOf(server.pid);
	await server.ended();
	return { firstAnswer, ready, answerP95: quantile(times, 0.95), peakRssMiB };
}

async function peakOf(pid: number): Promise<number | null> {
	const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
	const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
	return kibibytes === undefined ? null : Number(kibibytes) / 1024;
}

async function indexingRate(texts: readonly Uint8Array[], repetitions: number): Promise<number> {
	const expectedBytes = texts.reduce((sum, text) => sum + text.length, 0);
	const rates: number[] = [];
	// The first run compiles the kernels.
	for (let i = 0; i <= repetitions; i++) {
		const memory = await createMemory({ mebibytes: memoryMebibytes, expectedBytes });
		const before = process.cpuUsage();
		for (const text of texts) {
			if (memory.learned >= megabyte) break;
			memory.index(memory.start(), text);
		}
		const { user, system } = process.cpuUsage(before);
		if (i > 0) rates.push(memory.learned / (user + system));
	}
	return median(rates);
}
