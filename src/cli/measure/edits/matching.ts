/** What two sequences have in common, found as people see it: the longest common run first, then left and right of it. */

export interface Match {
	readonly a: number;
	readonly b: number;
	readonly length: number;
}

/**
 * Pairs of elements that are compared at most. Beyond these only what both begin and end with counts: a line of 60,000
 * letters that repeats itself would take hours.
 */
const mostCompared = 2 ** 23;

/** Pairs of elements that `matchesOf` compares, about. */
export function comparedBy({ length: a }: ArrayLike<unknown>, { length: b }: ArrayLike<unknown>): number {
	return a * b > mostCompared ? a + b : a * b;
}

/** Runs that stand in both, in order (Ratcliff and Obershelp 1988). */
export function matchesOf<T>(a: ArrayLike<T>, b: ArrayLike<T>): Match[] {
	if (comparedBy(a, b) < a.length * b.length) return commonEnds(a, b);
	const places = new Map<T, number[]>();
	for (let j = 0; j < b.length; j++) {
		const known = places.get(b[j] as T);
		if (known === undefined) places.set(b[j] as T, [j]);
		else known.push(j);
	}
	const found: Match[] = [];
	const parts = [{ a: 0, aEnd: a.length, b: 0, bEnd: b.length }];
	for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
		const match = longest(a, places, part);
		if (match.length === 0) continue;
		found.push(match);
		parts.push({ a: part.a, aEnd: match.a, b: part.b, bEnd: match.b });
		parts.push({ a: match.a + match.length, aEnd: part.aEnd, b: match.b + match.length, bEnd: part.bEnd });
	}
	return found.sort((one, other) => one.a - other.a);
}

function commonEnds<T>(a: ArrayLike<T>, b: ArrayLike<T>): Match[] {
	const most = Math.min(a.length, b.length);
	let start = 0;
	while (start < most && a[start] === b[start]) start++;
	let end = 0;
	while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
	return [
		{ a: 0, b: 0, length: start },
		{ a: a.length - end, b: b.length - end, length: end },
	].filter(({ length }) => length > 0);
}

interface Part {
	readonly a: number;
	readonly aEnd: number;
	readonly b: number;
	readonly bEnd: number;
}

/** The first of the longest common runs of a part. */
function longest<T>(
	a: ArrayLike<T>,
	places: ReadonlyMap<T, readonly number[]>,
	{ a: from, aEnd, b, bEnd }: Part,
): Match {
	let best: Match = { a: from, b, length: 0 };
	/** By its last place in `b`: the length of the common run that ends with the last element of `a`. */
	let lengths = new Map<number, number>();
	for (let i = from; i < aEnd; i++) {
		const next = new Map<number, number>();
		for (const j of places.get(a[i] as T) ?? []) {
			if (j < b) continue;
			if (j >= bEnd) break;
			const length = (lengths.get(j - 1) ?? 0) + 1;
			next.set(j, length);
			if (length > best.length) best = { a: i - length + 1, b: j - length + 1, length };
		}
		lengths = next;
	}
	return best;
}

/** 0 to 1: twice the characters in common by those of both. `atLeast`: where it is less, 0 may be said instead. */
export function similarity(one: string, other: string, atLeast = 0): number {
	const total = one.length + other.length;
	if (one === other || total === 0) return 1;
	if (2 * Math.min(one.length, other.length) < atLeast * total) return 0;
	if (2 * commonLetters(one, other) < atLeast * total) return 0;
	return (2 * matchesOf(one, other).reduce((sum, { length }) => sum + length, 0)) / total;
}

/** Characters that both have, wherever they stand: an upper bound of those in common. */
function commonLetters(one: string, other: string): number {
	const counts = new Map<string, number>();
	for (const letter of one) counts.set(letter, (counts.get(letter) ?? 0) + 1);
	let common = 0;
	for (const letter of other) {
		const left = counts.get(letter) ?? 0;
		if (left > 0) common++;
		counts.set(letter, left - 1);
	}
	return common;
}
