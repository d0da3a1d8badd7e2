/** Tells strings and comments from code, by a few signs of the language. */
import type { Language, Region } from "./languages.ts";

/** What is open. */
interface Open {
	readonly region: Region;
	/** What ends it; "\n" is the end of the line. */
	readonly end: string;
	/** It may go on over line ends. */
	readonly isLong: boolean;
}

const code: Open = { region: "code", end: "", isLong: true };

/** `<!--` has four signs, and one more tells whether a blank stands before. */
const longestMark = 5;

/** Reads a text from its beginning, sign by sign. */
export class Lexer {
	/** What begins something, the longest first. */
	readonly #beginnings: readonly (readonly [mark: string, open: Open])[];
	#open: Open = code;
	/** The last signs read. */
	#recent = "";
	/** Signs read since something was opened or closed. */
	#since = 0;
	#isEscaped = false;
	#last: Region | null = null;

	constructor({ lineComments, blockComments, quotes, longQuotes }: Language) {
		const beginnings: (readonly [string, Open])[] = [
			...lineComments.map((mark) => [mark, { region: "comment", end: "\n", isLong: false }] as const),
			...blockComments.map(([mark, end]) => [mark, { region: "comment", end, isLong: true }] as const),
			...quotes.map((mark) => [mark, { region: "string", end: mark, isLong: false }] as const),
			...longQuotes.map((mark) => [mark, { region: "string", end: mark, isLong: true }] as const),
		];
		this.#beginnings = beginnings.sort(([one], [other]) => other.length - one.length);
	}

	/** What the next sign is part of, if it ends nothing. */
	get region(): Region {
		return this.#open.region;
	}

	/** What the last sign was part of; a mark that ends something is part of it. Null at the beginning of a line. */
	get last(): Region | null {
		return this.#last;
	}

	read(text: string): void {
		for (const sign of text) this.#read(sign);
	}

	#read(sign: string): void {
		if (sign === "\n" && !this.#open.isLong) this.#become(code);
		const { region, end } = this.#open;
		this.#last = sign === "\n" ? null : region;
		const wasEscaped = this.#isEscaped;
		this.#isEscaped = region === "string" && sign === "\\" && !wasEscaped;
		this.#recent = (this.#recent + sign).slice(-longestMark);
		this.#since++;
		if (wasEscaped || this.#isEscaped) return;
		if (this.#open !== code) {
			if (this.#since >= end.length && this.#recent.endsWith(end)) this.#become(code);
			return;
		}
		const found = this.#beginnings.find(([mark]) => this.#begins(mark));
		if (found === undefined) return;
		this.#last = found[1].region;
		this.#become(found[1]);
	}

	#begins(mark: string): boolean {
		if (!this.#recent.endsWith(mark)) return false;
		if (mark === "#") return (this.#recent.at(-2) ?? " ").trim() === "";
		// The first two of three quotes were an empty string.
		return this.#since >= mark.length || /^(?:"""|''')$/.test(mark);
	}

	#become(open: Open): void {
		this.#open = open;
		this.#since = 0;
	}
}
