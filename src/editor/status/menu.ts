/** The menu behind the status bar item: what Inkling is doing, why nothing is shown, and what can be done. */
import * as vscode from "vscode";
import type { Inkling } from "../inkling.ts";
import { commands } from "../settings/names.ts";
import { refusalSentence } from "./sentences.ts";
import { memorySentence, statusText } from "./statusText.ts";

interface Action extends vscode.QuickPickItem {
	readonly run?: () => unknown;
}

/** Part of the editor since 1.103. */
const SNOOZE = "editor.action.inlineSuggest.snooze";

export async function showMenu(inkling: Inkling, extensionId: string): Promise<void> {
	const document = vscode.window.activeTextEditor?.document;
	const { facts } = inkling;
	const { sentence } = statusText(facts, document?.languageId ?? "");
	const available = new Set(await vscode.commands.getCommands(true));
	const picker = vscode.window.createQuickPick<Action>();
	picker.title = sentence;
	picker.placeholder = silence(inkling) ?? (memorySentence(facts.memory) || vscode.l10n.t("Choose what to do"));
	picker.items = [
		...trainingActions(inkling),
		separator(vscode.l10n.t("Suggestions")),
		...suggestionActions(inkling, document, available),
		separator(vscode.l10n.t("Model")),
		...modelActions(inkling),
		separator(vscode.l10n.t("More")),
		action(vscode.l10n.t("Open Settings"), "gear", "workbench.action.openSettings", `@ext:${extensionId}`),
		action(vscode.l10n.t("Show Log"), "output", commands.showLog),
	];
	picker.onDidAccept(() => {
		const [chosen] = picker.selectedItems;
		picker.hide();
		chosen?.run?.();
	});
	picker.onDidHide(() => picker.dispose());
	picker.show();
}

/** Why the last request was left unanswered. */
function silence({ provider: { refusal } }: Inkling): string | undefined {
	if (refusal === undefined) return undefined;
	return vscode.l10n.t("Nothing was suggested last, because {reason}.", { reason: refusalSentence(refusal) });
}

function trainingActions({ facts, server }: Inkling): Action[] {
	const actions = [];
	if (server.state === "failed")
		actions.push(item(vscode.l10n.t("Restart Completion Process"), "debug-restart", () => server.restart()));
	if (facts.training === null)
		return [
			...actions,
			{
				...action(vscode.l10n.t("Train on Workspace"), "play", commands.train),
				...(facts.trusted ? {} : { description: vscode.l10n.t("needs a trusted workspace") }),
			},
		];
	return [
		...actions,
		facts.paused
			? action(vscode.l10n.t("Resume Training"), "debug-continue", commands.resumeTraining)
			: action(vscode.l10n.t("Pause Training"), "debug-pause", commands.pauseTraining),
		action(vscode.l10n.t("Stop Training"), "debug-stop", commands.stopTraining),
	];
}

function suggestionActions(
	{ facts }: Inkling,
	document: vscode.TextDocument | undefined,
	available: ReadonlySet<string>,
): Action[] {
	const actions = [
		facts.enabledElsewhere
			? action(vscode.l10n.t("Disable"), "circle-slash", commands.toggleEnabled)
			: action(vscode.l10n.t("Enable"), "check", commands.toggleEnabled),
	];
	if (document) {
		const { languageId } = document;
		actions.push(
			facts.enabled
				? action(vscode.l10n.t("Disable for {languageId}", { languageId }), "circle-slash", commands.toggleLanguage)
				: action(vscode.l10n.t("Enable for {languageId}", { languageId }), "check", commands.toggleLanguage),
		);
	}
	if (available.has(SNOOZE))
		actions.push(action(vscode.l10n.t("Snooze All Inline Suggestions…"), "bell-slash", SNOOZE));
	return actions;
}

function modelActions({ facts }: Inkling): Action[] {
	const files = action(vscode.l10n.t("Show Files Used for Training"), "list-unordered", commands.showFiles);
	const load = action(vscode.l10n.t("Import Model…"), "desktop-download", commands.importModel);
	const reset = action(vscode.l10n.t("Reset Model and Memory…"), "trash", commands.resetModel);
	const hasLearned = facts.hasModel || (facts.memory?.characters ?? 0) > 0;
	return [
		...(facts.hasFolder ? [files] : []),
		...(facts.hasModel ? [action(vscode.l10n.t("Export Model…"), "export", commands.exportModel)] : []),
		load,
		...(hasLearned ? [reset] : []),
	];
}

function action(label: string, icon: string, command: string, ...rest: readonly unknown[]): Action {
	return item(label, icon, () => vscode.commands.executeCommand(command, ...rest));
}

function item(label: string, icon: string, run: () => unknown): Action {
	return { label, iconPath: new vscode.ThemeIcon(icon), run };
}

function separator(label: string): Action {
	return { label, kind: vscode.QuickPickItemKind.Separator };
}
