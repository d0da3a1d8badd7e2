/** How a text became another, told as a person at an editor would have done it. */

import type { Position, TextChange } from "../../../domain/text.ts";
import { withoutTrailing } from "../../../platform/trailing.ts";
import { commonStart, splitsPair } from "../../../platform/visibleText.ts";
import type { Hunk } from "./git/output.ts";
import { comparedBy, matchesOf, similarity } from "./matching.ts";

/**
 * One step: the range is deleted, then `text` is typed at its start, with all else standing where it is, right of the
 * cursor and below.
 */
export interface Edit extends TextChange {
	/** Not typed: lines deleted, blanks changed, lines cut out elsewhere in the same commit. */
	readonly isDone: boolean;
	/** It adds whole lines. */
	readonly isBlock: boolean;
	/** UTF-16 offsets in `text`: only this part is typed, the rest is pasted. Absent: all of it is typed. */
	readonly part?: TypedPart;
}

export interface TypedPart {
	readonly from: number;
	readonly to: number;
}

/** A changed line is edited in place if it is as like the old one as this; else the old one goes and the new one is typed. */
const leastLike = 0.55;
/** Nobody jumps over a sign or two that stay: they are typed again. */
const leastKept = 3;
/** Pairs of lines, and of their letters, are compared up to so many; larger hunks are new text. */
const mostPairs = 6000;
const mostLetterPairs = 2 ** 27;
/** Lines that stood together elsewhere were cut and pasted if there are two or more with so many letters. */
const leastMovedLines = 2;
const leastMovedLetters = 40;

/**
 * From top to bottom; positions are in the text that the edits before have left. Applied in order they make `after` of
 * `before`.
 *
 * @param removed runs of lines that the same commit removes anywhere
 */
export function editsOf(
	before: string,
	after: string,
	hunks: readonly Hunk[],
	removed: readonly (readonly string[])[],
): Edit[] {
	const writer = new Writer(before);
	const oldLines = linesOf(before);
	const newLines = linesOf(after);
	if (before === "") {
		writer.make(
			{ line: 0, character: 0 },
			{ line: 0, character: 0 },
			after,
			movedLines(newLines, removed).every(Boolean),
		);
		return writer.edits;
	}
	let shift = 0;
	for (const { from, to, newFrom, newTo } of hunks) {
		const gone = oldLines.slice(from, to);
		const come = newLines.slice(newFrom, newTo);
		const line = from + shift;
		shift += come.length - gone.length;
		if (gone.length > 0 && squeezed(gone) === squeezed(come)) {
			writer.replaceLines(line, gone.length, come);
			continue;
		}
		writeHunk(writer, line, gone, come, movedLines(come, removed));
	}
	writer.endAs(after);
	return writer.edits;
}

/** Without the empty one after a line end at the end. */
export function linesOf(text: string): string[] {
	const lines = text.split("\n");
	if (lines.at(-1) === "") lines.pop();
	return lines;
}

function writeHunk(
	writer: Writer,
	first: number,
	gone: readonly string[],
	come: readonly string[],
	isMoved: readonly boolean[],
): void {
	let line = first;
	let fromOld = 0;
	let fromNew = 0;
	for (const [old, fresh] of [...pairs(gone, come), [gone.length, come.length] as const]) {
		writer.deleteLines(line, old - fromOld);
		for (const run of runs(isMoved, fromNew, fresh)) {
			writer.insertLines(line, come.slice(run.from, run.to), isMoved[run.from] === true);
			line += run.to - run.from;
		}
		if (old < gone.length) {
			let shift = 0;
			for (const { from, to, text } of changesInside(gone[old] as string, come[fresh] as string)) {
				const isBlank = text.trim() === "" && (gone[old] as string).slice(from, to).trim() === "";
				const start = { line, character: from + shift };
				writer.make(start, { line, character: to + shift }, text, isBlank || isMoved[fresh] === true);
				shift += text.length - (to - from);
			}
			line++;
		}
		fromOld = old + 1;
		fromNew = fresh + 1;
	}
}

