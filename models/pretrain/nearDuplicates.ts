/**
 * Finds texts that say much the same: those whose sets of distinct lines have a Jaccard index, the size of the
 * intersection over that of the union, of at least a threshold. Exact but for hashes that collide.
 *
 * Of two such sets each holds at least the share `threshold` of the other, so that in any common order they must agree
 * on one of the first n − ⌈threshold · n⌉ + 1 of their n lines (prefix filtering: Chaudhuri, Ganti and Kaushik 2006).
 * Only these are indexed. The order is by length, longest first, since long lines are rare.
 */

/** Longer lines count as this long in the order. */
const longestLine = 4095;

/** The distinct lines of a text without blanks around them, as sorted numbers: length in the upper bits, then a hash. */
export function lineSet(text: string): Float64Array {
	const set = new Set<number>();
	for (let start = 0; start < text.length; ) {
		const newline = text.indexOf("\n", start);
		const end = newline < 0 ? text.length : newline;
		const line = text.slice(start, end).trim();
		if (line !== "") set.add((longestLine - Math.min(line.length, longestLine)) * 2 ** 32 + hash(line));
		start = end + 1;
	}
	return Float64Array.from(set).sort();
}

export class NearDuplicates {
	readonly #threshold: number;
	readonly #sets: Float64Array[] = [];
	/** By line: the texts that have it among their first lines. */
	readonly #index = new Map<number, number[]>();

	/** @param threshold above 0, up to 1 */
	constructor(threshold: number) {
		this.#threshold = threshold;
	}

	/** Returns the number of the text, counted from 0. */
	add(lines: Float64Array): number {
		const number = this.#sets.push(lines) - 1;
		for (const line of this.#first(lines)) {
			const known = this.#index.get(line);
			if (known) known.push(number);
			else this.#index.set(line, [number]);
		}
		return number;
	}

	/** The number of a text that has much the same lines; undefined if there is none. */
	find(lines: Float64Array): number | undefined {
		const seen = new Set<number>();
		for (const line of this.#first(lines)) {
			for (const number of this.#index.get(line) ?? []) {
				if (seen.has(number)) continue;
				seen.add(number);
				if (jaccard(lines, this.#sets[number] as Float64Array) >= this.#threshold) return number;
			}
		}
		return undefined;
	}

	#first(lines: Float64Array): Float64Array {
		return lines.subarray(0, lines.length - Math.ceil(this.#threshold * lines.length) + 1);
	}
}

/** The Jaccard index of two sorted sets; 0 if both are empty. */
export function jaccard(one: Float64Array, other: Float64Array): number {
	let shared = 0;
	for (let i = 0, k = 0; i < one.length && k < other.length; ) {
		const difference = (one[i] as number) - (other[k] as number);
		if (difference === 0) shared++;
		if (difference <= 0) i++;
		if (difference >= 0) k++;
	}
	const union = one.length + other.length - shared;
	return union === 0 ? 0 : shared / union;
}

/** FNV-1a over UTF-16 units, 32 bits. */
function hash(line: string): number {
	let value = 0x811c9dc5;
	for (let i = 0; i < line.length; i++) value = Math.imul(value ^ line.charCodeAt(i), 0x01000193);
	return value >>> 0;
}
