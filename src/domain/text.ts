/** Places in a document and changes of it, as the editor counts them. */

/** Positions are as in the editor: zero-based line, UTF-16 column. */
export interface Position {
	readonly line: number;
	readonly character: number;
}

export interface TextChange {
	readonly start: Position;
	readonly end: Position;
	readonly text: string;
}

/** UTF-16 units before a position, in a text whose lines end with "\n". */
export function offsetOf(text: string, { line, character }: Position): number {
	let start = 0;
	for (let i = 0; i < line; i++) start = text.indexOf("\n", start) + 1;
	return start + character;
}

/** The text after a change. */
export function changed(text: string, change: TextChange): string {
	return text.slice(0, offsetOf(text, change.start)) + change.text + text.slice(offsetOf(text, change.end));
}
