/**
 * Where a hypothesis may be cut: where a reader would pause. That is at the end of a word or of a part of a name, but not
 * inside brackets or quotes that it opens itself, and not inside a cell of a table.
 */
import { Buffer } from "node:buffer";
import type { Calibration } from "./calibration.ts";
import type { Hypothesis } from "./search.ts";

/** The text around a hypothesis, as far as it decides where to cut. */
export interface CutLimits {
	/** UTF-16 length of the hypothesis beyond which it says what already stands right of the cursor. */
	readonly length: number;
	/** The line left of the cursor. */
	readonly before: string;
	/** Whether more than blanks stand right of the cursor: a blank before them is no trailing blank. */
	readonly beforeText: boolean;
	/** The line below the cursor's: a line is not cut where it may as well become this one. */
	readonly nextLine: string;
}

/** A place where a hypothesis may be cut. */
export interface Place {
	/** UTF-16 length before it, and bytes. */
	readonly end: number;
	readonly byteEnd: number;
	/** Keys that typing as far as here takes. */
	readonly keys: number;
	/** Characters as far as here. */
	readonly characters: number;
	/** Calibrated, that all before it is right. */
	readonly probability: number;
}

/**
 * A word may go on after what is shown if it does not most of the time. Replays of held-out text (eight projects, none of
 * those that are reported on): with 0.5, 0.3 and 0.15 the same rule saves 42.5, 43.1 and 43.4 % of the keys at 58 %
 * accepted, and 39.7 % when the end of the word has to be a hypothesis of its own.
 */
const leastWordEnd = 0.3;

/** In the order of the text, each at least as probable as the threshold. */
export function placesToCut(
	{ text, logProbabilities, wordEnds, ending }: Hypothesis,
	{ length, before, beforeText, nextLine }: CutLimits,
	threshold: number,
	calibration: Calibration,
): Place[] {
	const characters = [...text];
	const complete = ending === "finished" || length < text.length;
	const isWhole = wholeness(text.slice(0, length), before, complete, beforeText);
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
			: isCutPoint(character, next, complete, wordEnds[byteEnd - 1] as number) &&
				// What it leaves open the text right of the cursor closes.
				((beforeText && complete && next === undefined) || isWhole(end));
		if (!isPlace) continue;
		if (line !== null && nextLine.startsWith(line)) continue;
		const probability = calibration.calibrated(Math.exp(logProbabilities[byteEnd - 1] as number));
		if (!(probability >= threshold)) break;
		places.push({ end, byteEnd, keys, characters: i + 1, probability });
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
	// Where words of these scripts end is decided by a dictionary.
	if (isUnspaced(character) || (next !== undefined && isUnspaced(next))) return true;
	return wordEnd >= leastWordEnd || (next !== undefined && isPartBorder(character, next));
}

/** Between the parts of `camelCase` and `snake_case`: what is certain of a name ends there. */
function isPartBorder(character: string, next: string): boolean {
	return character === "_" ? next !== "_" : /^[\p{Ll}\p{N}]$/u.test(character) && /^\p{Lu}$/u.test(next);
}

/** For each UTF-16 length of `text` after `before`, whether what it says is whole. */
function wholeness(text: string, before: string, complete: boolean, beforeText: boolean): (end: number) => boolean {
	const open = openSpans(text, before, complete);
	const words = unspaced.test(text) ? wordBorders(text, before, complete) : null;
	// What ends where the text right of the cursor goes on is closed by that.
	if (complete && beforeText) open[text.length] = 0;
	return (end) => open[end] !== 1 && (words === null || words.has(end)) && isWholeRow(text, before, end);
}

const closerOf: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * `[end]`: 1 where `text.slice(0, end)` has opened a bracket or a quote in its last line that is not closed yet. A
 * bracket with which a line ends opens a block and is whole.
 */
function openSpans(text: string, before: string, complete: boolean): Uint8Array {
	const open = new Uint8Array(text.length + 1);
	let quote = quoteAfter(before);
	/** That `text` opened it. */
	let isOwn = false;
	let brackets: string[] = [];
	for (let i = 0; i < text.length; i++) {
		const sign = text[i] as string;
		const previous = text[i - 1] ?? before.at(-1) ?? "";
		if (sign === "\n") {
			brackets = [];
			quote = "";
			isOwn = false;
		} else if (quote !== "") {
			if (sign === "\\") {
				open[i + 1] = isOwn ? 1 : 0;
				i++;
			} else if (sign === quote) {
				quote = "";
				isOwn = false;
			}
		} else if (opensQuote(sign, previous, text, i)) {
			quote = sign;
			isOwn = true;
		} else if (sign in closerOf) {
			brackets.push(closerOf[sign] as string);
		} else if (sign === brackets.at(-1)) {
			brackets.pop();
		}
		const endsLine = i + 1 === text.length ? complete : text[i + 1] === "\n";
		const opensBlock = endsLine && sign in closerOf;
		open[i + 1] = isOwn || (brackets.length > 0 && !opensBlock) ? 1 : 0;
	}
	return open;
}

/** The quote inside which `line` ends, or "". */
function quoteAfter(line: string): string {
	let quote = "";
	for (let i = 0; i < line.length; i++) {
		const sign = line[i] as string;
		if (quote !== "" && sign === "\\") i++;
		else if (quote !== "") quote = sign === quote ? "" : quote;
		else if (opensQuote(sign, line[i - 1] ?? "", line, i)) quote = sign;
	}
	return quote;
}

/** An apostrophe opens a quote only where another one follows in the line: there are lifetimes, plurals and feet. */
function opensQuote(sign: string, previous: string, text: string, at: number): boolean {
	if (sign === '"' || sign === "`") return true;
	if (sign !== "'" || isWord(previous)) return false;
	const lineEnd = text.indexOf("\n", at);
	const closing = text.indexOf("'", at + 1);
	return closing > 0 && (lineEnd < 0 || closing < lineEnd);
}

/** A row of a Markdown table ends with a cell. */
function isWholeRow(text: string, before: string, end: number): boolean {
	const lineStart = text.lastIndexOf("\n", end - 1) + 1;
	const line = (lineStart === 0 ? before : "") + text.slice(lineStart, end);
	return !/^\s*\|/.test(line) || line.endsWith("|");
}

/** UTF-16 lengths of `text` at which a word ends, as a dictionary knows words of scripts that are written without blanks. */
function wordBorders(text: string, before: string, complete: boolean): Set<number> {
	const context = before.slice(-longestContext);
	segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
	const borders = new Set<number>();
	for (const { index } of segmenter.segment(context + text)) borders.add(index - context.length);
	// What ends the text may be the beginning of a longer word.
	if (complete || !unspaced.test(text.at(-1) ?? "")) borders.add(text.length);
	return borders;
}

/** UTF-16 units before the cursor that decide where its word ends; longer words are hardly ever written. */
const longestContext = 24;

/** Made when it is first needed: that takes milliseconds. */
let segmenter: Intl.Segmenter | null = null;

function isBlank(character: string): boolean {
	return /^\s$/u.test(character);
}

function isWord(character: string): boolean {
	return /^[\p{L}\p{M}\p{N}_$]$/u.test(character);
}

/** Scripts written without blanks between words. */
const unspaced =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;

function isUnspaced(character: string): boolean {
	return unspaced.test(character);
}

const joiner = "\u200d";

/** Marks, joiners and modifiers that belong to the character before them. */
function isJoined(character: string): boolean {
	return character === joiner || /^[\p{M}\p{Emoji_Modifier}]$/u.test(character);
}
