/** The keys that suggestions save in workspaces, beside baselines without a model, and their calibration. */
import { basename } from "node:path";
import * as Plot from "@observablehq/plot";
import { type Baseline, baselines, names, policyTitles, sampleOptions } from "../src/cli/commands/replay.ts";
import type { AnswerTimes } from "../src/cli/measure/replay/answerTimes.ts";
import { type Policy, policies } from "../src/cli/measure/replay/idealUser.ts";
import { pooled, type ReliabilityBin } from "../src/cli/measure/replay/reliability.ts";
import type { Figures } from "../src/cli/measure/replay/tally.ts";
import { percent, table } from "../src/cli/terminal/format.ts";
import { flag, number, type Values } from "../src/cli/terminal/options.ts";
import { type Threshold, thresholds } from "../src/domain/suggestions.ts";
import { describeMachine } from "./machine.ts";
import { facetScales, facetTitles, grid, svgOf } from "./plots.ts";
import { markdownTable, publish } from "./results.ts";
import { argumentsOf, inkling, trainingArguments, workspaceOptions, workspacesOf } from "./workspaces.ts";

const defaultBudget = 60;

export const usefulnessOptions = {
	"budget-seconds": number("S", `CPU-seconds to learn in (default: ${defaultBudget})`, {
		min: 0,
		max: 1e6,
		whole: false,
	}),
	...sampleOptions,
	...workspaceOptions,
	json: flag("print JSON instead of a table"),
};

/** The part of `replay --json` that is used here. */
interface Replay extends Readonly<Record<Policy, Readonly<Record<Threshold, Figures>>>> {
	readonly characters: number;
	readonly charactersOfEachFile: number | null;
	/** Of whole suggestions. */
	readonly baselines: Readonly<Record<Baseline, Figures & Readonly<Record<Exclude<Policy, "whole">, Figures>>>>;
	readonly latencyMs: AnswerTimes;
	readonly reliability: Readonly<Record<Threshold, readonly ReliabilityBin[]>>;
}

interface Measurement {
	readonly workspace: string;
	readonly replay: Replay;
}

type Way = Threshold | Baseline;
const ways: readonly Way[] = [...thresholds, ...baselines];
type Rows = readonly (readonly string[])[];

export async function usefulness(values: Values<typeof usefulnessOptions>, given: readonly string[]): Promise<void> {
	const folders = await workspacesOf(values.workspaces, given);
	const budgetSeconds = values["budget-seconds"] ?? defaultBudget;
	const plan = [
		...["--holdout", "10", "--budget-seconds", String(budgetSeconds)],
		...argumentsOf(sampleOptions, values),
		...trainingArguments(values),
	];
	const measurements: Measurement[] = [];
	for (const folder of folders) {
		const workspace = basename(folder);
		process.stderr.write(`${workspace}\n`);
		measurements.push({ workspace, replay: await inkling<Replay>("replay", folder, ...plan) });
	}
	const tables: readonly (readonly [title: string, rows: Rows])[] = [
		...policies.map(
			(policy) => [`Keys saved at acceptance, ${policyTitles[policy]}`, savings(policy, measurements)] as const,
		),
		[
			"Right of the suggestions that stated a probability (mean, number), whole suggestions",
			reliabilityRows(measurements),
		],
		["Milliseconds to answer", latencies(measurements)],
	];
	publish(
		"usefulness",
		await describeMachine(),
		{ budgetSeconds, threads: values.threads ?? 1, measurements },
		tables.map(([title, rows]) => `${title}\n\n${table(rows)}`).join("\n"),
		values.json === true,
		{
			markdown: tables.map(([title, rows]) => `${title}\n\n${markdownTable(rows)}`).join("\n"),
			plots: {
				...Object.fromEntries(policies.map((policy) => [`usefulness-${policy}`, savingsPlot(policy, measurements)])),
				reliability: reliabilityPlot(measurements),
			},
		},
	);
}

function figuresOf({ replay }: Measurement, policy: Policy, way: Way): Figures {
	const isThreshold = (one: Way): one is Threshold => (thresholds as readonly Way[]).includes(one);
	if (isThreshold(way)) return replay[policy][way];
	const baseline = replay.baselines[way];
	return policy === "whole" ? baseline : baseline[policy];
}

