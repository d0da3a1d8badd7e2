/** The messages between the extension host and the trainer. Plain JSON, over the channel of `child_process.fork`. */
import type { CorpusFolder, CorpusReport, CorpusRules } from "../domain/corpus.ts";
import type { ModelSummary } from "../domain/model.ts";
import type { TrainingEnd, TrainingJob, TrainingProgress } from "../domain/training.ts";
import type { FailureReport } from "../platform/failure.ts";

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
	/** `hasImproved`: a better model than before was found; null: there is no model. */
	| {
			readonly type: "finished";
			readonly end: TrainingEnd;
			readonly model: ModelSummary | null;
			readonly hasImproved: boolean;
	  }
	| { readonly type: "failed"; readonly failure: FailureReport }
	| { readonly type: "corpus"; readonly report: CorpusReport }
	| { readonly type: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly message: string };
