/** Checks the spelling of a document. */
import type { Misspelling, SpellingAnswer } from "../domain/spelling.ts";
import type { LanguageModel } from "../model/languageModel.ts";
import type { Work } from "./context.ts";
import { WordCounts } from "./counts.ts";
import { suggestionsOf } from "./decision.ts";
import { candidatesFor, isKnown, judging, type Lexicon } from "./judge.ts";
import { type Word, WordFinder, type WordKind } from "./words/finder.ts";

export interface CheckedText {
	/** Relative to the workspace folder, with "/". */
	readonly path: string;
	/** Without line ends. */
	readonly lines: readonly string[];
}

export interface CheckOptions {
	readonly kinds: ReadonlySet<WordKind>;
	/** The only line whose words are judged, from 0; absent: all are. */
	readonly line?: number;
	/** Bytes that the model may read; words that are left then are judged in another check, which remembers these. */
	readonly mostBytes: number;
	/** Occurrences in the workspace, but for those in this document. */
	elsewhere(word: string): number;
}

export interface Checked extends SpellingAnswer {
	/** Words of the kinds that are checked. */
	readonly words: number;
}

/** What was suggested for the words of a line, by the line and the column. A document is checked again after each pause. */
type Verdicts = Map<string, readonly string[]>;

/** Verdicts that are remembered. */
const mostVerdicts = 2 ** 12;
/** Lines in which words are found in a step of a millisecond or two. */
const linesInStep = 32;
/** UTF-16 units around a word that are put together to be read. */
const nearUnits = 512;

export class SpellingChecker {
	readonly #lexicon: Lexicon;
	readonly #model: LanguageModel;
	#verdicts: Verdicts = new Map();

	constructor(lexicon: Lexicon, model: LanguageModel) {
		this.#lexicon = lexicon;
		this.#model = model;
	}

	/** Yields after each step of a millisecond or two. */
	*check({ path, lines }: CheckedText, options: CheckOptions): Generator<undefined, Checked> {
		const finder = new WordFinder(path);
		const counts = new WordCounts();
		const words: Word[] = [];
		for (const [at, line] of lines.entries()) {
			for (const word of finder.next(line)) {
				counts.add(word);
				if (options.kinds.has(word.kind)) words.push(word);
			}
			if (at % linesInStep === linesInStep - 1) yield;
		}
		const occurrences = (word: string): number => counts.of(word) + options.elsewhere(word);
		const isUnknown: boolean[] = [];
		for (const [at, { text }] of words.entries()) {
			isUnknown.push(!isKnown(this.#lexicon.dictionary, text));
			if (at % wordsInStep === wordsInStep - 1) yield;
		}
		const work: Work = { bytes: 0 };
		const misspellings: Misspelling[] = [];
		let isWhole = true;
		for (const [at, word] of words.entries()) {
			if (!isUnknown[at] || word.line !== (options.line ?? word.line) || isForeign(words, isUnknown, at)) continue;
			const line = lines[word.line] as string;
			const key = `${word.start} ${path} ${line}`;
			let suggestions = this.#verdicts.get(key);
			if (suggestions === undefined) {
				if (work.bytes >= options.mostBytes) {
					isWhole = false;
					continue;
				}
				const candidates = candidatesFor(word, this.#lexicon, occurrences);
				// Those of one word cost a millisecond or two, and a text may have many words that resemble no other.
				yield;
				const place = { path, before: before(lines, word), after: after(lines, word) };
				suggestions =
					candidates.length === 0
						? []
						: suggestionsOf(word, yield* judging(this.#model, word, place, candidates, work));
				this.#remember(key, suggestions);
			}
			const { text, line: number, start, end } = word;
			if (suggestions.length > 0) misspellings.push({ line: number, start, end, word: text, suggestions });
		}
		return { misspellings, words: words.length, isWhole };
	}

	#remember(key: string, suggestions: readonly string[]): void {
		if (this.#verdicts.size >= mostVerdicts) this.#verdicts = new Map([...this.#verdicts].slice(mostVerdicts / 2));
		this.#verdicts.set(key, suggestions);
	}
}

/** Words looked up in a step. */
const wordsInStep = 128;
/** Words on each side of one that tell its language. */
const neighbours = 10;
/** In English text of programmers, hardly one word in five is in no dictionary. */
const mostUnknown = 0.4;

/** Whether so many words around one are unknown that the text is in another language, or no text. */
function isForeign(words: readonly Word[], isUnknown: readonly boolean[], at: number): boolean {
	let all = 0;
	let unknown = 0;
	for (let i = Math.max(0, at - neighbours); i <= at + neighbours && i < words.length; i++) {
		if (i === at || words[i]?.kind !== words[at]?.kind) continue;
		all++;
		if (isUnknown[i]) unknown++;
	}
	return unknown > mostUnknown * all;
}

/** The text before a word, as much as is read. */
function before(lines: readonly string[], { line, start }: Word): string {
	let text = (lines[line] as string).slice(0, start);
	for (let at = line - 1; at >= 0 && text.length < nearUnits; at--) text = `${lines[at]}\n${text}`;
	return text.slice(-nearUnits);
}

function after(lines: readonly string[], { line, end }: Word): string {
	const rest = (lines[line] as string).slice(end);
	return line + 1 < lines.length ? `${rest}\n${lines[line + 1]}`.slice(0, nearUnits) : rest;
}
