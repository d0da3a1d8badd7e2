/** How often words occur in a document or a workspace: what is written often is meant. */
import type { Word } from "./words/finder.ts";

/** Different words that are counted; a text of ten megabytes has about as many. */
const mostWords = 2 ** 17;

export class WordCounts {
	readonly #counts = new Map<string, number>();

	/** How often a word occurs, its capitals aside. */
	of(word: string): number {
		return this.#counts.get(word.toLowerCase()) ?? 0;
	}

	add({ text }: Pick<Word, "text">): void {
		const word = text.toLowerCase();
		const count = this.#counts.get(word);
		if (count !== undefined || this.#counts.size < mostWords) this.#counts.set(word, (count ?? 0) + 1);
	}
}
