/**
 * Globs that mean what they mean in VS Code's setting `files.exclude`: the rules are those of VS Code's own glob module
 * (`src/vs/base/common/glob.ts`), odd ones included, as excluding is a promise. A test compares the two.
 */
import { longestGlob } from "../../domain/corpus.ts";
import { Automaton, choice, Effort, one, type Part, repeat, report, sequence, type UnitTest } from "./automaton.ts";

/** A unit of a glob takes as much memory as so many bytes of a pattern of git. */
const unitWeight = 3;

/**
 * Whether any of the globs matches a path, in time linear in the path.
 *
 * @param ignoreCase whether capital and small letters are the same
 * @param effort the work that matching may take; once it is spent, all paths match
 * @returns a function of a path relative to its workspace folder, with "/", without one at its end
 */
export function globMatcher(
	globs: readonly string[],
	ignoreCase = false,
	effort = new Effort(),
): (path: string) => boolean {
	const units = globs.reduce((sum, { length }) => sum + length, 0);
	if (!effort.compile(unitWeight * units)) return () => true;
	const patterns = globs.flatMap((glob) => {
		const part = parse(glob, ignoreCase);
		return part === undefined ? [] : [sequence([part, report(0)])];
	});
	if (patterns.length === 0) return () => false;
	const automaton = new Automaton(choice(patterns), effort);
	return (path) => automaton.match(path)?.length !== 0;
}

/** Undefined for a glob that matches nothing. */
function parse(glob: string, ignoreCase: boolean): Part | undefined {
	const trimmed = glob.trim();
	if (trimmed === "" || trimmed.length > longestGlob) return undefined;
	try {
		return new GlobParser(ignoreCase).path(trimmed);
	} catch (error) {
		// A class that is none, such as [z-a].
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

const isSeparator: UnitTest = (unit) => unit === 0x2f || unit === 0x5c;
const isNameUnit: UnitTest = (unit) => !isSeparator(unit);
/** What "." matches in a regular expression. */
const isInLine: UnitTest = (unit) => unit !== 0x0a && unit !== 0x0d && unit !== 0x2028 && unit !== 0x2029;

const separator = one(isSeparator);
const names = repeat(one(isNameUnit));
const name = sequence([one(isNameUnit), names]);

class GlobParser {
	readonly #flags: string;

	constructor(ignoreCase: boolean) {
		this.#flags = ignoreCase ? "i" : "";
	}

	path(glob: string): Part {
		const segments = split(glob, "/");
		if (segments.every((segment) => segment === "**")) return glob === "" ? sequence([]) : repeat(one(isInLine));
		const parts: Part[] = [];
		for (const [index, segment] of segments.entries()) {
			const isLast = index === segments.length - 1;
			if (segment === "**") {
				if (segments[index - 1] !== "**") parts.push(folders(isLast));
				continue;
			}
			parts.push(this.#segment(segment));
			// A "**" at the end brings its own separator.
			if (!isLast && !(segments[index + 1] === "**" && index + 2 === segments.length)) parts.push(separator);
		}
		return sequence(parts);
	}

	/** What is not closed, braces or brackets, is left off with all that follows in the segment. */
	#segment(segment: string): Part {
		const parts: Part[] = [];
		let at = 0;
		while (at < segment.length) {
			const character = segment[at] as string;
			if (character === "{") {
				const end = segment.indexOf("}", at);
				if (end < 0) break;
				const inside = segment.slice(at + 1, end);
				const options = split(inside, ",").map((option) => this.path(option));
				// Braces with nothing in them stand for nothing.
				parts.push(options.length === 0 ? sequence([]) : choice(options));
				at = end;
			} else if (character === "[") {
				const end = closingBracket(segment, at);
				if (end < 0) break;
				parts.push(this.#class(segment.slice(at + 1, end)));
				at = end;
			} else if (character === "?") parts.push(one(isNameUnit));
			else if (character === "*") parts.push(names);
			else if (character === "}") parts.push(sequence([]));
			// An empty class of a regular expression, in VS Code.
			else if (character === "]") parts.push(one(() => false));
			else parts.push(one(this.#test(`[${escaped(character)}]`)));
			at++;
		}
		return sequence(parts);
	}

	#class(content: string): Part {
		// VS Code drops separators first, so that one before the "!" does not keep it from negating.
		const units = content.replaceAll("/", "");
		const isNegated = /^[!^]/.test(units);
		const rest = isNegated ? units.slice(1) : units;
		const inside = [...rest].map((character) => (character === "-" ? "-" : escaped(character))).join("");
		return one(this.#test(`[${isNegated ? "^" : ""}${inside}]`));
	}

	/** The class of a regular expression: its ranges and letters without case are those that VS Code uses. */
	#test(source: string): UnitTest {
		const pattern = new RegExp(`^${source}$`, this.#flags);
		return (unit) => pattern.test(String.fromCharCode(unit));
	}
}

/** Any number of folders with their separators; at the end of a glob also what is in them. */
function folders(isLast: boolean): Part {
	const ways = [separator, sequence([name, separator])];
	if (isLast) ways.push(sequence([separator, name]));
	return repeat(choice(ways));
}

/** A "]" that comes first in the brackets, but for "!" or "^", stands for itself only if nothing is before it. */
function closingBracket(segment: string, open: number): number {
	for (let at = open + 1; at < segment.length; at++) {
		if (segment[at] === "]" && segment.slice(open + 1, at).replaceAll("/", "") !== "") return at;
	}
	return -1;
}

function escaped(character: string): string {
	return character.replaceAll(/[\\{}*+?|^$.,[\]()#\s/-]/g, "\\$&");
}

/** At each `by` outside of braces and brackets, which do not nest; without an empty part at the end. */
function split(glob: string, by: string): string[] {
	const parts: string[] = [];
	let isInBraces = false;
	let isInBrackets = false;
	let from = 0;
	for (let at = 0; at < glob.length; at++) {
		const character = glob[at];
		if (character === by && !isInBraces && !isInBrackets) {
			parts.push(glob.slice(from, at));
			from = at + 1;
		} else if (character === "{") isInBraces = true;
		else if (character === "}") isInBraces = false;
		else if (character === "[") isInBrackets = true;
		else if (character === "]") isInBrackets = false;
	}
	if (from < glob.length) parts.push(glob.slice(from));
	return parts;
}
