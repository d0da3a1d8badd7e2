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
