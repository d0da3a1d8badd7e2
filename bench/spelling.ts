/**
 * How many misspellings the check finds, beside codespell and nspell: those that the authors of git histories have corrected, and
 * those of a public list, put into lines of their prose. And how many words of the present text it marks in vain.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { textClassOf } from "../src/cli/measure/edits/places.ts";
import { count } from "../src/cli/terminal/format.ts";
import { number, text, UsageError, type Values } from "../src/cli/terminal/options.ts";
import { readBase } from "../src/cli/training.ts";
import { collect } from "../src/corpus/index.ts";
import { defaultRules } from "../src/domain/corpus.ts";
import { createEngine } from "../src/engines/registry.ts";
import { createTriedNetwork } from "../src/model/triedNetwork.ts";
import { type Checked, type CheckOptions, SpellingChecker } from "../src/spelling/check.ts";
import { WordCounts } from "../src/spelling/counts.ts";
import { isKnown, type Lexicon } from "../src/spelling/judge.ts";
import { shippedLexicon } from "../src/spelling/shipped.ts";
import { kindsIn, wordsOf } from "../src/spelling/words/finder.ts";
import { describeMachine } from "./machine.ts";
import { markdownTable, publish, resultOptions } from "./results.ts";
import { type Case, casesOf, wordsOfLine } from "./spelling/cases.ts";
import { type Correction, oneWordChanges } from "./spelling/history.ts";
import { codespell, type Flagged, nspell, publicMisspellings } from "./spelling/peers.ts";
import { plantedCases } from "./spelling/planted.ts";

export const spellingOptions = {
	python: text(
		"PYTHON",
		"a Python with the packages of bench/peers/spelling.txt (default: without codespell and the list)",
	),
	planted: number("N", "misspellings of the public list in each repository (default: 200)", {
		min: 0,
		max: 10_000,
		whole: true,
	}),
	words: number("N", "words of present text in each repository (default: 20,000)", { min: 0, max: 1e7, whole: true }),
	...resultOptions,
};

/** What became of misspellings, and of the other words of their lines. */
interface Outcome {
	/** Misspellings. */
	cases: number;
	/** Found, with the right word offered first. */
	right: number;
	/** Found, with another word or none. */
	found: number;
	/** Words marked that are none. */
	wrong: number;
}

type Tool = "inkling" | "codespell" | "nspell";

interface Repository {
	readonly repository: string;
	readonly history: Partial<Record<Tool, Outcome>>;
	readonly planted: Partial<Record<Tool, Outcome>>;
	/** Of the present text: words that are checked, and those that are marked without being misspelt. */
	readonly clean: { readonly words: number; readonly marked: Partial<Record<Tool, number>> };
}

export async function spelling(values: Values<typeof spellingOptions>, folders: readonly string[]): Promise<void> {
	if (folders.length === 0) throw new UsageError("Name folders of git repositories");
	const missing = folders.find((folder) => !existsSync(join(folder, ".git")));
	if (missing !== undefined) throw new UsageError(`${missing} is no work tree of git`);
	const lexicon = await shippedLexicon();
	const { model, dispose } = await createTriedNetwork(await createEngine(), await readBase(), "int8", 8);
	const repositories: Repository[] = [];
	for (const folder of folders) {
		process.stderr.write(`${basename(resolve(folder))}\n`);
		repositories.push(await measure(folder, { lexicon, checker: new SpellingChecker(lexicon, model) }, values));
	}
	dispose();
	const rows = tables(repositories);
	publish("spelling", await describeMachine(), { repositories }, markdownTable(rows), values, {
		markdown: markdownTable(rows),
		plots: {},
	});
}

interface Tools {
	readonly lexicon: Lexicon;
	readonly checker: SpellingChecker;
}

async function measure(folder: string, tools: Tools, values: Values<typeof spellingOptions>): Promise<Repository> {
	const { files } = await collect([{ path: resolve(folder), name: basename(folder) }], defaultRules);
	const counts = new WordCounts();
	for (const { path, text } of files) for (const word of wordsOf(path, text)) counts.add(word);
	const corrections = (await oneWordChanges(folder)).filter((one) => isCorrection(one, tools.lexicon, counts));
	const outcomes = (cases: readonly Case[]): Partial<Record<Tool, Outcome>> => {
		const lines = cases.map(({ lines, line }) => lines[line] as string);
		const flagged: Partial<Record<Tool, Flagged[][]>> = {
			inkling: cases.map((one) => flaggedInLine(one, tools.checker, counts)),
			...(values.python === undefined ? {} : { codespell: codespell(values.python, lines) }),
			nspell: cases.map((one) => nspell(wordsOfLine(one))),
		};
		return Object.fromEntries(Object.entries(flagged).map(([tool, all]) => [tool, outcomeOf(cases, all)]));
	};
	const history = outcomes(casesOf(folder, corrections));
	const list = values.python === undefined ? [] : publicMisspellings(values.python);
	const planted = outcomes(plantedCases(files, list, values.planted ?? 200, tools.lexicon));
	const clean = { words: 0, marked: { inkling: 0, nspell: 0 } as Partial<Record<Tool, number>> };
	const read: string[] = [];
	for (const { path, text } of files) {
		if (clean.words >= (values.words ?? 20_000)) break;
		const found = checkAll(
			tools.checker,
			{ path, lines: text.split("\n") },
			{ elsewhere: elsewhere(counts, path, text) },
		);
		if (found.words === 0) continue;
		clean.words += found.words;
		clean.marked.inkling = (clean.marked.inkling ?? 0) + found.misspellings.filter(isFalseAlarm).length;
		const kinds = kindsIn("text");
		const words = [...wordsOf(path, text)].filter(({ kind }) => kinds.has(kind));
		clean.marked.nspell = (clean.marked.nspell ?? 0) + nspell(words, false).filter(isFalseAlarm).length;
		read.push(...text.split("\n"));
		for (const { line, word, suggestions } of found.misspellings)
			process.stderr.write(`  ${path}:${line + 1}: ${word} → ${suggestions.join(", ")}\n`);
	}
	if (values.python !== undefined)
		clean.marked.codespell = codespell(values.python, read).flat().filter(isFalseAlarm).length;
	return { repository: basename(resolve(folder)), history, planted, clean };
}

