/** A document as the editor has it: lines without their ends, changed in step with the editor. */

import type { Position, TextChange } from "../../domain/text.ts";
import { normalizeLineEnds } from "../../model/document.ts";

export class TextDocument {
	/** Relative to its workspace folder, with "/". */
	readonly path: string;
	#version: number;
	#lines: string[];
	/** Lines before the document's own. */
	#above: readonly string[] = [];

	constructor(path: string, version: number, text: string) {
		this.path = path;
		this.#version = version;
		this.#lines = normalizeLineEnds(text).split("\n");
	}

	get version(): number {
		return this.#version;
	}

	get lineCount(): number {
		return this.#lines.length;
	}

	/** The number of the first line that may be read: that of the first line above the document, below 0, or 0. */
	get top(): number {
		return -this.#above.length;
	}

	/** The text of a line, or of one above the document by a number below 0; "" outside of them. */
	line(line: number): string {
		return (line < 0 ? this.#above[line + this.#above.length] : this.#lines[line]) ?? "";
	}

	/** Sets the text above the document, which is read before it but is no part of it; it ends with a line end or is "". */
	setAbove(text: string): void {
		this.#above = normalizeLineEnds(text).split("\n").slice(0, -1);
	}

	get text(): string {
		return this.#lines.join("\n");
	}

	/** The text above the document; see `setAbove`. */
	get above(): string {
		return this.#above.map((line) => `${line}\n`).join("");
	}

	has({ line, character }: Position): boolean {
		const text = this.#lines[line];
		return text !== undefined && character >= 0 && character <= text.length;
	}

	/**
	 * Makes the changes one after the other, each on the text that the one before left, and returns the first line that
	 * changed. Throws a RangeError if one does not fit the text; the document is then out of step and of no use.
	 */
	change(version: number, changes: readonly TextChange[]): number {
		if (version < this.#version) throw new RangeError(`Version ${version} came after ${this.#version}`);
		let first = this.#lines.length;
		for (const { start } of changes) first = Math.min(first, start.line);
		if (changes.length > 1 && runUpwards(changes)) this.#replaceAll(changes.toReversed());
		else for (const change of changes) this.#replace(change);
		this.#version = version;
		return first;
	}

	#check({ start, end }: TextChange): void {
		if (isBefore(end, start) || !this.has(start) || !this.has(end)) {
			throw new RangeError(
				`The range ${start.line}:${start.character}–${end.line}:${end.character} is not in the document of ${this.lineCount} lines`,
			);
		}
	}

	/** Makes changes of which each begins where the one before ends, or later, in one copy of the lines: there may be one to each line. */
	#replaceAll(changes: readonly TextChange[]): void {
		for (const change of changes) this.#check(change);
		const lines: string[] = [];
		let at: Position = { line: 0, character: 0 };
		/** The line that is put together, as far as it goes. */
		let open = "";
		const copyTo = ({ line, character }: Position): void => {
			for (; at.line < line; at = { line: at.line + 1, character: 0 }) {
				lines.push(open + this.line(at.line).slice(at.character));
				open = "";
			}
			open += this.line(line).slice(at.character, character);
		};
		for (const { start, end, text } of changes) {
			copyTo(start);
			const written = normalizeLineEnds(text).split("\n");
			written[0] = open + written[0];
			open = written.pop() as string;
			for (const line of written) lines.push(line);
			at = end;
		}
		copyTo({ line: this.#lines.length - 1, character: Number.POSITIVE_INFINITY });
		lines.push(open);
		this.#lines = lines;
	}

	#replace(change: TextChange): void {
		this.#check(change);
		const { start, end, text } = change;
		const before = this.line(start.line).slice(0, start.character);
		const after = this.line(end.line).slice(end.character);
		const lines = normalizeLineEnds(before + text + after).split("\n");
		if (lines.length === 1 && start.line === end.line) {
			this.#lines[start.line] = lines[0] as string;
			return;
		}
		// Not splice(): as arguments, the lines of a large paste would overflow the stack.
		this.#lines = this.#lines.slice(0, start.line).concat(lines, this.#lines.slice(end.line + 1));
	}
}

function isBefore(one: Position, other: Position): boolean {
	return one.line < other.line || (one.line === other.line && one.character < other.character);
}

/** Whether each change ends where the one before begins, or further up: then none moves the text of the next. */
function runUpwards(changes: readonly TextChange[]): boolean {
	return changes.every(({ end }, i) => i === 0 || !isBefore((changes[i - 1] as TextChange).start, end));
}
