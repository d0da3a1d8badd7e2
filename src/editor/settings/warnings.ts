/** What the user hears of a setting that cannot be used as it stands. */
import * as vscode from "vscode";
import { type Log, showWarning } from "../shown.ts";
import type { SettingFault } from "./check.ts";
import { type SettingName, settings } from "./names.ts";
import { type Setting, schema } from "./schema.ts";

export class SettingWarnings {
	readonly #log: Pick<Log, "warn">;
	/** Settings are read all the time; a user needs to hear of one only once in a window. */
	readonly #reported = new Set<SettingName>();

	constructor(log: Pick<Log, "warn">) {
		this.#log = log;
	}

	/** Logs each fault, and shows those that change more than a number. */
	report(name: SettingName, fault: SettingFault): void {
		if (this.#reported.has(name)) return;
		this.#reported.add(name);
		const text = faultSentence(name, fault);
		this.#log.warn(text);
		if (fault.kind === "number") return;
		const open = vscode.l10n.t("Open Settings");
		void showWarning(text, open).then((chosen) => {
			if (chosen === open) void vscode.commands.executeCommand("workbench.action.openSettings", settings[name]);
		});
	}
}

function faultSentence(name: SettingName, fault: SettingFault): string {
	const key = settings[name];
	const setting: Setting = schema[name];
	switch (fault.kind) {
		case "type":
			return vscode.l10n.t(
				"The setting {key} must be {expected}, but its value is of the type {found}. Inkling uses the default, {value}.",
				{ key, expected: expected(setting), found: fault.found, value: JSON.stringify(setting.default) },
			);
		case "choice":
			return vscode.l10n.t(
				"The setting {key} must be {expected}, but its value is “{found}”. Inkling uses the default, {value}.",
				{ key, expected: expected(setting), found: fault.found, value: JSON.stringify(setting.default) },
			);
		case "number":
			return vscode.l10n.t(
				"The setting {key} must be {expected}, but its value is {found}. Inkling uses the nearest such number.",
				{
					key,
					expected: expected(setting),
					found: fault.found,
				},
			);
		case "patterns":
			return vscode.l10n.t(
				"The setting {key} must say true or false for each pattern. Inkling leaves out the files that these patterns name: {patterns}",
				{ key, patterns: fault.found.join(", ") },
			);
	}
}

function expected(setting: Setting): string {
	switch (setting.type) {
		case "boolean":
			return vscode.l10n.t("true or false");
		case "string":
			return vscode.l10n.t("a string");
		case "choice":
			return vscode.l10n.t("one of {values}", { values: setting.values.join(", ") });
		case "patterns":
			return vscode.l10n.t("an object of patterns with true or false");
		case "number":
		case "integer": {
			const { minimum, maximum, multipleOf } = setting;
			if (multipleOf !== undefined)
				return vscode.l10n.t("a multiple of {multipleOf} from {minimum} to {maximum}", {
					multipleOf,
					minimum,
					maximum,
				});
			return setting.type === "integer"
				? vscode.l10n.t("a whole number from {minimum} to {maximum}", { minimum, maximum })
				: vscode.l10n.t("a number from {minimum} to {maximum}", { minimum, maximum });
		}
	}
}
