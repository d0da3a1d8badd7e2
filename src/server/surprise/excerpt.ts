/** The part of a document that is measured: all of it, or the lines around one. */

/** UTF-16 units that are measured: a second or two of work. */
export const mostUnits = 2 ** 15;
/** UTF-16 units before them that are read first. */
const unitsBefore = 2 ** 11;

export interface Excerpt {
	/** Lines of the document; `to` is not one of them. */
	readonly from: number;
	readonly to: number;
	/** Text of the lines before; at most some of it. */
	readonly before: string;
	/** Of the lines, each with its end unless it is the last of the document. */
	readonly excerpt: string;
}

/** @param text with "\n" at the ends of its lines */
export function excerptAround(text: string, line: number, most = mostUnits): Excerpt {
	const lines = text.split("\n");
	if (text.length <= most) return { from: 0, to: lines.length, before: "", excerpt: text };
	const middle = Math.max(0, Math.min(line, lines.length - 1));
	const units = (at: number): number => (lines[at]?.length ?? Number.POSITIVE_INFINITY) + 1;
	let from = middle;
	let to = middle;
	let left = most;
	const above = (least: number): void => {
		for (; from > 0 && left - units(from - 1) >= least; from--) left -= units(from - 1);
	};
	above(most / 2);
	for (; to < lines.length && units(to) <= left; to++) left -= units(to);
	// What there is too little text below for is spent above.
	above(0);
	const excerpt = lines.slice(from, to).join("\n") + (to > from && to < lines.length ? "\n" : "");
	const before = lines
		.slice(0, from)
		.map((one) => `${one}\n`)
		.join("")
		.slice(-unitsBefore)
		.replace(/^[\udc00-\udfff]/, "");
	return { from, to, before, excerpt };
}
