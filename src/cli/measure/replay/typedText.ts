/** A text as keys type it. The blanks at the beginning of a line are the editor's work: free, and nobody's gain. */
import { type Keystroke, plainPlan, type TypingPlan } from "../../../tuning/typist/typingPlan.ts";

export class TypedText {
	readonly text: string;
	readonly strokes: readonly Keystroke[];
	readonly #limits: Uint32Array;
	readonly #lines: readonly string[];
	/** `[i]`: keys for the first i UTF-16 units. */
	readonly #keys: Uint32Array;

	/** @param text with `\n` line ends */
	constructor(text: string, { keystrokes, limits }: TypingPlan = plainPlan(text, true)) {
		this.text = text;
		this.strokes = keystrokes;
		this.#limits = limits;
		this.#lines = text.split("\n");
		this.#keys = new Uint32Array(text.length + 1);
		let offset = 0;
		let keys = 0;
		for (const stroke of keystrokes) {
			keys += stroke.keys;
			this.#keys.fill(keys, offset + 1, offset + stroke.text.length + 1);
			offset += stroke.text.length;
		}
	}

	/** The keys for what lies between two offsets, each of which is the border of a key. */
	strokesBetween(from: number, to: number): readonly Keystroke[] {
		let offset = 0;
		return this.strokes.filter(({ text }) => {
			const isIn = offset >= from && offset < to;
			offset += text.length;
			return isIn;
		});
	}

	/** All that the editor has closed by itself right of the cursor at an offset. */
	rightAt(offset: number): string {
		return this.strokesBetween(offset, offset + 1)[0]?.right ?? "";
	}

	/** Keys to type it all: its Unicode characters, without indentation. */
	get characters(): number {
		return this.keysBetween(0, this.text.length);
	}

	/** Without its end; lines count from 0. */
	line(index: number): string {
		return this.#lines[index] ?? "";
	}

	/** Whether `text`, inserted at `offset`, is what is typed from there on and leaves in place what the editor has closed. */
	continuesWith(text: string, offset: number): boolean {
		return this.text.startsWith(text, offset) && offset + text.length <= (this.#limits[offset] as number);
	}

	/** Offsets are in UTF-16 units. */
	keysBetween(from: number, to: number): number {
		return (this.#keys[to] as number) - (this.#keys[from] as number);
	}
}
