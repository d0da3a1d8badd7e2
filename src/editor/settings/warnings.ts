/** What the user hears of a setting that cannot be used as it stands. */
import * as vscode from "vscode";
import { shortened } from "../../platform/visibleText.ts";
import { type Log, showWarning } from "../shown.ts";
import type { SettingFault } from "./check.ts";
import { type SettingName, settings } from "./names.ts";
import { type Setting, schema } from "./schema.ts";

/** Patterns that a message names, and UTF-16 units of each. */
const mostShown = 3;
const longestShown = 60;

export class SettingWarnings {
	readonly #log: Pick<Log, "warn">;
	/** Settings are read all the time; a user needs to hear of one only once in a window. */
	readonly #reported = new Set<SettingName>();
	#isUnusableReported = false;

	constructor(log: Pick<Log, "warn">) {
		this.#log = log;
	}

	/** Says that patterns of files to leave out are not used, as they are too long or too many. */
	reportUnusable(patterns: readonly string[]): void {
		if (this.#isUnusableReported) return;
		this.#isUnusableReported = true;
		const shown = patterns.slice(0, mostShown).map((pattern) => shortened(pattern, longestShown));
		const text = vscode.l10n.t(
			"Inkling does not use {count} of the patterns in files.exclude and inkling.files.exclude, as they are too long or too many, and learns the files that only they name: {patterns}",
			{ count: patterns.length, patterns: shown.join(", ") },
		);
		this.#tell(text, settings.exclude);
	}

	/** Logs each fault, and shows those that change more than a number. */
	report(name: SettingName, fault: SettingFault): void {
		if (this.#reported.has(name)) return;
		this.#reported.add(name);
		const text = faultSentence(name, fault);
		if (fault.kind === "number") this.#log.warn(text);
		else this.#tell(text, settings[name]);
	}

	#tell(text: string, setting: string): void {
		this.#log.warn(text);
		const open = vscode.l10n.t("Open Settings");
		void showWarning(text, open).then((chosen) => {
			if (chosen === open) void vscode.commands.executeCommand("workbench.action.openSettings", setting);
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
		case "network":
			return vscode.l10n.t(
				"The setting {key} must not name a place on the network, but its value is “{found}”. Inkling makes no connection and uses the default, {value}.",
				{ key, found: fault.found, value: JSON.stringify(setting.default) },
			);
		case "patterns":
			return vscode.l10n.t(
				"The setting {key} must say true or false for each entry. Inkling takes these as true: {entries}",
				{ key, entries: fault.found.map((pattern) => shortened(pattern, longestShown)).join(", ") },
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
			return vscode.l10n.t("an object whose entries are true or false");
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
