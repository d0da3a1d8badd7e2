/** The messages between the extension host and the completion server. Plain JSON, over the channel of `child_process.fork`. */
import type { MemoryState, Workspace } from "../domain/memory.ts";
import type { ModelSummary } from "../domain/model.ts";
import type { FilePerplexity } from "../domain/perplexities.ts";
import type { SpellingAnswer, SpellingScope } from "../domain/spelling.ts";
import type { CompletionTrace, Silence, Suggestion, Threshold } from "../domain/suggestions.ts";
import type { ExpectedText, SurpriseAnswer } from "../domain/surprise.ts";
import type { Position, TextChange } from "../domain/text.ts";
import type { FailureReport } from "../platform/failure.ts";

/**
 * Raised with every change of these messages. An update of the extension can leave a process of the version before running
 * beside a host of the next.
 */
export const serverProtocolVersion = 5;

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
			/**
			 * The file that the document is, or is a part of, as a cell is of a notebook; null: it was never saved. A file that
			 * is elsewhere lies in a file system that is not on a disk here; its path is relative to its workspace folder, if
			 * it is in one.
			 */
			readonly file: { readonly path: string; readonly whole: boolean; readonly isElsewhere?: true } | null;
			readonly version: number;
			readonly text: string;
			/** What is read before the text but is no part of it: for a cell, those of its language above it; ends with a line end. */
			readonly above?: string;
			/** Names the notebook of a cell. */
			readonly notebook?: string;
	  }
	/** What is read before the text of a document is another one now. */
	| { readonly type: "above"; readonly document: string; readonly text: string }
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
	/** Bits per character of an open document, of its beginning if it is long, by the network alone; answered by `scored`. */
	| { readonly type: "score"; readonly id: number; readonly document: string }
	/** Misspelt words of an open document, answered by `spelled` in idle time. */
	| {
			readonly type: "spell";
			readonly id: number;
			readonly document: string;
			readonly version: number;
			readonly scope: SpellingScope;
	  }
	/**
	 * How unexpected the words of an open document are to a model that knows the other files, around `line` if it is long;
	 * answered by `surprised` in idle time.
	 */
	| {
			readonly type: "surprise";
			readonly id: number;
			readonly document: string;
			readonly version: number;
			readonly line: number;
	  }
	/** What that model expects at a place; answered by `expected` in idle time. */
	| {
			readonly type: "expect";
			readonly id: number;
			readonly document: string;
			readonly version: number;
			readonly position: Position;
	  }
	/** No further question about surprise is near: the memory that it takes is given back. */
	| { readonly type: "surpriseOff" }
	/**
	 * Write on from a place, so many lines; answered by several `continued`, until `cancel`, an edit of the document or another
	 * `continue` ends it.
	 */
	| {
			readonly type: "continue";
			readonly id: number;
			readonly document: string;
			readonly version: number;
			readonly position: Position;
			readonly lines: number;
			readonly seed: number;
	  }
	/** How much RAM the process takes; answered by `usage`. */
	| { readonly type: "usage"; readonly id: number };

export type ServerMessage =
	/** Sent once, when requests are taken. */
	| { readonly type: "ready"; readonly version: number; readonly description: string }
	| { readonly type: "model"; readonly model: ModelSummary | null; readonly failure?: FailureReport }
	/** Whenever it has changed, but not more often than is worth showing; null: there is none. */
	| { readonly type: "memory"; readonly memory: MemoryState | null }
	/** Of the files that were held out, by the model that was loaded last; once for each model. */
	| { readonly type: "perplexities"; readonly files: readonly FilePerplexity[] }
	| { readonly type: "forgotten"; readonly id: number }
	| {
			readonly type: "completions";
			readonly id: number;
			readonly suggestions: readonly Suggestion[];
			readonly silence?: Silence;
			readonly milliseconds: number;
			/** For the view of the last requests; absent if nothing was searched for. */
			readonly trace?: CompletionTrace;
	  }
	| { readonly type: "scored"; readonly id: number; readonly bpc: number | null; readonly characters: number }
	/** Null if the document is not open in that version, or if there is no model. */
	| { readonly type: "spelled"; readonly id: number; readonly found: SpellingAnswer | null }
	/** Null: the document has changed since, or there is no answer. */
	| { readonly type: "surprised"; readonly id: number; readonly found: SurpriseAnswer | null }
	| { readonly type: "expected"; readonly id: number; readonly found: readonly ExpectedText[] | null }
	/** More of the text; the last has `isOver`. */
	| { readonly type: "continued"; readonly id: number; readonly text: string; readonly isOver: boolean }
	| { readonly type: "usage"; readonly id: number; readonly bytes: number }
	| { readonly type: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly message: string };
