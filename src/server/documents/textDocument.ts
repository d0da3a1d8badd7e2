/** A document as the editor has it: lines without their ends, changed in step with the editor. */

import type { Position, TextChange } from "../../domain/text.ts";
import { normalizeLineEnds } from "../../model/document.ts";

export class TextDocument {
	/** Relative to its workspace folder, with "/". */
	readonly path: string;
	#version: number;
	#lines: string[];

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

	/** The text of a line; "" outside the document. */
	line(line: number): string {
		return this.#lines[line] ?? "";
	}

	get text(): string {
		return this.#lines.join("\n");
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
		for (const change of changes) {
			this.#replace(change);
			first = Math.min(first, change.start.line);
		}
		this.#version = version;
		return first;
	}

	#replace({ start, end, text }: TextChange): void {
		const backwards = end.line < start.line || (end.line === start.line && end.character < start.character);
		if (backwards || !this.has(start) || !this.has(end)) {
			throw new RangeError(
				`The range ${start.line}:${start.character}–${end.line}:${end.character} is not in the document of ${this.lineCount} lines`,
			);
		}
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