/** Pairs of an old and a new line that are alike, in the order of both: those that are most alike in sum. */
function pairs(gone: readonly string[], come: readonly string[]): (readonly [old: number, fresh: number])[] {
	if (gone.length * come.length > mostPairs) return [];
	const letterPairs = gone.flatMap((old) => come.map((fresh) => comparedBy(old, fresh)));
	if (letterPairs.reduce((sum, one) => sum + one, 0) > mostLetterPairs) return [];
	const gain = gone.map((old) => come.map((fresh) => likeness(old.trim(), fresh.trim())));
	const best = Array.from({ length: gone.length + 1 }, () => new Float64Array(come.length + 1));
	const sumAt = (i: number, j: number) => (best[i] as Float64Array)[j] as number;
	const gainAt = (i: number, j: number) => (gain[i] as number[])[j] as number;
	const paired = (i: number, j: number) => (gainAt(i, j) > 0 ? gainAt(i, j) + sumAt(i + 1, j + 1) : 0);
	for (let i = gone.length - 1; i >= 0; i--)
		for (let j = come.length - 1; j >= 0; j--)
			(best[i] as Float64Array)[j] = Math.max(sumAt(i + 1, j), sumAt(i, j + 1), paired(i, j));
	const found: [number, number][] = [];
	for (let i = 0, j = 0; i < gone.length && j < come.length; ) {
		if (gainAt(i, j) > 0 && sumAt(i, j) === paired(i, j)) found.push([i++, j++]);
		else if (sumAt(i, j) === sumAt(i + 1, j)) i++;
		else j++;
	}
	return found;
}

/** Above 0 if one line may have become the other; a line of a sign or two says nothing. */
function likeness(old: string, fresh: string): number {
	if (old.length < 3 || fresh.length < 3) return 0;
	const like = similarity(old, fresh, leastLike);
	return like >= leastLike ? like - 0.5 : 0;
}

/** What is replaced in a line, from left to right; offsets are in the old line. */
function changesInside(old: string, fresh: string): { from: number; to: number; text: string }[] {
	const oldTokens = tokensOf(old);
	const freshTokens = tokensOf(fresh);
	const matches = matchesOf(oldTokens, freshTokens);
	const spans: { from: number; to: number; newFrom: number; newTo: number }[] = [];
	let at = { from: 0, newFrom: 0 };
	const add = (to: number, newTo: number) => {
		if (to === at.from && newTo === at.newFrom) return;
		const last = spans.at(-1);
		if (last !== undefined && at.from - last.to < leastKept) spans[spans.length - 1] = { ...last, to, newTo };
		else spans.push({ ...at, to, newTo });
	};
	for (const { a, b, length } of matches) {
		const from = lengthOf(oldTokens, a);
		const newFrom = lengthOf(freshTokens, b);
		add(from, newFrom);
		at = { from: lengthOf(oldTokens, a + length), newFrom: lengthOf(freshTokens, b + length) };
	}
	add(old.length, fresh.length);
	return spans.map(({ from, to, newFrom, newTo }) => {
		const replaced = old.slice(from, to);
		const text = fresh.slice(newFrom, newTo);
		const start = commonStart(replaced, text);
		const end = commonEnd(replaced.slice(start), text.slice(start));
		return { from: from + start, to: to - end, text: text.slice(start, text.length - end) };
	});
}

function tokensOf(line: string): string[] {
	return line.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\s]/gu) ?? [];
}

function lengthOf(tokens: readonly string[], count: number): number {
	return tokens.slice(0, count).reduce((sum, { length }) => sum + length, 0);
}

