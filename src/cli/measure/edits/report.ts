/** What came of typing the commits of a history, for people and for programs. */
import { type Threshold, thresholds } from "../../../domain/suggestions.ts";
import type { Result } from "../../command.ts";
import { count, decimals, percent, quantity, table } from "../../terminal/format.ts";
import { type Policy, policies } from "../replay/idealUser.ts";
import { type MachineParts, machineText } from "../replay/machine.ts";
import type { ReliabilityBin } from "../replay/reliability.ts";
import type { Figures } from "../replay/tally.ts";
import type { EditOutcome } from "./audience.ts";
import { type Baseline, baselines, type EditTyping, type Way } from "./editTyping.ts";
import { type PlaceClass, placeClasses } from "./places.ts";
import type { RepeatFigures } from "./repeats.ts";

/** As `replay --commits --json` prints it. */
export interface EditFigures extends Readonly<Record<Policy, Readonly<Record<Threshold, Figures>>>> {
	readonly characters: number;
	readonly commits: number;
	readonly edits: number;
	/** Of each commit were typed at most; null: all. */
	readonly charactersOfEachCommit: number | null;
	/** How many times as slow as this machine; null: no search was cut off. */
	readonly machine: number | null;
	readonly costs: MachineParts["costs"];
	/** Of whole suggestions. */
	readonly baselines: Readonly<Record<Baseline, Figures & Readonly<Record<Exclude<Policy, "whole">, Figures>>>>;
	/** Of the balanced setting, whole suggestions; those in which nothing was typed are left out. */
	readonly classes: Readonly<Partial<Record<PlaceClass, Figures & { readonly characters: number }>>>;
	/** Share of edits after which something is still shown, with the balanced setting. */
	readonly afterEnd: number;
	readonly reliability: Readonly<Record<Threshold, readonly ReliabilityBin[]>>;
	/** Of all edits of the commits, also where only a part of the characters is typed. */
	readonly repeats: RepeatFigures;
}

export interface Typed {
	readonly typing: Pick<EditTyping, "outcomes" | "edits" | "ends" | "characters">;
	readonly machine: Pick<MachineParts, "factor" | "costs">;
	readonly commits: number;
	readonly charactersOfEachCommit: number | null;
	readonly repeats: RepeatFigures;
}

export function editReport(typed: Typed): Result {
	const figures = figuresOf(typed);
	return { json: figures, text: textOf(figures) };
}

function figuresOf({ typing, machine, commits, charactersOfEachCommit, repeats }: Typed): EditFigures {
	const { outcomes, edits, ends, characters } = typing;
	return {
		...{ characters, commits, edits, charactersOfEachCommit, machine: machine.factor, costs: machine.costs },
		...mapOf(policies, (policy) => mapOf(thresholds, (threshold) => outcomes[threshold][policy].figures)),
		baselines: mapOf(baselines, (name) => ({
			...outcomes[name].whole.figures,
			word: outcomes[name].word.figures,
			either: outcomes[name].either.figures,
		})),
		classes: classesOf(outcomes.balanced),
		afterEnd: ends === 0 ? 0 : outcomes.balanced.shownAfterEnd / ends,
		reliability: mapOf(thresholds, (threshold) => outcomes[threshold].reliability.table),
		repeats,
	};
}

function classesOf({ classes }: EditOutcome): EditFigures["classes"] {
	const rows = placeClasses.flatMap((name) => {
		const tally = classes.get(name);
		if (tally === undefined || tally.characters === 0) return [];
		return [[name, { characters: tally.characters, ...tally.figures }] as const];
	});
	return Object.fromEntries(rows);
}

/** As people read them. */
export const wayNames: Readonly<Record<Way, string>> = {
	conservative: "conservative",
	balanced: "balanced",
	eager: "eager",
	match6: "copy after 6 or more",
	match12: "copy after 12 or more",
	words: "rest of the word",
};

const classNames: Readonly<Record<PlaceClass, string>> = {
	newLine: "new lines",
	lineEnd: "end of a line that was there",
	beforeClosers: "before brackets and quotes",
	midLine: "in the middle of a line",
	autoClosed: "in brackets just closed",
	firstLine: "first line of an edit",
	comment: "comments",
	prose: "prose",
	code: "code",
	oldFile: "files that were there",
	newFile: "new files",
};

