/** `replay`: trains as `evaluate` does, then types the files held out and counts the keys that suggestions save. */

import { standardCalibration } from "../../completion/calibration.ts";
import { type Threshold, thresholds } from "../../domain/suggestions.ts";
import { createEngine } from "../../engines/registry.ts";
import { createMemory } from "../../model/memory/index.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";
import { Failure } from "../../platform/failure.ts";
import { createLoadedModel } from "../../server/loader.ts";
import { type Command, defineCommand } from "../command.ts";
import { memoryMebibytes, tune, tuningSeconds } from "../measure/components.ts";
import { heldOutOptions, heldOutPlan, type LearnedPart, learnPart } from "../measure/heldOutTraining.ts";
import { type AnswerTimes, measureAnswers } from "../measure/replay/answerTimes.ts";
import { policies } from "../measure/replay/idealUser.ts";
import { type MachineName, type MachineParts, machineOf, machineText } from "../measure/replay/machine.ts";
import { MatchCopier } from "../measure/replay/matchCopier.ts";
import { sampleOf } from "../measure/replay/sample.ts";
import type { Figures } from "../measure/replay/tally.ts";
import { TypedServer } from "../measure/replay/typedServer.ts";
import { type Outcome, type TextFile, typeThrough } from "../measure/replay/typing.ts";
import { WordCompleter } from "../measure/replay/wordCompleter.ts";
import { commitOptions, replayCommits, typingOptions } from "../measure/replayCommits.ts";
import { count, decimals, percent, quantity, table } from "../terminal/format.ts";
import { flag, number, UsageError } from "../terminal/options.ts";
import { type ProgressDisplay, withProgress } from "../terminal/progress.ts";

export const baselines = ["match6", "match12", "words"] as const;
export type Baseline = (typeof baselines)[number];

/** Ways of suggesting, as people read them. */
export const names: Readonly<Record<Threshold | Baseline, string>> = {
	conservative: "conservative",
	balanced: "balanced",
	eager: "eager",
	match6: "copy after 6 or more",
	match12: "copy after 12 or more",
	words: "rest of the word",
};

/** How much is typed. */
export const sampleOptions = {
	empty: flag("the memory is empty when typing begins, as in a new folder"),
	"max-characters": number("N", "type only the beginnings of files, N characters in all", {
		min: 1000,
		max: 1e9,
		whole: true,
	}),
};

export const replayCommand: Command = defineCommand({
	name: "replay",
	summary: "train on a part of a folder, type the rest, and count the keys saved",
	usage: "FOLDER --holdout N --budget-seconds S | FOLDER --commits N",
	arity: { least: 1, most: 1 },
	options: { ...heldOutOptions, ...sampleOptions, ...typingOptions, ...commitOptions },
	notes: [
		"With --commits N, the last N commits of the folder's git history that a person may have typed: the workspace is what",
		"it was before the first of them, in a temporary folder, and each edit is typed where it was made. Without --from,",
		"the base model answers, and a memory of the workspace.",
		"",
		"The user accepts exactly what is right: whole suggestions, or word by word. A suggestion that stays the same while",
		"it is typed is shown once. Indentation is free. Lines are learned as they are in the editor.",
	].join("\n"),
	async run(terminal, values, [folder = ""]) {
		const { commits } = values;
		assertTogether(values);
		if (commits !== undefined) return await replayCommits(terminal, { ...values, commits }, folder);
		const plan = await heldOutPlan(values);
		const { part, sample, latencyMs, machine, outcomes } = await withProgress(terminal.stderr, async (display) => {
			const part = await learnPart(folder, plan, tuningSeconds, display);
			const sample = sampleOf(part.heldOut, values["max-characters"] ?? Number.POSITIVE_INFINITY);
			if (sample.files.length === 0)
				throw new Failure("corpusTooSmall", "no line is as short as --max-characters asks");
			const { server, machine, work } = await serverOf(part, values.empty === true, values.machine ?? "1");
			const latencyMs = measureAnswers(server, sample.files);
			work();
			const texts = values.empty ? [] : part.training.map(({ text }) => text);
			const suggesters = [server, new MatchCopier(texts), new WordCompleter(texts)];
			const typing = typingProgress(display, sample.files);
			return {
				part,
				sample,
				latencyMs,
				machine,
				outcomes: typeThrough(sample.files, suggesters, typing, values["no-closing"] !== true),
			};
		});
		const { characters } = outcomes.balanced.whole;
		return {
			json: {
				characters,
				files: sample.files.length,
				leftOut: part.leftOut,
				charactersOfEachFile: sample.each,
				cpuSeconds: part.outcome.cpuSeconds,
				...mapOf(policies, (policy) => mapOf(thresholds, (threshold) => outcomes[threshold][policy].figures)),
				baselines: mapOf(baselines, (name) => ({
					...outcomes[name].whole.figures,
					word: outcomes[name].word.figures,
					either: outcomes[name].either.figures,
				})),
				latencyMs,
				machine: machine.factor,
				costs: machine.costs,
				reliability: mapOf(thresholds, (threshold) => outcomes[threshold].reliability.table),
			},
			text: [
				`${quantity(sample.files.length, "file")} held out and typed, ${count(characters)} characters without indentation, ${machineText(machine.factor)}\n`,
				sample.each === null ? "" : `Only the first ${count(sample.each)} characters of each file were typed.\n`,
				...policies.map((policy) => `\n${figuresTable(policy, outcomes)}`),
				`\n${reliabilityTable(outcomes)}`,
				`\n${latencyTable(latencyMs)}`,
			].join(""),
		};
	},
});

