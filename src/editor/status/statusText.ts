/** Each state of Inkling in words: a short text for the status bar, and one sentence for tooltip, menu and screen reader. */
import { env, l10n } from "vscode";
import type { MemoryState } from "../../domain/memory.ts";
import { heldOutBpc, perplexity } from "../../domain/model.ts";
import { iconText } from "../shown.ts";
import { phaseSentence, progressSentence, shortProgress } from "../training/trainingText.ts";
import { countedCharacters, countedFiles } from "./counts.ts";
import { Format } from "./format.ts";
import { onOffSentence } from "./onOffText.ts";
import { failureSentence } from "./sentences.ts";
import { type StatusInputs, type StatusKind, statusKind } from "./statusState.ts";

const format = new Format(env.language);

export interface StatusText {
	readonly kind: StatusKind;
	/** With an icon; short. */
	readonly text: string;
	/** One sentence that needs neither icon nor colour. */
	readonly sentence: string;
}

export function statusText(inputs: StatusInputs): StatusText {
	const kind = statusKind(inputs);
	const [text, sentence] = describe(kind, inputs);
	return { kind, text, sentence };
}

/** Perplexity of the workspace's model on held-out files; undefined if it was not measured. */
export function perplexityText(inputs: StatusInputs): string | undefined {
	const bpc = inputs.model && heldOutBpc(inputs.model).now;
	return typeof bpc === "number" ? format.perplexity(perplexity(bpc)) : undefined;
}

function describe(kind: StatusKind, inputs: StatusInputs): [text: string, sentence: string] {
	const perplexityNow = perplexityText(inputs);
	switch (kind) {
		case "error":
			return [iconText("error", "Inkling"), errorSentence(inputs)];
		case "training": {
			const progress = inputs.training ?? "starting";
			const phase = phaseSentence(progress === "stoppingSlowly" ? "stopping" : progress);
			const short = phase ?? (typeof progress === "string" ? "" : shortProgress(progress));
			const sentence = l10n.t("Inkling is training: {progress}", { progress: progressSentence(progress) });
			return [iconText("loading~spin", short), sentence];
		}
		case "paused":
			if (inputs.training === "pausing" || inputs.training === "pausingSlowly")
				return [
					iconText("loading~spin", l10n.t("Pausing…")),
					l10n.t("Inkling's training pauses after its present step."),
				];
			return [iconText("debug-pause", "Inkling"), l10n.t("Inkling's training is paused.")];
		case "elsewhere":
			return [
				iconText("loading~spin", l10n.t("in another window")),
				l10n.t("Another window is training on this workspace. This one uses what it learns as soon as it is better."),
			];
		case "forcedOff":
		case "offEverywhere":
		case "off":
			return [iconText("circle-slash", l10n.t("Inkling, off")), onOffSentence(inputs)];
		case "languageOff":
			return [
				iconText("circle-slash", l10n.t("Inkling, off for {language}", { language: inputs.language ?? "" })),
				onOffSentence(inputs),
			];
		case "editorOff":
			return [iconText("circle-slash", l10n.t("Inkling, off in VS Code")), onOffSentence(inputs)];
		case "ready":
			if (perplexityNow === undefined) return [iconText("pencil", "Inkling"), l10n.t("Inkling is ready.")];
			return [
				iconText("pencil", perplexityNow),
				l10n.t(
					"Inkling is ready: in text that it has not read, it hesitates among {perplexity} characters at each step (perplexity).",
					{ perplexity: perplexityNow },
				),
			];
		case "reading":
			return [
				iconText("book", l10n.t("Inkling reads files")),
				l10n.t("Inkling is reading the files of the workspace, to suggest from them."),
			];
		case "noFolder":
			return [
				iconText("pencil", l10n.t("Inkling suggests")),
				inputs.base === null
					? l10n.t("Inkling suggests from what you type here. Open a folder to suggest from its files.")
					: l10n.t(
							"Inkling suggests from its base model and from what you type here. Open a folder to suggest from its files.",
						),
			];
		case "virtual":
			return [
				iconText("pencil", l10n.t("Inkling suggests")),
				l10n.t(
					"Inkling suggests from what you type here. The files of this workspace are not on a disk, so it neither reads them nor trains on them.",
				),
			];
		case "untrusted":
			return [
				iconText("workspace-untrusted", l10n.t("Inkling suggests")),
				l10n.t("Inkling suggests from what you type here. It reads and trains only in trusted workspaces."),
			];
		case "untrained":
			// The perplexity of the base model is of other text, and would compare with that after a training like apples with pears.
			return [iconText("pencil", l10n.t("Inkling suggests")), untrainedSentence(inputs)];
	}
}

function untrainedSentence({ memory, base }: StatusInputs): string {
	if (base !== null) {
		if (memory === null || memory.files === 0)
			return l10n.t(
				"Inkling suggests from its base model and from what you type here. It has not been trained on this workspace yet.",
			);
		return l10n.t(
			"Inkling suggests from its base model and its memory of {files}. It has not been trained on them yet.",
			{ files: countedFiles(memory.files) },
		);
	}
	if (memory === null || memory.files === 0)
		return l10n.t("Inkling suggests from what you type here. It has not been trained on this workspace yet.");
	return l10n.t("Inkling suggests from its memory of {files}. It has not been trained on them yet.", {
		files: countedFiles(memory.files),
	});
}

/** What the memory holds; empty if it holds nothing. */
export function memorySentence(memory: MemoryState | null): string {
	if (memory === null || memory.characters === 0) return "";
	const characters = countedCharacters(memory.characters);
	if (memory.files === 0) return l10n.t("Memory: {characters} that you typed", { characters });
	const files = countedFiles(memory.files);
	return memory.reading
		? l10n.t("Memory: {files} with {characters} so far", { files, characters })
		: l10n.t("Memory: {files}; {characters}, with what you typed", { files, characters });
}

function errorSentence({ server, modelFailure }: StatusInputs): string {
	if (server !== "failed" && modelFailure) return failureSentence(modelFailure);
	return l10n.t("Inkling's completion process ended unexpectedly, several times in a row.");
}
