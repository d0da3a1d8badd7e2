/**
 * The model on disk: safetensors with PyTorch's names, and what is known about the model in its metadata.
 */
import type { NetworkShape, OptimizerState, Parameters } from "../engines/engine.ts";

/** What the model was trained on and how well it does; stored as metadata, shown to the user. */
export interface ModelInfo {
	/** ISO 8601 time of writing. */
	readonly trainedAt: string;
	/** Characters trained on, with repetition. */
	readonly characters: number;
	/** Characters of distinct training text. */
	readonly corpusCharacters: number;
	readonly files: number;
	/** CPU-seconds of all training so far. */
	readonly cpuSeconds: number;
	/** Bits per character on held-out files, frozen; null if there was nothing to hold out. */
	readonly validationBpc: number | null;
	/** The same before this training began. */
	readonly initialBpc: number | null;
}

export interface Model {
	readonly shape: NetworkShape;
	readonly parameters: Parameters;
	readonly info: ModelInfo;
}

/** All that is needed to go on training after a kill; the last parameters, which need not be the best. */
export interface TrainingState {
	readonly model: Model;
	readonly optimizer: OptimizerState;
	/** Opaque to the file format: schedule, position, random state. JSON. */
	readonly position: Readonly<Record<string, unknown>>;
}