/** @throws {UsageError} if files held out are asked for, and commits, or what is for the others */
function assertTogether(values: Readonly<Record<string, unknown>>): void {
	const [kind, others] = values["commits"] === undefined ? ["needs", ofCommits] : ["excludes", ofFiles];
	for (const name of others) if (values[name] !== undefined) throw new UsageError(`--${name} ${kind} --commits`);
}

const ofCommits = ["characters", "trace"];
const ofFiles = ["holdout", "max-characters", "empty"];

/**
 * The mixture of what was learned, as it answers the editor.
 *
 * @returns the server, whose clock is the one on the wall until `work` is called, and from then on that of the machine
 */
async function serverOf(
	{ outcome, memory, text, training }: LearnedPart,
	isEmpty: boolean,
	name: MachineName,
): Promise<{ readonly server: TypedServer; readonly machine: MachineParts; work(): void }> {
	const engine = await createEngine();
	const network = await createLoadedModel(engine, outcome.model);
	const calibration = isEmpty ? standardCalibration : await tune(memory, network.model, text);
	network.dispose();
	const texts = training.map(({ text }) => text);
	const machine = await machineOf(name, engine, outcome.model, texts);
	let now = () => performance.now();
	const server = await TypedServer.start({
		memory: isEmpty ? await createMemory({ mebibytes: memoryMebibytes, expectedBytes: leastExpectedBytes }) : memory,
		calibration,
		isBase: outcome.updates === 0,
		load: () => createLoadedModel(engine, outcome.model),
		mix: machine.mix,
		now: () => now(),
	});
	const work = (): void => {
		const ahead = now() - machine.now();
		now = () => machine.now() + ahead;
	};
	return { server, machine, work };
}

const progressSteps = 1000;

function typingProgress(display: ProgressDisplay, files: readonly TextFile[]): (typed: number) => void {
	const total = files.reduce((sum, { text }) => sum + text.length, 0);
	let told = 0;
	return (typed) => {
		if (typed - told < total / progressSteps) return;
		told = typed;
		display.typing(typed, total);
	};
}

function mapOf<Name extends string, T>(list: readonly Name[], value: (name: Name) => T): Record<Name, T> {
	return Object.fromEntries(list.map((name) => [name, value(name)])) as Record<Name, T>;
}

type Outcomes = Readonly<Record<Threshold | Baseline, Outcome>>;

export const policyTitles = {
	whole: "whole suggestions",
	word: "word by word",
	either: "whole, else by words",
} as const;

function figuresTable(policy: (typeof policies)[number], outcomes: Outcomes): string {
	const row = (figures: Figures) => [
		percent(figures.keystrokeSavings),
		share(figures.acceptance),
		figures.shownPer1000.toFixed(0),
		figures.meanAccepted === null ? "–" : figures.meanAccepted.toFixed(1),
		percent(figures.acceptedShare),
		figures.netKeysPer1000.toFixed(0),
	];
	return table([
		[policyTitles[policy], "keys saved", "accepted", "shown/1000", "length", "of the text", "net keys/1000"],
		...[...thresholds, ...baselines].map((name) => [names[name], ...row(outcomes[name][policy].figures)]),
	]);
}

function share(value: number | null): string {
	return value === null ? "–" : percent(value);
}

function reliabilityTable(outcomes: Outcomes): string {
	return thresholds
		.map((threshold) =>
			table([
				[`${threshold}: probability`, "shown", "mean", "right"],
				...outcomes[threshold].reliability.table.map(({ from, shown, meanProbability, right }) => [
					`from ${from.toFixed(1)}`,
					count(shown),
					decimals(meanProbability),
					decimals(right),
				]),
			]),
		)
		.join("\n");
}

function latencyTable({ cachedP50, cachedP95, jumpP50, jumpP95 }: AnswerTimes): string {
	return table([
		["milliseconds to answer", "p50", "p95"],
		["while typing", cachedP50.toFixed(1), cachedP95.toFixed(1)],
		["after a jump", jumpP50.toFixed(1), jumpP95.toFixed(1)],
	]);
}
