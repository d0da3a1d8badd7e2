/**
 * How fast the parts are: arithmetic, training, single steps, answers, refusals, edits noted for repeats, the opening of a
 * folder, and other libraries in the same run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { count, table } from "../src/cli/terminal/format.ts";
import { flag, number, text, type Values } from "../src/cli/terminal/options.ts";
import { trainWith } from "../src/cli/training.ts";
import { collectFolder } from "../src/cli/workspace.ts";
import type { CorpusFile } from "../src/corpus/index.ts";
import { cellName, cells } from "../src/domain/cells.ts";
import type { Cell, NetworkShape } from "../src/engines/engine.ts";
import { createEngine } from "../src/engines/registry.ts";
import { readModel, writeModel } from "../src/model/checkpoint.ts";
import { compileKernels } from "../src/platform/wasmModules.ts";
import { createLoadedModel } from "../src/server/loader.ts";
import { wallBudget } from "../src/trainer/composition.ts";
import { trainingText } from "../src/trainer/text.ts";
import { type AnswerTimes, measureAnswers } from "./answers.ts";
import { flopPerCharacter, gemmProbe, type Probe, shape, stepProbe, trainingProbe } from "./arithmetic.ts";
import { someOf } from "./choices.ts";
import { describeMachine } from "./machine.ts";
import { measureOpening, type Opening } from "./opening.ts";
import { contestants, type Lap, ours, race, raceRows } from "./race.ts";
import { measureRefusals } from "./refusal.ts";
import { measureRepeating, type RepeatingTimes } from "./repeating.ts";
import { publish, resultOptions } from "./results.ts";
import { median, medianRate, type Rate } from "./statistics.ts";

export const speedOptions = {
	repetitions: number("N", "of each measurement; medians are reported (default: 7)", { min: 1, max: 100, whole: true }),
	seconds: number("S", "for each repetition (default: 1)", { min: 0.01, max: 60, whole: false }),
	requests: number("N", "for suggestions (default: 200)", { min: 4, max: 10_000, whole: true }),
	model: text("F", "model that answers (default: one trained for --model-seconds on this project)"),
	"model-seconds": number("S", "to train that model (default: 30)", { min: 1, max: 3600, whole: false }),
	workspace: text("FOLDER", "that is opened (default: this project's sources)"),
	tensorflow: text("DIR", "where tfjs-node is installed (default: where the tests install it)"),
	python: text("COMMAND", "Python that has PyTorch (default: python3)"),
	"no-peers": flag("leave other libraries out"),
	"race-only": flag("measure nothing but the race with other libraries, and write race.json"),
	contestants: someOf(contestants, "of the race"),
	...resultOptions,
};

/** The text of all measurements: this project's own sources. */
const sources = join(import.meta.dirname, "../src");

const threadCounts = [1, 2] as const;

/** Documents open while edits are noted, and lines of each: more than most people have. */
const repeatDocuments = 12;
const repeatLines = 4000;

interface Figures {
	/** Of CPU time, as all that one thread does. */
	readonly gemmGflops: number;
	/** By the number of threads. */
	readonly training: Readonly<Record<string, TrainingFigures>>;
	readonly stepMicroseconds: { readonly f32: number; readonly int8: number };
	/** One thread, each cell with as many units. */
	readonly cells: Readonly<Record<Cell, CellFigures>>;
	/** Inkling's engine and others at the same task, each in a process of its own. */
	readonly race: Readonly<Record<string, Lap>>;
	/** The others of them. */
	readonly peers: Readonly<Record<string, Lap>>;
	/** Milliseconds from a model file to a model that answers. */
	readonly loadMilliseconds: number;
	readonly answerMilliseconds: AnswerTimes;
	/** The 95th percentile of each kind. */
	readonly refusalMilliseconds: Readonly<Record<string, number>>;
	readonly repeating: RepeatingTimes;
	readonly opening: Opening;
}

interface TrainingFigures {
	readonly charactersPerSecond: number;
	readonly charactersPerCpuSecond: number;
	/** Of the CPU time, the share in which the matrix product alone would do the same multiplications. */
	readonly shareOfPeak: number;
}

interface CellFigures extends TrainingFigures {
	/** Of a step in int8, and of one that predicts nothing. */
	readonly stepMicroseconds: number;
	readonly readMicroseconds: number;
}