/** Another form may be frequent at one edit's distance: only words that are no words were misspelt. */
function isCorrection({ path, before, start, wrong, right }: Correction, { dictionary }: Lexicon, counts: WordCounts) {
	const kind = textClassOf(path, before.slice(0, start), before.slice(start), "");
	if (kind !== "prose" && kind !== "comment") return false;
	if (isKnown(dictionary, wrong) || counts.of(wrong) >= leastFrequent) return false;
	return isKnown(dictionary, right) || counts.of(right) >= leastFrequent;
}

/** Words that are misspelt in the present text, as a person has judged. */
const misspelt = new Set(
	readFileSync(join(import.meta.dirname, "spelling/misspelt.txt"), "utf8")
		.split("\n")
		.filter((line) => !line.startsWith("#")),
);

function isFalseAlarm({ word }: { readonly word: string }): boolean {
	return !misspelt.has(word.toLowerCase());
}

/** Occurrences at present that make a word one of the repository. */
const leastFrequent = 4;

function flaggedInLine({ path, lines, line }: Case, checker: SpellingChecker, counts: WordCounts): Flagged[] {
	const { misspellings } = checkAll(checker, { path, lines }, { line, elsewhere: (word) => counts.of(word) });
	return misspellings.map(({ word, suggestions }) => ({ word, suggestion: suggestions[0] }));
}

/** Occurrences in the other files. */
function elsewhere(counts: WordCounts, path: string, text: string): (word: string) => number {
	const own = new WordCounts();
	for (const word of wordsOf(path, text)) own.add(word);
	return (word) => counts.of(word) - own.of(word);
}

function checkAll(
	checker: SpellingChecker,
	text: { readonly path: string; readonly lines: readonly string[] },
	options: Pick<CheckOptions, "line" | "elsewhere">,
): Checked {
	const steps = checker.check(text, { kinds: kindsIn("text"), mostBytes: Number.POSITIVE_INFINITY, ...options });
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

function outcomeOf(cases: readonly Case[], flagged: readonly Flagged[][]): Outcome {
	const outcome: Outcome = { cases: cases.length, right: 0, found: 0, wrong: 0 };
	for (const [at, { wrong, right }] of cases.entries()) {
		const words = flagged[at] ?? [];
		const hit = words.find(({ word }) => word.toLowerCase() === wrong.toLowerCase());
		if (hit?.suggestion?.toLowerCase() === right.toLowerCase()) outcome.right++;
		else if (hit !== undefined) outcome.found++;
		outcome.wrong += words.filter(({ word }) => word.toLowerCase() !== wrong.toLowerCase()).length;
	}
	return outcome;
}

const toolNames: readonly Tool[] = ["inkling", "codespell", "nspell"];

function tables(repositories: readonly Repository[]): string[][] {
	const sum = (outcomes: readonly (Outcome | undefined)[]): Outcome => {
		const total: Outcome = { cases: 0, right: 0, found: 0, wrong: 0 };
		for (const one of outcomes)
			for (const key of Object.keys(total) as (keyof Outcome)[]) total[key] += one?.[key] ?? 0;
		return total;
	};
	const rows = [["", ...toolNames.map((tool) => `${tool}: precision at recall`)]];
	const row = (name: string, outcomes: readonly Partial<Record<Tool, Outcome>>[]): void => {
		const cell = (tool: Tool): string => {
			if (outcomes.every((one) => one[tool] === undefined)) return "–";
			const { cases, right, found, wrong } = sum(outcomes.map((one) => one[tool]));
			return `${share(right, right + found + wrong)} at ${share(right, cases)}`;
		};
		const { cases } = sum(outcomes.map((one) => one.inkling));
		rows.push([`${name} (${cases})`, ...toolNames.map(cell)]);
	};
	for (const { repository, history } of repositories) row(`${repository}, corrected`, [history]);
	row(
		"all, corrected",
		repositories.map(({ history }) => history),
	);
	row(
		"all, planted",
		repositories.map(({ planted }) => planted),
	);
	const words = repositories.reduce((all, { clean }) => all + clean.words, 0);
	const marked = (tool: Tool): string => {
		const found = repositories.map(({ clean }) => clean.marked[tool]);
		if (found.includes(undefined) || words === 0) return "–";
		return ((1000 * found.reduce<number>((all, one) => all + (one ?? 0), 0)) / words).toFixed(2);
	};
	rows.push([`false alarms in 1,000 words of present text (${count(words)})`, ...toolNames.map(marked)]);
	return rows;
}

function share(part: number, whole: number): string {
	return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}
