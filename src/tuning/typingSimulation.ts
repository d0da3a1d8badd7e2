/**
 * Simulates typing in documents that the model does not know yet, to find out how often its suggestions are right. The
 * model learns each document line by line. Some lines are typed before they are learned, so that the model knows just what
 * it would know if the user were writing them. The editor closes brackets and quotes, as it does for a user.
 */
import { Buffer } from "node:buffer";
import type { Calibration } from "../completion/calibration.ts";
import { completing, type Wish } from "../completion/complete.ts";
import { surroundingsAt } from "../completion/surroundings.ts";
import { Trie } from "../completion/trie.ts";
import { DOCUMENT_END, type EncodedDocument, LINE_END } from "../model/document.ts";
import type { AdaptiveModel, Context } from "../model/languageModel.ts";
import type { Outcome } from "./calibrationFit.ts";
import { closingPlan } from "./typist/typingPlan.ts";

/**
 * UTF-16 units typed, of all documents together: some 700 suggestions in a second or two of work. The standard error of a
 * share of one half is then 0.02.
 */
export const typedUnits = 4096;

/** The model learns this many bytes in a millisecond or two. */
const sliceBytes = 32;

/** UTF-16 units. Nobody types longer lines, and reading one at once would take too long. */
const longestLine = 160;

/** Lines of the text that are typed or follow, in which the editor's closers may find their places. */
const linesPlanned = 4;

/** UTF-16 units before a line that tell whether it begins in a string or a comment; to read more would take too long. */
const unitsBefore = 2048;

/** Nodes kept of the search in a line; each may hold a context of 2–6 KiB. */
const mostNodes = 1024;

/** What is left to be typed behind the last key. */
const end = { text: "", right: "" };

/** The setting that shows most. Suggestions of the same probability are right as often with the others. */
const wish: Wish = { explicit: false, count: 1, threshold: "eager", forced: "" };

/**
 * Teaches `model` the documents, and returns the outcomes of the suggestions in their order. Yields after each millisecond
 * or two of work.
 *
 * @param calibration decides, with the display rule, which suggestions are shown
 */
export function* simulatingTyping(
	model: AdaptiveModel,
	documents: readonly EncodedDocument[],
	calibration: Calibration,
): Generator<undefined, Outcome[]> {
	const outcomes: Outcome[] = [];
	const texts = documents.map(({ bytes, skip }) => Buffer.from(bytes.subarray(skip, -1)).toString());
	const isTyped = sharing(
		typedUnits,
		texts.reduce((sum, text) => sum + text.length, 0),
	);
	for (const [i, { bytes, skip }] of documents.entries()) {
		const header = bytes.subarray(0, skip);
		let context = model.read(model.start(), header);
		const path = Buffer.from(header.subarray(0, -1)).toString();
		const lines = (texts[i] as string).split("\n");
		for (const [number, line] of lines.entries()) {
			if (isTyped(line)) yield* typing(model, context, { path, lines, number }, calibration, outcomes);
			const end = number === lines.length - 1 ? [DOCUMENT_END] : [LINE_END];
			context = yield* learning(model, context, Buffer.concat([Buffer.from(line), Buffer.from(end)]));
		}
	}
	return outcomes;
}

/** Decides for one line after the other whether it is taken, so that `wanted` of `total` units are, evenly spread. */
function sharing(wanted: number, total: number): (line: string) => boolean {
	let seen = 0;
	let taken = 0;
	return ({ length }) => {
		const isTaken = taken * total <= wanted * seen;
		seen += length;
		if (isTaken) taken += length;
		return isTaken;
	};
}

/** A line to be typed. */
interface Typed {
	readonly path: string;
	/** Of the document, without their ends. */
	readonly lines: readonly string[];
	readonly number: number;
}

/**
 * Types a line. A suggestion that is right is accepted; a wrong one is typed over up to its first wrong character.
 *
 * @param context the context after all text before the line
 * @param outcomes the outcomes are appended to it
 */
function* typing(
	model: AdaptiveModel,
	context: Context,
	typed: Typed,
	calibration: Calibration,
	outcomes: Outcome[],
): Generator<undefined, void> {
	const { path, lines, number } = typed;
	const line = lines[number] as string;
	if (line.trim() === "" || line.length > longestLine) return;
	const text = textFrom(typed);
	const { keystrokes, limits } = closingPlan(text, { path, before: textBefore(typed), after: "" });
	const trie = new Trie(model, context);
	// The editor indents the line.
	let written = line.search(/\S/);
	let at = 0;
	for (const { text: key, right } of [...keystrokes, end]) {
		if (at > line.length) break;
		if (at >= written) {
			const before = line.slice(0, at);
			const [after = "", ...below] = right.split("\n");
			const lineAt = (i: number) =>
				(i < number ? lines[i] : i === number ? before + after : below[i - number - 1]) ?? "";
			const surroundings = surroundingsAt(lineAt, { line: number, character: at });
			const node = trie.walk(trie.root, Buffer.from(before));
			if (trie.size > mostNodes) trie.prune(node);
			const steps = completing(trie, node, surroundings, wish, calibration);
			let step = steps.next(false);
			for (; !step.done; step = steps.next(false)) yield;
			const [suggestion] = step.value.suggestions;
			if (suggestion !== undefined) {
				const isRight = text.startsWith(suggestion.text, at) && at + suggestion.text.length <= (limits[at] as number);
				outcomes.push({ stated: calibration.stated(suggestion.probability), isRight });
				written = at + (isRight ? suggestion.text.length : lengthThrough(text, at, suggestion.text));
			}
		}
		at += key.length;
	}
}

/** The line and those that follow, as far as nobody would stumble over them. */
function textFrom({ lines, number }: Typed): string {
	const following = lines.slice(number + 1, number + linesPlanned);
	const data = following.findIndex(({ length }) => length > longestLine);
	return [lines[number], ...following.slice(0, data < 0 ? undefined : data)].join("\n");
}

/** What stands before the line, from the beginning of a line on. */
function textBefore({ lines, number }: Typed): string {
	let first = number;
	for (let units = 0; first > 0 && units + (lines[first - 1] as string).length < unitsBefore; first--)
		units += (lines[first - 1] as string).length + 1;
	return lines
		.slice(first, number)
		.map((before) => `${before}\n`)
		.join("");
}

/** The length up to and including the first character that differs from the suggestion. */
function lengthThrough(text: string, from: number, suggested: string): number {
	let at = from;
	for (const character of suggested) {
		const isSame = text.startsWith(character, at);
		at += characterAt(text, at).length;
		if (!isSame) break;
	}
	return at - from;
}

/** The character at an index; a space beyond the end. */
function characterAt(text: string, at: number): string {
	const code = text.codePointAt(at);
	return code === undefined ? " " : String.fromCodePoint(code);
}

function* learning(model: AdaptiveModel, context: Context, bytes: Uint8Array): Generator<undefined, Context> {
	let behind = context;
	for (let start = 0; start < bytes.length; start += sliceBytes) {
		behind = model.learn(behind, bytes.subarray(start, start + sliceBytes)).context;
		yield;
	}
	return behind;
}