export async function speed(values: Values<typeof speedOptions>): Promise<void> {
	const repetitions = values.repetitions ?? 7;
	const seconds = values.seconds ?? 1;
	const requests = values.requests ?? 200;
	const { files } = await collectFolder(sources, () => undefined);
	const source = files.map((file) => file.text).join("\n");
	const run = () =>
		race({
			names: values.contestants ?? contestants,
			python: values.python ?? "python3",
			tensorflow: values.tensorflow,
			repetitions,
			seconds,
			note,
		});
	if (values["race-only"]) {
		const laps = await run();
		publish("race", await describeMachine(), { race: laps }, table(raceRows(laps)), values);
		return;
	}
	note("Arithmetic and training");
	const arithmetic = await measureArithmetic(new Uint8Array(Buffer.from(source)), repetitions, seconds);
	if (!values["no-peers"]) note("Other libraries");
	const laps = values["no-peers"] ? {} : await run();
	note("Answers");
	const [loadMilliseconds, answerMilliseconds] = await withModel(values, files, async (modelFile) => [
		await measureLoading(modelFile, repetitions),
		await measureAnswers({ modelFile, source, folder: sources, typed: requests, jumps: Math.ceil(requests / 4) }),
	]);
	const refusalMilliseconds = await measureRefusals(10_000);
	const repeating = await measureRepeating({
		lines: source.split("\n").slice(0, repeatLines),
		documents: repeatDocuments,
		edits: requests,
	});
	note("Opening a folder");
	const opening = await measureOpening(values.workspace ?? sources, repetitions);
	const figures: Figures = {
		...arithmetic,
		race: laps,
		peers: Object.fromEntries(Object.entries(laps).filter(([name]) => !name.startsWith(ours))),
		loadMilliseconds,
		answerMilliseconds,
		refusalMilliseconds,
		repeating,
		opening,
	};
	const raced = values["no-peers"] ? "" : `\n${table(raceRows(laps))}`;
	publish("speed", await describeMachine(), figures, `${tableOf(figures)}${raced}`, values);
}

/** Measures everything in turns, so that a slow spell of the machine slows all of it. */
async function measureArithmetic(
	text: Uint8Array,
	repetitions: number,
	seconds: number,
): Promise<Pick<Figures, "gemmGflops" | "training" | "stepMicroseconds" | "cells">> {
	const engine = await createEngine();
	const probes: Record<string, Probe> = {
		gemm: gemmProbe(await compileKernels()),
		f32: await stepProbe(engine, text, "float32"),
		int8: await stepProbe(engine, text, "int8"),
		1: await trainingProbe(engine, text, 1),
		2: await trainingProbe(engine, text, 2),
	};
	for (const cell of cells) {
		const network = { ...shape, cell };
		probes[`${cell} training`] = await trainingProbe(engine, text, 1, network);
		probes[`${cell} step`] = await stepProbe(engine, text, "int8", { network });
		probes[`${cell} read`] = await stepProbe(engine, text, "int8", { network, reading: true });
	}
	const results = await medians(probes, repetitions, seconds);
	for (const probe of Object.values(probes)) probe.dispose();
	const result = (name: string) => results.get(name) as Rate;
	const gemmGflops = result("gemm").perCpuSecond;
	const trainingFigures = ({ perSecond, perCpuSecond }: Rate, network: NetworkShape): TrainingFigures => ({
		charactersPerSecond: perSecond,
		charactersPerCpuSecond: perCpuSecond,
		shareOfPeak: (perCpuSecond * flopPerCharacter(network)) / (gemmGflops * 1e9),
	});
	const microseconds = (name: string) => 1e6 / result(name).perCpuSecond;
	const training = threadCounts.map((threads) => [threads, trainingFigures(result(`${threads}`), shape)]);
	const cellFigures = cells.map((cell): [Cell, CellFigures] => [
		cell,
		{
			...trainingFigures(result(`${cell} training`), { ...shape, cell }),
			stepMicroseconds: microseconds(`${cell} step`),
			readMicroseconds: microseconds(`${cell} read`),
		},
	]);
	return {
		gemmGflops,
		training: Object.fromEntries(training),
		stepMicroseconds: { f32: microseconds("f32"), int8: microseconds("int8") },
		cells: Object.fromEntries(cellFigures) as Record<Cell, CellFigures>,
	};
}

async function medians(
	probes: Readonly<Record<string, Probe>>,
	repetitions: number,
	seconds: number,
): Promise<ReadonlyMap<string, Rate>> {
	// V8 compiles during the first second of each.
	for (const probe of Object.values(probes)) await probe.measure(seconds);
	const values = new Map<string, Rate[]>(Object.keys(probes).map((name) => [name, []]));
	for (let i = 0; i < repetitions; i++) {
		for (const [name, probe] of Object.entries(probes)) values.get(name)?.push(await probe.measure(seconds));
	}
	return new Map([...values].map(([name, list]) => [name, medianRate(list)]));
}

/** As the server does it. */
async function measureLoading(modelFile: string, repetitions: number): Promise<number> {
	const engine = await createEngine();
	const times: number[] = [];
	for (let i = 0; i < repetitions; i++) {
		const began = performance.now();
		const { dispose } = await createLoadedModel(engine, await readModel(modelFile));
		times.push(performance.now() - began);
		dispose();
	}
	return median(times);
}

