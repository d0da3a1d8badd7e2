/** What became of suggestions, by day and language: numbers only, of the last month. */
import { decisionSeconds, glanceSeconds, keySeconds, readingSeconds } from "../../completion/typingTime.ts";
import { isObject } from "../settings/check.ts";

export interface DayCounts {
	readonly shown: number;
	/** Taken as a whole. */
	readonly accepted: number;
	/** Words or lines of suggestions that were taken. */
	readonly parts: number;
	/** Other text was typed in the place of a suggestion. */
	readonly typedOver: number;
	/** Characters that suggestions wrote. */
	readonly characters: number;
	/** `[answerLimits.length + 1]` Answers by the time that they took: up to each limit, and beyond the last. */
	readonly answers: readonly number[];
}

/** Milliseconds. Above 150 the editor does not wait for an answer. */
export const answerLimits = [5, 10, 20, 40, 80, 150] as const;

export const noCounts: DayCounts = {
	shown: 0,
	accepted: 0,
	parts: 0,
	typedOver: 0,
	characters: 0,
	answers: [0, 0, 0, 0, 0, 0, 0],
};

/** Day (ISO 8601, in local time) → identifier of a language → counts. JSON. */
export type Days = Readonly<Record<string, Readonly<Record<string, DayCounts>>>>;

/** Days kept, counting only those with suggestions. */
export const mostDays = 31;
/** Languages kept of a day. */
export const mostLanguages = 12;
/** Stands for the languages beyond that. */
export const otherLanguages = "";

export class SuggestionHistory {
	readonly #today: () => string;
	#days: Map<string, Map<string, DayCounts>>;
	/** The same object until there are other counts. */
	#shown: Days | undefined;

	/**
	 * @param kept what an earlier window has kept; what is of another form counts as nothing
	 * @param today the day in the form of `Days`
	 */
	constructor(kept: unknown = {}, today: () => string = () => dayOf(new Date())) {
		this.#today = today;
		this.#days = daysOf(kept);
	}

	/** Adds to the counts of today. */
	add(language: string, changes: Partial<Omit<DayCounts, "answers">>): void {
		this.#change(language, (counts) => {
			const sum = { ...counts };
			for (const [name, value] of Object.entries(changes) as [keyof typeof changes, number][]) sum[name] += value;
			return sum;
		});
	}

	answered(language: string, milliseconds: number): void {
		const limit = answerLimits.findIndex((most) => milliseconds <= most);
		const at = limit < 0 ? answerLimits.length : limit;
		this.#change(language, (counts) => ({
			...counts,
			answers: counts.answers.map((count, i) => (i === at ? count + 1 : count)),
		}));
	}

	reset(): void {
		this.#days = new Map();
		this.#shown = undefined;
	}

	get days(): Days {
		this.#shown ??= Object.fromEntries([...this.#days].map(([day, languages]) => [day, Object.fromEntries(languages)]));
		return this.#shown;
	}

	#change(language: string, change: (counts: DayCounts) => DayCounts): void {
		this.#shown = undefined;
		const today = this.#today();
		const languages = this.#days.get(today) ?? new Map<string, DayCounts>();
		this.#days.set(today, languages);
		const isKept = languages.has(language) || languages.size < mostLanguages;
		const name = isKept ? language : otherLanguages;
		languages.set(name, change(languages.get(name) ?? noCounts));
		for (const oldest of [...this.#days.keys()].sort().slice(0, -mostDays)) this.#days.delete(oldest);
	}
}

/** In local time: a day is what a person calls one. */
export function dayOf(date: Date): string {
	const two = (value: number): string => `${value}`.padStart(2, "0");
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function sumOf(all: readonly DayCounts[]): DayCounts {
	return all.reduce(
		(sum, one) => ({
			shown: sum.shown + one.shown,
			accepted: sum.accepted + one.accepted,
			parts: sum.parts + one.parts,
			typedOver: sum.typedOver + one.typedOver,
			characters: sum.characters + one.characters,
			answers: sum.answers.map((count, at) => count + (one.answers[at] ?? 0)),
		}),
		noCounts,
	);
}

/**
 * Seconds saved, by the keystroke-level model that the display rule follows: typing what was taken, less noticing what was
 * shown and reading, deciding and pressing a key for what was taken. May be negative.
 */
export function secondsSaved({ shown, accepted, parts, characters }: DayCounts): number {
	const typed = characters * keySeconds;
	const taken = (accepted + parts) * (decisionSeconds + keySeconds) + characters * readingSeconds;
	return typed - taken - shown * glanceSeconds;
}

/** The limit in milliseconds within which at least half of the answers came; null: none came, or half came later. */
export function medianLimit({ answers }: DayCounts): number | null {
	const half = answers.reduce((sum, count) => sum + count, 0) / 2;
	let sum = 0;
	for (const [at, limit] of answerLimits.entries()) {
		sum += answers[at] ?? 0;
		if (sum > 0 && sum >= half) return limit;
	}
	return null;
}

function daysOf(kept: unknown): Map<string, Map<string, DayCounts>> {
	const days = new Map<string, Map<string, DayCounts>>();
	for (const [day, languages] of Object.entries(isObject(kept) ? kept : {})) {
		if (!/^\d{4}-\d\d-\d\d$/.test(day) || !isObject(languages)) continue;
		const sound = Object.entries(languages).filter((entry): entry is [string, DayCounts] => isSound(entry[1]));
		days.set(day, new Map(sound.slice(0, mostLanguages + 1)));
	}
	return days;
}

function isSound(counts: unknown): counts is DayCounts {
	if (!isObject(counts)) return false;
	const { answers } = counts;
	const isCount = (value: unknown): boolean => Number.isFinite(value);
	const areAnswers = Array.isArray(answers) && answers.length === noCounts.answers.length && answers.every(isCount);
	return areAnswers && Object.keys(noCounts).every((name) => name === "answers" || isCount(counts[name]));
}
