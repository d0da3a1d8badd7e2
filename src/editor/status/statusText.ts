/** Each state of Inkling in words: in the status bar, to a screen reader, in one sentence. */
import { env, l10n } from "vscode";
import type { MemoryState } from "../../domain/memory.ts";
import { progressSentence } from "../training/trainingText.ts";
import { Format } from "./format.ts";
import { failureSentence } from "./sentences.ts";
import { type Facts, perplexity, type StatusKind, statusKind } from "./statusState.ts";

const format = new Format(env.language);

export interface StatusText {
	readonly kind: StatusKind;
	/** With an icon; short. */
	readonly text: string;
	/** One sentence that needs neither icon nor colour. */
	readonly sentence: string;
}

export function statusText(facts: Facts, languageId: string): StatusText {
	const kind = statusKind(facts);
	const [text, sentence] = describe(kind, facts, languageId);
	return { kind, text, sentence };
}

/** 2^bpc of the model on held-out files, for people; undefined if it was not measured. */
export function perplexityText(facts: Facts): string | undefined {
	const bpc = facts.model?.validationBpc;
	return typeof bpc === "number" ? format.perplexity(perplexity(bpc)) : undefined;
}

function describe(kind: StatusKind, facts: Facts, languageId: string): [text: string, sentence: string] {
	const perplexityNow = perplexityText(facts);
	switch (kind) {
		case "error":
			return ["$(error) Inkling", errorSentence(facts)];
		case "training": {
			const progress = facts.training ?? "starting";
			const percent = progress === "starting" ? "" : ` ${format.percent(progress.fraction)}`;
			const sentence = l10n.t("Inkling is training: {progress}", { progress: progressSentence(progress, false) });
			return [`$(loading~spin)${percent}`, sentence];
		}
		case "paused":
			return ["$(debug-pause) Inkling", l10n.t("Inkling's training is paused.")];
		case "off":
			return ["$(circle-slash) Inkling", l10n.t("Inkling's suggestions are turned off.")];
		case "languageOff":
			return [
				"$(circle-slash) Inkling",
				l10n.t("Inkling's suggestions are turned off for this language ({languageId}).", { languageId }),
			];
		case "ready":
			if (perplexityNow === undefined) return ["$(pencil) Inkling", l10n.t("Inkling is ready.")];
			return [
				`$(pencil) ${perplexityNow}`,
				l10n.t("Inkling is ready, with a perplexity of {perplexity} per character.", { perplexity: perplexityNow }),
			];
		case "reading":
			return ["$(book) Inkling", l10n.t("Inkling is reading the workspace…")];
		case "noFolder":
			return [
				withoutModel(facts),
				facts.base === null
					? l10n.t("Inkling suggests from what you type here. Open a folder to suggest from its files.")
					: l10n.t(
							"Inkling suggests from its base model and from what you type here. Open a folder to suggest from its files.",
						),
			];
		case "untrusted":
			return [
				"$(workspace-untrusted) Inkling",
				l10n.t("Inkling suggests from what you type here. It reads and trains only in trusted workspaces."),
			];
		case "untrained":
			return [withoutModel(facts), untrainedSentence(facts)];
	}
}

/** The perplexity of the base model is that of other text, so it does not stand there as a trained model's does. */
function withoutModel({ base }: Facts): string {
	if (base === null) return "$(pencil) Inkling";
	const bpc = base.validationBpc;
	return bpc === null
		? `$(pencil) ${l10n.t("Inkling, untrained")}`
		: `$(pencil) ${l10n.t("{perplexity}, untrained", { perplexity: format.perplexity(perplexity(bpc)) })}`;
}

function untrainedSentence({ memory, base }: Facts): string {
	if (base !== null) {
		if (memory === null || memory.files === 0)
			return l10n.t(
				"Inkling suggests from its base model and from what you type here. It has not been trained on this workspace yet.",
			);
		return l10n.t(
			"Inkling suggests from its base model and its memory of {files} files. It has not been trained on them yet.",
			{ files: format.integer(memory.files) },
		);
	}
	if (memory === null || memory.files === 0)
		return l10n.t("Inkling suggests from what you type here. It has not been trained on this workspace yet.");
	return l10n.t("Inkling suggests from its memory of {files} files. It has not been trained on them yet.", {
		files: format.integer(memory.files),
	});
}

/** What is remembered; empty if nothing is. */
export function memorySentence(memory: MemoryState | null): string {
	if (memory === null || memory.characters === 0) return "";
	const characters = format.short(memory.characters);
	if (memory.files === 0) return l10n.t("Memory: {characters} characters that were typed", { characters });
	const files = format.integer(memory.files);
	return memory.reading
		? l10n.t("Memory: {files} files with {characters} characters so far", { files, characters })
		: l10n.t("Memory: {files} files, {characters} characters with what was typed", { files, characters });
}

function errorSentence({ server, modelFailure }: Facts): string {
	if (server !== "failed" && modelFailure) return failureSentence(modelFailure);
	return l10n.t("Inkling's completion process ended unexpectedly, several times in a row.");
}
