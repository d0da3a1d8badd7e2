/** The text of a document while it is edited. */

import type { Position, TextChange } from "../../../domain/text.ts";
import type { KeyPress } from "../replay/idealUser.ts";

export class EditedText {
	#lines: string[];
	readonly #onChange: (change: TextChange) => void;

	constructor(text: string, onChange: (change: TextChange) => void) {
		this.#lines = text.split("\n");
		this.#onChange = onChange;
	}

	get text(): string {
		return this.#lines.join("\n");
	}

	line(line: number): string {
		return this.#lines[line] ?? "";
	}

	/** With their ends. */
	linesBefore(line: number): string {
		return this.#lines
			.slice(0, line)
			.map((one) => `${one}\n`)
			.join("");
	}

	/** The text left and right of a place. */
	around({ line, character }: Position): { readonly before: string; readonly after: string } {
		const below = this.#lines.slice(line + 1).map((one) => `\n${one}`);
		return {
			before: this.linesBefore(line) + this.line(line).slice(0, character),
			after: this.line(line).slice(character) + below.join(""),
		};
	}

	placeAt(document: string, { line, character }: Position): KeyPress["place"] {
		const text = this.line(line);
		return { document, line, before: text.slice(0, character), after: text.slice(character) };
	}

	change({ start, end, text }: TextChange): void {
		const head = this.line(start.line).slice(0, start.character);
		const tail = this.line(end.line).slice(end.character);
		const lines = (head + text + tail).split("\n");
		this.#lines = this.#lines.slice(0, start.line).concat(lines, this.#lines.slice(end.line + 1));
		this.#onChange({ start, end, text });
	}
}
