/** The misspellings of a document as it is edited: they move with the text, and the word that is typed is left alone. */
import type { Misspelling } from "../../domain/spelling.ts";
import type { Position, TextChange } from "../../domain/text.ts";

interface Finding extends Misspelling {
	/** It has been shown: it stays when the cursor comes to it. */
	readonly isShown: boolean;
}

/** To move so many findings by so many changes takes some milliseconds, which is as long as an event may take. */
const mostMoves = 100_000;

export class Findings {
	#all: readonly Finding[] = [];

	/** Replaces all, after a check. What was shown at a place and is still found there stays shown. */
	set(found: readonly Misspelling[]): void {
		const shown = new Set(this.#all.filter(({ isShown }) => isShown).map(keyOf));
		this.#all = found.map((one) => ({ ...one, isShown: shown.has(keyOf(one)) }));
	}

	/**
	 * Moves them with the text, in the order of the changes; a word that was changed is none any more. After changes at thousands of
	 * places all wait for the next check.
	 */
	change(changes: readonly TextChange[]): void {
		if (changes.length * this.#all.length > mostMoves) this.#all = [];
		for (const change of changes) this.#all = this.#all.flatMap((finding) => moved(finding, change) ?? []);
	}

	/**
	 * Those to show while the cursors are at these places. A word under a cursor may be unfinished, so it is shown only if it was
	 * shown before.
	 *
	 * @param isWanted whether the user wants to hear of a word
	 */
	visible(cursors: readonly Position[], isWanted: (word: string) => boolean): readonly Misspelling[] {
		this.#all = this.#all.map((finding) => ({
			...finding,
			isShown: isWanted(finding.word) && (finding.isShown || !cursors.some((cursor) => touches(finding, cursor))),
		}));
		return this.#all.filter(({ isShown }) => isShown);
	}
}

function keyOf({ line, start, word }: Misspelling): string {
	return `${line}:${start}:${word}`;
}

function touches({ line, start, end }: Misspelling, cursor: Position): boolean {
	return cursor.line === line && cursor.character >= start && cursor.character <= end;
}

/** The finding after a change; undefined if its word was changed, or letters now stand beside it. */
function moved<T extends Misspelling>(finding: T, { start, end, text }: TextChange): T | undefined {
	const { line } = finding;
	const to = { line, character: finding.end };
	if (isBefore(to, start) || (isSame(to, start) && !isLetter(text[0]))) return finding;
	const from = { line, character: finding.start };
	if (!isBefore(end, from) && !(isSame(end, from) && !isLetter(text.at(-1)))) return undefined;
	const inserted = text.split(/\r\n?|\n/);
	const lines = inserted.length - 1 - (end.line - start.line);
	if (end.line < line) return { ...finding, line: line + lines };
	const lastLine = (inserted.at(-1) as string).length;
	const columns = (inserted.length === 1 ? start.character + lastLine : lastLine) - end.character;
	return { ...finding, line: line + lines, start: finding.start + columns, end: finding.end + columns };
}

function isSame(one: Position, other: Position): boolean {
	return one.line === other.line && one.character === other.character;
}

/** Whether a sign that now stands beside a word makes it another one; so may what stood behind deleted text. */
function isLetter(sign: string | undefined): boolean {
	return sign === undefined || /[\p{L}\p{N}'’_-]/u.test(sign);
}

function isBefore(one: Position, other: Position): boolean {
	return one.line < other.line || (one.line === other.line && one.character < other.character);
}
