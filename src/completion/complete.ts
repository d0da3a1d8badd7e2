/** What to suggest at a cursor: search, filters, the text right of the cursor, and the display rule, in that order. */
import { Buffer } from "node:buffer";
import type { Candidate, CompletionTrace, Silence, Suggestion, Threshold, Verdict } from "../domain/suggestions.ts";
import { Block } from "./block.ts";
import type { Calibration } from "./calibration.ts";
import { automaticRule, bestCut, type Cut, type DisplayRule, explicitRule } from "./display.ts";
import { mayCompleteIn } from "./gate.ts";
import { lengthWithoutRepetition, repeatsLine } from "./repetition.ts";
import { type Hypothesis, searching } from "./search.ts";
import { Closers } from "./suffix/closers.ts";
import { lengthBeforeMark, type Mark, markRightOf } from "./suffix/marks.ts";
import { givenRest } from "./suffix/posterior.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Trie, TrieNode } from "./trie.ts";

/** What is asked for. */
export interface Wish {
	/** Asked for by the user: a lower threshold. */
	readonly explicit: boolean;
	/** Most suggestions wanted, the best first. */
	readonly count: number;
	readonly threshold: Threshold;
	/** Text that each suggestion must begin with, or "". */
	readonly forced: string;
}

export interface Completion {
	readonly suggestions: readonly Suggestion[];
	/** Why there are none. */
	readonly silence?: Silence;
	/** Absent if nothing was searched for. */
	readonly trace?: CompletionTrace;
}

/** How a completion was chosen. */
export interface Chosen extends Pick<Completion, "suggestions" | "silence"> {
	readonly candidates: readonly Candidate[];
}

/** Hypotheses followed at a time: fits one batch of the engine, and above the balanced threshold there are four at most. */
const width = 6;
/** Longer lines are not read at a glance, and hardly ever certain enough. */
const maxBytes = 96;
/** As many as make six hypotheses of that length: 30 ms of work where nothing is known yet. */
const maxSteps = width * maxBytes;
/** More lines that appear by themselves are a distraction; who asks for them reads them. */
const automaticLines = 3;
const explicitLines = 8;
/** Why nothing may be suggested at all; cheap, to be asked before contexts are computed. */
export function refusal(
	{ before, after }: Pick<Surroundings, "before" | "after">,
	{ forced }: Pick<Wish, "forced">,
): Silence | null {
	if (!mayCompleteIn(before, after)) return "longLine";
	return /[\r\n\0]/.test(forced) ? "unsure" : null;
}

/**
 * Suggestions for the text after `cursor`, a node of `trie` that has read all text before it. Yields between steps of the
 * search; `true` in return ends it, and what is certain by then is still suggested.
 *
 * @param searched called when the search is over and the choice begins
 */
export function* completing(
	trie: Trie,
	cursor: TrieNode,
	surroundings: Surroundings,
	wish: Wish,
	calibration: Calibration,
	searched: () => void = () => {},
): Generator<undefined, Chosen, boolean> {
	const silence = refusal(surroundings, wish);
	if (silence !== null) return { suggestions: [], silence, candidates: [] };
	const rule = wish.explicit ? explicitRule : automaticRule(wish.threshold);
	const around = { ...surroundings, before: surroundings.before + wish.forced };
	const from = trie.walk(cursor, Buffer.from(wish.forced));
	const suffix: Suffix = {
		isBlank: around.after.trim() === "",
		closers: Closers.of(around.before, around.after),
		mark: markRightOf(around.before, around.after),
	};
	const frame = {
		closers: suffix.closers,
		block: Block.of(around, wish.explicit ? explicitLines : automaticLines),
	};
	const floor = Math.log(calibration.stated(rule.threshold));
	const found = yield* searching(trie, from, frame, { width, maxBytes, maxSteps, floor });
	searched();
	// What an editor closes by itself tells nothing of what stands before it; all other text does.
	const isText = !suffix.isBlank && suffix.closers === null && suffix.mark === null;
	const hypotheses = isText ? givenRest(trie, from, found, around.after) : found;
	const judged = hypotheses.map((hypothesis) => judge(hypothesis, around, suffix, wish, rule, calibration));
	const cuts = judged.flatMap(({ cut, verdict }) => (cut !== null && verdict === undefined ? [cut] : [])).sort(byValue);
	const unlike = distinct(cuts);
	const whole = unlike.filter((cut, i) => !begins(cut, unlike.slice(0, i)));
	const chosen = whole.slice(0, wish.count);
	const verdictOn = (cut: Cut): Verdict => {
		const isAmong = (some: readonly Cut[]) => some.some(({ text }) => text === cut.text);
		if (isAmong(chosen)) return "shown";
		if (isAmong(whole)) return "tooMany";
		return isAmong(unlike) ? "partOfAnother" : "same";
	};
	const candidates = judged
		.map(
			({ text, probability, cut, verdict }): Candidate => ({
				text: wish.forced + text,
				probability,
				verdict: verdict ?? (cut === null ? "unsure" : verdictOn(cut)),
			}),
		)
		.sort((one, other) => other.probability - one.probability);
	if (chosen.length === 0) return { suggestions: [], silence: "unsure", candidates };
	return {
		suggestions: chosen.map(({ text, probability }) => ({ text: wish.forced + text, probability })),
		candidates,
	};
}

