/** What those who set up this machine have forbidden, and how the user hears of it. */
import * as vscode from "vscode";
import { showWarning } from "../shown.ts";
import { settings as names } from "./names.ts";
import type { Settings } from "./settings.ts";

/** Whether Inkling is turned off on this machine; the user is told so. */
export function isRefused(settings: Pick<Settings, "isForcedOff">): boolean {
	if (!settings.isForcedOff()) return false;
	tell(forcedOffSentence(), names.forceOff);
	return true;
}

/** Whether models may not be exported on this machine; the user is told so. */
export function isExportRefused(settings: Pick<Settings, "forbidsExport">): boolean {
	if (!settings.forbidsExport()) return false;
	tell(
		vscode.l10n.t("Models may not be exported on this machine, by the setting {setting}.", {
			setting: names.forbidExport,
		}),
		names.forbidExport,
	);
	return true;
}

export function forcedOffSentence(): string {
	return vscode.l10n.t("Inkling is turned off on this machine, by the setting {setting}.", { setting: names.forceOff });
}

function tell(text: string, setting: string): void {
	const open = vscode.l10n.t("Open Settings");
	void showWarning(text, open).then((chosen) => {
		if (chosen === open) void vscode.commands.executeCommand("workbench.action.openSettings", setting);
	});
}
