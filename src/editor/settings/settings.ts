/** The user's settings, checked, and read when they are needed: a change takes effect without a reload. */
import * as vscode from "vscode";
import type { CorpusRules } from "../../domain/corpus.ts";
import type { Threshold } from "../../domain/suggestions.ts";
import { checkSetting, isObject } from "./check.ts";
import { type SettingName, settings } from "./names.ts";
import type { SettingValue } from "./schema.ts";
import { SettingWarnings } from "./warnings.ts";

export interface SuggestionSettings {
	readonly enabled: boolean;
	readonly threshold: Threshold;
	readonly maxAlternatives: number;
}

export interface TrainingSettings {
	readonly minutes: number;
	/** 0: half the cores. */
	readonly threads: number;
	/** 0: chosen by the time. */
	readonly hidden: number;
}

export class Settings implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	readonly #listener: vscode.Disposable;
	readonly #warnings: SettingWarnings;
	/** Each keystroke asks for these settings, and VS Code takes long to look a setting up. */
	#cache = new WeakMap<vscode.TextDocument, { readonly languageId: string; readonly value: SuggestionSettings }>();

	constructor(log: Pick<vscode.LogOutputChannel, "warn">) {
		this.#warnings = new SettingWarnings(log);
		this.#listener = vscode.workspace.onDidChangeConfiguration((event) => {
			if (!event.affectsConfiguration("inkling") && !event.affectsConfiguration("files.exclude")) return;
			this.#cache = new WeakMap();
			this.#changed.fire();
		});
	}

	suggestions(document: vscode.TextDocument): SuggestionSettings {
		const cached = this.#cache.get(document);
		if (cached?.languageId === document.languageId) return cached.value;
		const value: SuggestionSettings = {
			enabled: this.#read("enable", document) && !this.#read("disableEverywhere"),
			threshold: this.#read("threshold", document),
			maxAlternatives: this.#read("maxAlternatives", document),
		};
		this.#cache.set(document, { languageId: document.languageId, value });
		return value;
	}

	/** Whatever a language says otherwise. */
	get enabled(): boolean {
		return this.#read("enable") && !this.#read("disableEverywhere");
	}

	/** Writes `inkling.enable` where it is set already, else for the user. */
	async setEnabled(enabled: boolean): Promise<void> {
		const configuration = vscode.workspace.getConfiguration();
		const inspected = configuration.inspect<boolean>(settings.enable);
		await configuration.update(settings.enable, enabled, targetOf(inspected?.workspaceValue));
	}

	async setEnabledFor(languageId: string, enabled: boolean): Promise<void> {
		const configuration = vscode.workspace.getConfiguration(undefined, { languageId });
		const inspected = configuration.inspect<boolean>(settings.enable);
		await configuration.update(settings.enable, enabled, targetOf(inspected?.workspaceLanguageValue), true);
	}

	training(): TrainingSettings {
		return {
			minutes: this.#read("minutes"),
			threads: this.#read("threads"),
			hidden: this.#read("hiddenSize"),
		};
	}

	/** What a workspace without a model starts from: "base", "scratch" or a file. */
	startFrom(): string {
		return this.#read("startFrom");
	}

	/** Ceiling of the memory, MiB. */
	memoryMiB(): number {
		return this.#read("maxMemory");
	}

	/** What the settings of all `folders` together leave out: there is one corpus, so there is one set of rules. */
	corpusRules(folders: readonly vscode.WorkspaceFolder[]): CorpusRules {
		const exclude = new Set<string>();
		for (const folder of folders) {
			// A pattern of VS Code's may also be switched off, or apply on a condition only.
			const filesExclude: unknown = vscode.workspace.getConfiguration(undefined, folder).get("files.exclude");
			for (const patterns of [filesExclude, this.#read("exclude", folder)])
				for (const [glob, applies] of Object.entries(isObject(patterns) ? patterns : {}))
					if (applies === true) exclude.add(glob);
		}
		return {
			exclude: [...exclude],
			maxFileKiB: this.#read("maxFileSize"),
			maxTotalMiB: this.#read("maxTotalSize"),
		};
	}

	/** The value to use; the user hears of one that cannot be used. */
	#read<Name extends SettingName>(name: Name, scope?: vscode.ConfigurationScope): SettingValue<Name> {
		const { value, fault } = checkSetting(
			name,
			vscode.workspace.getConfiguration(undefined, scope).get(settings[name]),
		);
		if (fault) this.#warnings.report(name, fault);
		return value;
	}

	dispose(): void {
		this.#listener.dispose();
		this.#changed.dispose();
	}
}

function targetOf(workspaceValue: unknown): vscode.ConfigurationTarget {
	return workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
}
