/** Each state of Inkling in words: in the status bar, to a screen reader, in one sentence. */
import { env, l10n } from "vscode";
import { Format } from "./format.ts";
import { failureSentence } from "./sentences.ts";
import { type Facts, perplexity, type StatusKind, statusKind } from "./statusState.ts";
import { progressSentence } from "./trainingText.ts";

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
		case "noFolder":
			return ["$(pencil) Inkling", l10n.t("Inkling needs an open folder to learn from.")];
		case "untrusted":
			return [
				"$(workspace-untrusted) Inkling",
				l10n.t("Inkling has no model yet, and trains only in trusted workspaces."),
			];
		case "untrained":
			return ["$(pencil) Inkling", l10n.t("Inkling has not been trained on this workspace yet.")];
	}
}

function errorSentence({ server, modelFailure }: Facts): string {
	if (server !== "failed" && modelFailure) return failureSentence(modelFailure);
	return l10n.t("Inkling's completion process ended unexpectedly, several times in a row.");
}
