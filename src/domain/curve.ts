/** What the learning curve of a training consists of. */
import type { TrainingEnd } from "./training.ts";

export interface CurvePoint {
	/** Seconds of training, pauses left out; a training that is resumed counts on. */
	readonly seconds: number;
	/** Characters trained on, with repetition. */
	readonly characters: number;
	/** Bits per character. */
	readonly bpc: number;
}

export interface TrainingCurve {
	/** ISO 8601 time; no two trainings of a workspace share it. */
	readonly begunAt: string;
	/** Null: the training runs, or was cut short. */
	readonly end: TrainingEnd | null;
	/** Running mean over the text that was just trained on. */
	readonly train: readonly CurvePoint[];
	/** Each measurement on the held-out text, the better ones and the worse. */
	readonly heldOut: readonly CurvePoint[];
}
