/**
 * The cheap reasons for silence, decided before anything is asked. Each costs microseconds: an answer of ours holds up
 * the editor's own suggestions.
 */

/**
 * What may stand right of the cursor: closers, and what often follows them. Text there has to reappear, in order, in
 * the finished line, and only of these can a model that reads from left to right be expected to foresee that.
 */
const CLOSERS = /^[\s)\]}>"'`;,:{]*$/;

/** `after` is the rest of the line, right of the cursor. */
export function mayCompleteBefore(after: string): boolean {
	return CLOSERS.test(after);
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
