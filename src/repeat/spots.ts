/** Places in documents that keep their identity while the text around them changes. */
import type { TextChange } from "../domain/text.ts";

export interface Spot {
	readonly document: string;
	readonly line: number;
	/** UTF-16 column. */
	readonly start: number;
}

/** So many are remembered; the oldest are forgotten first. */
const mostSpots = 200;

export class Spots {
	#spots: Spot[] = [];

	add(spot: Spot): void {
		this.#spots.push(spot);
		if (this.#spots.length > mostSpots) this.#spots.shift();
	}

	has({ document, line, start }: Spot): boolean {
		return this.#spots.some((spot) => spot.document === document && spot.line === line && spot.start === start);
	}

	onLine(document: string, line: number): boolean {
		return this.#spots.some((spot) => spot.document === document && spot.line === line);
	}

	/** Moves along with a change of a document; a spot inside the changed text is forgotten. */
	change(document: string, change: TextChange): void {
		const { start, end, text } = change;
		const isInLine = start.line === end.line && !text.includes("\n");
		if (isInLine && !this.onLine(document, start.line)) return;
		this.#spots = this.#spots.flatMap((spot) => (spot.document === document ? moved(spot, change) : [spot]));
	}

	close(document: string): void {
		this.#spots = this.#spots.filter((spot) => spot.document !== document);
	}
}

function moved(spot: Spot, { start, end, text }: TextChange): Spot[] {
	const isBefore = spot.line < start.line || (spot.line === start.line && spot.start < start.character);
	if (isBefore) return [spot];
	const isBehind = spot.line > end.line || (spot.line === end.line && spot.start >= end.character);
	if (!isBehind) return [];
	const lines = text.split("\n");
	const line = spot.line + lines.length - 1 - (end.line - start.line);
	if (spot.line > end.line) return [{ ...spot, line }];
	const last = (lines.at(-1) as string).length + (lines.length === 1 ? start.character : 0);
	return [{ ...spot, line, start: spot.start - end.character + last }];
}