/** The line right of the cursor, as far as it decides where a suggestion ends. */
interface Suffix {
	readonly isBlank: boolean;
	/** Null if it begins with nothing that closes what is open left of the cursor. */
	readonly closers: Closers | null;
	readonly mark: Mark | null;
}

/** What the display rule makes of a hypothesis, before hypotheses are compared. */
interface Judged {
	/** As in `Candidate`. */
	readonly text: string;
	readonly probability: number;
	readonly cut: Cut | null;
	/** Why it is out already. */
	readonly verdict: Verdict | undefined;
}

function judge(
	hypothesis: Hypothesis,
	around: Surroundings,
	suffix: Suffix,
	wish: Wish,
	rule: DisplayRule,
	calibration: Calibration,
): Judged {
	const { text, logProbabilities } = hypothesis;
	const probability = calibration.calibrated(Math.exp(logProbabilities.at(-1) ?? 0));
	if (copiesNeighbour(hypothesis, around)) return { text, probability, cut: null, verdict: "repeatsLine" };
	const cut = cutOf(hypothesis, around, suffix, rule, calibration);
	if (cut === null) return { text, probability, cut, verdict: text.trim() === "" ? "blank" : "unsure" };
	const verdict = !wish.explicit && indents(cut.text, around.before) ? "indents" : undefined;
	return { text: cut.text, probability: cut.probability, cut, verdict };
}

function cutOf(
	hypothesis: Hypothesis,
	{ before, after, nextLine }: Surroundings,
	suffix: Suffix,
	rule: DisplayRule,
	calibration: Calibration,
): Cut | null {
	const { text } = hypothesis;
	const length = Math.min(ownLength(text, after, suffix), lengthWithoutRepetition(before, text));
	return bestCut(hypothesis, { length, before, beforeText: !suffix.isBlank, nextLine }, rule, calibration);
}

/** Length of `text` without what the text right of the cursor says: a mark, and blanks before a mark or a closer. */
function ownLength(text: string, after: string, { closers, mark }: Suffix): number {
	if (closers === null && mark === null) return text.length;
	let length = mark === null ? text.length : lengthBeforeMark(text, mark);
	for (let at = 0; after[at] === " " && text[length - 1] === " "; at++) length--;
	return length;
}

/** Whether the line would become one that stands right above or below it. */
function copiesNeighbour({ text, ending }: Hypothesis, around: Surroundings): boolean {
	const lineEnd = text.indexOf("\n");
	if (ending !== "finished" && lineEnd < 0) return false;
	const line = around.before + (lineEnd < 0 ? text : text.slice(0, lineEnd)) + around.after;
	return repeatsLine(line, around.nextLine) || repeatsLine(line, around.previousLine);
}

/** Ghost text that begins with indentation cannot be taken with Tab, which indents there. */
function indents(text: string, before: string): boolean {
	return before.trim() === "" && /^\s/.test(text);
}

function byValue(a: Cut, b: Cut): number {
	return b.value - a.value;
}

/** Without those that say the same as an earlier one. */
function distinct(cuts: readonly Cut[]): Cut[] {
	const seen = new Set<string>();
	return cuts.filter(({ text }) => {
		const fresh = !seen.has(text.trim());
		seen.add(text.trim());
		return fresh;
	});
}

/** Whether one of `others` says it all and more: taken word by word, that is as good. */
function begins({ text }: Cut, others: readonly Cut[]): boolean {
	return others.some((other) => other.text.startsWith(text));
}
