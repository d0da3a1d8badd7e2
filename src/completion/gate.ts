/**
 * The gate: cheap reasons to suggest nothing, decided before a model is asked. The editor, the server and the command line
 * use the same one. It costs microseconds, as VS Code's own suggestions wait for our answer.
 */

/** Closing tags and ends of comments, which editors insert by themselves; a source of regular expressions. */
export const closingMarks = String.raw`<\/[\w:.-]*>|\*\/|-->`;

/**
 * What may stand right of the cursor: closing brackets, quotes, tags and comment marks, separators, and an opening brace. A
 * suggestion is inserted before it, so it must be text that a model which reads from left to right can foresee.
 */
const closers = new RegExp(String.raw`^(?:${closingMarks}|[\s)\]}>"'\`;,:{])*$`);

/** Nobody writes so many closers; on lines of millions of characters the expression would overflow the stack. */
const longestClosers = 1000;

/** Whether text may be suggested left of `after`, the rest of the line. */
export function mayCompleteBefore(after: string): boolean {
	return after.length <= longestClosers && closers.test(after);
}

/**
 * Whether the editor can show `text` at the cursor and let Tab accept it: not blank, and where the line has only
 * blanks so far not beginning with a tab stop or more of them, as Tab then indents instead.
 */
export function isShowable(text: string, before: string, tabSize: number): boolean {
	const first = text.search(/\S/);
	if (first < 0) return false;
	if (/\S/.test(before)) return true;
	const line = text.split("\n", 1)[0] ?? "";
	const blanks = /^\s*/.exec(line)?.[0] ?? "";
	return columns(blanks, tabSize) < tabSize;
}

/** Width of leading blanks. */
function columns(blanks: string, tabSize: number): number {
	let width = 0;
	for (const blank of blanks) width = blank === "\t" ? width - (width % tabSize) + tabSize : width + 1;
	return width;
}
