/**
 * The suggestions shown of late. While the user types through one, the rest of the same text is the answer, at once
 * and without asking the model again: anything else would flicker. Taking typed characters back works the same way.
 */
import type { TextChange } from "../domain/text.ts";

/** A cursor in a line. */
export interface Place {
	readonly document: string;
	readonly line: number;
	/** The line left of the cursor. */
	readonly before: string;
	/** The line right of the cursor. */
	readonly after: string;
}

export interface Shown {
	readonly place: Place;
	/** Inserted at the cursor, best first; the first was shown. */
	readonly texts: readonly string[];
	readonly at: number;
}

/** Enough for a word typed wrong and taken back, letter by letter. */
const CAPACITY = 16;

export class ShownSuggestions {
	/** Newest last. */
	#entries: Shown[] = [];

	add(shown: Shown): void {
		this.#entries.push(shown);
		if (this.#entries.length > CAPACITY) this.#entries.shift();
	}

	/**
	 * The rest of a suggestion at `place`: that text which was shown left of here, minus what was typed of it since.
	 * `forced` is what the rest must begin with, `lineAt` the document's text now.
	 */
	continueAt(
		place: Place,
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

	/** Forgets what an edit may have made wrong: everything in the document but suggestions on the lines edited. */
	edited(document: string, changes: readonly TextChange[]): void {
		this.#entries = this.#entries.filter(
			(shown) => shown.place.document !== document || changes.every((change) => isWithin(shown, change)),
		);
	}

	clear(): void {
		this.#entries = [];
	}
}

/** Whether a change may be the typing of a suggestion; only one of several lines may break the line. */
function isWithin(shown: Shown, { start, end, text }: TextChange): boolean {
	const last = shown.place.line + lineEnds(shown);
	if (start.line < shown.place.line || end.line > last) return false;
	return last > shown.place.line || !/[\r\n]/.test(text);
}

/** In the text that was shown. */
function lineEnds({ texts }: Shown): number {
	return (texts[0] ?? "").split("\n").length - 1;
}
