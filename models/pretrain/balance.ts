/** Divides the text of a language among packages. */

export interface Sized {
	readonly bytes: number;
}

/**
 * Draws documents until they have `most` bytes together, or there are no more. The package that has given the fewest bytes so
 * far gives the next one, so all give the same amount, and others make up for small ones.
 *
 * @param packages the documents of each, in order
 */
export async function drawEvenly<T extends Sized>(packages: readonly AsyncIterator<T>[], most: number): Promise<T[]> {
	const drawn: T[] = [];
	const open = packages.map((documents) => ({ documents, bytes: 0 }));
	let room = most;
	while (open.length > 0) {
		const least = open.reduce((one, other) => (other.bytes < one.bytes ? other : one));
		const next = await least.documents.next();
		if (next.done === true) {
			open.splice(open.indexOf(least), 1);
			continue;
		}
		if (next.value.bytes > room) break;
		room -= next.value.bytes;
		least.bytes += next.value.bytes;
		drawn.push(next.value);
	}
	return drawn;
}
