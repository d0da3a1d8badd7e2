/** Whether suggestions are on, in words: what decides it, and the way back. */
import { l10n } from "vscode";
import { inlineSuggest } from "../settings/names.ts";
import type { Place } from "../settings/onOff.ts";
import { forcedOffSentence } from "../settings/policy.ts";
import type { StatusInputs } from "./statusState.ts";

/** Why suggestions are off, or that they are on; a whole sentence. */
export function onOffSentence(inputs: StatusInputs): string {
	const { suggestions, editorShowsSuggestions } = inputs;
	const { enabled, decidedBy } = suggestions;
	if (decidedBy === "policy") return forcedOffSentence();
	if (decidedBy === "everywhere") return l10n.t("Inkling's suggestions are turned off everywhere.");
	const source = sourceText(decidedBy);
	const language = inputs.language ?? "";
	if (!enabled)
		return decidedBy.forLanguage
			? l10n.t("Inkling's suggestions are turned off for {language}, by {source}.", { language, source })
			: l10n.t("Inkling's suggestions are turned off, by {source}.", { source });
	if (!editorShowsSuggestions)
		return l10n.t("VS Code shows no inline suggestions here, by its setting {setting}.", {
			setting: inlineSuggest,
		});
	if (decidedBy.layer === "default") return l10n.t("Suggestions are on.");
	return decidedBy.forLanguage
		? l10n.t("Suggestions are on for {language}, by {source}.", { language, source })
		: l10n.t("Suggestions are on, by {source}.", { source });
}

function sourceText({ layer }: Place): string {
	switch (layer) {
		case "default":
			return l10n.t("a default of VS Code or of an extension");
		case "user":
			return l10n.t("the user settings");
		case "workspace":
			return l10n.t("the workspace settings");
		case "folder":
			return l10n.t("the folder settings");
	}
}