const policyTitles: Readonly<Record<Policy, string>> = {
	whole: "whole suggestions",
	word: "word by word",
	either: "whole, else by words",
};

function textOf(figures: EditFigures): string {
	const { commits, edits, characters, charactersOfEachCommit, machine, afterEnd, classes } = figures;
	return [
		`${quantity(edits, "edit")} of ${quantity(commits, "commit")} typed, ${count(characters)} characters; `,
		`${machineText(machine)}\n`,
		charactersOfEachCommit === null
			? ""
			: `Of each commit ${count(charactersOfEachCommit)} characters were typed at most, the others pasted.\n`,
		...policies.map((policy) => `\n${policyTable(figures, policy)}`),
		`\n${classesTable(classes)}`,
		`\n${reliabilityTable(figures)}`,
		`\nAfter ${percent(afterEnd)} of the edits something was shown although nothing was to follow (balanced).\n`,
		`\n${repeatsSentence(figures.repeats)}\n`,
		`\n${lastSentence(figures)}\n`,
	].join("");
}

function repeatsSentence({ offered, right, repeated, covered, precision, recall }: RepeatFigures): string {
	const share = (value: number | null) => (value === null ? "–" : percent(value));
	return [
		`Repeats: offered at ${quantity(offered, "place")}, right at ${count(right)} (precision ${share(precision)}); `,
		`of ${quantity(repeated, "replacement")} that the commits repeat, ${count(covered)} offered (recall ${share(recall)}).`,
	].join("");
}

/** What it comes to for whoever made the commits. */
function lastSentence({ commits, whole }: EditFigures): string {
	const typed = Math.round(100 * whole.balanced.acceptedShare);
	const those = commits === 1 ? "last commit" : `last ${count(commits)} commits`;
	return `On your ${those} Inkling would have typed ${typed} of 100 characters for you.`;
}

const headings = ["keys saved", "accepted", "shown/1000", "length", "seconds saved/1000"];

function cells({ keystrokeSavings, acceptance, shownPer1000, meanAccepted, secondsSavedPer1000 }: Figures): string[] {
	return [
		percent(keystrokeSavings),
		acceptance === null ? "–" : percent(acceptance),
		shownPer1000.toFixed(0),
		meanAccepted === null ? "–" : meanAccepted.toFixed(1),
		secondsSavedPer1000.toFixed(0),
	];
}

function policyTable(figures: EditFigures, policy: Policy): string {
	const baseline = (name: Baseline) => (policy === "whole" ? figures.baselines[name] : figures.baselines[name][policy]);
	return table([
		[policyTitles[policy], ...headings],
		...thresholds.map((name) => [wayNames[name], ...cells(figures[policy][name])]),
		...baselines.map((name) => [wayNames[name], ...cells(baseline(name))]),
	]);
}

function classesTable(classes: EditFigures["classes"]): string {
	const rows = placeClasses.flatMap((name) => {
		const figures = classes[name];
		return figures === undefined ? [] : [[classNames[name], count(figures.characters), ...cells(figures)]];
	});
	return table([["balanced, whole", "characters", ...headings], ...rows]);
}

function reliabilityTable({ reliability }: EditFigures): string {
	return table([
		["right, of those that state", ...thresholds],
		...Array.from({ length: 10 }, (_, tenth) => [
			`${(tenth / 10).toFixed(1)} to ${((tenth + 1) / 10).toFixed(1)}`,
			...thresholds.map((threshold) => reliabilityCell(reliability[threshold], tenth / 10)),
		]),
	]);
}

/** Share that was right, mean of what was stated, and how many there were. */
export function reliabilityCell(bins: readonly ReliabilityBin[], from: number): string {
	const bin = bins.find((one) => one.from === from);
	return bin === undefined ? "–" : `${decimals(bin.right)} (${decimals(bin.meanProbability)}, ${count(bin.shown)})`;
}

function mapOf<Name extends string, T>(list: readonly Name[], value: (name: Name) => T): Record<Name, T> {
	return Object.fromEntries(list.map((name) => [name, value(name)])) as Record<Name, T>;
}
