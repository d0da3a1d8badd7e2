/** A text as keys type it. The blanks at the beginning of a line are the editor's work: free, and nobody's gain. */
export class TypedText {
	readonly text: string;
	/** What each key adds: a character, a line end with the blanks behind it. Blanks that begin the text have no key. */
	readonly strokes: readonly string[];
	readonly #lines: readonly string[];
	/** `[i]`: keys for the first i UTF-16 units. */
	readonly #keys: Uint32Array;

	/** With `\n` line ends. */
	constructor(text: string) {
		this.text = text;
		this.#lines = text.split("\n");
		this.strokes = text.match(/^[ \t]+|\n[ \t]*|[^\n]/gu) ?? [];
		this.#keys = new Uint32Array(text.length + 1);
		let offset = 0;
		let keys = 0;
		for (const stroke of this.strokes) {
			if (offset > 0 || !isBlank(stroke)) keys++;
			this.#keys.fill(keys, offset + 1, offset + stroke.length + 1);
			offset += stroke.length;
		}
	}

	/** Keys to type it all: its Unicode characters, without indentation. */
	get characters(): number {
		return this.keysBetween(0, this.text.length);
	}

	/** Without its end; lines count from 0. */
	line(index: number): string {
		return this.#lines[index] ?? "";
	}

	/** Offsets are in UTF-16 units. */
	keysBetween(from: number, to: number): number {
		return (this.#keys[to] as number) - (this.#keys[from] as number);
	}
}

function isBlank(stroke: string): boolean {
	return /^[ \t]/.test(stroke);
}
