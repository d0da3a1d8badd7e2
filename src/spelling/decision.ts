/** When a word is called misspelt. */
import type { Judged } from "./judge.ts";
import type { Word } from "./words/finder.ts";

/** Suggestions that are offered for a word. */
const mostSuggestions = 3;
/** A further suggestion is at most so many times less probable than the first (e³). */
const furtherOdds = 3;
/**
 * Weights of ln(1 + occurrences), of what may have been meant and of the word as it stands: what a text repeats is meant. These and
 * the thresholds below were chosen on the histories of four repositories that no figure is reported of (bench/NOTES.md).
 */
const weightOfMeant = 0.5;
const weightOfStanding = 5;
/** ln of the odds from which on a word is called misspelt. That few words are is a part of it. */
const leastOdds = -3;
/** The same for a word with a capital, which may be a name, and is one as a rule in the middle of a sentence. */
const leastOddsOfCapital = 0;
const leastOddsOfName = 5;
/** The same for a short word, which is one letter away from many others. */
const leastOddsOfShort = 3;
const shortLength = 3;

/** ln of the odds that a candidate was meant rather than the word as it stands, but for a constant. */
export function logOdds({ context, channel, seen, seenAsItIs }: Judged): number {
	return context + channel + weightOfMeant * Math.log1p(seen) - weightOfStanding * Math.log1p(seenAsItIs);
}

/** What was probably meant, the likeliest first; none if the word may be right. */
export function suggestionsOf(word: Word, judged: readonly Judged[]): string[] {
	const ranked = judged
		.map((candidate) => ({ text: candidate.text, odds: logOdds(candidate) }))
		.sort((one, other) => other.odds - one.odds);
	const [best] = ranked;
	if (best === undefined || best.odds < leastOddsOf(word)) return [];
	return ranked
		.filter(({ odds }) => odds >= best.odds - furtherOdds)
		.slice(0, mostSuggestions)
		.map(({ text }) => text);
}

function leastOddsOf({ text, isFirst }: Word): number {
	const ofCapital = isFirst ? leastOddsOfCapital : leastOddsOfName;
	return Math.max(
		leastOdds,
		/^[A-Z]/.test(text) ? ofCapital : leastOdds,
		text.length <= shortLength ? leastOddsOfShort : leastOdds,
	);
}
