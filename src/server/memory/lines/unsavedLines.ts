/** Typed lines that the memory has learned, or is about to, and that are not in its file yet. */
import type { Passage } from "./learningTask.ts";

/** New lines of a document. */
export interface LearnedLines {
	/** See `LineRecords`. */
	readonly key: string;
	readonly isFile: boolean;
	readonly passages: readonly Passage[];
	/** Hashes of the lines. */
	readonly lines: Uint32Array;
}

/** Lines that could not be saved for long are dropped beyond this many bytes, so that they do not grow without bound. */
const mostUnsavedBytes = 2 ** 22;

/** The latest of the lines, with new ones after them. */
export function withLearned(unsaved: readonly LearnedLines[], learned: LearnedLines): readonly LearnedLines[] {
	let bytes = 0;
	const kept = [...unsaved, learned].toReversed().filter(({ passages }) => {
		bytes += passages.reduce((sum, { text }) => sum + text.length, 0);
		return bytes <= mostUnsavedBytes;
	});
	return kept.toReversed();
}
