/**
 * What *Show Perplexity* costs the extension host: the processor time to open it with many files and a month of counts, to show other
 * rows of its tables, and to follow a training. The built extension runs in a window without VS Code, and a real training process
 * trains; what is posted to the page is put into JSON, as VS Code does.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { table } from "../src/cli/terminal/format.ts";
import { flag, number, type Values } from "../src/cli/terminal/options.ts";
import type { CorpusReport, LeftOutReason } from "../src/domain/corpus.ts";
import type { CurvePoint, TrainingCurve } from "../src/domain/curve.ts";
import type { FilePerplexity, Measurements } from "../src/domain/perplexities.ts";
import { storageFiles } from "../src/domain/storage.ts";
import type { TrainingProgress } from "../src/domain/training.ts";
import { systemClock } from "../src/editor/processes/clock.ts";
import { memoryKeys, settings } from "../src/editor/settings/names.ts";
import { type DayCounts, mostDays, mostLanguages } from "../src/editor/suggestions/history.ts";
import type { ViewMessage, ViewRequest } from "../src/protocol/view.ts";
import { mostCurves } from "../src/trainer/curve/file.ts";
import { mostPoints } from "../src/trainer/curve/series.ts";
import { findBrowser } from "../test/harness/host.ts";
import { ViewPage } from "../test/harness/viewPage.ts";
import { EditorWindow } from "../test/reliability/session/window.ts";
import * as vscode from "../test/unit/editor/fakeVscode.ts";
import { freshInputs } from "../test/unit/editor/status/inputs.ts";
import { describeMachine } from "./machine.ts";
import { publish, resultOptions } from "./results.ts";

const defaults = { files: 5000, repetitions: 5, seconds: 20, rounds: 3 };

export const panelOptions = {
	files: number("N", `files that were measured (default: ${defaults.files})`, { min: 1, max: 1e6, whole: true }),
	repetitions: number("N", `times that the view is opened (default: ${defaults.repetitions})`, {
		min: 1,
		max: 1000,
		whole: true,
	}),
	seconds: number("S", `of training with the view open, and as many with it closed (default: ${defaults.seconds})`, {
		min: 0.1,
		max: 600,
		whole: false,
	}),
	browser: flag("draw the page in a Chromium, too, which is installed where there is none"),
	rounds: number("N", `in which that is measured (default: ${defaults.rounds})`, { min: 1, max: 100, whole: true }),
	...resultOptions,
};

/** The view is opened at once, and shown again with what was read of the disk two seconds later. */
const openedMilliseconds = 2_500;

