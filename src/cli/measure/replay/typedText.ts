/** A text as keys type it. The blanks at the beginning of a line are the editor's work: free, and nobody's gain. */
export class TypedText {
	readonly text: string;
	/** What each key adds: a character, a line end with the blanks behind it. Blanks that begin the text have no key. */
	readonly strokes: readonly string[];
	readonly #lines: readonly string[];
	/** `[i]`: keys for the first i UTF-16 units. */
	readonly #keys: Uint32Array;

	/**
	 * @param text with `\n` line ends
	 * @param beginsLine nothing but blanks stands left of it
	 */
	constructor(text: string, beginsLine = true) {
		this.text = text;
		this.#lines = text.split("\n");
		const [indentation = ""] = beginsLine ? (/^[ \t]+/.exec(text) ?? []) : [];
		const pressed = text.slice(indentation.length).match(/\n[ \t]*|[^\n]/gu) ?? [];
		this.strokes = indentation === "" ? pressed : [indentation, ...pressed];
		this.#keys = new Uint32Array(text.length + 1);
		let offset = 0;
		let keys = 0;
		for (const stroke of this.strokes) {
			if (offset >= indentation.length) keys++;
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

	/** Whether `text` is what is typed from `offset` on. */
	continuesWith(text: string, offset: number): boolean {
		return this.text.startsWith(text, offset);
	}

	/** Offsets are in UTF-16 units. */
	keysBetween(from: number, to: number): number {
		return (this.#keys[to] as number) - (this.#keys[from] as number);
	}
}
