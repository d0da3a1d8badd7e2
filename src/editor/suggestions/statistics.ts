/** What became of suggestions, counted on this machine only and shown to nobody but the user. */
export interface Statistics {
	readonly shown: number;
	readonly shownCharacters: number;
	readonly accepted: number;
	readonly acceptedCharacters: number;
	/** Median time to answer of the last questions, milliseconds; null before the first. */
	readonly medianMilliseconds: number | null;
}

export interface Counts {
	readonly shown: number;
	readonly shownCharacters: number;
	readonly accepted: number;
	readonly acceptedCharacters: number;
}

const nothing: Counts = { shown: 0, shownCharacters: 0, accepted: 0, acceptedCharacters: 0 };

/** Answers over which the median is taken. */
const TIMES_KEPT = 99;

export class StatisticsCounter {
	readonly #changed: () => void;
	#counts: Counts;
	#times: number[] = [];

	/** `changed` is called whenever a count has changed. */
	constructor(before: Counts = nothing, changed: () => void = () => {}) {
		this.#counts = before;
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

	reset(): void {
		this.#counts = nothing;
		this.#times = [];
		this.#changed();
	}
}
