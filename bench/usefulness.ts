/** The keys that suggestions save in workspaces, beside baselines without a model, and their calibration. */
import { basename } from "node:path";
import { type Baseline, baselines, names, policyTitles, sampleOptions } from "../src/cli/commands/replay.ts";
import type { AnswerTimes } from "../src/cli/measure/replay/answerTimes.ts";
import { type Policy, policies } from "../src/cli/measure/replay/idealUser.ts";
import { pooled, type ReliabilityBin } from "../src/cli/measure/replay/reliability.ts";
import type { Figures } from "../src/cli/measure/replay/tally.ts";
import { typingOptions } from "../src/cli/measure/replayCommits.ts";
import { percent, table } from "../src/cli/terminal/format.ts";
import { number, type Values } from "../src/cli/terminal/options.ts";
import { type Threshold, thresholds } from "../src/domain/suggestions.ts";
import { curvesPlot, reliabilityPlot } from "./curves.ts";
import { describeMachine } from "./machine.ts";
import { markdownTable, publish, resultOptions } from "./results.ts";
import { argumentsOf, inkling, trainingArguments, workspaceOptions, workspacesOf } from "./workspaces.ts";

const defaultBudget = 60;

export const usefulnessOptions = {
	"budget-seconds": number("S", `CPU-seconds to learn in (default: ${defaultBudget})`, {
		min: 0,
		max: 1e6,
		whole: false,
	}),
	...sampleOptions,
	...typingOptions,
	...workspaceOptions,
	...resultOptions,
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
		...argumentsOf({ ...sampleOptions, ...typingOptions }, values),
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
		values,
		{
			markdown: tables.map(([title, rows]) => `${title}\n\n${markdownTable(rows)}`).join("\n"),
			plots: {
				...Object.fromEntries(policies.map((policy) => [`usefulness-${policy}`, savingsPlot(policy, measurements)])),
				reliability: reliabilityPlot((threshold) => reliability(measurements, threshold)),
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

function savingsPlot(policy: Policy, measurements: readonly Measurement[]): string {
	return curvesPlot(
		measurements.map(({ workspace }) => workspace),
		(workspace, way) => {
			const measurement = measurements.find((one) => one.workspace === workspace) as Measurement;
			return figuresOf(measurement, policy, way);
		},
	);
}
