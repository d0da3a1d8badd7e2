/** The lines of an open document, kept in step with it, so that the text that a change removed is known. */
import type { TextChange } from "../domain/text.ts";

export class Lines {
	#lines: string[];

	constructor(lines: readonly string[]) {
		this.#lines = [...lines];
	}

	get count(): number {
		return this.#lines.length;
	}

	/** The text of a line; "" outside the document. */
	at(line: number): string {
		return this.#lines[line] ?? "";
	}

	/** Makes a change; false if it does not fit the text. */
	change({ start, end, text }: TextChange): boolean {
		const first = this.#lines[start.line];
		const last = this.#lines[end.line];
		const isBackwards = end.line < start.line || (end.line === start.line && end.character < start.character);
		if (first === undefined || last === undefined || isBackwards) return false;
		if (start.character > first.length || end.character > last.length) return false;
		const lines = (first.slice(0, start.character) + text + last.slice(end.character)).split(/\r\n|\r|\n/);
		if (lines.length === 1 && start.line === end.line) this.#lines[start.line] = lines[0] as string;
		// Not splice(): as arguments, the lines of a large paste would overflow the stack.
		else this.#lines = this.#lines.slice(0, start.line).concat(lines, this.#lines.slice(end.line + 1));
		return true;
	}
}
