/**
 * The gate: cheap reasons to suggest nothing, decided before a model is asked. The editor, the server and the command line
 * use the same one. It costs microseconds, as VS Code's own suggestions wait for our answer.
 */

/** Nobody types lines of so many UTF-16 units; each key in one would cost as much as reading it. */
const longestLine = 16 * 1024;

/**
 * Whether text may be suggested between `before` and `after`, the line left and right of the cursor. Any text may stand
 * there: what is suggested is an insertion that leaves it in place.
 */
export function mayCompleteIn(before: string, after: string): boolean {
	return before.length + after.length <= longestLine;
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
