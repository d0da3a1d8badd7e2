/** A pattern that is being watched, with the places that were found for it. */
import type { TextChange } from "../domain/text.ts";
import { type Match, Pattern } from "./pattern.ts";
import type { Replacement } from "./replacement.ts";
import { Spots } from "./spots.ts";

/** Where a replacement can be made. Columns are UTF-16 units. */
export interface Place {
	readonly document: string;
	readonly line: number;
	readonly start: number;
	readonly end: number;
	/** What stands there; empty for an insertion. */
	readonly old: string;
	readonly new: string;
}

export interface Found extends Place {
	readonly match: Match;
}

/** A search of one document, possibly not at its end. */
export interface Search {
	line: number;
	readonly found: Found[];
	isDone: boolean;
}

/** Hints that were turned down silence a pattern until it has so many more examples for each of them. */
const examplesForRefusal = 8;

export class Candidate {
	readonly pattern: Pattern;
	/** The new text stood in no open document before the first example. */
	readonly isFresh: boolean;
	/** When it got its last example. */
	sequence = 0;
	/** Places that were changed in this way. */
	readonly made = new Spots();
	/** Places that this engine changed; what the user takes back there is meant for the pattern. */
	readonly repeated = new Spots();
	/** Places where the user did not want it. */
	readonly refused = new Spots();
	#refusals = 0;
	readonly searches = new Map<string, Search>();

	constructor(first: Replacement, isFresh: boolean) {
		this.pattern = new Pattern(first);
		this.isFresh = isFresh;
	}

	get isSilent(): boolean {
		return this.#refusals > 0 && this.#refusals * examplesForRefusal > this.pattern.examples - 2;
	}

	refuse(place: Place): void {
		this.#refusals++;
		this.refused.add(place);
		this.searches.delete(place.document);
	}

	/** A document changed. */
	change(document: string, change: TextChange): void {
		for (const spots of [this.made, this.repeated, this.refused]) spots.change(document, change);
		this.searches.delete(document);
	}

	close(document: string): void {
		for (const spots of [this.made, this.repeated, this.refused]) spots.close(document);
		this.searches.delete(document);
	}
}
