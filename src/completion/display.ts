/**
 * How much of a hypothesis to show, if any. With P(n) the probability that its first n characters are all right, taking
 * them saves n − 1 keys (Tab is one), and showing them costs some attention. Once they are taken the rest is suggested in
 * its turn, so a sure beginning now and the rest after it is often worth more than all at once: the cut is chosen that
 * maximises P(n)·(n − 1 + value of the rest) − cost, unless P(n) is below what the user asked for.
 */
import { Buffer } from "node:buffer";
import type { Threshold } from "../domain/suggestions.ts";
import type { Calibration } from "./calibration.ts";
import type { Hypothesis } from "./search.ts";

export interface DisplayRule {
	/** Least probability that the shown text is right. */
	readonly threshold: number;
	/** Keys that showing anything must pay for. */
	readonly cost: number;
	/** Whether the rest is suggested, by the same rule, once the shown text is taken. */
	readonly continues: boolean;
}

/**
 * Least probabilities by the user's setting, calibrated. Measured by replay of held-out files of seven projects (none of
 * those that are reported on) after 20 CPU-seconds of training: of what is shown 71–77, 53–58 and 38–48 % is right, and it
 * saves 27–57, 32–61 and 35–62 % of the keys. Most is saved, less half a key for each suggestion, at 0.2 to 0.3; below 0.1
 * savings hardly rise.
 */
const leastProbability: Readonly<Record<Threshold, number>> = { conservative: 0.55, balanced: 0.3, eager: 0.1 };

/** Half a key for each suggestion shown: the rate at which the replay counts distraction. */
export const attentionCost = 0.5;

/**
 * A word may go on after what is shown if it does not most of the time. Replays of held-out text (eight projects, none of
 * those that are reported on): with 0.5, 0.3 and 0.15 the same rule saves 42.5, 43.1 and 43.4 % of the keys at 58 %
 * accepted, and 39.7 % when the end of the word has to be a hypothesis of its own.
 */
const leastWordEnd = 0.3;

/** The rule for what appears by itself. */
export function automaticRule(threshold: Threshold): DisplayRule {
	return { threshold: leastProbability[threshold], cost: attentionCost, continues: true };
}

/** The rule for what the user asked to see: all of a guess is better than nothing, and looking costs nothing more. */
export const explicitRule: DisplayRule = { threshold: 0.02, cost: 0, continues: false };

/** A beginning of a hypothesis, fit to be shown. */
export interface Cut {
	readonly text: string;
	/** The same as UTF-8. */
	readonly bytes: Uint8Array;
	/** Calibrated, that all of it is right. */
	readonly probability: number;
	/** Expected keys saved by it and by what will follow it, less the cost. */
	readonly value: number;
}

/** The text around a hypothesis, as far as it decides where to cut. */
export interface CutLimits {
	/** UTF-16 length of the hypothesis beyond which it says what already stands right of the cursor. */
	readonly length: number;
	/** Whether more than blanks stand right of the cursor: a blank before them is no trailing blank. */
	readonly beforeText: boolean;
	/** The line below the cursor's: a line is not cut where it may as well become this one. */
	readonly nextLine: string;
}

/** A place where a hypothesis may be cut. */
interface Place {
	/** UTF-16 length before it, and bytes. */
	readonly end: number;
	readonly byteEnd: number;
	/** Keys that typing as far as here takes. */
	readonly keys: number;
	/** Calibrated, that all before it is right. */
	readonly probability: number;
}

/** The best beginning of a hypothesis to show, or null. */
export function bestCut(
	hypothesis: Hypothesis,
	limits: CutLimits,
	rule: DisplayRule,
	calibration: Calibration,
): Cut | null {
	const places = placesToCut(hypothesis, limits, rule.threshold, calibration);
	const values = new Float64Array(places.length);
	if (rule.continues) {
		for (let from = places.length - 1; from >= 0; from--) values[from] = choose(places, from, values, rule).value;
	}
	const { place, value } = choose(places, -1, values, rule);
	if (place === null) return null;
	const { end, byteEnd, probability } = place;
	return { text: hypothesis.text.slice(0, end), bytes: hypothesis.bytes.subarray(0, byteEnd), probability, value };
}

