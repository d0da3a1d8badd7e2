/**
 * Suggestions the user did not want: read and typed past, or accepted and taken back. They do not return at the same
 * place. A place is known by its line and the line above, so that it survives edits elsewhere.
 */

/** More than anyone rejects before the text around has changed. */
const CAPACITY = 50;

interface Rejection {
	/** Document, line above and text left of the cursor. */
	readonly place: string;
	readonly text: string;
}

export class Rejections {
	/** Oldest first. */
	#rejections: Rejection[] = [];

	/** `above` is the line over the cursor's, `before` the line left of the cursor. */
	add(document: string, above: string, before: string, text: string): void {
		const place = keyOf(document, above, before);
		this.#rejections = this.#rejections.filter((known) => known.place !== place || known.text !== text);
		this.#rejections.push({ place, text });
		if (this.#rejections.length > CAPACITY) this.#rejections.shift();
	}

	/** Forgets what was rejected in a document. */
	forget(document: string): void {
		const prefix = keyOf(document).slice(0, -1);
		this.#rejections = this.#rejections.filter(({ place }) => !place.startsWith(`${prefix},`));
	}

	/** Whether `text`, its beginning or more than it was rejected: how much of a text is shown varies. */
	has(document: string, above: string, before: string, text: string): boolean {
		const place = keyOf(document, above, before);
		return this.#rejections.some(
			(known) => known.place === place && (known.text.startsWith(text) || text.startsWith(known.text)),
		);
	}
}

function keyOf(...parts: readonly string[]): string {
	return JSON.stringify(parts);
}
