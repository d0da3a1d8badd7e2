/** Localised sentences for the codes that other processes send. */
import { l10n } from "vscode";
import type { LeftOutReason } from "../../domain/corpus.ts";
import type { FailureCode, FailureReport } from "../../platform/failure.ts";
import type { Refusal } from "../suggestions/refusal.ts";

const failures: Readonly<Record<FailureCode, (detail: string) => string>> = {
	emptyCorpus: (detail) => l10n.t("There is no text to learn from: {0}.", detail),
	corpusTooSmall: (detail) => l10n.t("There is too little text to learn from: {0}.", detail),
	storageReadOnly: (detail) => l10n.t("Nothing can be saved in {0}: it is read-only.", detail),
	storageFull: (detail) => l10n.t("Nothing can be saved in {0}: no space is left on its disk.", detail),
	storageFailed: (detail) => l10n.t("A file cannot be saved: {0}.", detail),
	folderMissing: (detail) => l10n.t("The folder {0} does not exist or cannot be read.", detail),
	modelMissing: (detail) => l10n.t("There is no model at {0}.", detail),
	modelBroken: (detail) => l10n.t("The file is not a usable Inkling model: {0}.", detail),
	modelNewer: (detail) => l10n.t("The model was written by a newer version of Inkling: {0}.", detail),
	modelUnsupported: (detail) =>
		l10n.t("The model is of a kind that this version of Inkling does not run: {0}.", detail),
	wordsOnly: () =>
		l10n.t(
			"The model predicts words: it scores and writes text on the command line, and cannot be used here, where single characters are predicted.",
		),
	scoresOnly: () => l10n.t("The model reads in both directions: it scores text that is there and cannot write any."),
	memoryBroken: (detail) => l10n.t("The memory of the workspace cannot be used: {0}.", detail),
	badArgument: (detail) => `${detail}.`,
	noSimd: (detail) =>
		l10n.t("This computer's processor or runtime lacks WebAssembly SIMD, which Inkling needs: {0}.", detail),
	engineUnavailable: (detail) => l10n.t("The TensorFlow engine cannot be used: {0}.", detail),
	engineFailed: (detail) => l10n.t("TensorFlow.js failed: {0}.", detail),
	threadLost: (detail) =>
		l10n.t("Training has ended, because one of its threads did not start or stopped: {0}.", detail),
	trainedElsewhere: () => l10n.t("Another window is training on this workspace."),
	untrusted: () => l10n.t("Training needs a trusted workspace."),
	internal: (detail) => l10n.t("Something went wrong inside Inkling: {0}.", detail),
};

export function failureSentence({ code, detail }: FailureReport): string {
	return failures[code](detail);
}

const leftOut: Readonly<Record<LeftOutReason, () => string>> = {
	ignored: () => l10n.t("named in .gitignore or .inklingignore"),
	excluded: () => l10n.t("excluded by a setting"),
	secret: () => l10n.t("may hold secrets"),
	binary: () => l10n.t("not text"),
	tooLarge: () => l10n.t("larger than the setting allows"),
	generated: () => l10n.t("generated or minified"),
	lockFile: () => l10n.t("a lock file"),
	duplicate: () => l10n.t("the same text as another file"),
	unreadable: () => l10n.t("cannot be read"),
	vanished: () => l10n.t("gone before it could be read"),
	notAFile: () => l10n.t("not a regular file"),
	link: () => l10n.t("a link; what it leads to is used under its own name, if at all"),
	encoding: () => l10n.t("not in UTF-8 or UTF-16"),
	malformed: () => l10n.t("not a notebook of Jupyter's format 4"),
	empty: () => l10n.t("empty"),
	overTotal: () => l10n.t("beyond the total size that the setting allows"),
};

export function leftOutSentence(reason: LeftOutReason): string {
	return leftOut[reason]();
}

const refusals: Readonly<Record<Refusal, () => string>> = {
	noModel: () => l10n.t("there is no model yet"),
	disabled: () => l10n.t("suggestions are turned off"),
	onRequest: () => l10n.t("suggestions are shown on request only"),
	announced: () => l10n.t("the screen reader has announced this suggestion"),
	tooShort: () => l10n.t("the suggestion is too short to be announced"),
	notServed: () => l10n.t("Inkling makes no suggestions in documents of this kind"),
	readOnly: () => l10n.t("the file is read-only"),
	tooLarge: () => l10n.t("the document is too large"),
	selections: () => l10n.t("text is selected, or there are several cursors"),
	longLine: () => l10n.t("the line is too long"),
	widget: () => l10n.t("no suggestion continues the item selected in the suggestion list"),
	unsure: () => l10n.t("the model is not sure enough"),
	rejected: () => l10n.t("you did not want this suggestion here before"),
	secret: () => l10n.t("the file may hold secrets"),
	slow: () => l10n.t("the model took too long"),
	serverDown: () => l10n.t("the completion process is not running"),
	stale: () => l10n.t("the document changed meanwhile"),
	unknownDocument: () => l10n.t("the document changed meanwhile"),
	cancelled: () => l10n.t("you typed on meanwhile"),
};

/** Why Inkling suggested nothing; a clause that begins without a capital. */
export function refusalSentence(refusal: Refusal): string {
	return refusals[refusal]();
}
