/**
 * A window that is worked in without a pause: files are opened, typed in, saved and closed, branches switched, trainings run, and now and
 * then all is reset. What the extension, its processes and its folder take must stay the same, and answers as quick as they were.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import v8 from "node:v8";
import vm from "node:vm";
import { quantile } from "../../../src/cli/terminal/quantile.ts";
import { randomNumbers } from "../../unit/reference/random.ts";
import { EditorWindow } from "../session/window.ts";
import { lineOf, textOf, writeWorkspace } from "../session/workspace.ts";
import { type MeasuredAnswer, type Meter, meterAnswers } from "./meter.ts";

/** What is taken at a moment. */
export interface Sample {
	readonly minutes: number;
	/** Signs typed so far. */
	readonly typed: number;
	/** MiB of resident memory; of the host, once its garbage is collected: V8 leaves that for long where there is room. */
	readonly hostMiB: number;
	readonly serverMiB: number;
	/** Open descriptors and threads of the completion process, and of the host that the extension runs in. */
	readonly serverDescriptors: number;
	readonly serverThreads: number;
	readonly hostDescriptors: number;
	/** Timers of the host that are to go off. */
	readonly hostTimers: number;
	/** MiB in the storage folder. */
	readonly diskMiB: number;
	/** Of the answers since the last sample, as the window waited for them, ms: of the clock, so also of what else the machine does. */
	readonly p50: number;
	readonly p95: number;
	/** Of the answers that the completion process computed since then: CPU time of its main thread, ms. */
	readonly cpuP50: number;
	readonly cpuP95: number;
	/** 95th percentile of the bytes that the models read for one of them. */
	readonly bytesP95: number;
	/** CPU time of all of them for a byte of all that was read, µs. */
	readonly cpuPerByte: number;
}

export interface SoakOptions {
	readonly seed: number;
	readonly isOver: () => boolean;
	/** Samples after which it ends, too. */
	readonly samples?: number;
	/** Between two samples; with 120 some 6,000 signs are typed. */
	readonly actions?: number;
}

/** So many samples between two trainings, and two resets. */
const samplesPerTraining = 3;
const samplesPerReset = 20;
/** Files that are written anew when a branch is switched. */
const filesOfBranch = 8;

export async function soak(
	{ seed, isOver, samples = Number.POSITIVE_INFINITY, actions = 120 }: SoakOptions,
	say: (line: string) => void,
): Promise<Sample[]> {
	const folder = mkdtempSync(join(tmpdir(), "inkling-soak-"));
	const workspace = join(folder, "workspace");
	const storage = join(folder, "storage");
	writeWorkspace(workspace);
	const random = randomNumbers(seed);
	const meter = meterAnswers(join(folder, "answers.jsonl"));
	const window = await EditorWindow.open({
		folder: workspace,
		storage,
		settings: {
			"inkling.training.hiddenSize": 32,
			"inkling.training.startFrom": "scratch",
			"inkling.training.minutes": 1,
		},
	});
	const taken: Sample[] = [];
	const begun = performance.now();
	let typed = 0;
	try {
		await window.learned();
		await window.train();
		while (!isOver() && taken.length < samples) {
			for (let action = 0; action < actions; action++) typed += await act(window, workspace, random);
			const number = taken.length + 1;
			if (number % samplesPerTraining === 0) await window.train();
			if (number % samplesPerReset === 0) {
				await window.run("resetModel", { confirm: false });
				await window.train();
				await window.learned();
			}
			const complaints = window.takeComplaints();
			for (const complaint of complaints) say(complaint);
			taken.push(sampleOf(window, storage, meter, (performance.now() - begun) / 60_000, typed));
			say(JSON.stringify(taken.at(-1)));
		}
	} finally {
		window.dispose();
		const { serverPid } = window.state;
		await window.until("the completion process ends", () => serverPid === undefined || !isAlive(serverPid));
		meter.end();
		rmSync(folder, { recursive: true, force: true });
	}
	return taken;
}

