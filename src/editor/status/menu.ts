/** The menu behind the status bar item: what Inkling does, why it suggests nothing, and what the user can do. */
import * as vscode from "vscode";
import type { Inkling } from "../inkling.ts";
import { commands, inlineSuggest } from "../settings/names.ts";
import { nextToggle } from "../settings/onOff.ts";
import { type Action, showList } from "../shown.ts";
import { isStopping } from "../training/trainingText.ts";
import { refusalSentence } from "./sentences.ts";
import type { StatusInputs } from "./statusState.ts";
import { memorySentence, statusText } from "./statusText.ts";

const OPEN_SETTINGS = "workbench.action.openSettings";

/** Commands of VS Code's, since 1.103, that silence all extensions' suggestions for a while. Extensions cannot ask whether they are. */
const SNOOZE = "editor.action.inlineSuggest.snooze";
const END_SNOOZE = "editor.action.inlineSuggest.cancelSnooze";

/** Looks for the keys of inline suggestions in VS Code's editor of shortcuts. */
const OPEN_KEYS = "workbench.action.openGlobalKeybindings";
const KEYS_OF_SUGGESTIONS = "inlineSuggest";

export async function showMenu(inkling: Inkling, extensionId: string): Promise<void> {
	const document = vscode.window.activeTextEditor?.document;
	const { statusInputs } = inkling;
	const { sentence, kind } = statusText(statusInputs);
	const available = new Set(await vscode.commands.getCommands(true));
	// A screen reader reads the placeholder first: it says what the list is for, the title how things stand.
	const instruction = vscode.l10n.t("Choose what Inkling should do");
	const more = [separator(vscode.l10n.t("More")), ...moreActions(inkling, extensionId)];
	if (kind === "forcedOff") {
		showList(sentence, instruction, more);
		return;
	}
	const suggestions = [
		separator(vscode.l10n.t("Suggestions")),
		...suggestionActions(statusInputs, document, available),
	];
	const training = [separator(vscode.l10n.t("Training")), ...trainingActions(inkling)];
	// Who opens the menu where suggestions are off most likely wants them back: the first entry is chosen with Enter.
	const isOn = statusInputs.suggestions.enabled && statusInputs.editorShowsSuggestions;
	showList(sentence, instruction, [
		...(isOn ? [...training, ...suggestions] : [...suggestions, ...training]),
		separator(vscode.l10n.t("Model")),
		...modelActions(inkling),
		...more,
	]);
}

function moreActions({ provider: { refusal } }: Inkling, extensionId: string): Action[] {
	const requests = action(vscode.l10n.t("Show Last Requests"), "history", commands.showLastRequests);
	const why =
		refusal && vscode.l10n.t("nothing was suggested last, because {reason}", { reason: refusalSentence(refusal) });
	return [
		why === undefined ? requests : { ...requests, description: why },
		action(vscode.l10n.t("Show Keys for Suggestions"), "keyboard", OPEN_KEYS, KEYS_OF_SUGGESTIONS),
		action(vscode.l10n.t("First Steps"), "lightbulb", commands.showFirstSteps),
		action(vscode.l10n.t("Show Privacy Report"), "shield", commands.showPrivacyReport),
		action(vscode.l10n.t("Open Settings"), "gear", OPEN_SETTINGS, `@ext:${extensionId}`),
		action(vscode.l10n.t("Show Log"), "output", commands.showLog),
	];
}

function trainingActions({ statusInputs, server }: Inkling): Action[] {
	const actions = [];
	if (server.state === "failed")
		actions.push(item(vscode.l10n.t("Restart Completion Process"), "debug-restart", () => server.restart()));
	if (statusInputs.training === null && statusInputs.trainsElsewhere) return actions;
	if (statusInputs.training === null)
		return [
			...actions,
			{
				...action(vscode.l10n.t("Train on Workspace"), "play", commands.train),
				...needed(statusInputs),
			},
		];
	// There is nothing left to ask of it.
	if (isStopping(statusInputs.training)) return actions;
	return [
		...actions,
		statusInputs.paused
			? action(vscode.l10n.t("Resume Training"), "debug-continue", commands.resumeTraining)
			: action(vscode.l10n.t("Pause Training"), "debug-pause", commands.pauseTraining),
		action(vscode.l10n.t("Stop Training"), "debug-stop", commands.stopTraining),
	];
}

/** What a training needs that is not there. */
function needed({ trusted, hasFolder, isOnDisk }: StatusInputs): { readonly description?: string } {
	if (!hasFolder) return { description: vscode.l10n.t("needs a folder") };
	if (!isOnDisk) return { description: vscode.l10n.t("needs a folder on a disk") };
	return trusted ? {} : { description: vscode.l10n.t("needs a trusted workspace") };
}

function suggestionActions(
	{ suggestions, suggestionsInGeneral, editorShowsSuggestions, language }: StatusInputs,
	document: vscode.TextDocument | undefined,
	available: ReadonlySet<string>,
): Action[] {
	const actions: Action[] = [];
	if (!editorShowsSuggestions)
		actions.push(action(vscode.l10n.t("Turn On VS Code's Inline Suggestions…"), "gear", OPEN_SETTINGS, inlineSuggest));
	if (nextToggle(suggestions, suggestionsInGeneral) === "disableEverywhere")
		actions.push(action(vscode.l10n.t("Disable Everywhere"), "circle-slash", commands.toggleEnabled));
	else actions.push(action(vscode.l10n.t("Enable"), "check", commands.toggleEnabled));
	if (document && language !== undefined && typeof suggestions.decidedBy === "object") {
		const { toggleLanguage } = commands;
		if (suggestions.enabled)
			actions.push(action(vscode.l10n.t("Disable for {language}", { language }), "circle-slash", toggleLanguage));
		else if (suggestions.decidedBy.forLanguage)
			actions.unshift(action(vscode.l10n.t("Enable for {language}", { language }), "check", toggleLanguage));
		else actions.push(action(vscode.l10n.t("Enable for {language}", { language }), "check", toggleLanguage));
	}
	if (available.has(SNOOZE))
		actions.push(action(vscode.l10n.t("Snooze All Inline Suggestions…"), "bell-slash", SNOOZE));
	if (available.has(END_SNOOZE)) actions.push(action(vscode.l10n.t("End Snooze"), "bell", END_SNOOZE));
	return actions;
}

function modelActions({ statusInputs, settings }: Inkling): Action[] {
	const view = action(vscode.l10n.t("Show Perplexity"), "graph-line", commands.showPerplexity);
	const files = {
		...action(vscode.l10n.t("Show Files Used for Training"), "list-unordered", commands.showFiles),
		description: memorySentence(statusInputs.memory),
	};
	const surprise = action(vscode.l10n.t("Show Surprise"), "color-mode", commands.showSurprise);
	const lines = action(vscode.l10n.t("Show Most Surprising Lines"), "list-ordered", commands.showSurprisingLines);
	const load = action(vscode.l10n.t("Import Model…"), "desktop-download", commands.importModel);
	const reset = action(vscode.l10n.t("Reset Model and Memory…"), "trash", commands.resetModel);
	const hasLearned = statusInputs.hasModel || (statusInputs.memory?.characters ?? 0) > 0;
	return [
		view,
		surprise,
		lines,
		...(statusInputs.isOnDisk ? [files] : []),
		...(statusInputs.hasModel && !settings.forbidsExport()
			? [action(vscode.l10n.t("Export Model…"), "export", commands.exportModel)]
			: []),
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
