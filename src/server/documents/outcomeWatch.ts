/**
 * What became of the suggestions: whether the text went on as suggested, taken or typed. Only numbers leave this file. It
 * watches one suggestion of a document at a time, as the editor shows one.
 */
import type { Position, TextChange } from "../../domain/text.ts";
import type { Outcome } from "../../tuning/calibrationFit.ts";

/** A suggestion whose outcome is not known yet. */
interface Watched {
	readonly position: Position;
	readonly text: string;
	readonly stated: number;
	/** Something was typed behind it. */
	isTouched: boolean;
}

export class OutcomeWatch {
	/** By document. */
	readonly #watched = new Map<string, Watched>();

	/** To be told of each suggestion that is shown by itself. */
	shown(document: string, position: Position, text: string, stated: number): void {
		this.#watched.set(document, { position, text, stated, isTouched: false });
	}

	/** To be told of every change of a document. A change before the suggestion moves it, and its outcome stays unknown. */
	changed(document: string, changes: readonly TextChange[]): void {
		const watched = this.#watched.get(document);
		if (watched === undefined) return;
		if (changes.some(({ start }) => isBefore(start, watched.position))) this.#watched.delete(document);
		else watched.isTouched = true;
	}

	closed(document: string): void {
		this.#watched.delete(document);
	}

	/**
	 * The outcome of the last suggestion now that the cursor stands at `cursor`; null while it may still come true, and where
	 * nothing was typed.
	 *
	 * @param lineAt the text of the document now
	 */
	outcome(document: string, cursor: Position, lineAt: (line: number) => string): Outcome | null {
		const watched = this.#watched.get(document);
		if (watched === undefined) return null;
		const { position, text, stated, isTouched } = watched;
		if (isBefore(cursor, position) || !isTouched) {
			if (cursor.line !== position.line) this.#watched.delete(document);
			return null;
		}
		const typed = textBetween(position, cursor, lineAt, text.length);
		const isRight = typed.startsWith(text);
		if (!isRight && text.startsWith(typed)) return null;
		this.#watched.delete(document);
		return { stated, isRight };
	}

	/** Whether a suggestion is watched that may still come true: it is on the screen, and the next one continues it. */
	isWatching(document: string): boolean {
		return this.#watched.has(document);
	}
}

function isBefore(one: Position, other: Position): boolean {
	return one.line < other.line || (one.line === other.line && one.character < other.character);
}

/** The text from `start` to `end`, or more than `enough` UTF-16 units of it. */
function textBetween(start: Position, end: Position, lineAt: (line: number) => string, enough: number): string {
	let text = "";
	for (let line = start.line; line <= end.line && text.length <= enough; line++) {
		const from = line === start.line ? start.character : 0;
		text += lineAt(line).slice(from, line === end.line ? end.character : undefined);
		if (line < end.line) text += "\n";
	}
	return text;
}
