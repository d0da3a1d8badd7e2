/**
 * The suggestions that were shown lately. While the user types one of them, its rest is the answer, at once and without asking
 * the model: another text would make the suggestion flicker. The same holds while the user deletes what was typed of it.
 */
import type { TextChange } from "../domain/text.ts";

/** A line and the cursor in it. */
export interface CursorLine {
	readonly document: string;
	readonly line: number;
	/** The line left of the cursor. */
	readonly before: string;
	/** The line right of the cursor. */
	readonly after: string;
}

export interface Shown {
	readonly place: CursorLine;
	/** Texts to insert at the cursor, best first. The first was shown. */
	readonly texts: readonly string[];
	/** Time at which it was shown, in milliseconds. */
	readonly at: number;
}

/** Suggestions kept: enough while a wrong word is typed and deleted letter by letter, and each letter shows another one. */
const CAPACITY = 16;

export class ShownSuggestions {
	/** Newest last. */
	#entries: Shown[] = [];

	add(shown: Shown): void {
		this.#entries.push(shown);
		if (this.#entries.length > CAPACITY) this.#entries.shift();
	}

	/**
	 * Returns the suggestion that was shown left of `place` and has been typed as far as here, with the rest of its text. The
	 * rest must begin with `forced` and go on after it. `lineAt` returns a line of the document as it is now.
	 */
	continueAt(
		place: CursorLine,
		forced: string,
		lineAt: (line: number) => string,
	): { readonly shown: Shown; readonly text: string } | undefined {
		for (const shown of this.#entries.toReversed()) {
			const origin = shown.place;
			const further = place.line - origin.line;
			if (origin.document !== place.document || origin.after !== place.after) continue;
			if (further < 0 || further > lineEnds(shown)) continue;
			const between = Array.from({ length: further }, (_, i) => lineAt(origin.line + i));
			const written = [...between, place.before].join("\n");
			if (!written.startsWith(origin.before)) continue;
			const typed = written.slice(origin.before.length);
			const text = shown.texts[0];
			if (text?.startsWith(typed + forced) && text.length > typed.length + forced.length)
				return { shown, text: text.slice(typed.length) };
		}
		return undefined;
	}

	remove(shown: Shown): void {
		this.#entries = this.#entries.filter((entry) => entry !== shown);
	}

	/** Forgets the suggestions of the document that an edit may have made wrong: all whose lines do not contain the edit. */
	edited(document: string, changes: readonly TextChange[]): void {
		this.#entries = this.#entries.filter(
			(shown) => shown.place.document !== document || changes.every((change) => isWithin(shown, change)),
		);
	}

	/** Forgets the suggestions of a document that is gone. */
	closed(document: string): void {
		this.#entries = this.#entries.filter((shown) => shown.place.document !== document);
	}

	clear(): void {
		this.#entries = [];
	}
}

/** Whether the change may be the typing of the suggestion. Only the typing of one with several lines breaks a line. */
function isWithin(shown: Shown, { start, end, text }: TextChange): boolean {
	const last = shown.place.line + lineEnds(shown);
	if (start.line < shown.place.line || end.line > last) return false;
	return last > shown.place.line || !/[\r\n]/.test(text);
}

/** Number of line ends in the text that was shown. */
function lineEnds({ texts }: Shown): number {
	return (texts[0] ?? "").split("\n").length - 1;
}