function commonEnd(one: string, other: string): number {
	const most = Math.min(one.length, other.length);
	let length = 0;
	while (length < most && one.at(-1 - length) === other.at(-1 - length)) length++;
	const isSplit = splitsPair(one, one.length - length) || splitsPair(other, other.length - length);
	return isSplit ? length - 1 : length;
}

/** Which lines stood together among those removed, and were pasted here. */
function movedLines(lines: readonly string[], removed: readonly (readonly string[])[]): boolean[] {
	const isMoved = lines.map(() => false);
	const trimmed = lines.map((line) => line.trim());
	for (const run of removed) {
		const gone = run.map((line) => line.trim());
		for (const { b, length } of matchesOf(gone, trimmed)) {
			const text = trimmed.slice(b, b + length).join("");
			const letters = text.match(/[\p{L}\p{N}\p{M}_]/gu)?.length ?? 0;
			if (length >= leastMovedLines && letters >= leastMovedLetters) isMoved.fill(true, b, b + length);
		}
	}
	return isMoved;
}

/** Stretches of one value. */
function runs(flags: readonly boolean[], from: number, to: number): { from: number; to: number }[] {
	const found: { from: number; to: number }[] = [];
	for (let i = from; i < to; i++) {
		const last = found.at(-1);
		if (last !== undefined && flags[last.from] === flags[i]) last.to = i + 1;
		else found.push({ from: i, to: i + 1 });
	}
	return found;
}

function squeezed(lines: readonly string[]): string {
	return lines.join("").replaceAll(/\s+/g, "");
}

/** A document that is edited, and notes how. */
class Writer {
	readonly edits: Edit[] = [];
	#lines: string[];

	constructor(text: string) {
		this.#lines = text.split("\n");
	}

	make(start: Position, end: Position, text: string, isDone: boolean, isBlock = false): void {
		if (text === "" && start.line === end.line && start.character === end.character) return;
		const head = this.#line(start.line).slice(0, start.character);
		const tail = this.#line(end.line).slice(end.character);
		const lines = (head + text + tail).split("\n");
		this.#lines = this.#lines.slice(0, start.line).concat(lines, this.#lines.slice(end.line + 1));
		this.edits.push({ start, end, text, isDone: isDone || text === "", isBlock });
	}

	replaceLines(line: number, count: number, lines: readonly string[]): void {
		const last = line + count - 1;
		this.make({ line, character: 0 }, { line: last, character: this.#line(last).length }, lines.join("\n"), true);
	}

	deleteLines(line: number, count: number): void {
		if (count === 0) return;
		if (line + count < this.#lines.length) {
			this.make({ line, character: 0 }, { line: line + count, character: 0 }, "", true);
			return;
		}
		const last = line + count - 1;
		const end = { line: last, character: this.#line(last).length };
		this.make(line === 0 ? { line: 0, character: 0 } : this.#endOf(line - 1), end, "", true);
	}

	/** Typed from the end of the line above; at the top, on a line that is opened first. */
	insertLines(line: number, lines: readonly string[], isDone: boolean): void {
		const text = lines.join("\n");
		if (line > 0) {
			this.make(this.#endOf(line - 1), this.#endOf(line - 1), `\n${text}`, isDone, true);
			return;
		}
		const top = { line: 0, character: 0 };
		if (this.#lines.length > 1 || this.#line(0) !== "") this.make(top, top, "\n", true);
		this.make(top, top, text, isDone, true);
	}

	/** Mends the line ends at the end of the text. */
	endAs(after: string): void {
		const text = this.#lines.join("\n");
		if (text === after) return;
		const kept = withoutTrailing(text, "\n");
		const start = { line: kept.split("\n").length - 1, character: (kept.split("\n").at(-1) as string).length };
		this.make(start, this.#endOf(this.#lines.length - 1), after.slice(kept.length), true);
	}

	#line(line: number): string {
		return this.#lines[line] ?? "";
	}

	#endOf(line: number): Position {
		return { line, character: this.#line(line).length };
	}
}
