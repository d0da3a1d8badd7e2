/** Closing tags and ends of comments, which editors write by themselves as they write closing brackets. */

/** What ends a text between a mark and its counterpart. */
export interface Mark {
	/** As it stands right of the cursor. */
	readonly closing: string;
	/** With what begins what it ends; "" if that does not nest. */
	readonly opening: string;
}

/** The ends of comments, and how these begin. */
const comments: readonly (readonly [opening: string, closing: string])[] = [
	["/*", "*/"],
	["<!--", "-->"],
];
/** Nobody writes longer names of tags. */
const longestTag = 100;
/** Most signs left of the cursor in which the counterpart is looked for. */
const longestReach = 1000;

/** The mark that stands right of the cursor, if what it closes was opened left of it on the line; else null. */
export function markRightOf(before: string, after: string): Mark | null {
	const left = before.slice(-longestReach);
	const right = after.slice(0, longestReach).trimStart();
	for (const [opening, closing] of comments) {
		if (!right.startsWith(closing)) continue;
		return left.lastIndexOf(opening) > left.lastIndexOf(closing) ? { closing, opening: "" } : null;
	}
	const closing = closingTag(right);
	if (closing === null) return null;
	const mark = { closing, opening: closing === "</>" ? "<>" : `<${closing.slice(2, -1)}` };
	return depthAfter(left, mark) > 0 ? mark : null;
}

/** Length of `text` without `mark`, with which it closes what the mark right of the cursor closes, and all behind it. */
export function lengthBeforeMark(text: string, { closing, opening }: Mark): number {
	let depth = 0;
	for (let at = text.indexOf(closing[0] as string); at >= 0; at = text.indexOf(closing[0] as string, at + 1)) {
		if (text.startsWith(closing, at)) {
			if (depth === 0) return at;
			depth--;
		} else if (opening !== "" && isTagAt(text, opening, at)) depth++;
		// A hypothesis that was cut off may end inside the mark.
		else if (depth === 0 && closing.startsWith(text.slice(at))) return at;
	}
	return text.length;
}

/** The closing tag with which `text` begins, or null. */
function closingTag(text: string): string | null {
	if (!text.startsWith("</")) return null;
	const end = text.slice(0, longestTag).indexOf(">");
	if (end < 0) return null;
	for (const sign of text.slice(2, end)) if (!/[\w:.-]/.test(sign)) return null;
	return text.slice(0, end + 1);
}

/** How many tags are open after `text` that `closing` closes. */
function depthAfter(text: string, { opening, closing }: Mark): number {
	let depth = 0;
	for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) {
		if (text.startsWith(closing, at)) depth = Math.max(0, depth - 1);
		else if (isTagAt(text, opening, at)) depth++;
	}
	return depth;
}

/** Whether the tag that begins with `opening`, and no longer name, stands at an index. */
function isTagAt(text: string, opening: string, at: number): boolean {
	if (!text.startsWith(opening, at)) return false;
	return opening.endsWith(">") || !/[\w:.-]/.test(text[at + opening.length] ?? "");
}
