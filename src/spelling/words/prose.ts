/** Prose: which files are, and what in them is none. */

const proseEnding = /\.(?:md|markdown|mkd|mdx|mdwn|rst|txt|text|adoc|asciidoc|org|tex)$/i;
const proseName = /^(?:readme|changelog|changes|news|todo|contributing|authors|install|commit_editmsg|merge_msg)$/i;

/** @param path with "/" */
export function isProsePath(path: string): boolean {
	const name = path.slice(path.lastIndexOf("/") + 1);
	return proseEnding.test(name) || proseName.test(name);
}

/** Reads prose line by line, and puts blanks in place of code, link targets and tags, so that columns stay the same. */
export class ProseLines {
	readonly #isTex: boolean;
	/** What closes the block of code that is open; null: none is. */
	#fence: string | null = null;
	#isFrontMatter = false;
	/** Indentation of the line that introduces a literal block (`::`); null: there is none. */
	#literal: number | null = null;
	#isFirst = true;
	#wasBlank = true;
	#isInList = false;
	#isIndentedCode = false;

	constructor(path: string) {
		this.#isTex = /\.tex$/i.test(path);
	}

	/** The line with blanks in place of what is no prose. */
	next(line: string): string {
		const isFirst = this.#isFirst;
		this.#isFirst = false;
		if (this.#isCode(line, isFirst)) return "";
		const text = this.#isTex ? line.replaceAll(/\\[A-Za-z]+/g, blanks) : line;
		return withoutTargets(withoutCodeSpans(text)).replaceAll(/<[^<>]*>|\\.|\[\^[^[\]]*\]|\{[^{}]*\}/g, blanks);
	}

	#isCode(line: string, isFirst: boolean): boolean {
		if (isFirst && line === "---") {
			this.#isFrontMatter = true;
			return true;
		}
		if (this.#isFrontMatter) {
			if (line === "---") this.#isFrontMatter = false;
			return true;
		}
		const text = line.trimStart();
		const indent = line.length - text.length;
		if (this.#fence !== null) {
			if (text.startsWith(this.#fence)) this.#fence = null;
			return true;
		}
		const mark = /^(?:[-*+>]\s+|\d+[.)]\s+)*(```+|~~~+)/.exec(text)?.[1];
		if (mark !== undefined) {
			this.#fence = mark;
			return true;
		}
		return this.#isIndented(text, indent, line);
	}

	/** Whether a line is code because it is indented, by the rules of Markdown and of reStructuredText. */
	#isIndented(text: string, indent: number, line: string): boolean {
		if (text === "") {
			this.#wasBlank = true;
			return false;
		}
		if (this.#literal !== null && indent > this.#literal) return true;
		this.#literal = text.endsWith("::") || text.startsWith(".. code") ? indent : null;
		const isDeep = indent >= 4 || line.startsWith("\t");
		if (!isDeep) {
			this.#isInList = /^(?:[-*+]|\d+[.)])\s/.test(text) || (this.#isInList && indent > 0);
			this.#isIndentedCode = false;
		} else if (this.#wasBlank && !this.#isInList) this.#isIndentedCode = true;
		this.#wasBlank = false;
		return isDeep && this.#isIndentedCode;
	}
}

function blanks(text: string): string {
	return " ".repeat(text.length);
}

/** The text with blanks in place of what stands between backticks. An odd one leaves the rest of the line out. */
export function withoutCodeSpans(text: string): string {
	if (!text.includes("`")) return text;
	let isCode = false;
	return text
		.split(/(`+)/)
		.map((part) => {
			if (!part.startsWith("`")) return isCode ? blanks(part) : part;
			isCode = !isCode;
			return part;
		})
		.join("");
}

/** Without the targets of links: `[text](target)`. */
function withoutTargets(text: string): string {
	let result = "";
	let from = 0;
	for (;;) {
		const open = text.indexOf("](", from);
		const close = open < 0 ? -1 : text.indexOf(")", open);
		if (close < 0) return result + text.slice(from);
		result += `${text.slice(from, open + 1)} ${blanks(text.slice(open + 2, close))} `;
		from = close + 1;
	}
}
