/**
 * Finds the words of a text whose spelling can be judged, with their places and kinds. It reads line by line and takes time
 * linear in the text. What is no word of a language is left out: code, paths, addresses, abbreviations, names in capitals.
 */
import type { SpellingScope } from "../../domain/spelling.ts";
import { type Language, languageOf, type Region } from "../../tuning/typist/languages.ts";
import { Lexer } from "../../tuning/typist/lexer.ts";
import { isProsePath, ProseLines, withoutCodeSpans } from "./prose.ts";

/** `identifier`: a part of a name in code, as `Count` in `wordCount`. */
export type WordKind = "prose" | "comment" | "string" | "identifier";

const kinds: Readonly<Record<SpellingScope, ReadonlySet<WordKind>>> = {
	prose: new Set(["prose"]),
	text: new Set(["prose", "comment", "string"]),
	everything: new Set(["prose", "comment", "string", "identifier"]),
};

/** What is checked. */
export function kindsIn(scope: SpellingScope): ReadonlySet<WordKind> {
	return kinds[scope];
}

export interface Word {
	readonly text: string;
	/** Zero-based line, and UTF-16 columns; the end is exclusive. */
	readonly line: number;
	readonly start: number;
	readonly end: number;
	readonly kind: WordKind;
	/** Whether it begins a sentence or a line, where each word has a capital. */
	readonly isFirst: boolean;
}

/** UTF-16 units. A longer line is data or the work of a program. */
export const longestLine = 2000;

/** A string has fewer words where it is a key, a name or a format. */
const leastWordsOfString = 3;

export class WordFinder {
	readonly #language: Language;
	readonly #lexer: Lexer | null;
	readonly #prose: ProseLines | null;
	#line = -1;

	/** @param path of the file: its ending tells the language */
	constructor(path: string) {
		this.#language = languageOf(path);
		this.#prose = isProsePath(path) ? new ProseLines(path) : null;
		this.#lexer = this.#prose === null ? new Lexer(this.#language) : null;
	}

	/** The words of the next line, which has no line end. */
	next(text: string): Word[] {
		this.#line++;
		if (text.length > longestLine) {
			this.#lexer?.read("\n");
			return [];
		}
		if (this.#prose !== null) return wordsIn(this.#prose.next(text), 0, this.#line, "prose");
		return this.#stretches(text).flatMap((stretch) => this.#wordsOf(stretch));
	}

	#wordsOf({ region, from, text }: Stretch): Word[] {
		if (region === "code") return identifierParts(text, from, this.#line);
		if (region === "comment") return wordsIn(withoutCodeSpans(text), from, this.#line, "comment");
		const words = wordsIn(withoutEscapes(text), from, this.#line, "string");
		return words.length < leastWordsOfString ? [] : words;
	}

	/** The line cut where code, strings and comments meet. */
	#stretches(text: string): Stretch[] {
		const lexer = this.#lexer as Lexer;
		const stretches: Stretch[] = [];
		let from = 0;
		let region: Region = lexer.region;
		for (let at = 0; at < text.length; at++) {
			lexer.read(text[at] as string);
			const now = lexer.last ?? region;
			if (now !== region) {
				if (at > from) stretches.push({ region, from, text: text.slice(from, at) });
				region = now;
				from = at;
			}
		}
		if (text.length > from) stretches.push({ region, from, text: text.slice(from) });
		lexer.read("\n");
		return stretches;
	}
}

interface Stretch {
	readonly region: Region;
	/** Column of the first unit. */
	readonly from: number;
	readonly text: string;
}

/** All words of a text, line by line. */
export function* wordsOf(path: string, text: string): Generator<Word> {
	const finder = new WordFinder(path);
	for (const line of text.split(/\r\n?|\n/)) yield* finder.next(line);
}

/** What stands around a word: brackets, quotation marks, punctuation, signs of emphasis and of comments. */
const isAround = (sign: string): boolean => "()[]{}<>\"'“”‘’«»*_~#-–—:;,.!?/|`…=+".includes(sign);
const endsSentence = /[.!?:|]["'”’)\]*_]*$/;
/** Letters, with apostrophes between them. */
const plainWord = /^[A-Za-z]+(?:['’][A-Za-z]+)*$/;
const dashes = /[-–—]/;

/**
 * Words between blanks. What holds other signs than letters, apostrophes and hyphens is none: a path, an address, an
 * expression, a number.
 */
export function wordsIn(text: string, offset: number, line: number, kind: WordKind): Word[] {
	const words: Word[] = [];
	let isFirst = true;
	for (const match of text.matchAll(/\S+/g)) {
		const [token] = match;
		let from = 0;
		let to = token.length;
		while (from < to && isAround(token[from] as string)) from++;
		while (to > from && isAround(token[to - 1] as string)) to--;
		// A sign of a comment or of a list is no beginning of a sentence's rest.
		if (from === to) continue;
		// `foo()` is a call, and `/usr` a path.
		const isCode = token.startsWith("(", to) || (token[from - 1] === "/" && token[from - 2] !== "/");
		const parts = token.slice(from, to).split(dashes);
		if (!isCode && parts.every((part) => plainWord.test(part))) {
			let at = match.index + from;
			for (const part of parts) {
				if (isJudged(part))
					words.push({ text: part, line, start: offset + at, end: offset + at + part.length, kind, isFirst });
				at += part.length + 1;
			}
		}
		isFirst = endsSentence.test(token);
	}
	return words;
}

/** Letters of the shortest and the longest word that is judged: what one edit makes of a word takes time with the square of its length. */
const shortestWord = 3;
const longestWord = 48;

function hasLengthOfWord({ length }: string): boolean {
	return length >= shortestWord && length <= longestWord;
}

/** A word, not too long, that is neither an acronym nor a name such as `camelCase`. */
function isJudged(part: string): boolean {
	return hasLengthOfWord(part) && plainWord.test(part) && !/[a-z'’][A-Z]|[A-Z][A-Z]/.test(part);
}

/** `wordCount`, `word_count`, `WORD_COUNT` and `HTTPServer` in parts. */
function identifierParts(text: string, offset: number, line: number): Word[] {
	const words: Word[] = [];
	for (const { 0: part, index } of text.matchAll(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g))
		if (hasLengthOfWord(part))
			words.push({
				text: part,
				line,
				start: offset + index,
				end: offset + index + part.length,
				kind: "identifier",
				isFirst: true,
			});
	return words;
}

/** `\n` and its like are no letters. */
function withoutEscapes(text: string): string {
	return text.replaceAll(/\\./g, "  ");
}
