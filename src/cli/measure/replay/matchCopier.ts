/**
 * Suggestions without a model, one: what followed the longest match. Text before the cursor is looked up in all text
 * that was there or typed before; where the most characters agree, the most recent such place, the rest of its line is
 * copied.
 */
import { leastOffered, type Offer, type Suggester } from "./suggester.ts";

/** Matches of no fewer characters, by name. */
const leastMatches = { match6: 6, match12: 12 } as const;
type MatchName = keyof typeof leastMatches;

const shortestMatch = leastMatches.match6;
/** Of longer matches the most recent is taken. */
const longestMatch = 400;
/** Places looked at: more than there are of almost anything that is not blank. */
const mostPlaces = 4096;
const hashBits = 20;
const lineEnd = 10;
/** Between documents. */
const border = 0;
/** Typed arrays have the byte order of the machine, and every machine that runs this has the lower byte first. */
const utf16 = new TextDecoder("utf-16le");

export class MatchCopier implements Suggester<MatchName> {
	/** UTF-16 units of all text. */
	#history = new Uint16Array(2 ** 16);
	#length = 0;
	/** By the hash of a few units: the place behind their last occurrence. */
	readonly #last = new Int32Array(2 ** hashBits).fill(-1);
	/** By place: the one before it with the same hash. */
	#previous = new Int32Array(2 ** 16);
	readonly suggest = { match6: () => this.#copy(leastMatches.match6), match12: () => this.#copy(leastMatches.match12) };

	/** `texts`: what is there, the most recent last. */
	constructor(texts: Iterable<string>) {
		for (const text of texts) {
			this.open();
			this.type(text);
		}
	}

	open(): void {
		this.#push(border);
	}

	type(text: string): void {
		for (let i = 0; i < text.length; i++) this.#push(text.charCodeAt(i));
	}

	close(): void {
		// What was typed stays known.
	}

	#push(unit: number): void {
		if (this.#length + 1 >= this.#history.length) this.#grow();
		this.#history[this.#length++] = unit;
		if (this.#length < shortestMatch) return;
		const hash = this.#hash();
		this.#previous[this.#length] = this.#last[hash] as number;
		this.#last[hash] = this.#length;
	}

	#grow(): void {
		const history = new Uint16Array(2 * this.#history.length);
		history.set(this.#history);
		this.#history = history;
		const previous = new Int32Array(history.length);
		previous.set(this.#previous);
		this.#previous = previous;
	}

	/** Of the last units. */
	#hash(): number {
		let hash = 0;
		for (let i = this.#length - shortestMatch; i < this.#length; i++)
			hash = Math.imul(hash ^ (this.#history[i] as number), 0x9e3779b1);
		return hash >>> (32 - hashBits);
	}

	#copy(leastMatch: number): Offer | null {
		const from = this.#longest(leastMatch);
		if (from < 0) return null;
		let to = from;
		while (to < this.#length && this.#history[to] !== lineEnd && this.#history[to] !== border) to++;
		const text = utf16.decode(this.#history.subarray(from, to)).trimEnd();
		return [...text].length < leastOffered ? null : { text, probability: null };
	}

	/** The place behind the longest match, or −1. */
	#longest(leastMatch: number): number {
		if (this.#length < shortestMatch) return -1;
		let best = -1;
		let length = leastMatch - 1;
		let place = this.#previous[this.#length] as number;
		for (let looked = 0; place >= 0 && looked < mostPlaces && length < longestMatch; looked++) {
			const found = this.#agreement(place, length);
			if (found > length) {
				best = place;
				length = found;
			}
			place = this.#previous[place] as number;
		}
		return best;
	}

	/** Units that agree before `place` and before the end, if more than `least`. */
	#agreement(place: number, least: number): number {
		const history = this.#history;
		const end = this.#length;
		if (place <= least || history[place - 1 - least] !== history[end - 1 - least]) return 0;
		let length = 0;
		while (length < longestMatch && length < place) {
			const unit = history[place - 1 - length];
			if (unit !== history[end - 1 - length] || unit === border) break;
			length++;
		}
		return length;
	}
}
