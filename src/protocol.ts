/**
 * The messages between the extension host and its two child processes. Plain JSON, over the channel of
 * `child_process.fork`.
 */
import type { FailureReport } from "./failure.ts";

/** When to show a suggestion: how sure the model must be. */
export const thresholds = ["conservative", "balanced", "eager"] as const;
export type Threshold = (typeof thresholds)[number];

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

/** What the host shows of a model. */
export interface ModelSummary extends ModelInfo {
	readonly cell: string;
	readonly hidden: number;
	readonly layers: number;
	readonly parameters: number;
}

/** Positions are as in the editor: zero-based line, UTF-16 column. */
export interface Position {
	readonly line: number;
	readonly character: number;
}

export interface TextChange {
	readonly start: Position;
	readonly end: Position;
	readonly text: string;
}

/**
 * Why nothing is suggested. `noModel`: neither a model nor a memory is there; `unsure` is the display rule's; `secret`: the file is one of those whose text is never used;
 * after `unknownDocument` the host opens the document (again).
 */
export type Silence = "noModel" | "unknownDocument" | "secret" | "stale" | "midLine" | "unsure" | "cancelled";

export interface Suggestion {
	/** To be inserted at the cursor. */
	readonly text: string;
	/** That the whole of it is right. */
	readonly probability: number;
}

/** What the server learns from while it runs, and where it keeps that. */
export interface Workspace {
	/** Folders on disk. Files in them are learned from as the rules allow, files outside of them only if there are none. */
	readonly folders: readonly CorpusFolder[];
	readonly rules: CorpusRules;
	/** Read all files of the folders; else only what is typed is learned. */
	readonly index: boolean;
	/** Folder for the memory; null: it is never written. */
	readonly storage: string | null;
	/** Most that the memory may take, in RAM as on disk. */
	readonly memoryMiB: number;
}

/** What the memory knows. */
export interface MemoryState {
	/** Files of the workspace are yet to be read. */
	readonly reading: boolean;
	/** Of the workspace, learned from. */
	readonly files: number;
	/** Learned, in files and in what was typed. */
	readonly characters: number;
}

export type ServerRequest =
	/** What to learn from; again whenever that changes. Until it has come, nothing is learned. */
	| { readonly type: "workspace"; readonly workspace: Workspace }
	/** Whether a training runs: as long as it does, each model is soon followed by a better one. */
	| { readonly type: "training"; readonly isRunning: boolean }
	/** Files that were written, made or deleted, absolute paths; null: too many to tell. */
	| { readonly type: "files"; readonly paths: readonly string[] | null }
	/**
	 * Forget all that was learned but the model, on disk too, and from then on learn only what is typed; answered by
	 * `forgotten`.
	 */
	| { readonly type: "forget"; readonly id: number }
	/**
	 * Load the model file (again); answered by `model`. Null: forget the model. A base was not trained on the workspace's
	 * text.
	 */
	| { readonly type: "load"; readonly file: string | null; readonly isBase?: boolean }
	| {
			readonly type: "open";
			readonly document: string;
			/** Relative to the workspace folder, with "/"; for an untitled document a name with a fitting extension. */
			readonly path: string;
			/** The file on disk that the document is, or is a part of, as a cell is of a notebook. */
			readonly file: { readonly path: string; readonly whole: boolean } | null;
			readonly version: number;
			readonly text: string;
	  }
	| {
			readonly type: "change";
			readonly document: string;
			readonly version: number;
			readonly changes: readonly TextChange[];
	  }
	| { readonly type: "close"; readonly document: string }
	| {
			readonly type: "complete";
			readonly id: number;
			readonly document: string;
			readonly version: number;
			readonly position: Position;
			/** Asked for by the user: several alternatives, lower threshold. */
			readonly explicit: boolean;
			/** Most alternatives wanted. */
			readonly count: number;
			readonly threshold: Threshold;
			/** Text the suggestion must begin with (what the suggest widget would insert after the cursor). */
			readonly forced: string;
	  }
	| { readonly type: "cancel"; readonly id: number }
	/** Bits per character of an open document under the present model; answered by `scored`. */
	| { readonly type: "score"; readonly id: number; readonly document: string };