/** One thing that a person does. Returns how many signs were typed. */
async function act(window: EditorWindow, workspace: string, random: () => number): Promise<number> {
	const kind = random();
	const file = Math.floor(random() * 16);
	if (kind < 0.04) {
		// Another branch is checked out: files change under the window.
		const branch = Math.floor(random() * 3);
		for (let i = 0; i < filesOfBranch; i++)
			window.writeFile(join(workspace, `file${i}.ts`), textOf(i, 20 + 4 * branch));
		return 0;
	}
	if (kind < 0.06) {
		await window.run("showLastRequests");
		await window.run("showPerplexity");
		return 0;
	}
	// A document of its own, so that files neither grow without end nor are equal.
	const name = kind < 0.5 ? `file${file}.ts` : `typed${file}.ts`;
	const document = window.show(name);
	const text = `\n${lineOf(file, Math.floor(random() * 40)).slice(0, 20 + Math.floor(random() * 60))}`;
	await window.type(document, text, () => random() < 0.2);
	if (random() < 0.5) {
		// It is cut back to what it was, as people delete lines, too.
		if (document.lineCount > 40) document.lines.length = 40;
		window.save(document);
	}
	window.close(document);
	return text.length;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc") as () => void;

function sampleOf(window: EditorWindow, storage: string, meter: Meter, minutes: number, typed: number): Sample {
	collectGarbage();
	const computed = meter.take();
	const ascending = (name: keyof MeasuredAnswer): number[] =>
		computed.map((answer) => answer[name]).sort((one, other) => one - other);
	const sum = (name: keyof MeasuredAnswer): number => computed.reduce((total, answer) => total + answer[name], 0);
	const answers = window.answers.toSorted((one, other) => one - other);
	window.answers = [];
	const server = processOf(window.state.serverPid ?? process.pid);
	const host = processOf(process.pid);
	return {
		minutes: rounded(minutes),
		typed,
		hostMiB: host.mebibytes,
		serverMiB: server.mebibytes,
		serverDescriptors: server.descriptors,
		serverThreads: server.threads,
		hostDescriptors: host.descriptors,
		hostTimers: process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
		diskMiB: rounded(bytesIn(storage) / 2 ** 20),
		p50: rounded(quantile(answers, 0.5)),
		p95: rounded(quantile(answers, 0.95)),
		cpuP50: rounded(quantile(ascending("cpu"), 0.5)),
		cpuP95: rounded(quantile(ascending("cpu"), 0.95)),
		bytesP95: quantile(ascending("bytes"), 0.95),
		cpuPerByte: rounded((1000 * sum("cpu")) / sum("bytes")),
	};
}

function rounded(value: number): number {
	return Math.round(value * 100) / 100;
}

/** From what Linux says of a process. */
function processOf(pid: number): { mebibytes: number; descriptors: number; threads: number } {
	const status = readFileSync(`/proc/${pid}/status`, "utf8");
	const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
	return {
		mebibytes: rounded(field("VmRSS") / 1024),
		threads: field("Threads"),
		descriptors: readdirSync(`/proc/${pid}/fd`).length,
	};
}

function bytesIn(folder: string): number {
	return readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, name) => {
		const status = statSync(join(folder, name), { throwIfNoEntry: false });
		return sum + (status?.isFile() ? status.size : 0);
	}, 0);
}

/** Figures at the end may be so many times those at the beginning. */
const mostGrowth = 1.2;
/** What a heap takes more or less by chance, MiB; and descriptors and timers of what is just going on. */
const slackMiB = 24;
const slackCount = 4;

/** Medians of a quarter of the samples after the warm-up, and of the last quarter. */
export function summaryOf(samples: readonly Sample[]): {
	readonly rows: readonly (readonly string[])[];
	readonly isFlat: boolean;
} {
	// The first tenth fills caches and compiles.
	const warm = samples.slice(Math.ceil(samples.length / 10));
	const quarter = Math.max(1, Math.floor(warm.length / 4));
	const first = warm.slice(0, quarter);
	const last = warm.slice(-quarter);
	const median = (of: readonly Sample[], name: keyof Sample): number =>
		quantile(
			of.map((sample) => sample[name]).sort((one, other) => one - other),
			0.5,
		);
	const names: readonly [keyof Sample, slack: number][] = [
		["hostMiB", slackMiB],
		["serverMiB", slackMiB],
		["serverDescriptors", slackCount],
		["serverThreads", slackCount],
		["hostDescriptors", slackCount],
		["hostTimers", slackCount],
		["diskMiB", 1],
		["p50", 1],
		["p95", 1],
		["cpuP50", 0.5],
		["cpuP95", 0.5],
		["bytesP95", 8],
		["cpuPerByte", 2],
	];
	const rows = names.map(([name, slack]) => {
		const before = median(first, name);
		const after = median(last, name);
		return { name, before, after, isFlat: after <= Math.max(mostGrowth * before, before + slack) };
	});
	return {
		rows: [
			["median of a quarter", "beginning", "end", "flat"],
			...rows.map(({ name, before, after, isFlat }) => [name, `${before}`, `${after}`, isFlat ? "yes" : "NO"]),
		],
		isFlat: samples.length > 0 && rows.every(({ isFlat }) => isFlat),
	};
}
