/**
 * Decides whether a word is a misspelling of another, by a noisy channel: the word that was meant went through a channel that
 * makes one edit now and then. With w the word that stands there, c a word that may have been meant, and the text on both sides,
 *
 *     ln P(c meant) − ln P(w meant) = ln P(c, right | left) − ln P(w, right | left) + ln P(w | c) + evidence of the counts
 *
 * A word is judged only if no dictionary knows it; that alone never makes it wrong.
 */
import type { LanguageModel } from "../model/languageModel.ts";
import type { ConfusionModel } from "./channel/confusion.ts";
import { intendedFor } from "./channel/edits.ts";
import { logProbabilities, type Place, type Work } from "./context.ts";
import type { Dictionary } from "./dictionary.ts";
import type { Word } from "./words/finder.ts";

/** What is known of words, whatever their context. */
export interface Lexicon {
	readonly dictionary: Dictionary;
	readonly confusion: ConfusionModel;
}

/** How often a word occurs in the text at hand and in its workspace, the place that is judged included. */
export type Occurrences = (word: string) => number;

/** A word that may have been meant. */
export interface Candidate {
	readonly text: string;
	/** ln P(typed | meant, misspelt). */
	readonly channel: number;
	/** Occurrences of it, and of the word as it stands elsewhere. */
	readonly seen: number;
	readonly seenAsItIs: number;
}

/** Candidates that the model is asked about: those that the channel makes likeliest. */
export const mostCandidates = 15;
/** A word of the workspace that no dictionary has is a candidate if it occurs so often. */
const leastOccurrences = 4;

/** The words that may have been meant, the likeliest by the channel first; none if a dictionary knows the word. */
export function candidatesFor(word: Word, { dictionary, confusion }: Lexicon, occurrences: Occurrences): Candidate[] {
	const typed = plain(word.text);
	if (isKnown(dictionary, word.text)) return [];
	const seenAsItIs = Math.max(0, occurrences(typed) - 1);
	const candidates: Candidate[] = [];
	for (const intended of new Set(intendedFor(typed))) {
		const seen = occurrences(intended);
		if (!isKnown(dictionary, intended) && (seen < leastOccurrences || seen <= seenAsItIs)) continue;
		const channel = confusion.logProbability(intended, typed);
		if (channel !== undefined) candidates.push({ text: inCaseOf(word.text, intended), channel, seen, seenAsItIs });
	}
	return candidates.sort((one, other) => other.channel - one.channel).slice(0, mostCandidates);
}

/** A candidate with what speaks for it. */
export interface Judged extends Candidate {
	/** ln P(c, right | left) − ln P(w, right | left). */
	readonly context: number;
}

/** Asks the model about the candidates of a word that stands at a place. */
export function* judging(
	model: LanguageModel,
	word: Word,
	place: Place,
	candidates: readonly Candidate[],
	work: Work,
): Generator<undefined, Judged[]> {
	const texts = [word.text, ...candidates.map(({ text }) => text)];
	const [asItIs = 0, ...others] = yield* logProbabilities(model, place, texts, work);
	return candidates.map((candidate, i) => ({ ...candidate, context: (others[i] as number) - asItIs }));
}

/** Whether a dictionary has the word as it stands, in lower case or as a name, or has that of which it is the possessive. */
export function isKnown(dictionary: Dictionary, word: string): boolean {
	// Any noun may have a possessive, of which dictionaries list some.
	const text = plain(word).replace(/'s$/, "");
	return dictionary.knows(word) || dictionary.knows(text) || dictionary.knows(capitalized(text));
}

/** In lower case, with one kind of apostrophe. */
function plain(word: string): string {
	return word.toLowerCase().replaceAll("’", "'");
}

function capitalized(word: string): string {
	return (word[0] ?? "").toUpperCase() + word.slice(1);
}

/** `meant` with the capital and the apostrophe of `typed`. */
function inCaseOf(typed: string, meant: string): string {
	const text = /^[A-Z]/.test(typed) ? capitalized(meant) : meant;
	return typed.includes("’") ? text.replaceAll("'", "’") : text;
}
