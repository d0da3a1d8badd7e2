/** A learning task: new text of a document, learned in small steps. */
import { Buffer } from "node:buffer";
import { countCharacters, DOCUMENT_END, documentHeader } from "../../../model/document.ts";
import type { AdaptiveModel, Context } from "../../../model/languageModel.ts";
import type { Cursor, Memory } from "../../../model/memory/index.ts";

/** New text and the text before it. */
export interface Passage {
	readonly before: Uint8Array;
	readonly text: Uint8Array;
}

/** More text before a passage hardly changes how the passage is predicted. */
const contextBytes = 512;

/**
 * Splits the new lines of a document into passages of consecutive lines. A document of which all lines are new is one
 * passage, with the mark of its end.
 *
 * @param isNew `[lines]` 1 for each new line
 * @param isWhole whether the text is a document from beginning to end
 */
export function passagesOf(path: string, text: string, isNew: Uint8Array, isWhole = true): Passage[] {
	const header = documentHeader(path);
	if (isWhole && isNew.every(Boolean)) {
		return isNew.length === 0
			? []
			: [{ before: header, text: Buffer.concat([Buffer.from(text), Buffer.of(DOCUMENT_END)]) }];
	}
	const passages: Passage[] = [];
	let start = -1;
	let lineStart = 0;
	for (let line = 0; line <= isNew.length; line++) {
		if (isNew[line] === 1) {
			if (start < 0) start = lineStart;
		} else if (start >= 0) {
			const context = Buffer.from(text.slice(Math.max(0, start - contextBytes), start)).subarray(-contextBytes);
			passages.push({
				before: Buffer.concat([header, characterStart(context)]),
				text: Buffer.from(text.slice(start, lineStart)),
			});
			start = -1;
		}
		const end = text.indexOf("\n", lineStart);
		lineStart = end < 0 ? text.length : end + 1;
	}
	return passages;
}

/** Drops the rest of a character that was cut. */
function characterStart(utf8: Uint8Array): Uint8Array {
	let start = 0;
	while (start < utf8.length && ((utf8[start] as number) & 0xc0) === 0x80) start++;
	return utf8.subarray(start);
}

/** A model that learns; `State` is its position in a text. */
export interface Learner<State = unknown> {
	/** The object that learns. Learners of the same object continue each other's work. */
	readonly of: object;
	start(): State;
	read(state: State, bytes: Uint8Array): State;
	learn(state: State, bytes: Uint8Array): State;
	/** Bytes that it reads or learns in a millisecond or two. */
	readonly sliceBytes: number;
}

/** The memory learns this much in a millisecond. */
const memorySlice = 1024;

/** The memory alone: fast. */
export function memoryLearner(memory: Memory): Learner<Cursor> {
	return {
		of: memory,
		start: () => memory.start(),
		read: (cursor, bytes) => memory.read(cursor, bytes),
		// In a long text the mixer need not learn from every byte.
		learn: (cursor, bytes) =>
			bytes.length < memorySlice ? memory.learn(cursor, bytes).cursor : memory.index(cursor, bytes),
		sliceBytes: memorySlice,
	};
}

/** The memory, and the mixer that combines it with the network: as slow as the network reads. */
export function mixtureLearner(model: AdaptiveModel): Learner<Context> {
	return {
		of: model,
		start: () => model.start(),
		read: (context, bytes) => model.read(context, bytes),
		learn: (context, bytes) => model.learn(context, bytes).context,
		sliceBytes: 32,
	};
}

const nothing = new Uint8Array(0);

export class LearningTask {
	readonly #passages: readonly Passage[];
	#passage = 0;
	/** Bytes learned of the current passage's text. */
	#learned = 0;
	/** Bytes that the present learner reads before it goes on learning. */
	#unread: Uint8Array = nothing;
	#learner: object | null = null;
	#state: unknown;
	#characters = 0;

	constructor(passages: readonly Passage[]) {
		this.#passages = passages;
	}

	/** Bytes to learn in all. */
	get bytes(): number {
		return this.#passages.reduce((sum, { text }) => sum + text.length, 0);
	}

	get isOver(): boolean {
		return this.#passage === this.#passages.length;
	}

	/** Characters learned so far. */
	get characters(): number {
		return this.#characters;
	}

	/** Learns a slice more. A learner other than the last one continues where that one stopped. */
	step<State>(learner: Learner<State>): void {
		const passage = this.#passages[this.#passage];
		if (passage === undefined) return;
		if (this.#learner !== learner.of) {
			this.#learner = learner.of;
			this.#state = learner.start();
			const learned = passage.text.subarray(Math.max(0, this.#learned - contextBytes), this.#learned);
			this.#unread = Buffer.concat([passage.before, learned]);
		}
		if (this.#unread.length > 0) {
			const slice = this.#unread.subarray(0, learner.sliceBytes);
			this.#state = learner.read(this.#state as State, slice);
			this.#unread = this.#unread.subarray(slice.length);
			return;
		}
		// The last slice includes a short rest, so that a long text is indexed to its end.
		const rest = passage.text.length - this.#learned;
		const size = rest < 2 * learner.sliceBytes ? rest : learner.sliceBytes;
		const slice = passage.text.subarray(this.#learned, this.#learned + size);
		this.#state = learner.learn(this.#state as State, slice);
		this.#learned += slice.length;
		// The mark of a document's end is not a character.
		this.#characters += countCharacters(slice) - Number(slice.at(-1) === DOCUMENT_END);
		if (this.#learned < passage.text.length) return;
		this.#passage++;
		this.#learned = 0;
		this.#learner = null;
	}
}
