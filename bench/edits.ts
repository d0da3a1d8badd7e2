/** What suggestions save on the last commits of git histories, typed as they were made, beside baselines without a model. */
import { basename, dirname, resolve } from "node:path";
import { baselines } from "../src/cli/measure/edits/editTyping.ts";
import { type PlaceClass, placeClasses } from "../src/cli/measure/edits/places.ts";
import { type EditFigures, reliabilityCell, wayNames } from "../src/cli/measure/edits/report.ts";
import { pooled, type ReliabilityBin } from "../src/cli/measure/replay/reliability.ts";
import type { Figures } from "../src/cli/measure/replay/tally.ts";
import { commitOptions, typingOptions } from "../src/cli/measure/replayCommits.ts";
import { percent, table } from "../src/cli/terminal/format.ts";
import { UsageError, type Values } from "../src/cli/terminal/options.ts";
import { type Threshold, thresholds } from "../src/domain/suggestions.ts";
import { curvesPlot, reliabilityPlot } from "./curves.ts";
import { describeMachine } from "./machine.ts";
import { markdownTable, publish, resultOptions } from "./results.ts";
import { argumentsOf, inkling } from "./workspaces.ts";

const { trace: _, ...measured } = { ...commitOptions, ...typingOptions };

export const editsOptions = { ...measured, ...resultOptions };

const defaultCommits = 60;

interface Measurement {
	readonly repository: string;
	readonly figures: EditFigures;
}

type Rows = readonly (readonly string[])[];

/** `given`: folders of git repositories. */
export async function edits(values: Values<typeof editsOptions>, given: readonly string[]): Promise<void> {
	if (given.length === 0) throw new UsageError("Name the folders of git repositories");
	const plan = argumentsOf(measured, { ...values, commits: values.commits ?? defaultCommits });
	const measurements: Measurement[] = [];
	for (const folder of given) {
		const repository = nameOf(folder);
		process.stderr.write(`${repository}\n`);
		measurements.push({ repository, figures: await inkling<EditFigures>("replay", folder, ...plan) });
	}
	const tables: readonly (readonly [title: string, rows: Rows])[] = [
		["Balanced, whole suggestions", balancedRows(measurements)],
		["Keys saved at acceptance, whole suggestions", savings(measurements)],
		["Keys saved at acceptance by class of place, balanced, whole suggestions", classRows(measurements)],
		["Right of the suggestions that stated a probability (mean, number)", reliabilityRows(measurements)],
	];
	publish(
		"edits",
		await describeMachine(),
		{ measurements },
		tables.map(([title, rows]) => `${title}\n\n${table(rows)}`).join("\n"),
		values,
		{
			markdown: tables.map(([title, rows]) => `${title}\n\n${markdownTable(rows)}`).join("\n"),
			plots: {
				edits: curvesPlot(
					measurements.map(({ repository }) => repository),
					(repository, way) => {
						const { figures } = measurements.find((one) => one.repository === repository) as Measurement;
						return isThreshold(way) ? figures.whole[way] : figures.baselines[way];
					},
				),
				"edits-reliability": reliabilityPlot((threshold) => reliability(measurements, threshold)),
			},
		},
	);
}

/** A folder may be the git directory inside of a work tree. */
function nameOf(folder: string): string {
	const path = resolve(folder);
	return basename(basename(path) === ".git" ? dirname(path) : path).replace(/\.git$/, "");
}

function isThreshold(way: string): way is Threshold {
	return (thresholds as readonly string[]).includes(way);
}

function balancedRows(measurements: readonly Measurement[]): Rows {
	const row = (name: string, all: readonly Figures[], afterEnd: number) => [
		name,
		percent(mean(all.map(({ keystrokeSavings }) => keystrokeSavings))),
		percent(mean(all.map(({ acceptance }) => acceptance ?? 0))),
		mean(all.map(({ shownPer1000 }) => shownPer1000)).toFixed(0),
		mean(all.map(({ meanAccepted }) => meanAccepted ?? 0)).toFixed(1),
		mean(all.map(({ secondsSavedPer1000 }) => secondsSavedPer1000)).toFixed(0),
		percent(afterEnd),
	];
	return [
		["", "keys saved", "accepted", "shown/1000", "length", "seconds saved/1000", "shown after the end"],
		...measurements.map(({ repository, figures }) => row(repository, [figures.whole.balanced], figures.afterEnd)),
		...(measurements.length > 1
			? [
					row(
						"mean",
						measurements.map(({ figures }) => figures.whole.balanced),
						mean(measurements.map(({ figures }) => figures.afterEnd)),
					),
				]
			: []),
	];
}

function savings(measurements: readonly Measurement[]): Rows {
	const columns = [
		...thresholds.map((way) => [wayNames[way], (one: EditFigures): Figures => one.whole[way]] as const),
		["balanced, by words", (one: EditFigures): Figures => one.word.balanced] as const,
		...baselines.map((way) => [wayNames[way], (one: EditFigures): Figures => one.baselines[way]] as const),
	];
	return [
		["", ...columns.map(([name]) => name)],
		...measurements.map(({ repository, figures }) => [
			repository,
			...columns.map(([, figuresOf]) => cell([figuresOf(figures)])),
		]),
		...(measurements.length > 1
			? [["mean", ...columns.map(([, figuresOf]) => cell(measurements.map(({ figures }) => figuresOf(figures))))]]
			: []),
	];
}

function classRows(measurements: readonly Measurement[]): Rows {
	const present = placeClasses.filter((name) => measurements.some(({ figures }) => name in figures.classes));
	const classCell = (figures: EditFigures, name: PlaceClass) => {
		const found = figures.classes[name];
		return found === undefined ? "–" : cell([found]);
	};
	return [
		["", ...present],
		...measurements.map(({ repository, figures }) => [repository, ...present.map((name) => classCell(figures, name))]),
	];
}

/** Means. */
function cell(all: readonly Figures[]): string {
	const saved = mean(all.map(({ keystrokeSavings }) => keystrokeSavings));
	return `${percent(saved)} at ${percent(mean(all.map(({ acceptance }) => acceptance ?? 0)))}`;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of all repositories. */
function reliability(measurements: readonly Measurement[], threshold: Threshold): readonly ReliabilityBin[] {
	return pooled(measurements.map(({ figures }) => figures.reliability[threshold]));
}

function reliabilityRows(measurements: readonly Measurement[]): Rows {
	const bins = thresholds.map((threshold) => reliability(measurements, threshold));
	return [
		["", ...thresholds],
		...Array.from({ length: 10 }, (_, tenth) => [
			`${(tenth / 10).toFixed(1)}–${((tenth + 1) / 10).toFixed(1)}`,
			...bins.map((some) => reliabilityCell(some, tenth / 10)),
		]),
	];
}
