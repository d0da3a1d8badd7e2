/**
 * What can go wrong and be told to a user. A failure crosses process borders as its code and one detail; the editor
 * shows a localised sentence for the code, the command line the English one below.
 */
export const failureSentences = {
	emptyCorpus: "There is no text to learn from: {0}.",
	corpusTooSmall: "There is too little text to learn from: {0}.",
	storageReadOnly: "Nothing can be saved in {0}: it is read-only.",
	storageFull: "Nothing can be saved in {0}: no space is left on its disk.",
	storageFailed: "A file cannot be saved: {0}.",
	folderMissing: "The folder {0} does not exist or cannot be read.",
	modelMissing: "There is no model at {0}.",
	modelBroken: "The file is not a usable Inkling model: {0}.",
	modelNewer: "The model was written by a newer version of Inkling: {0}.",
	modelUnsupported: "The model is of a kind that this version of Inkling does not run: {0}.",
	scoresOnly: "The model reads in both directions: it scores text that is there and cannot write any.",
	wordsOnly:
		"The model predicts words: it scores and writes text on the command line, and cannot be used here, where single characters are predicted.",
	memoryBroken: "The memory of the workspace cannot be used: {0}.",
	badArgument: "{0}.",
	noSimd: "This computer's processor or runtime lacks WebAssembly SIMD, which Inkling needs: {0}.",
	engineUnavailable: "The TensorFlow engine cannot be used: {0}.",
	engineFailed: "TensorFlow.js failed: {0}.",
	threadLost: "Training has ended, because one of its threads did not start or stopped: {0}.",
	trainedElsewhere: "Another window is training on this workspace.",
	untrusted: "Training needs a trusted workspace.",
	internal: "Something went wrong inside Inkling: {0}.",
} as const;

export type FailureCode = keyof typeof failureSentences;

/** The form in which a failure is sent to another process. */
export interface FailureReport {
	readonly code: FailureCode;
	readonly detail: string;
}

export class Failure extends Error {
	readonly code: FailureCode;
	readonly detail: string;

	constructor(code: FailureCode, detail = "", options?: ErrorOptions) {
		super(failureSentences[code].replace("{0}", detail), options);
		this.name = "Failure";
		this.code = code;
		this.detail = detail;
	}

	/** What any thrown value says; an unexpected one becomes `internal`. */
	static report(error: unknown): FailureReport {
		if (error instanceof Failure) return { code: error.code, detail: error.detail };
		return { code: "internal", detail: error instanceof Error ? error.message : String(error) };
	}
}
