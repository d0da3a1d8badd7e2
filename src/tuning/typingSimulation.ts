/**
 * How suggestions turn out, found on documents that the model does not know yet. It learns them line by line, and some of
 * the lines are typed first, past what it would suggest there: so it knows what it would if the user wrote them.
 */
import { Buffer } from "node:buffer";
import type { Calibration } from "../completion/calibration.ts";
import { completing, type Wish } from "../completion/complete.ts";
import { surroundingsAt } from "../completion/surroundings.ts";
import { Trie } from "../completion/trie.ts";
import { DOCUMENT_END, type EncodedDocument } from "../model/document.ts";
import type { AdaptiveModel, Context } from "../model/languageModel.ts";
import type { Outcome } from "./calibrationFit.ts";

/**
 * UTF-16 units typed, of all documents: some 700 suggestions in a second or two of work. A share of one half is then known
 * to 0.02.
 */
export const typedUnits = 4096;

/** Bytes learned in a millisecond or two. */
const sliceBytes = 32;

/** UTF-16 units. Longer ones are no lines that someone types, and take too long to be read at once. */
const longestLine = 160;

/** Of what was searched from a line; each may hold a context of 2–6 KiB. */
const mostNodes = 1024;

/** The setting with which most is shown. With the others what states the same is right as often. */
const wish: Wish = { explicit: false, count: 1, threshold: "eager", forced: "" };

/**
 * Teaches `model` the documents, and returns how the suggestions turned out, in their order. Yields after a millisecond
 * or two of work.
 *
 * @param calibration decides, with the display rule, what is shown
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
			const end = number === lines.length - 1 ? [DOCUMENT_END] : [lineEnd];
			context = yield* learning(model, context, Buffer.concat([Buffer.from(line), Buffer.from(end)]));
		}
	}
	return outcomes;
}

const lineEnd = 10;

/** Says of one line after the other whether it is taken, so that `wanted` of `total` units are, evenly spread. */
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
 * Types a line. What is suggested is accepted if it is right, else typed through as far as it agrees.
 *
 * @param context behind all that stands before the line
 * @param outcomes appended to
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
	// Indentation is the editor's work.
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

/** Up to and with the first character that is another than suggested. */
function lengthThrough(text: string, from: number, suggested: string): number {
	let at = from;
	for (const character of suggested) {
		const isSame = text.startsWith(character, at);
		at += characterAt(text, at).length;
		if (!isSame) break;
	}
	return at - from;
}

/** A space beyond the end. */
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
