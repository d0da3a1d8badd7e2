/** What to suggest at a cursor: search, filters, the text right of the cursor, and the display rule, in that order. */
import { Buffer } from "node:buffer";
import type { Candidate, CompletionTrace, Silence, Suggestion, Threshold, Verdict } from "../domain/suggestions.ts";
import { Block } from "./block.ts";
import type { Calibration } from "./calibration.ts";
import { automaticRule, bestCut, type Cut, type DisplayRule, explicitRule } from "./display.ts";
import { mayCompleteBefore } from "./gate.ts";
import { lengthWithoutRepetition, repeatsLine } from "./repetition.ts";
import { type Hypothesis, searching } from "./search.ts";
import { Closers, lengthWithoutMark } from "./suffix.ts";
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
/** Of the text right of the cursor, what is scored: closers say all they have to say in a few bytes. */
const suffixBytes = 8;
/** Candidates compared by that text: one batch, with the empty one. */
const suffixCandidates = 7;

/** Why nothing may be suggested at all; cheap, to be asked before contexts are computed. */
export function refusal({ after }: Pick<Surroundings, "after">, { forced }: Pick<Wish, "forced">): Silence | null {
	if (!mayCompleteBefore(after)) return "midLine";
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
	const frame = {
		closers: Closers.of(around.before, around.after),
		block: Block.of(around, wish.explicit ? explicitLines : automaticLines),
	};
	const floor = Math.log(calibration.stated(rule.threshold));
	const hypotheses = yield* searching(trie, from, frame, { width, maxBytes, maxSteps, floor });
	searched();
	const judged = hypotheses.map((hypothesis) => judge(hypothesis, around, wish, rule, calibration));
	const cuts = judged.flatMap(({ cut, verdict }) => (cut !== null && verdict === undefined ? [cut] : [])).sort(byValue);
	const unlike = distinct(cuts);
	const fits = fitting(trie, from, unlike, around.after, rule);
	const whole = fits.filter((cut, i) => !begins(cut, fits.slice(0, i)));
	const chosen = whole.slice(0, wish.count);
	const verdictOn = (cut: Cut): Verdict => {
		const isAmong = (some: readonly Cut[]) => some.some(({ text }) => text === cut.text);
		if (isAmong(chosen)) return "shown";
		if (isAmong(whole)) return "tooMany";
		if (isAmong(fits)) return "partOfAnother";
		return isAmong(unlike) ? "doesNotFit" : "same";
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
	wish: Wish,
	rule: DisplayRule,
	calibration: Calibration,
): Judged {
	const { text, logProbabilities } = hypothesis;
	const probability = calibration.calibrated(Math.exp(logProbabilities.at(-1) ?? 0));
	if (copiesNeighbour(hypothesis, around)) return { text, probability, cut: null, verdict: "repeatsLine" };
	const cut = cutOf(hypothesis, around, rule, calibration);
	if (cut === null) return { text, probability, cut, verdict: "unsure" };
	const verdict = !wish.explicit && indents(cut.text, around.before) ? "indents" : undefined;
	return { text: cut.text, probability: cut.probability, cut, verdict };
}

function cutOf(
	hypothesis: Hypothesis,
	{ before, after, nextLine }: Surroundings,
	rule: DisplayRule,
	calibration: Calibration,
): Cut | null {
	const length = Math.min(lengthWithoutMark(hypothesis.text, after), lengthWithoutRepetition(before, hypothesis.text));
	return bestCut(hypothesis, { length, before, beforeText: after.trim() !== "", nextLine }, rule, calibration);
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

/**
 * Weighs candidates by how well the text right of the cursor follows them: the probability of one is multiplied by
 * p(suffix | candidate), relative to the candidate (or to nothing inserted) that it follows best.
 */
function fitting(trie: Trie, from: TrieNode, cuts: readonly Cut[], after: string, rule: DisplayRule): readonly Cut[] {
	const suffix = Buffer.from(after.trimEnd()).subarray(0, suffixBytes);
	if (suffix.length === 0 || cuts.length === 0) return cuts;
	const compared = cuts.slice(0, suffixCandidates);
	const fits = trie.logProbabilities([from, ...compared.map(({ bytes }) => trie.walk(from, bytes))], suffix);
	const best = Math.max(...fits);
	return compared
		.map((cut, i): Cut => {
			const factor = Math.exp((fits[i + 1] as number) - best);
			return { ...cut, probability: factor * cut.probability, value: factor * (cut.value + rule.glance) - rule.glance };
		})
		.filter(({ probability, value }) => probability >= rule.threshold && value >= 0)
		.sort(byValue);
}
