/**
 * Turns suggestions off and on, and says what came of it: a screen reader reads messages, but not what changes in the status
 * bar.
 */
import * as vscode from "vscode";
import { isRefused } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import { showInformation } from "../shown.ts";
import { languageName } from "./languageNames.ts";

type TogglesOf = Pick<Settings, "toggle" | "toggleLanguage" | "onOff" | "isForcedOff">;

export async function toggleEnabled(settings: TogglesOf): Promise<void> {
	if (isRefused(settings)) return;
	const document = vscode.window.activeTextEditor?.document;
	await settings.toggle(document);
	announce(settings, document);
}

/** For the language of the active editor, if there is one. */
export async function toggleLanguage(settings: TogglesOf): Promise<void> {
	const document = vscode.window.activeTextEditor?.document;
	if (document === undefined || isRefused(settings)) return;
	await settings.toggleLanguage(document);
	announce(settings, document, true);
}

function announce(settings: TogglesOf, document: vscode.TextDocument | undefined, isOfLanguage = false): void {
	const { enabled, decidedBy } = settings.onOff(document);
	const names = typeof decidedBy === "object" && (isOfLanguage || decidedBy.forLanguage);
	const language = names && document ? languageName(document.languageId) : undefined;
	void showInformation(sentence(enabled, language));
}

/** Short: VS Code cuts a message without buttons after one line. */
function sentence(enabled: boolean, language: string | undefined): string {
	if (language === undefined)
		return enabled ? vscode.l10n.t("Inkling's suggestions are on.") : vscode.l10n.t("Inkling's suggestions are off.");
	return enabled
		? vscode.l10n.t("Inkling's suggestions are on for {language}.", { language })
		: vscode.l10n.t("Inkling's suggestions are off for {language}.", { language });
}
