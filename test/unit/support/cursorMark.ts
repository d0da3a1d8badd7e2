/** Documents written as text with a mark where the cursor is: `const a = █;`. */
import type { Surroundings } from "../../../src/completion/surroundings.ts";

export const cursorMark = "█";

export interface MarkedDocument {
	/** Without the mark. */
	readonly text: string;
	readonly lines: readonly string[];
	/** Zero-based, as in the editor. */
	readonly position: { readonly line: number; readonly character: number };
	/** The line of the cursor, left and right of it, and its neighbours. */
	readonly surroundings: Surroundings;
	/** The text of all lines above the cursor's, each with its line end. */
	readonly above: string;
}

/** Throws if there is not exactly one mark. */
export function parseMarked(marked: string): MarkedDocument {
	const parts = marked.split(cursorMark);
	if (parts.length !== 2) throw new Error(`${parts.length - 1} cursors in ${JSON.stringify(marked)}`);
	const text = parts.join("");
	const lines = text.split("\n");
	const line = (parts[0] ?? "").split("\n").length - 1;
	const before = (parts[0] ?? "").split("\n").at(-1) ?? "";
	return {
		text,
		lines,
		position: { line, character: before.length },
		surroundings: {
			before,
			after: (lines[line] ?? "").slice(before.length),
			previousLine: lines[line - 1] ?? "",
			nextLine: lines[line + 1] ?? "",
		},
		above: lines
			.slice(0, line)
			.map((one) => `${one}\n`)
			.join(""),
	};
}

/** A line with a suggestion in brackets where the ghost text would be: `const a = [compute();]`. */
export function withGhost({ surroundings }: MarkedDocument, suggestion: string | undefined): string {
	const { before, after } = surroundings;
	return suggestion === undefined ? before + after : `${before}[${suggestion}]${after}`;
}
