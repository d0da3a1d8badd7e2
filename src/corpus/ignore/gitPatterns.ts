/**
 * The patterns of an ignore file, as git reads and matches them (`dir.c`, `wildmatch.c`): byte by byte, so that "?" is one
 * byte of UTF-8 and "é" takes "??". Texts and paths are therefore strings of bytes here ("latin1"). All patterns of a file are
 * matched at once, in time linear in the path.
 */
import { Automaton, choice, one, type Part, repeat, report, sequence, type UnitTest } from "./automaton.ts";

const slash = 0x2f;
const any: UnitTest = () => true;
const inName: UnitTest = (byte) => byte !== slash;

const isSlash = one((byte) => byte === slash);
const anything = repeat(one(any));
const anyName = repeat(one(inName));
/** Begins at the top or after any slash. */
const anywhere = choice([sequence([]), sequence([anything, isSlash])]);

/** A pattern's value says its line and two properties. */
const negated = 1;
const foldersOnly = 2;
const properties = 4;

export class GitPatterns {
	readonly #automaton: Automaton;

	/** @param content bytes of an ignore file */
	constructor(content: string, ignoreCase: boolean) {
		const tied: Part[] = [];
		const loose: Part[] = [];
		for (const [index, line] of linesOf(content).entries()) {
			const pattern = parse(line, ignoreCase);
			if (pattern === undefined) continue;
			const value = index * properties + pattern.properties;
			(pattern.isTied ? tied : loose).push(sequence([...pattern.parts, report(value)]));
		}
		// Loose patterns share one beginning: else each would be alive at every place of a path.
		this.#automaton = new Automaton(choice([choice(tied), sequence([anywhere, choice(loose)])]));
	}

	/**
	 * Whether the last pattern that matches ignores a path; undefined if none matches.
	 *
	 * @param path bytes, relative to the folder of the ignore file, with "/", without one at its end
	 */
	ignores(path: string, isFolder: boolean): boolean | undefined {
		let last = -1;
		for (const value of this.#automaton.match(path))
			if (value > last && (isFolder || (value & foldersOnly) === 0)) last = value;
		return last < 0 ? undefined : (last & negated) === 0;
	}
}

function linesOf(content: string): string[] {
	return content
		.replace(/^\xef\xbb\xbf/, "")
		.split("\n")
		.map((line) => line.replace(/\r$/, ""))
		.filter((line) => line !== "" && !line.startsWith("#"))
		.map((line) => line.replace(/\0.*$/s, ""))
		.map(withoutTrailingSpaces);
}

/** A space after a backslash stays. */
function withoutTrailingSpaces(line: string): string {
	let end = 0;
	for (let at = 0; at < line.length; at++) {
		if (line[at] === "\\") {
			at++;
			// Git cuts nothing off a line that ends with a backslash.
			if (at === line.length) return line;
		} else if (line[at] === " ") continue;
		end = at + 1;
	}
	return line.slice(0, end);
}

interface Pattern {
	readonly parts: readonly Part[];
	readonly properties: number;
	/** Whether it matches from the folder of the ignore file on, rather than at any depth. */
	readonly isTied: boolean;
}

/** Undefined for a pattern that never matches. */
function parse(line: string, ignoreCase: boolean): Pattern | undefined {
	const isNegated = line.startsWith("!");
	let pattern = isNegated ? line.slice(1) : line;
	const isForFolders = pattern.endsWith("/");
	if (isForFolders) pattern = pattern.slice(0, -1);
	const isTied = pattern.includes("/");
	if (pattern.startsWith("/")) pattern = pattern.slice(1);
	if (pattern === "") return undefined;
	const parts = new Wildmatch(pattern, isTied, ignoreCase).parts();
	if (parts === undefined) return undefined;
	const properties = (isNegated ? negated : 0) + (isForFolders ? foldersOnly : 0);
	return { parts, properties, isTied };
}

class Wildmatch {
	readonly #pattern: string;
	readonly #isTied: boolean;
	readonly #ignoreCase: boolean;

	constructor(pattern: string, isTied: boolean, ignoreCase: boolean) {
		this.#pattern = pattern;
		this.#isTied = isTied;
		this.#ignoreCase = ignoreCase;
	}

