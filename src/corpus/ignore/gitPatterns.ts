/**
 * The patterns of an ignore file, as git reads and matches them (`dir.c`, `wildmatch.c`): byte by byte, so that "?" is one
 * byte of UTF-8 and "é" takes "??". Texts and paths are therefore strings of bytes here ("latin1"). All patterns of a file are
 * matched at once: those without special characters, or with one "*" at an end of a name, are looked up; the others become
 * an automaton.
 */
import {
	Automaton,
	choice,
	Effort,
	one,
	type Part,
	type Parts,
	repeat,
	report,
	sequence,
	together,
	type UnitTest,
} from "./automaton.ts";

const slash = 0x2f;
const any: UnitTest = () => true;
const inName: UnitTest = (byte) => byte !== slash;

const isSlash = one((byte) => byte === slash);
const anything = repeat(one(any));
const nameByte = one(inName);
const anyName = repeat(nameByte);
/** Begins at the top or after any slash. */
const anywhere = choice([sequence([]), sequence([anything, isSlash])]);

/** No path is longer on the systems that VS Code runs on. A longer line is not used. */
export const longestPattern = 4096;

/** A pattern's value says its line and two properties. */
const negated = 1;
const foldersOnly = 2;
const properties = 4;

export interface GitPatternsOptions {
	readonly ignoreCase?: boolean;
	/** The work that matching may take, shared with others. */
	readonly effort?: Effort;
	/** Told once of a line that is too long, and how many there are. */
	readonly tooLong?: (line: string, count: number) => void;
	/** Told once when the effort is spent: from then on all is ignored. */
	readonly spent?: () => void;
}

export class GitPatterns {
	readonly #ignoreCase: boolean;
	readonly #effort: Effort;
	#spent: (() => void) | undefined;
	/** Paths as they are, names as they are, ends and beginnings of names. */
	readonly #paths = new Lookup();
	readonly #names = new Lookup();
	readonly #ends = new Lookup();
	readonly #beginnings = new Lookup();
	/** Of all other patterns; null: there are none. */
	readonly #automaton: Automaton | null;

