/** The messages between the extension host and the trainer. Plain JSON, over the channel of `child_process.fork`. */
import type { CorpusFolder, CorpusReport, CorpusRules } from "../domain/corpus.ts";
import type { TrainingCurve } from "../domain/curve.ts";
import type { ModelSummary } from "../domain/model.ts";
import type { TrainingEnd, TrainingJob, TrainingProgress } from "../domain/training.ts";
import type { FailureReport } from "../platform/failure.ts";

export type TrainerRequest =
	| { readonly type: "train"; readonly job: TrainingJob }
	/** Look what the first training of these folders would use, and end; answered by `corpus` or `failed`. */
	| { readonly type: "list"; readonly folders: readonly CorpusFolder[]; readonly rules: CorpusRules }
	| { readonly type: "pause" }
	| { readonly type: "resume" }
	/** Keep what is learned, then end. */
	| { readonly type: "stop" };

export type TrainerMessage =
	| { readonly type: "progress"; readonly progress: TrainingProgress }
	/** The learning curve has a new point. */
	| { readonly type: "curve"; readonly curve: TrainingCurve }
	/** A better model is on disk. */
	| { readonly type: "checkpoint"; readonly file: string; readonly model: ModelSummary }
	| {
			readonly type: "finished";
			readonly end: TrainingEnd;
			/**
			 * The best model, which is on disk. Null if the training was stopped or became unstable before it had one; a model that
			 * was there before it is then as it was.
			 */
			readonly model: ModelSummary | null;
			/** Whether the training found a model that is better than the one that it began with. */
			readonly hasImproved: boolean;
	  }
	| { readonly type: "failed"; readonly failure: FailureReport }
	| { readonly type: "corpus"; readonly report: CorpusReport }
	| { readonly type: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly message: string };
