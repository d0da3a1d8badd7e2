/** Text to be learned, and how that is done in small steps. */
import { Buffer } from "node:buffer";
import { countCharacters, DOCUMENT_END, documentHeader } from "../../model/document.ts";
import type { AdaptiveModel, Context } from "../../model/languageModel.ts";
import type { Cursor, Memory } from "../../model/memory/index.ts";

/** New text, and what stands before it. */
export interface Passage {
	readonly before: Uint8Array;
	readonly text: Uint8Array;
}

/** More text before a passage hardly changes what is expected of it. */
const contextBytes = 512;

/**
 * The new lines of a document, in passages of lines that follow each other. A document that is new as a whole is learned
 * with its end.
 *
 * @param isNew 1 for each new line
 */
export function passagesOf(path: string, text: string, isNew: Uint8Array): Passage[] {
	const header = documentHeader(path);
	if (isNew.every(Boolean)) {
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

/** Without the rest of a character that is cut. */
function characterStart(utf8: Uint8Array): Uint8Array {
	let start = 0;
	while (start < utf8.length && ((utf8[start] as number) & 0xc0) === 0x80) start++;
	return utf8.subarray(start);
}

/** Who is taught; `State` is where in a text it is. */
export interface Pupil<State = unknown> {
	start(): State;
	read(state: State, bytes: Uint8Array): State;
	learn(state: State, bytes: Uint8Array): State;
	/** Bytes read or learned in a millisecond or two. */
	readonly sliceBytes: number;
}

/** Learned in a millisecond. */
const memorySlice = 1024;

/** The memory alone: fast. */
export function memoryPupil(memory: Memory): Pupil<Cursor> {
	return {
		start: () => memory.start(),
		read: (cursor, bytes) => memory.read(cursor, bytes),
		// Of a long text it need not weigh every byte.
		learn: (cursor, bytes) =>
			bytes.length < memorySlice ? memory.learn(cursor, bytes).cursor : memory.index(cursor, bytes),
		sliceBytes: memorySlice,
	};
}

/** The memory, and how it is weighed against the model: as slow as the model reads. */
export function modelPupil(model: AdaptiveModel): Pupil<Context> {
	return {
		start: () => model.start(),
		read: (context, bytes) => model.read(context, bytes),
		learn: (context, bytes) => model.learn(context, bytes).context,
		sliceBytes: 32,
	};
}

const nothing = new Uint8Array(0);

export class Lesson {
	readonly #passages: readonly Passage[];
	#passage = 0;
	/** Bytes of the passage's text learned. */
	#learned = 0;
	/** Yet to be read by the present pupil before it goes on learning. */
	#unread: Uint8Array = nothing;
	#pupil: Pupil | null = null;
	#state: unknown;
	#characters = 0;

	constructor(passages: readonly Passage[]) {
		this.#passages = passages;
	}

	/** To be learned in all. */
	get bytes(): number {
		return this.#passages.reduce((sum, { text }) => sum + text.length, 0);
	}

	get isOver(): boolean {
		return this.#passage === this.#passages.length;
	}

	/** Learned so far. */
	get characters(): number {
		return this.#characters;
	}

	/** Goes on by a slice. Another pupil than before goes on where that one was. */
	step<State>(pupil: Pupil<State>): void {
		const passage = this.#passages[this.#passage];
		if (passage === undefined) return;
		if (this.#pupil !== pupil) {
			this.#pupil = pupil as Pupil;
			this.#state = pupil.start();
			const learned = passage.text.subarray(Math.max(0, this.#learned - contextBytes), this.#learned);
			this.#unread = Buffer.concat([passage.before, learned]);
		}
		if (this.#unread.length > 0) {
			const slice = this.#unread.subarray(0, pupil.sliceBytes);
			this.#state = pupil.read(this.#state as State, slice);
			this.#unread = this.#unread.subarray(slice.length);
			return;
		}
		// A short rest goes with the last slice, so that a long text is learned as one to its end.
		const rest = passage.text.length - this.#learned;
		const size = rest < 2 * pupil.sliceBytes ? rest : pupil.sliceBytes;
		const slice = passage.text.subarray(this.#learned, this.#learned + size);
		this.#state = pupil.learn(this.#state as State, slice);
		this.#learned += slice.length;
		// The end of a document is none.
		this.#characters += countCharacters(slice) - Number(slice.at(-1) === DOCUMENT_END);
		if (this.#learned < passage.text.length) return;
		this.#passage++;
		this.#learned = 0;
		this.#pupil = null;
	}
}