async function withModel<T>(
	values: Values<typeof speedOptions>,
	files: readonly CorpusFile[],
	use: (modelFile: string) => Promise<T>,
): Promise<T> {
	if (values.model !== undefined) return await use(values.model);
	const folder = await mkdtemp(join(tmpdir(), "inkling-bench-"));
	try {
		const { text } = trainingText(files);
		const began = performance.now();
		const seconds = values["model-seconds"] ?? 30;
		const budget = wallBudget(seconds / 60, () => (performance.now() - began) / 1000);
		const plan = { values: { hidden: shape.hidden }, threads: availableParallelism(), budget };
		const { model } = await trainWith(text, { kind: "new" }, plan, { progress: () => undefined });
		const file = join(folder, "model.safetensors");
		await writeModel(file, model);
		return await use(file);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function tableOf(figures: Figures): string {
	const { gemmGflops, training, stepMicroseconds, answerMilliseconds: answers } = figures;
	const { refusalMilliseconds, repeating, opening } = figures;
	const one = training["1"]?.charactersPerSecond ?? Number.NaN;
	const ratio = (one: CellFigures, figure: keyof CellFigures) => (one[figure] / figures.cells.gru[figure]).toFixed(2);
	const two = training["2"]?.charactersPerSecond ?? Number.NaN;
	return table([
		["matrix product, GFLOP/s", gemmGflops.toFixed(1)],
		...Object.entries(training).flatMap(([threads, { charactersPerSecond, shareOfPeak }]) => [
			[`training, threads: ${threads}, characters/s`, count(charactersPerSecond)],
			[`training, threads: ${threads}, share of the product's rate`, `${(100 * shareOfPeak).toFixed(1)} %`],
		]),
		["training, two threads to one", (two / one).toFixed(2)],
		["one step in f32, µs", stepMicroseconds.f32.toFixed(1)],
		["one step in int8, µs", stepMicroseconds.int8.toFixed(1)],
		...Object.entries(figures.cells).flatMap(([cell, one]) => [
			[`${cellName(cell)}, characters/s`, count(one.charactersPerSecond)],
			[`${cellName(cell)}, share of the product's rate`, `${(100 * one.shareOfPeak).toFixed(1)} %`],
			[`${cellName(cell)}, one step in int8, µs`, one.stepMicroseconds.toFixed(1)],
			[`${cellName(cell)}, one step in int8 that predicts nothing, µs`, one.readMicroseconds.toFixed(1)],
			...(cell === "gru"
				? []
				: [
						[`${cellName(cell)} to GRU, characters/s`, ratio(one, "charactersPerSecond")],
						[`${cellName(cell)} to GRU, time of such a step`, ratio(one, "readMicroseconds")],
					]),
		]),
		["loading the model, ms", figures.loadMilliseconds.toFixed(0)],
		["answer, state cached, p50, ms", answers.cachedP50.toFixed(1)],
		["answer, state cached, p95, ms", answers.cachedP95.toFixed(1)],
		["answer after a jump, p50, ms", answers.jumpP50.toFixed(1)],
		["answer after a jump, p95, ms", answers.jumpP95.toFixed(1)],
		["answer while training, p50, ms", answers.trainingP50.toFixed(1)],
		["answer while training, p95, ms", answers.trainingP95.toFixed(1)],
		["p95 while training to idle", answers.trainingRatio.toFixed(2)],
		["p95 while training on all cores to idle", answers.allCoresRatio.toFixed(2)],
		...Object.entries(refusalMilliseconds).map(([reason, p95]) => [`refusal (${reason}), p95, ms`, p95.toFixed(3)]),
		...(["edit", "turn"] as const).flatMap((kind) =>
			(["p50", "p95", "p99"] as const).map((share) => [
				`repeats, one ${kind}, ${share}, ms`,
				repeating[kind][share].toFixed(3),
			]),
		),
		["folder opened, text, bytes", count(opening.bytes)],
		["first answer, ms", opening.firstAnswer.toFixed(0)],
		["all files known, ms", opening.ready.toFixed(0)],
		["answer meanwhile, p95, ms", opening.answerP95.toFixed(1)],
		["all files known, opened again, ms", opening.reopened.toFixed(0)],
		["server, most memory, MiB", opening.peakRssMiB?.toFixed(0) ?? "not known"],
		["the same, folder opened again, MiB", opening.reopenedPeakRssMiB?.toFixed(0) ?? "not known"],
		["indexing, MB/s of CPU time", opening.indexingMegabytesPerSecond.toFixed(2)],
	]);
}

function note(line: string): void {
	process.stderr.write(`${line}\n`);
}
