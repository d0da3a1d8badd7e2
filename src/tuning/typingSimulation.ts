/**
 * Simulates typing in documents that the model does not know yet, to find out how often its suggestions are right. The
 * model learns each document line by line. Some lines are typed before they are learned, so that the model knows just what
 * it would know if the user were writing them.
 */
import { Buffer } from "node:buffer";
import type { Calibration } from "../completion/calibration.ts";
import { completing, type Wish } from "../completion/complete.ts";
import { surroundingsAt } from "../completion/surroundings.ts";
import { Trie } from "../completion/trie.ts";
import { DOCUMENT_END, type EncodedDocument, LINE_END } from "../model/document.ts";
import type { AdaptiveModel, Context } from "../model/languageModel.ts";
import type { Outcome } from "./calibrationFit.ts";

/**
 * UTF-16 units typed, of all documents together: some 700 suggestions in a second or two of work. The standard error of a
 * share of one half is then 0.02.
 */
export const typedUnits = 4096;

/** The model learns this many bytes in a millisecond or two. */
const sliceBytes = 32;

/** UTF-16 units. Nobody types longer lines, and reading one at once would take too long. */
const longestLine = 160;

/** Nodes kept of the search in a line; each may hold a context of 2–6 KiB. */
const mostNodes = 1024;

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
		let context = model.read(model.start(), bytes.subarray(0, skip));
		const lines = (texts[i] as string).split("\n");
		for (const [number, line] of lines.entries()) {
			if (isTyped(line)) yield* typing(model, context, lines, number, calibration, outcomes);
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

/**
 * Types a line. A suggestion that is right is accepted; a wrong one is typed over up to its first wrong character.
 *
 * @param context the context after all text before the line
 * @param outcomes the outcomes are appended to it
 */
function* typing(
	model: AdaptiveModel,
	context: Context,
	lines: readonly string[],
	number: number,
	calibration: Calibration,
	outcomes: Outcome[],
): Generator<undefined, void> {
	const line = lines[number] as string;
	if (line.trim() === "" || line.length > longestLine) return;
	const text = lines.slice(number).join("\n");
	const trie = new Trie(model, context);
	// The editor indents the line.
	let at = line.search(/\S/);
	while (at <= line.length) {
		const before = line.slice(0, at);
		const lineAt = (i: number) => (i < number ? lines[i] : i === number ? before : undefined) ?? "";
		const surroundings = surroundingsAt(lineAt, { line: number, character: at });
		const node = trie.walk(trie.root, Buffer.from(before));
		if (trie.size > mostNodes) trie.prune(node);
		const steps = completing(trie, node, surroundings, wish, calibration);
		let step = steps.next(false);
		for (; !step.done; step = steps.next(false)) yield;
		const [suggestion] = step.value.suggestions;
		if (suggestion === undefined) {
			at += characterAt(text, at).length;
			continue;
		}
		const isRight = text.startsWith(suggestion.text, at);
		outcomes.push({ stated: calibration.stated(suggestion.probability), isRight });
		at += isRight ? suggestion.text.length : lengthThrough(text, at, suggestion.text);
	}
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