export async function panel(values: Values<typeof panelOptions>): Promise<void> {
	const {
		files = defaults.files,
		repetitions = defaults.repetitions,
		seconds = defaults.seconds,
		rounds = defaults.rounds,
	} = values;
	const scratch = mkdtempSync(join(tmpdir(), "inkling-panel-"));
	try {
		const folder = join(scratch, "workspace");
		const storage = join(scratch, "storage");
		cpSync(join(import.meta.dirname, "../src/editor"), folder, { recursive: true });
		const kept = layOut(storage, files);
		const window = await EditorWindow.open({
			folder,
			storage,
			kept,
			settings: { [settings.startFrom]: "scratch", [settings.minutes]: 60 },
		});
		try {
			await window.learned();
			const opened: Opened[] = [];
			for (let i = 0; i < repetitions; i++) opened.push(await open(window));
			const rows = await otherRows(window, files);
			const training = await whileTraining(window, seconds, rounds);
			const drawing = values.browser ? await drawingMilliseconds(scratch) : null;
			const figures = { files, opened: { first: opened[0], median: medians(opened) }, rows, training, drawing };
			publish("panel", await describeMachine(), figures, tableOf(figures), values);
		} finally {
			await window.run("stopTraining");
			window.dispose();
		}
	} finally {
		rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** Writes what a workspace with this many files has kept after some trainings; returns what VS Code keeps for it. */
function layOut(storage: string, count: number): Readonly<Record<string, unknown>> {
	mkdirSync(storage, { recursive: true });
	const write = (name: string, content: object) => writeFileSync(join(storage, name), JSON.stringify(content));
	const path = (i: number) => `packages/part${i % 40}/src/folder${i % 7}/module${i}.${["ts", "py", "md", "go"][i % 4]}`;
	const measured = (i: number): FilePerplexity => ({
		path: path(i),
		characters: 500 + (i % 1000),
		network: 1 + (i % 97) / 40,
		memory: 1.2 + (i % 89) / 40,
		mixture: 0.9 + (i % 83) / 40,
	});
	const files = Array.from({ length: count }, (_, i) => measured(i));
	const measurements: Measurements = {
		now: { trainedAt: "2026-02-01T00:00:00Z", files },
		before: { trainedAt: "2026-01-01T00:00:00Z", files },
	};
	write(storageFiles.perplexities, measurements);
	const reasons: readonly LeftOutReason[] = ["ignored", "binary", "tooLarge", "duplicate"];
	const report: CorpusReport = {
		used: files.map(({ path: used }, i) => ({
			path: used,
			bytes: 2000,
			heldOut: i % 10 === 0,
			digest: "0".repeat(64),
			masked: 0,
		})),
		leftOut: files.map(({ path: left }, i) => ({
			path: `dist/${left}`,
			reason: reasons[i % reasons.length] ?? "ignored",
		})),
	};
	write(storageFiles.corpus, report);
	const curves = Array.from({ length: mostCurves }, (_, i) => curveOf(i, mostPoints));
	write(storageFiles.curves, { curves });
	const counts: DayCounts = {
		shown: 400,
		accepted: 120,
		parts: 30,
		typedOver: 50,
		characters: 3000,
		answers: [300, 60, 20, 10, 5, 5, 0],
	};
	const languages = Object.fromEntries(Array.from({ length: mostLanguages }, (_, i) => [`language${i}`, counts]));
	const days = Array.from({ length: mostDays }, (_, i) => [
		new Date(Date.UTC(2026, 0, i + 1)).toISOString().slice(0, 10),
		languages,
	]);
	return { [memoryKeys.history]: Object.fromEntries(days) };
}

/** The learning curve of the training of one day. */
function curveOf(day: number, length: number): TrainingCurve {
	const points = (from: number): CurvePoint[] =>
		Array.from({ length }, (_, i) => ({ seconds: 3 * i, characters: 12_345 * i, bpc: from / (1 + i / 50) }));
	const begunAt = new Date(Date.UTC(2026, 0, day + 1)).toISOString();
	return { begunAt, end: "budget", train: points(4), heldOut: points(5) };
}

interface Opened {
	/** Of the processor. */
	readonly milliseconds: number;
	readonly kibibytes: number;
	readonly rows: number;
}

/** Opens the view, and closes it again. */
async function open(window: EditorWindow): Promise<Opened> {
	const begun = processor();
	const page = await Page.open(window);
	await delay(openedMilliseconds);
	const milliseconds = processor() - begun;
	const { kibibytes, rows } = page;
	page.close();
	return { milliseconds, kibibytes, rows };
}

/** Sorts the longest table, and goes through it; milliseconds of the processor. */
async function otherRows(window: EditorWindow, files: number) {
	const page = await Page.open(window);
	await delay(openedMilliseconds);
	const timed = (act: () => void): number => {
		const begun = performance.now();
		act();
		return performance.now() - begun;
	};
	const sort = timed(() => page.say({ type: "sort", order: { table: "files", column: 2, isDescending: true } }));
	const more = timed(() => page.say({ type: "rows", table: "files", from: Math.floor(files / 2) }));
	page.close();
	return { sort, more };
}

interface Share {
	/** Seconds of the processor in a second. */
	readonly host: number;
	/** Seconds of the processor in a second; null where no file says it. */
	readonly trainer: number | null;
	/** Characters that are trained on in a second of the trainer's. */
	readonly charactersPerSecond: number | null;
	/** KiB that are posted to the page in a second. */
	readonly kibibytes: number;
}

/** Turn by turn, as the machine may have become slower in the meantime. */
async function whileTraining(window: EditorWindow, seconds: number, rounds: number) {
	void window.run("train");
	await window.until("it trains", () => progressOf(window)?.phase === "training");
	const closed: Share[] = [];
	const opened: Share[] = [];
	for (let round = 0; round < rounds; round++) {
		closed.push(await share(window, seconds, () => 0));
		const page = await Page.open(window);
		await delay(openedMilliseconds);
		opened.push(await share(window, seconds, () => page.kibibytes));
		page.close();
	}
	const result = { closed: medians(closed), open: medians(opened) };
	const { host, trainer } = result.open;
	const costs = host - result.closed.host;
	return { ...result, hostOfTrainer: trainer === null ? null : costs / trainer };
}

function progressOf(window: EditorWindow): TrainingProgress | null {
	const { training } = window.state.inputs;
	return typeof training === "object" ? training : null;
}

async function share(window: EditorWindow, seconds: number, posted: () => number): Promise<Share> {
	const now = () => ({
		clock: performance.now() / 1000,
		host: processor() / 1000,
		trainer: secondsOf(window.state.trainerPid),
		characters: progressOf(window)?.characters ?? 0,
		kibibytes: posted(),
	});
	const begun = now();
	await delay(1000 * seconds);
	const ended = now();
	const clock = ended.clock - begun.clock;
	const trainer = begun.trainer === null || ended.trainer === null ? null : ended.trainer - begun.trainer;
	return {
		host: (ended.host - begun.host) / clock,
		trainer: trainer === null ? null : trainer / clock,
		charactersPerSecond: trainer === null ? null : (ended.characters - begun.characters) / trainer,
		kibibytes: (ended.kibibytes - begun.kibibytes) / clock,
	};
}

/** Curves that the view shows, and points of each at most. */
const curvesShown = 6;

/** Milliseconds of the browser's main thread to draw the learning curves of a training that goes on. */
async function drawingMilliseconds(scratch: string): Promise<number> {
	const chromium = await findBrowser((line) => process.stderr.write(`${line}\n`));
	if (typeof chromium === "string") throw new Error(chromium);
	const { PerplexityPanel } = await import("../src/editor/perplexity/panel.ts");
	const { pageMaker } = await import("../src/editor/perplexity/page.ts");
	const { nothingStored } = await import("../src/editor/perplexity/storedFacts.ts");
	const make = pageMaker();
	let live = curveOf(curvesShown, 100);
	const shown = new PerplexityPanel({
		scripts: new vscode.Uri("/dist") as never,
		clock: systemClock,
		log: { warn: (text) => process.stderr.write(`${text}\n`) },
		page: () =>
			make({
				status: freshInputs,
				live,
				stored: { ...nothingStored, curves: Array.from({ length: curvesShown }, (_, i) => curveOf(i, mostPoints)) },
				memoryMiB: 64,
				usedBytes: null,
				measurements: null,
				days: {},
				isCounted: true,
			}),
		seen: () => {},
		open: () => {},
		act: () => {},
	});
	const view = await ViewPage.open(chromium, join(scratch, "browser"), shown);
	try {
		await view.page.locator("#curve svg").waitFor();
		const session = await view.page.context().newCDPSession(view.page);
		await session.send("Performance.enable", { timeDomain: "threadTicks" });
		const taken = async (): Promise<number> => {
			const { metrics } = await session.send("Performance.getMetrics");
			return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
		};
		const times: { readonly milliseconds: number }[] = [];
		for (let points = 101; points <= 110; points++) {
			const before = await taken();
			live = curveOf(curvesShown, points);
			shown.changed();
			await delay(openedMilliseconds);
			times.push({ milliseconds: (await taken()) - before });
		}
		return medians(times).milliseconds;
	} finally {
		await view.close();
		shown.dispose();
	}
}

/** The page of the view: says that it has drawn what it is shown. */
class Page {
	readonly #panel: vscode.WebviewPanel;
	kibibytes = 0;
	/** Of tables, that were posted. */
	rows = 0;

	private constructor(shown: vscode.WebviewPanel) {
		this.#panel = shown;
		shown.webview.postMessage = async (message: unknown) => {
			this.kibibytes += Buffer.byteLength(JSON.stringify(message)) / 2 ** 10;
			this.rows += rowsIn(message as ViewMessage);
			if ((message as ViewMessage).type !== "rows") queueMicrotask(() => this.say({ type: "drawn" }));
			return true;
		};
	}

	static async open(window: EditorWindow): Promise<Page> {
		await window.run("showPerplexity");
		const shown = vscode.window.panels.at(-1);
		if (shown === undefined) throw new Error("no panel was opened");
		const page = new Page(shown);
		page.say({ type: "ready", orders: [] });
		return page;
	}

	say(request: ViewRequest): void {
		this.#panel.say(request);
	}

	close(): void {
		this.#panel.dispose();
	}
}

function rowsIn(message: ViewMessage): number {
	if (message.type === "rows") return message.rows.length;
	const sections = message.type === "show" ? message.page.sections : message.sections;
	return sections.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows.length, 0);
}

/** Milliseconds that the processor has worked for this process, all its threads together. */
function processor(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

/** Clock ticks in a second: the same on all Linux of today. */
const ticksPerSecond = 100;

/** Seconds that the processor has worked for a process; null where no file says it. */
function secondsOf(pid: number | undefined): number | null {
	try {
		const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
		return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
	} catch {
		return null;
	}
}

/** Of each number in records of the same form. */
function medians<Figures extends object>(all: readonly Figures[]): Figures {
	const names = Object.keys(all[0] ?? {}) as (keyof Figures)[];
	const median = (name: keyof Figures) => {
		const known = all
			.map((one) => one[name])
			.filter((value): value is typeof value & number => typeof value === "number");
		return known.toSorted((one, other) => one - other)[known.length >> 1] ?? null;
	};
	return Object.fromEntries(names.map((name) => [name, median(name)])) as Figures;
}

function tableOf({
	files,
	opened: { first, median },
	rows,
	training: { closed, open: opened, hostOfTrainer },
	drawing,
}: {
	readonly files: number;
	readonly opened: { readonly first: Opened | undefined; readonly median: Opened };
	readonly rows: { readonly sort: number; readonly more: number };
	readonly training: { readonly closed: Share; readonly open: Share; readonly hostOfTrainer: number | null };
	readonly drawing: number | null;
}): string {
	const milliseconds = (value: number | undefined) => `${(value ?? 0).toFixed(1)} ms`;
	const thousandths = (value: number | null) => (value === null ? "–" : `${(1000 * value).toFixed(1)} ms/s`);
	return table([
		[`with ${files} files`, ""],
		["opening, the first time", milliseconds(first?.milliseconds)],
		["opening, median", milliseconds(median.milliseconds)],
		["sent to open it", `${median.kibibytes.toFixed(0)} KiB, ${median.rows} rows`],
		["sorting its longest table", milliseconds(rows.sort)],
		["showing other rows", milliseconds(rows.more)],
		["host while it trains, view closed", thousandths(closed.host)],
		["host while it trains, view open", thousandths(opened.host)],
		["sent while it trains", `${opened.kibibytes.toFixed(1)} KiB/s`],
		["trainer, view closed", thousandths(closed.trainer)],
		["trainer, view open", thousandths(opened.trainer)],
		["characters in a second of the trainer, view closed", (closed.charactersPerSecond ?? 0).toFixed(0)],
		["characters in a second of the trainer, view open", (opened.charactersPerSecond ?? 0).toFixed(0)],
		...(drawing === null ? [] : [["drawing the curves in the page", milliseconds(drawing)]]),
		["the view's part of the trainer's time", hostOfTrainer === null ? "–" : `${(100 * hostOfTrainer).toFixed(2)} %`],
	]);
}
