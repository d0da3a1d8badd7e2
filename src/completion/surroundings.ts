/** The text around the cursor, as far as it decides what may be suggested; lines without their ends. */
import type { Position } from "../domain/text.ts";

export interface Surroundings {
	/** The cursor's line left of it. */
	readonly before: string;
	/** The cursor's line right of it. */
	readonly after: string;
	/** The nearest line above and below that is not blank, or "". */
	readonly previousLine: string;
	readonly nextLine: string;
}

/** A line further off than this, blank lines between, is no neighbour. */
const neighbourDistance = 3;

/** `lineAt`: a line of the text, or "" outside of it. */
export function surroundingsAt(lineAt: (line: number) => string, { line, character }: Position): Surroundings {
	const text = lineAt(line);
	return {
		before: text.slice(0, character),
		after: text.slice(character),
		previousLine: writtenLine(lineAt, line, -1),
		nextLine: writtenLine(lineAt, line, 1),
	};
}

/** The nearest line in one direction that is not blank, or "". */
function writtenLine(lineAt: (line: number) => string, from: number, step: 1 | -1): string {
	for (let distance = 1; distance <= neighbourDistance; distance++) {
		const line = lineAt(from + step * distance);
		if (line.trim() !== "") return line;
	}
	return "";
}
