/**
 * How much of a hypothesis to show, if any. With P(n) the probability that its first n characters are all right, taking
 * it saves n − 1 keys (Tab is one) and showing it costs some attention: show the n with the greatest expected gain,
 * P(n)·(n − 1) − cost, unless P(n) is below what the user asked for.
 */
import { Buffer } from "node:buffer";
import type { Threshold } from "../protocol.ts";
import type { Hypothesis } from "./search.ts";

/** From the joint probability that the model states to the one that is found on held-out text; increasing. */
export interface Calibration {
	calibrated(stated: number): number;
	/** The inverse. */
	stated(calibrated: number): number;
}

/** Takes the model at its word. */
export const uncalibrated: Calibration = { calibrated: (p) => p, stated: (p) => p };

export interface DisplayRule {
	/** Least probability that the shown text is right. */
	readonly threshold: number;
	/** Keys that showing anything must pay for. */
	readonly cost: number;
	/** Shorter texts save too little to be worth a look. */
	readonly minCharacters: number;
}

/**
 * Least probabilities by the user's setting. Measured by replay of held-out files of rxjs and sphinx with a GRU of 256
 * units, trained for 50 CPU-seconds: of what is shown 82, 62–72 and 47–55 % is right, and it saves 14–25, 25–35 and
 * 32–41 % of the keys. Below 0.1 savings hardly rise, and most of what is shown is wrong.
 */
const leastProbability: Readonly<Record<Threshold, number>> = { conservative: 0.5, balanced: 0.25, eager: 0.1 };

/** Half a key for each suggestion shown: the rate at which the replay counts distraction. */
const attentionCost = 0.5;

/** The rule for what appears by itself. */
export function automaticRule(threshold: Threshold): DisplayRule {
	return { threshold: leastProbability[threshold], cost: attentionCost, minCharacters: 3 };
}

/** The rule for what the user asked to see: a guess is better than nothing, and looking costs nothing more. */
export const explicitRule: DisplayRule = { threshold: 0.02, cost: 0, minCharacters: 1 };

/** A beginning of a hypothesis, fit to be shown. */
export interface Cut {
	readonly text: string;
	/** The same as UTF-8. */
	readonly bytes: Uint8Array;
	/** Unicode characters of it. */
	readonly characters: number;
	/** Calibrated, that all of it is right. */
	readonly probability: number;
	/** Expected keys saved, less the cost. */
	readonly value: number;
}

/** The text around a hypothesis, as far as it decides where to cut. */
export interface CutLimits {
	/** UTF-16 length of the hypothesis beyond which it says what already stands right of the cursor. */
	readonly length: number;
	/** Whether more than blanks stand right of the cursor: a blank before them is no trailing blank. */
	readonly beforeText: boolean;
}

/** The best beginning of a hypothesis to show, or null. */
export function bestCut(
	{ text, bytes, logProbabilities, ending }: Hypothesis,
	{ length, beforeText }: CutLimits,
	rule: DisplayRule,
	calibration: Calibration,
): Cut | null {
	const characters = [...text];
	const complete = ending === "finished" || length < text.length;
	let best: Cut | null = null;
	let end = 0;
	let byteEnd = 0;
	for (const [i, character] of characters.entries()) {
		end += character.length;
		byteEnd += Buffer.byteLength(character);
		const probability = calibration.calibrated(Math.exp(logProbabilities[byteEnd - 1] as number));
		if (end > length || probability < rule.threshold) break;
		const next = end < length ? characters[i + 1] : undefined;
		const value = expectedGain(probability, i + 1, rule);
		if (i + 1 < rule.minCharacters || value < (best?.value ?? 0)) continue;
		if (isBlank(character) ? !(beforeText && complete && next === undefined) : !isCutPoint(character, next, complete)) {
			continue;
		}
		best = { text: text.slice(0, end), bytes: bytes.subarray(0, byteEnd), characters: i + 1, probability, value };
	}
	return best !== null && best.text.trim() !== "" ? best : null;
}

/** Keys saved by showing `characters` that are right with `probability`, less the cost of showing them. */
export function expectedGain(probability: number, characters: number, rule: DisplayRule): number {
	return probability * (characters - 1) - rule.cost;
}

/** Whether text may end after `character` when `next` would follow; `complete`: if nothing follows, it ends there. */
function isCutPoint(character: string, next: string | undefined, complete: boolean): boolean {
	if (next === undefined) return complete || !isWord(character);
	if (isJoined(next) || character === joiner) return false;
	return !(isWord(character) && isWord(next)) || isUnspaced(character) || isUnspaced(next);
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
