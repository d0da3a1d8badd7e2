/** Counts what became of suggestions, on this machine only; nobody but the user sees them. */
import { SuggestionHistory } from "./history.ts";

export interface Counts {
	readonly shown: number;
	readonly shownCharacters: number;
	/** Taken as a whole. */
	readonly accepted: number;
	readonly acceptedCharacters: number;
	/** Taken word by word, or line by line. */
	readonly wordCharacters: number;
}

export interface Statistics extends Counts {
	/** Median time to answer of the last questions, milliseconds; null before the first. */
	readonly medianMilliseconds: number | null;
}

const nothing: Counts = { shown: 0, shownCharacters: 0, accepted: 0, acceptedCharacters: 0, wordCharacters: 0 };

/** Answers over which the median is taken. */
const TIMES_KEPT = 99;

export interface CounterParts {
	/** Called whenever a count has changed. */
	changed(): void;
	/** Whether the user lets suggestions be counted. */
	isOn(): boolean;
	readonly history: SuggestionHistory;
	/** A suggestion was shown; called even if nothing is counted, as are the others. */
	seen(): void;
	/** A suggestion, or a part of one, was taken. */
	taken(): void;
}

/** `language` is the identifier of the document's language. */
export class StatisticsCounter {
	readonly #parts: CounterParts;
	#counts: Counts;
	#times: number[] = [];

	/** @param before what an earlier window counted; an earlier version may have counted less */
	constructor(before: Partial<Counts> = nothing, parts: Partial<CounterParts> = {}) {
		this.#counts = { ...nothing, ...before };
		const nobody = { changed: () => {}, seen: () => {}, taken: () => {} };
		this.#parts = { ...nobody, isOn: () => true, history: new SuggestionHistory(), ...parts };
	}

	/** By day and language. */
	get history(): SuggestionHistory {
		return this.#parts.history;
	}

	shown(text: string, language: string): void {
		this.#parts.seen();
		if (!this.#parts.isOn()) return;
		const { shown, shownCharacters } = this.#counts;
		this.#count({ shown: shown + 1, shownCharacters: shownCharacters + text.length });
		this.history.add(language, { shown: 1 });
	}

	accepted(text: string, language: string): void {
		this.#parts.taken();
		if (!this.#parts.isOn()) return;
		const { accepted, acceptedCharacters } = this.#counts;
		this.#count({ accepted: accepted + 1, acceptedCharacters: acceptedCharacters + text.length });
		this.history.add(language, { accepted: 1, characters: text.length });
	}

	/** A part of a suggestion was taken, by words or lines. */
	tookWords(text: string, language: string): void {
		this.#parts.taken();
		this.#countWords(text.length, 1, language);
	}

	/** What was counted as words turned out to be a whole suggestion. */
	tookNoWords(text: string, language: string): void {
		this.#countWords(-text.length, -1, language);
	}

	/** Other text was typed in the place of a suggestion. */
	typedOver(language: string): void {
		if (!this.#parts.isOn()) return;
		this.history.add(language, { typedOver: 1 });
		this.#parts.changed();
	}

	/** Each key brings an answer, so this is saved with the next count only. */
	answered(milliseconds: number, language: string): void {
		this.#times.push(milliseconds);
		if (this.#times.length > TIMES_KEPT) this.#times.shift();
		if (this.#parts.isOn()) this.history.answered(language, milliseconds);
	}

	get counts(): Counts {
		return this.#counts;
	}

	get statistics(): Statistics {
		const sorted = this.#times.toSorted((left, right) => left - right);
		return { ...this.#counts, medianMilliseconds: sorted[sorted.length >> 1] ?? null };
	}

	reset(): void {
		this.#counts = nothing;
		this.#times = [];
		this.history.reset();
		this.#parts.changed();
	}

	#countWords(characters: number, parts: number, language: string): void {
		if (!this.#parts.isOn()) return;
		this.#count({ wordCharacters: this.#counts.wordCharacters + characters });
		this.history.add(language, { parts, characters });
	}

	#count(changes: Partial<Counts>): void {
		this.#counts = { ...this.#counts, ...changes };
		this.#parts.changed();
	}
}
