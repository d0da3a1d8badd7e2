/**
 * Which part of the suggestion on the screen an edit has written. VS Code runs no command of ours when a word or a line of a
 * suggestion is taken: it inserts several characters of the suggestion at once, which is told here from what one key inserts.
 */
import type { CursorLine } from "../../completion/shownSuggestions.ts";
import type { TextChange } from "../../domain/text.ts";

/** A text that is shown at a place. */
export interface Offer {
	readonly place: CursorLine;
	/** The line above the place's. */
	readonly above: string;
	readonly text: string;
}

/**
 * `taken`: by words or lines, or as a whole. `typed`: by one key. The cursor stands behind it in both cases. A closer that the
 * editor inserts by itself behind the cursor is neither, whatever the suggestion says there.
 */
export interface WrittenPart {
	readonly how: "taken" | "typed";
	/** With "\n" as line end. */
	readonly text: string;
}

export function writtenPart(
	{ place, text }: Offer,
	document: string,
	changes: readonly TextChange[],
): WrittenPart | undefined {
	const [change, ...others] = changes;
	if (document !== place.document || change === undefined || others.length > 0) return undefined;
	const { start, end } = change;
	const isInsertion = start.line === end.line && start.character === end.character;
	const isAtCursor = start.line === place.line && start.character === place.before.length;
	const inserted = change.text.replaceAll("\r\n", "\n");
	if (!isInsertion || !isAtCursor || inserted === "" || !text.startsWith(inserted)) return undefined;
	if ([...inserted].length === 1 || inserted.trim() === "") return { how: "typed", text: inserted };
	return closers.test(inserted) ? undefined : { how: "taken", text: inserted };
}

/**
 * What the editor inserts behind the cursor: the second of a pair with or without the first, a closing tag, the end of a
 * comment, three quotes.
 */
const closers = /^(?:\(\)|\[\]|\{\}|<>|(["'`$*_])\1+|>?<\/[^<>\s]*>|\*? ?\*\/|-?-->)$/;

/** What is still offered once the part is written. */
export function offerAfter({ place, above, text }: Offer, written: string): Offer {
	const lines = (place.before + written).split("\n");
	return {
		place: { ...place, line: place.line + lines.length - 1, before: lines.at(-1) ?? "" },
		above: lines.at(-2) ?? above,
		text: text.slice(written.length),
	};
}
