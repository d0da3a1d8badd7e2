/** Counts what became of suggestions, on this machine only; nobody but the user sees them. */
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

export class StatisticsCounter {
	readonly #changed: () => void;
	#counts: Counts;
	#times: number[] = [];

	/**
	 * @param before what an earlier window counted; an earlier version may have counted less
	 * @param changed called whenever a count has changed
	 */
	constructor(before: Partial<Counts> = nothing, changed: () => void = () => {}) {
		this.#counts = { ...nothing, ...before };
		this.#changed = changed;
	}

	shown(text: string): void {
		const { shown, shownCharacters, ...rest } = this.#counts;
		this.#counts = { ...rest, shown: shown + 1, shownCharacters: shownCharacters + text.length };
		this.#changed();
	}

	accepted(text: string): void {
		const { accepted, acceptedCharacters, ...rest } = this.#counts;
		this.#counts = { ...rest, accepted: accepted + 1, acceptedCharacters: acceptedCharacters + text.length };
		this.#changed();
	}

	/** A part of a suggestion was taken, by words or lines. */
	tookWords(text: string): void {
		this.#countWords(text.length);
	}

	/** What was counted as words turned out to be a whole suggestion. */
	tookNoWords(text: string): void {
		this.#countWords(-text.length);
	}

	answered(milliseconds: number): void {
		this.#times.push(milliseconds);
		if (this.#times.length > TIMES_KEPT) this.#times.shift();
	}

	get counts(): Counts {
		return this.#counts;
	}

	get statistics(): Statistics {
		const sorted = this.#times.toSorted((left, right) => left - right);
		return { ...this.#counts, medianMilliseconds: sorted[sorted.length >> 1] ?? null };
	}

	#countWords(characters: number): void {
		this.#counts = { ...this.#counts, wordCharacters: this.#counts.wordCharacters + characters };
		this.#changed();
	}

	reset(): void {
		this.#counts = nothing;
		this.#times = [];
		this.#changed();
	}
}
