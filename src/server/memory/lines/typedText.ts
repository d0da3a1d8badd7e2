/** What of the text of an open document is learned, and as which lines. */
import { type Passage, passagesOf } from "./learningTask.ts";
import { countLines } from "./lineHashes.ts";
import { maskingSecrets } from "./slices.ts";

/** The passages of a cell, with the cells above it as the text before them. */
export function passagesBelow(path: string, above: string, text: string, isNew: Uint8Array): Passage[] {
	const marks = new Uint8Array(countLines(above) + isNew.length);
	marks.set(isNew, marks.length - isNew.length);
	return passagesOf(path, above + text, marks, false);
}

export function countLineEnds(text: string): number {
	return text.match(/\r\n?|\n/g)?.length ?? 0;
}

/** What is known of an open document. */
interface OpenText {
	readonly document: { readonly path: string };
	/** It is a cell of a notebook. */
	readonly isPart: boolean;
}

/** As `maskingSecrets`. A cell is masked as in the file of its notebook, where the cells of several languages are one text. */
export function maskingDocument(text: string, { document, isPart }: OpenText): Generator<undefined, string> {
	return maskingSecrets(text, isPart ? undefined : document.path);
}

/**
 * The number, in the masked text, of the line of the cursor, which is not finished. An unknown cursor may be at the end of
 * the text.
 */
export function* unfinishedLine(
	plain: string,
	text: string,
	open: OpenText,
	cursor: number | null,
): Generator<undefined, number> {
	if (cursor === null) return countLines(text) - Number(!text.endsWith("\n"));
	// A masked key may have had several lines.
	const isShifted = text !== plain && countLines(text) !== countLines(plain);
	return isShifted ? countLines(yield* maskingDocument(linesAbove(plain, cursor), open)) : cursor;
}

function linesAbove(text: string, line: number): string {
	let end = 0;
	for (let number = 0; number < line; number++) {
		const next = text.indexOf("\n", end);
		if (next < 0) return `${text}\n`;
		end = next + 1;
	}
	return text.slice(0, end);
}