/**
 * What to show once all up to the place `from` (−1: the cursor) is written, if anything, and what that is worth.
 * `values`: that of each later place.
 */
function choose(
	places: readonly Place[],
	from: number,
	values: Float64Array,
	rule: DisplayRule,
): { readonly place: Place | null; readonly value: number } {
	const { keys, probability } = places[from] ?? { keys: 0, probability: 1 };
	const next = places[from + 1];
	// If nothing is shown, the next place is reached by typing.
	let value = next === undefined ? 0 : (next.probability / probability) * (values[from + 1] as number);
	let chosen: Place | null = null;
	for (let to = from + 1; to < places.length; to++) {
		const place = places[to] as Place;
		const right = place.probability / probability;
		if (right < rule.threshold) break;
		const gain = right * (place.keys - keys - 1 + (values[to] as number)) - rule.cost;
		if (gain < value) continue;
		value = gain;
		chosen = place;
	}
	return { place: chosen, value };
}

/** In the order of the text, each at least as probable as the threshold. */
function placesToCut(
	{ text, logProbabilities, wordEnds, ending }: Hypothesis,
	{ length, beforeText, nextLine }: CutLimits,
	threshold: number,
	calibration: Calibration,
): Place[] {
	const characters = [...text];
	const complete = ending === "finished" || length < text.length;
	const places: Place[] = [];
	let end = 0;
	let byteEnd = 0;
	let keys = 0;
	let blank = true;
	/** The last line as far as it goes; null in the first, which begins left of the cursor. */
	let line: string | null = null;
	for (const [i, character] of characters.entries()) {
		end += character.length;
		byteEnd += Buffer.byteLength(character);
		if (end > length) break;
		const isSpace = isBlank(character);
		blank &&= isSpace;
		line = character === "\n" ? "" : line === null ? null : line + character;
		// Editors indent by themselves.
		if (line === null || line === "" || line.trim() !== "") keys++;
		const next = end < length ? characters[i + 1] : undefined;
		const isPlace = isSpace
			? !blank && beforeText && complete && next === undefined
			: isCutPoint(character, next, complete, wordEnds[byteEnd - 1] as number);
		if (!isPlace) continue;
		if (line !== null && nextLine.startsWith(line)) continue;
		const probability = calibration.calibrated(Math.exp(logProbabilities[byteEnd - 1] as number));
		if (probability < threshold) break;
		places.push({ end, byteEnd, keys, probability });
	}
	return places;
}

/**
 * Whether text may end after `character` when `next` would follow; `complete`: if nothing follows, it ends there;
 * `wordEnd`: the probability that the word does.
 */
function isCutPoint(character: string, next: string | undefined, complete: boolean, wordEnd: number): boolean {
	if (character === joiner || (next !== undefined && isJoined(next))) return false;
	if (!isWord(character) || (next === undefined ? complete : !isWord(next))) return true;
	if (isUnspaced(character) || (next !== undefined && isUnspaced(next))) return true;
	return wordEnd >= leastWordEnd || (next !== undefined && isPartBorder(character, next));
}

/** Between the parts of `camelCase` and `snake_case`: what is certain of a name ends there. */
function isPartBorder(character: string, next: string): boolean {
	return character === "_" ? next !== "_" : /^[\p{Ll}\p{N}]$/u.test(character) && /^\p{Lu}$/u.test(next);
}

function isBlank(character: string): boolean {
	return /^\s$/u.test(character);
}

function isWord(character: string): boolean {
	return /^[\p{L}\p{M}\p{N}_$]$/u.test(character);
}

/** Scripts written without blanks between words: every character is a place to stop. */
function isUnspaced(character: string): boolean {
	return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u.test(
		character,
	);
}

const joiner = "\u200d";

/** Marks, joiners and modifiers that belong to the character before them. */
function isJoined(character: string): boolean {
	return character === joiner || /^[\p{M}\p{Emoji_Modifier}]$/u.test(character);
}
