/**
 * Suggestions the user did not want: read and typed past, or accepted and taken back. They do not return at the same
 * place. A place is known by its line and the line above, so that it survives edits elsewhere.
 */

/** More than anyone rejects before the text around has changed. */
const CAPACITY = 50;

export class Rejections {
	/** Oldest first. */
	readonly #keys = new Set<string>();

	/** `above` is the line over the cursor's, `before` the line left of the cursor. */
	add(document: string, above: string, before: string, text: string): void {
		const key = keyOf(document, above, before, text);
		this.#keys.delete(key);
		this.#keys.add(key);
		for (const oldest of this.#keys) {
			if (this.#keys.size <= CAPACITY) break;
			this.#keys.delete(oldest);
		}
	}

	has(document: string, above: string, before: string, text: string): boolean {
		return this.#keys.has(keyOf(document, above, before, text));
	}

	clear(): void {
		this.#keys.clear();
	}
}

function keyOf(...parts: readonly string[]): string {
	return JSON.stringify(parts);
}
