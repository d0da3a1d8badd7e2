/** A file whose edits can be made in any order. */
import { offsetOf, type Position, type TextChange } from "../../../domain/text.ts";
import type { Place } from "../../../repeat/candidate.ts";
import type { FileEdits } from "./history.ts";
import type { Edit } from "./lineEdits.ts";

export interface PendingEdit {
	/** Offsets in the text before the first edit. */
	readonly from: number;
	readonly to: number;
	readonly text: string;
	readonly isDone: boolean;
	/**
	 * What is replaced inside a line, told by the words around its beginning before and after; null if the edit is no typed
	 * replacement inside a line.
	 */
	readonly replacement: string | null;
	isMade: boolean;
}

/** Edits that are farther from an offer do not make it. UTF-16 units. */
const farthest = 60;
/** So many together may make what is offered. */
const mostTogether = 9;

export class PendingFile {
	readonly path: string;
	/** In the order of the commit. */
	readonly edits: readonly PendingEdit[];
	readonly #before: string;
	/** In the order of the text. */
	readonly #sorted: PendingEdit[] = [];

	/** An edit inside the text that an earlier one wrote cannot be told from it: the file ends there. */
	constructor({ path, before, edits }: FileEdits) {
		this.path = path;
		this.#before = before;
		const pending: PendingEdit[] = [];
		let text = before;
		for (const edit of edits) {
			const start = offsetOf(text, edit.start);
			const end = offsetOf(text, edit.end);
			const added = this.#add(edit, start, end, replacementKey(text, edit));
			if (!added) break;
			pending.push(added);
			text = text.slice(0, start) + edit.text + text.slice(end);
		}
		this.edits = pending;
	}

	/** Takes an edit in, all earlier ones being made. */
	#add({ text, isDone }: Edit, start: number, end: number, replacement: string | null): PendingEdit | null {
		let shift = 0;
		let index = 0;
		for (; index < this.#sorted.length; index++) {
			const earlier = this.#sorted[index] as PendingEdit;
			const from = earlier.from + shift;
			if (start >= from + earlier.text.length) shift += growthOf(earlier);
			else if (end <= from) break;
			else return null;
		}
		const edit = { from: start - shift, to: end - shift, text, isDone, replacement, isMade: false };
		this.#sorted.splice(index, 0, edit);
		return edit;
	}

	/** With the edits that are made. */
	get text(): string {
		return this.#textWith(this.#sorted.filter(({ isMade }) => isMade));
	}

	lineAt(line: number): string {
		return this.text.split("\n")[line] ?? "";
	}

	make(edit: PendingEdit): TextChange {
		const { text } = this;
		const start = this.#startOf(edit);
		const change = {
			start: positionAt(text, start),
			end: positionAt(text, start + edit.to - edit.from),
			text: edit.text,
		};
		edit.isMade = true;
		return change;
	}

	endOf(edit: PendingEdit): Position {
		return positionAt(this.text, this.#startOf(edit) + edit.text.length);
	}

	/** The edits still to be made that together change just this; null if none do. */
	editsThatMake({ line, start, end, new: text }: Place): readonly PendingEdit[] | null {
		const now = this.text;
		const from = offsetOf(now, { line, character: start });
		const to = from + end - start;
		const wanted = now.slice(0, from) + text + now.slice(to);
		const near = this.#sorted
			.filter((edit) => {
				const begin = this.#startOf(edit);
				return !edit.isMade && begin + edit.to - edit.from >= from - farthest && begin <= to + farthest;
			})
			.slice(0, mostTogether);
		for (let subset = 1; subset < 2 ** near.length; subset++) {
			const chosen = near.filter((_, index) => (subset >> index) % 2 === 1);
			const made = this.#sorted.filter((edit) => edit.isMade || chosen.includes(edit));
			if (this.#textWith(made) === wanted) return chosen;
		}
		return null;
	}

	#startOf(edit: PendingEdit): number {
		let start = edit.from;
		for (const other of this.#sorted) {
			if (other === edit) break;
			if (other.isMade) start += growthOf(other);
		}
		return start;
	}

	#textWith(edits: readonly PendingEdit[]): string {
		const pieces: string[] = [];
		let end = 0;
		for (const { from, to, text } of edits) {
			pieces.push(this.#before.slice(end, from), text);
			end = to;
		}
		return pieces.join("") + this.#before.slice(end);
	}
}

function growthOf({ from, to, text }: PendingEdit): number {
	return text.length - (to - from);
}

function replacementKey(document: string, { start, end, text, isDone, isBlock }: Edit): string | null {
	const line = document.split("\n")[start.line] ?? "";
	if (isDone || isBlock || start.line !== end.line || text.includes("\n") || line.trim() === "") return null;
	const old = line.slice(start.character, end.character);
	if (text === "" && old.trim() === "") return null;
	const after = line.slice(0, start.character) + text + line.slice(end.character);
	const [from, to] = [wordAround(line, start.character) || old, wordAround(after, start.character) || text];
	return JSON.stringify([from, to]);
}

function wordAround(text: string, at: number): string {
	let start = at;
	while (start > 0 && /\w/.test(text[start - 1] as string)) start--;
	return text.slice(start, at) + (/^\w*/.exec(text.slice(at))?.[0] ?? "");
}

function positionAt(text: string, offset: number): Position {
	const lines = text.slice(0, offset).split("\n");
	return { line: lines.length - 1, character: (lines.at(-1) as string).length };
}
