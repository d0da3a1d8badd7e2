/** Puts the key strokes together that make one replacement inside a line. */
import type { TextChange } from "../domain/text.ts";
import { type Replacement, replacementOf } from "./replacement.ts";
import { isWordAt } from "./words.ts";

/** UTF-16 units. Longer lines are data, and would take long to compare. */
export const longestLine = 1_000;

export interface Recorded {
	readonly document: string;
	readonly line: number;
	readonly replacement: Replacement;
}

interface Recording {
	readonly document: string;
	readonly line: number;
	/** The line before the first stroke, and now. */
	readonly before: string;
	readonly after: string;
	/** The part of the line as it is now that was typed. */
	readonly start: number;
	readonly end: number;
}

export class Recorder {
	#recording: Recording | undefined;

	/** What has been replaced so far; undefined if nothing, or what was typed is gone again. */
	get recorded(): Recorded | undefined {
		if (!this.#recording) return undefined;
		const { document, line, before, after } = this.#recording;
		return before === after ? undefined : { document, line, replacement: replacementOf(before, after) };
	}

	/** Whether a change goes on with what is being recorded: it touches it, or lies in the same word. */
	isContinuedBy(document: string, { start, end, text }: TextChange): boolean {
		const recording = this.#recording;
		if (recording?.document !== document || recording.line !== start.line || !isInLine(start, end, text)) return false;
		const [from, to] =
			end.character < recording.start
				? [end.character, recording.start]
				: [recording.end, Math.max(recording.end, start.character)];
		for (let at = from; at < to; at++) if (!isWordAt(recording.after, at)) return false;
		return true;
	}

	/**
	 * Records a change by the user.
	 *
	 * @param before the line before the change
	 */
	type(document: string, change: TextChange, before: string): void {
		const { start, end, text } = change;
		const after = before.slice(0, start.character) + text + before.slice(end.character);
		if (!isInLine(start, end, text) || Math.max(before.length, after.length) > longestLine) {
			this.#recording = undefined;
			return;
		}
		const had = this.isContinuedBy(document, change) ? this.#recording : undefined;
		const grown = text.length - (end.character - start.character);
		this.#recording = {
			document,
			line: start.line,
			before: had?.before ?? before,
			after,
			start: Math.min(had?.start ?? start.character, start.character),
			end: Math.max(had?.end ?? end.character, end.character) + grown,
		};
	}

	/** Ends the recording. */
	end(): void {
		this.#recording = undefined;
	}
}

function isInLine(start: TextChange["start"], end: TextChange["end"], text: string): boolean {
	return start.line === end.line && !/[\r\n]/.test(text);
}