	/** @param content bytes of an ignore file */
	constructor(content: string, { ignoreCase = false, effort = new Effort(), tooLong, spent }: GitPatternsOptions = {}) {
		this.#ignoreCase = ignoreCase;
		this.#effort = effort;
		this.#spent = spent;
		effort.spend(content.length);
		const long: string[] = [];
		/** Patterns that need an automaton, with their values. Of equal ones only the last counts. */
		const others = new Map<string, readonly [Pattern, value: number]>();
		for (const [index, line] of linesOf(content).entries()) {
			if (line.length > longestPattern) long.push(line);
			const pattern = line.length > longestPattern ? undefined : parse(line);
			if (pattern === undefined) continue;
			const value = index * properties + pattern.properties;
			if (this.#lookedUp(pattern, value)) continue;
			others.set(`${pattern.isTied} ${pattern.properties & foldersOnly} ${pattern.text}`, [pattern, value]);
		}
		if (long[0] !== undefined) tooLong?.(long[0], long.length);
		this.#automaton = this.#compiled([...others.values()]);
	}

	/** Null if there are no patterns, or too many. */
	#compiled(patterns: readonly (readonly [Pattern, value: number])[]): Automaton | null {
		const bytes = patterns.reduce((sum, [{ text }]) => sum + text.length, 0);
		if (patterns.length === 0 || !this.#effort.compile(bytes)) return null;
		const classes = new Map<string, Part>();
		const tied: Parts[] = [];
		const loose: Parts[] = [];
		for (const [{ text, isTied }, value] of patterns) {
			const parts = new Wildmatch(text, isTied, this.#ignoreCase, classes).parts();
			if (parts !== undefined) (isTied ? tied : loose).push([...parts, report(value)]);
		}
		if (tied.length + loose.length === 0) return null;
		// Loose patterns share one beginning: else each would be alive at every place of a path.
		return new Automaton(choice([together(tied), sequence([anywhere, together(loose)])]), this.#effort);
	}

	/**
	 * Whether the last pattern that matches ignores a path; undefined if none matches.
	 *
	 * @param path bytes, relative to the folder of the ignore file, with "/", without one at its end
	 */
	ignores(path: string, isFolder: boolean): boolean | undefined {
		const values = this.#automaton?.match(path) ?? [];
		if (this.#effort.isSpent) {
			// Better too little is learned than what somebody wanted to be left out.
			this.#spent?.();
			this.#spent = undefined;
			return true;
		}
		const folded = this.#ignoreCase ? lowerCase(path) : path;
		const name = folded.slice(folded.lastIndexOf("/") + 1);
		let last = Math.max(
			this.#paths.last(folded, isFolder),
			this.#names.last(name, isFolder),
			this.#ends.lastOf(name, isFolder, (length) => name.slice(name.length - length)),
			this.#beginnings.lastOf(name, isFolder, (length) => name.slice(0, length)),
		);
		for (const value of values) if (value > last && (isFolder || (value & foldersOnly) === 0)) last = value;
		return last < 0 ? undefined : (last & negated) === 0;
	}

	/** Takes a pattern that needs no automaton; false for others. */
	#lookedUp({ text, isTied }: Pattern, value: number): boolean {
		const from = text.search(special);
		const folded = this.#ignoreCase ? lowerCase(text) : text;
		if (from < 0) (isTied ? this.#paths : this.#names).add(folded, value);
		else if (isTied || text[from] !== "*") return false;
		else if (from === text.length - 1) this.#beginnings.add(folded.slice(0, -1), value);
		else if (from === 0 && text.slice(1).search(special) < 0) this.#ends.add(folded.slice(1), value);
		else return false;
		return true;
	}
}

/** Of each text the last pattern that says it. */
class Lookup {
	/** Values for files and folders, and those for folders only. */
	readonly #any = new Map<string, number>();
	readonly #folders = new Map<string, number>();
	/** Of the texts, ascending; null until they are needed. */
	#lengths: readonly number[] | null = null;

	add(text: string, value: number): void {
		((value & foldersOnly) === 0 ? this.#any : this.#folders).set(text, value);
		this.#lengths = null;
	}

	/** The value of the last pattern for a text; -1 if there is none. */
	last(text: string, isFolder: boolean): number {
		const last = this.#any.get(text) ?? -1;
		return isFolder ? Math.max(last, this.#folders.get(text) ?? -1) : last;
	}

	/** The greatest value of the parts of a name, one of each length that any text has. */
	lastOf(name: string, isFolder: boolean, part: (length: number) => string): number {
		this.#lengths ??= [...new Set([...this.#any.keys(), ...this.#folders.keys()].map(({ length }) => length))].sort(
			(a, b) => a - b,
		);
		let last = -1;
		for (const length of this.#lengths) {
			if (length > name.length) break;
			last = Math.max(last, this.last(part(length), isFolder));
		}
		return last;
	}
}

const special = /[*?[\\]/;

/** Of ASCII letters only, as in git. */
function lowerCase(bytes: string): string {
	return bytes.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
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
	readonly text: string;
	readonly properties: number;
	/** Whether it matches from the folder of the ignore file on, rather than at any depth. */
	readonly isTied: boolean;
}

/** Undefined for a pattern that never matches. */
function parse(line: string): Pattern | undefined {
	const isNegated = line.startsWith("!");
	let text = isNegated ? line.slice(1) : line;
	const isForFolders = text.endsWith("/");
	if (isForFolders) text = text.slice(0, -1);
	const isTied = text.includes("/");
	if (text.startsWith("/")) text = text.slice(1);
	if (text === "") return undefined;
	return { text, properties: (isNegated ? negated : 0) + (isForFolders ? foldersOnly : 0), isTied };
}

class Wildmatch {
	readonly #pattern: string;
	readonly #isTied: boolean;
	readonly #ignoreCase: boolean;
	/** By their text: a set of bytes takes more room than all else in a pattern. */
	readonly #classes: Map<string, Part>;

	constructor(pattern: string, isTied: boolean, ignoreCase: boolean, classes: Map<string, Part>) {
		this.#pattern = pattern;
		this.#isTied = isTied;
		this.#ignoreCase = ignoreCase;
		this.#classes = classes;
	}

	/** Undefined for a pattern that never matches. */
	parts(): Parts | undefined {
		const pattern = this.#pattern;
		const parts: (Part | number)[] = [];
		// Git compares the beginning without special characters apart, and what follows "begins" then: "a/b**/c" matches as
		// "a/b" and "**/c" do.
		const start = pattern.search(/[*?[\\]/);
		for (let at = 0; at < pattern.length; at++) {
			const character = pattern[at] as string;
			if (character === "\\") {
				at++;
				if (at === pattern.length) return undefined;
				// As git has it, an escaped capital letter matches nothing where case is ignored.
				parts.push(this.#byte(pattern.charCodeAt(at)));
			} else if (character === "?") parts.push(nameByte);
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
				parts.push(this.#class(pattern.slice(at, set.end + 1), set.allowed));
				at = set.end;
			} else {
				parts.push(this.#byte(fold(character.charCodeAt(0), this.#ignoreCase)));
			}
		}
		return parts;
	}

	#class(text: string, allowed: Uint8Array): Part {
		const ignoreCase = this.#ignoreCase;
		const known = this.#classes.get(text);
		const part = known ?? one((byte) => byte !== slash && allowed[fold(byte, ignoreCase)] === 1);
		if (known === undefined) this.#classes.set(text, part);
		return part;
	}

	#byte(code: number): Part | number {
		return this.#ignoreCase ? (inAnyCase[code] as Part) : code;
	}
}

/** Of ASCII letters only, as in git. */
function fold(byte: number, ignoreCase: boolean): number {
	return ignoreCase && byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** For each byte the part that takes those which fold to it. */
const inAnyCase: readonly Part[] = Array.from({ length: 256 }, (_, code) => one((byte) => fold(byte, true) === code));

/** A map, as a pattern may ask for any word. */
const classes: ReadonlyMap<string, RegExp> = new Map([
	["alnum", /[A-Za-z0-9]/],
	["alpha", /[A-Za-z]/],
	["blank", /[ \t]/],
	// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what the class is
	["cntrl", /[\0-\x1f\x7f]/],
	["digit", /\d/],
	["graph", /[!-~]/],
	["lower", /[a-z]/],
	["print", /[ -~]/],
	["punct", /[!-/:-@[-`{-~]/],
	// Git's own isspace() knows no form feed and no vertical tab.
	["space", /[ \t\n\r]/],
	["upper", /[A-Z]/],
	["xdigit", /[A-Fa-f0-9]/],
]);

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
				const known = classes.get(pattern.slice(at + 2, close - 1));
				if (known === undefined) return undefined;
				for (let byte = 0; byte < 256; byte++) if (known.test(String.fromCharCode(byte))) set[byte] = 1;
				if (ignoreCase && known === classes.get("upper")) set.fill(1, 0x61, 0x7b);
				at = close;
				code = 0;
			} else set[code] = 1;
		} else set[code] = 1;
		before = code;
		at++;
	} while (pattern[at] !== "]");
	return { allowed: isNegated ? set.map((is) => 1 - is) : set, end: at };
}
