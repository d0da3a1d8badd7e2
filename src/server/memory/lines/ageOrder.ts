/** Keys in the order of their age; one that comes or goes costs a binary search, not another sort. */
export class AgeOrder {
	readonly #entries: Entry[];

	constructor(entries: Iterable<Entry> = []) {
		this.#entries = [...entries].sort(compare);
	}

	add(entry: Entry): void {
		this.#entries.splice(this.#placeOf(entry), 0, entry);
	}

	delete(entry: Entry): void {
		const place = this.#placeOf(entry);
		if (this.#entries[place]?.key === entry.key) this.#entries.splice(place, 1);
	}

	/** The oldest first. */
	get keys(): readonly string[] {
		return this.#entries.map(({ key }) => key);
	}

	/** The oldest first; nothing may come or go meanwhile. */
	*[Symbol.iterator](): Generator<string> {
		for (const { key } of this.#entries) yield key;
	}

	/** Of the first entry that is not before this one. */
	#placeOf(entry: Entry): number {
		let low = 0;
		let high = this.#entries.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (compare(this.#entries[middle] as Entry, entry) < 0) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

interface Entry {
	readonly key: string;
	/** Milliseconds since 1970. */
	readonly modified: number;
}

function compare(one: Entry, other: Entry): number {
	return one.modified - other.modified || (one.key < other.key ? -1 : Number(one.key > other.key));
}