	parts(): Part[] | undefined {
		const pattern = this.#pattern;
		const parts: Part[] = [];
		// Git compares the beginning without special characters apart, and what follows "begins" then: "a/b**/c" matches as
		// "a/b" and "**/c" do.
		const start = pattern.search(/[*?[\\]/);
		for (let at = 0; at < pattern.length; at++) {
			const character = pattern[at] as string;
			if (character === "\\") {
				at++;
				if (at === pattern.length) return undefined;
				// As git has it, an escaped capital letter matches nothing where case is ignored.
				const code = pattern.charCodeAt(at);
				parts.push(this.#one((byte) => byte === code));
			} else if (character === "?") parts.push(one(inName));
			else if (character === "*") {
				let end = at;
				while (pattern[end] === "*") end++;
				const isAlone = this.#isTied && (at === start || pattern[at - 1] === "/");
				const isBeforeSlash = pattern[end] === "/" || pattern.startsWith("\\/", end);
				if (end - at < 2 || !isAlone || !(isBeforeSlash || end === pattern.length)) parts.push(anyName);
				else if (pattern[end] === "/") {
					parts.push(anywhere);
					end++;
				} else parts.push(anything);
				at = end - 1;
			} else if (character === "[") {
				const set = parseClass(pattern, at, this.#ignoreCase);
				if (set === undefined) return undefined;
				const { allowed } = set;
				parts.push(this.#one((byte) => byte !== slash && allowed[byte] === 1));
				at = set.end;
			} else {
				const code = this.#fold(character.charCodeAt(0));
				parts.push(this.#one((byte) => byte === code));
			}
		}
		return parts;
	}

	#one(test: UnitTest): Part {
		return one(this.#ignoreCase ? (byte) => test(this.#fold(byte)) : test);
	}

	/** Of ASCII letters only, as in git. */
	#fold(byte: number): number {
		return this.#ignoreCase && byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
	}
}

const classes: Readonly<Record<string, RegExp>> = {
	alnum: /[A-Za-z0-9]/,
	alpha: /[A-Za-z]/,
	blank: /[ \t]/,
	// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what the class is
	cntrl: /[\0-\x1f\x7f]/,
	digit: /\d/,
	graph: /[!-~]/,
	lower: /[a-z]/,
	print: /[ -~]/,
	punct: /[!-/:-@[-`{-~]/,
	// Git's own isspace() knows no form feed and no vertical tab.
	space: /[ \t\n\r]/,
	upper: /[A-Z]/,
	xdigit: /[A-Fa-f0-9]/,
};

/**
 * A set in brackets.
 *
 * @param open where its "[" is
 * @returns for each byte 1 if it is in the set, and where the "]" is; undefined if there is none or a class is unknown
 */
function parseClass(
	pattern: string,
	open: number,
	ignoreCase: boolean,
): { readonly allowed: Uint8Array; readonly end: number } | undefined {
	const set = new Uint8Array(256);
	const isLower = (byte: number) => byte >= 0x61 && byte <= 0x7a;
	let at = open + 1;
	const isNegated = pattern[at] === "!" || pattern[at] === "^";
	if (isNegated) at++;
	/** The beginning of a range, if "-" follows; 0 if none can begin. */
	let before = 0;
	do {
		if (at >= pattern.length) return undefined;
		let code = pattern.charCodeAt(at);
		if (pattern[at] === "\\") {
			if (++at >= pattern.length) return undefined;
			code = pattern.charCodeAt(at);
			set[code] = 1;
		} else if (pattern[at] === "-" && before !== 0 && at + 1 < pattern.length && pattern[at + 1] !== "]") {
			at++;
			if (pattern[at] === "\\") at++;
			if (at >= pattern.length) return undefined;
			const last = pattern.charCodeAt(at);
			for (let byte = 0; byte < 256; byte++) {
				const other = ignoreCase && isLower(byte) ? byte - 0x20 : byte;
				if ((byte >= before && byte <= last) || (other >= before && other <= last)) set[byte] = 1;
			}
			code = 0;
		} else if (pattern.startsWith("[:", at)) {
			const close = pattern.indexOf("]", at + 2);
			if (close < 0) return undefined;
			if (close > at + 2 && pattern[close - 1] === ":") {
				const known = classes[pattern.slice(at + 2, close - 1)];
				if (known === undefined) return undefined;
				for (let byte = 0; byte < 256; byte++) if (known.test(String.fromCharCode(byte))) set[byte] = 1;
				if (ignoreCase && known === classes["upper"]) set.fill(1, 0x61, 0x7b);
				at = close;
				code = 0;
			} else set[code] = 1;
		} else set[code] = 1;
		before = code;
		at++;
	} while (pattern[at] !== "]");
	return { allowed: isNegated ? set.map((is) => 1 - is) : set, end: at };
}
