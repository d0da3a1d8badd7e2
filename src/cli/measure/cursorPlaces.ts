/** Places in files at which a suggestion can be compared with what was really written. */
import { RandomSource } from "../../trainer/sampler.ts";

export interface HeldOutText {
	readonly path: string;
	readonly text: string;
	/** Lines of the file that come before the text. */
	readonly linesAbove: number;
}

/** A cursor in the middle of a line, and what its author wrote next. */
export interface CursorPlace {
	readonly path: string;
	/** The text up to the cursor, as if it were being typed. */
	readonly typed: string;
	/** In the file, from 1. */
	readonly lineNumber: number;
	/** In what is typed, zero-based; the column in UTF-16 units. */
	readonly line: number;
	readonly column: number;
	/** The line left of the cursor, and right of it. */
	readonly before: string;
	readonly written: string;
}

/** Less is hardly worth a suggestion. */
const leastWritten = 6;

/** Up to `count` places in different lines, drawn at random, in the order of the files. */
export function drawPlaces(files: readonly HeldOutText[], count: number, seed: number): CursorPlace[] {
	const random = new RandomSource(seed);
	const lines = files.flatMap((file) => file.text.split("\n").map((content, line) => ({ file, content, line })));
	const usable = lines.filter(({ content }) => content.trim().length > leastWritten);
	const drawn = new Set<number>();
	while (drawn.size < Math.min(count, usable.length)) drawn.add(random.below(usable.length));
	return [...drawn].sort((a, b) => a - b).map((index) => placeIn(usable[index] as Line, random));
}

interface Line {
	readonly file: HeldOutText;
	readonly content: string;
	readonly line: number;
}

function placeIn({ file, content, line }: Line, random: RandomSource): CursorPlace {
	const first = content.search(/\S/) + 1;
	const last = content.trimEnd().length - leastWritten;
	const drawn = first + random.below(last - first + 1);
	// Not between the halves of a character.
	const column = /[\udc00-\udfff]/.test(content.charAt(drawn)) ? drawn - 1 : drawn;
	const above = file.text.split("\n").slice(0, line);
	const before = content.slice(0, column);
	return {
		path: file.path,
		typed: [...above, before].join("\n"),
		lineNumber: file.linesAbove + line + 1,
		line,
		column,
		before,
		written: content.slice(column),
	};
}
