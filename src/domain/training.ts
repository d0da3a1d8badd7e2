/** What a training is asked to do, and how it goes. */
import type { Cell } from "./cells.ts";
import type { CorpusFolder, CorpusRules } from "./corpus.ts";

/** What does the arithmetic of a training: Inkling's own engine, or TensorFlow.js where the user has installed it. */
export const trainingEngines = ["inkling", "tensorflow"] as const;
export type TrainingEngine = (typeof trainingEngines)[number];

export interface TrainingJob {
	readonly folders: readonly CorpusFolder[];
	readonly rules: CorpusRules;
	/** Folder for the model and the training state. */
	readonly storage: string;
	readonly minutes: number;
	readonly threads: number;
	/** Go on from the training state in storage, if it fits. */
	readonly resume: boolean;
	readonly engine: TrainingEngine;
	/** Folder where TensorFlow.js is installed; null: where Node looks for packages of this program. */
	readonly tensorflow: string | null;
	/** Of a new model; null: the GRU, or the cell of the model that it starts from. */
	readonly cell: Cell | null;
	/** Units of a new model; 0 lets the trainer choose. */
	readonly hidden: number;
	/** File of the model that a new one starts from, if it has that cell and size; null: it starts from random weights. */
	readonly base: string | null;
}

export type TrainingPhase =
	| "starting"
	| "collecting"
	| "training"
	| "validating"
	| "saving"
	| "pausing"
	| "paused"
	| "stopping";

export interface TrainingProgress {
	readonly phase: TrainingPhase;
	readonly characters: number;
	readonly charactersPerSecond: number;
	/** Bits per character: running mean of the last updates. */
	readonly trainBpc: number | null;
	/** Bits per character of the held-out text, by the best model so far. */
	readonly validationBpc: number | null;
	/** The same by the model that was measured last. */
	readonly measuredBpc: number | null;
	readonly initialBpc: number | null;
	readonly elapsedSeconds: number;
	/** Of the time budget. */
	readonly leftSeconds: number;
	/** 0–1 of the time budget. */
	readonly fraction: number;
}

/**
 * `passes`: it has read the text as often as the recipe says. `converged`: validations gained nothing any more. `diverged`: the
 * network no longer gives probabilities; the best model from before that is kept.
 */
export type TrainingEnd = "budget" | "passes" | "converged" | "stopped" | "diverged";