export type ServerMessage =
	/** Sent once, when requests are taken. */
	| { readonly type: "ready"; readonly description: string }
	| { readonly type: "model"; readonly model: ModelSummary | null; readonly failure?: FailureReport }
	/** Whenever it has changed, but not more often than is worth showing; null: there is none. */
	| { readonly type: "memory"; readonly memory: MemoryState | null }
	| { readonly type: "forgotten"; readonly id: number }
	| {
			readonly type: "completions";
			readonly id: number;
			readonly suggestions: readonly Suggestion[];
			readonly silence?: Silence;
			readonly milliseconds: number;
	  }
	| { readonly type: "scored"; readonly id: number; readonly bpc: number | null; readonly characters: number }
	| { readonly type: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly message: string };

export interface CorpusRules {
	/** Globs, relative to the folder. */
	readonly exclude: readonly string[];
	readonly maxFileKiB: number;
	readonly maxTotalMiB: number;
}

export interface CorpusFolder {
	/** Absolute path. */
	readonly path: string;
	/** Put before the relative path when there are several folders. */
	readonly name: string;
}

export interface TrainingJob {
	readonly folders: readonly CorpusFolder[];
	readonly rules: CorpusRules;
	/** Folder for the model and the training state. */
	readonly storage: string;
	readonly minutes: number;
	readonly threads: number;
	/** Go on from the training state in storage, if it fits. */
	readonly resume: boolean;
	/** Units of a new model; 0 lets the trainer choose. */
	readonly hidden: number;
	/** File of the model that a new one starts from, if it is of that size; null: it starts from random weights. */
	readonly base: string | null;
}

export interface TrainingProgress {
	readonly phase: "collecting" | "training" | "validating" | "saving" | "paused";
	readonly characters: number;
	readonly charactersPerSecond: number;
	/** Bits per character: running mean of the last updates. */
	readonly trainBpc: number | null;
	readonly validationBpc: number | null;
	readonly initialBpc: number | null;
	readonly elapsedSeconds: number;
	/** Of the time budget. */
	readonly leftSeconds: number;
	/** 0–1 of the time budget. */
	readonly fraction: number;
}

export type TrainingEnd = "budget" | "converged" | "stopped";

/** Why a file was left out of the corpus. */
export type LeftOutReason =
	| "ignored"
	| "excluded"
	| "secret"
	| "binary"
	| "tooLarge"
	| "generated"
	| "lockFile"
	| "duplicate"
	| "unreadable"
	| "vanished"
	| "notAFile"
	| "link"
	| "encoding"
	| "empty"
	| "overTotal";

/** What was used for training and what was not; written beside the model as `corpus.json`, paths only. */
export interface CorpusReport {
	readonly used: readonly {
		readonly path: string;
		readonly bytes: number;
		readonly heldOut: boolean;
		readonly masked: number;
	}[];
	readonly leftOut: readonly { readonly path: string; readonly reason: LeftOutReason }[];
}

export type TrainerRequest =
	| { readonly type: "train"; readonly job: TrainingJob }
	/** Look what a training would use, and end; answered by `corpus` or `failed`. */
	| { readonly type: "list"; readonly folders: readonly CorpusFolder[]; readonly rules: CorpusRules }
	| { readonly type: "pause" }
	| { readonly type: "resume" }
	/** Keep what is learned, then end. */
	| { readonly type: "stop" };

export type TrainerMessage =
	| { readonly type: "progress"; readonly progress: TrainingProgress }
	/** A better model is on disk. */
	| { readonly type: "checkpoint"; readonly file: string; readonly model: ModelSummary }
	| { readonly type: "finished"; readonly end: TrainingEnd; readonly model: ModelSummary | null }
	| { readonly type: "failed"; readonly failure: FailureReport }
	| { readonly type: "corpus"; readonly report: CorpusReport }
	| { readonly type: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly message: string };

/** The files in a storage folder. Everything that Inkling learns lies in these; Reset deletes them. */
export const storageFiles = {
	model: "model.safetensors",
	training: "training.safetensors",
	corpus: "corpus.json",
	memory: "memory.bin",
} as const;
