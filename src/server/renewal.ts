/**
 * A memory that is made anew beside the one in use, for a network that was just trained. How far each of the two is to
 * be trusted shows only on text that neither has seen: what the network was validated on, as long as the memory does not
 * know it. Measured on the files of gin, a tenth held out, after 60 CPU-seconds of training: 0.71 bits per character
 * instead of 0.78 without, 0.80 by the memory alone; on text that the memory knows already it would learn to trust the
 * memory too much, 0.82.
 */
import { chooseValidation } from "../corpus/holdout.ts";
import type { CorpusFile } from "../corpus/index.ts";
import { encodeDocument } from "../model/document.ts";
import type { AdaptiveModel } from "../model/languageModel.ts";
import type { Memory } from "../model/memory/index.ts";
import type { IdleWork } from "./idleWork.ts";
import { Lesson, memoryPupil, modelPupil, type Pupil } from "./lesson.ts";
import { hashLines } from "./lineHashes.ts";
import type { LineRecord } from "./lineRecords.ts";

export interface Renewed {
	readonly memory: Memory;
	/** Learned. */
	readonly characters: number;
	readonly records: readonly (readonly [file: string, record: LineRecord])[];
}

export class Renewal implements IdleWork {
	readonly #memory: Memory;
	readonly #files: readonly CorpusFile[];
	/** The next one last. */
	readonly #lessons: { readonly lesson: Lesson; readonly pupil: Pupil }[];
	readonly #done: (renewed: Renewed) => void;
	#characters = 0;

	/**
	 * @param files the most recently edited last
	 * @param memory knows nothing yet
	 * @param model over that memory, with the network
	 */
	constructor(files: readonly CorpusFile[], memory: Memory, model: AdaptiveModel, done: (renewed: Renewed) => void) {
		this.#memory = memory;
		this.#files = files;
		this.#done = done;
		const { training, validation } = chooseValidation(files);
		const lessonsOf = (part: readonly CorpusFile[], pupil: Pupil) =>
			part.map((file) => ({ lesson: new Lesson([passageOf(file)]), pupil }));
		this.#lessons = [
			...lessonsOf(training, memoryPupil(memory)),
			...lessonsOf(validation, modelPupil(model) as Pupil),
		].reverse();
	}

	work(isOver: () => boolean): boolean {
		do {
			const next = this.#lessons.at(-1);
			if (next === undefined) {
				this.#finish();
				return true;
			}
			next.lesson.step(next.pupil);
			if (!next.lesson.isOver) continue;
			this.#characters += next.lesson.characters;
			this.#lessons.pop();
		} while (!isOver());
		return true;
	}

	#finish(): void {
		const records = this.#files.map(({ absolutePath, modified, size, digest, bytes, text }) => {
			const record: LineRecord = { modified, size, digest, bytes, reason: null, lines: hashLines(text) };
			return [absolutePath, record] as const;
		});
		this.#done({ memory: this.#memory, characters: this.#characters, records });
	}
}

function passageOf({ path, text }: CorpusFile): { before: Uint8Array; text: Uint8Array } {
	const { bytes, skip } = encodeDocument(path, text);
	return { before: bytes.subarray(0, skip), text: bytes.subarray(skip) };
}