function savings(policy: Policy, measurements: readonly Measurement[]): Rows {
	const means = ways.map((way) => {
		const all = measurements.map((one) => figuresOf(one, policy, way));
		return cell(mean(all.map((one) => one.keystrokeSavings)), mean(all.map((one) => one.acceptance ?? 0)));
	});
	return [
		["", ...ways.map((way) => names[way])],
		...measurements.map((one) => [
			one.workspace,
			...ways.map((way) => {
				const { keystrokeSavings, acceptance } = figuresOf(one, policy, way);
				return cell(keystrokeSavings, acceptance ?? 0);
			}),
		]),
		...(measurements.length > 1 ? [["mean", ...means]] : []),
	];
}

function cell(saved: number, acceptance: number): string {
	return `${percent(saved)} at ${percent(acceptance)}`;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of all workspaces. */
function reliability(measurements: readonly Measurement[], threshold: Threshold): readonly ReliabilityBin[] {
	return pooled(measurements.map(({ replay }) => replay.reliability[threshold]));
}

function reliabilityRows(measurements: readonly Measurement[]): Rows {
	const tenths = Array.from({ length: 10 }, (_, tenth) => tenth / 10);
	const tables = thresholds.map((threshold) => reliability(measurements, threshold));
	return [
		["", ...thresholds],
		...tenths.map((tenth) => [
			`${tenth.toFixed(1)}–${(tenth + 0.1).toFixed(1)}`,
			...tables.map((bins) => {
				const bin = bins.find(({ from }) => from === tenth);
				return bin === undefined
					? "–"
					: `${bin.right.toFixed(2)} (${bin.meanProbability.toFixed(2)}, ${bin.shown.toFixed(0)})`;
			}),
		]),
	];
}

function latencies(measurements: readonly Measurement[]): Rows {
	const times = ["cachedP50", "cachedP95", "jumpP50", "jumpP95"] as const;
	return [
		["", "typing, p50", "typing, p95", "after a jump, p50", "after a jump, p95"],
		...measurements.map(({ workspace, replay: { latencyMs } }) => [
			workspace,
			...times.map((time) => latencyMs[time].toFixed(1)),
		]),
	];
}

/** Curves that share a colour and a name in the plots. */
const series: Readonly<Record<string, readonly Way[]>> = {
	Inkling: thresholds,
	"copying the longest match": ["match6", "match12"],
	"completing words": ["words"],
};

function savingsPlot(policy: Policy, measurements: readonly Measurement[]): string {
	const workspaces = measurements.map(({ workspace }) => workspace);
	const place = grid(workspaces);
	const points = measurements.flatMap((one) =>
		Object.entries(series).flatMap(([name, members]) =>
			members.map((way) => {
				const { acceptance, keystrokeSavings: saved } = figuresOf(one, policy, way);
				return { ...place(one.workspace), name, isFirst: way === members[0], acceptance, saved };
			}),
		),
	);
	const facet = { fx: "column", fy: "row", x: "acceptance", y: "saved" } as const;
	return svgOf({
		...facetScales,
		width: 1080,
		height: 640,
		grid: true,
		x: { label: "accepted, % of what is shown", percent: true, domain: [0, 100] },
		y: { label: "keys saved, %", percent: true, domain: [0, 100] },
		color: { domain: Object.keys(series), range: ["#d62728", "#4269d0", "#3ca951"] },
		marks: [
			Plot.frame(),
			Plot.line(points, { ...facet, stroke: "name", marker: "dot" }),
			Plot.text(
				points.filter(({ isFirst }) => isFirst),
				{ ...facet, text: "name", fill: "name", textAnchor: "start", dx: 6, dy: -6 },
			),
			facetTitles(workspaces),
		],
	});
}

function reliabilityPlot(measurements: readonly Measurement[]): string {
	const points = thresholds.flatMap((threshold) =>
		reliability(measurements, threshold).map((bin) => ({ ...bin, threshold })),
	);
	const perfect = [0, 1].map((probability) => ({ probability, right: probability }));
	const ends = points.filter(({ threshold }, index) => points[index + 1]?.threshold !== threshold);
	return svgOf({
		width: 520,
		height: 520,
		marginRight: 90,
		grid: true,
		x: { label: "stated probability that all of it is right, mean", domain: [0, 1] },
		y: { label: "share that is", domain: [0, 1] },
		marks: [
			Plot.frame(),
			Plot.line(perfect, { x: "probability", y: "right", stroke: "#999", strokeDasharray: "3 3" }),
			Plot.line(points, { x: "meanProbability", y: "right", stroke: "threshold", marker: "dot" }),
			// Labels below one another, as the curves end together.
			...ends.map((end, index) =>
				Plot.text([end], {
					x: "meanProbability",
					y: "right",
					text: "threshold",
					fill: "threshold",
					textAnchor: "start",
					dx: 26,
					dy: 14 * (index - 1),
				}),
			),
		],
	});
}
