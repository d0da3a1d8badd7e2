/** The user's settings, read when they are needed: a change takes effect without a reload. */
import * as vscode from "vscode";
import type { CorpusRules } from "../../domain/corpus.ts";
import { type Threshold, thresholds } from "../../domain/suggestions.ts";
import { settings } from "./names.ts";

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
	/** Reading the configuration takes a good part of the time that a refusal may take. */
	#cache = new WeakMap<vscode.TextDocument, { readonly languageId: string; readonly value: SuggestionSettings }>();

	constructor() {
		this.#listener = vscode.workspace.onDidChangeConfiguration((event) => {
			if (!event.affectsConfiguration("inkling") && !event.affectsConfiguration("files.exclude")) return;
			this.#cache = new WeakMap();
			this.#changed.fire();
		});
	}

	suggestions(document: vscode.TextDocument): SuggestionSettings {
		const cached = this.#cache.get(document);
		if (cached?.languageId === document.languageId) return cached.value;
		const configuration = vscode.workspace.getConfiguration(undefined, document);
		const threshold = configuration.get<string>(settings.threshold);
		const value: SuggestionSettings = {
			enabled: configuration.get(settings.enable, true),
			threshold: thresholds.find((name) => name === threshold) ?? "balanced",
			maxAlternatives: within(configuration.get(settings.maxAlternatives, 3), 1, 5),
		};
		this.#cache.set(document, { languageId: document.languageId, value });
		return value;
	}

	/** Whatever a language says otherwise. */
	get enabled(): boolean {
		return vscode.workspace.getConfiguration().get(settings.enable, true);
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
		const configuration = vscode.workspace.getConfiguration();
		return {
			minutes: within(configuration.get(settings.minutes, 3), 0.1, 240),
			threads: within(configuration.get(settings.threads, 0), 0, 64),
			hidden: within(configuration.get(settings.hiddenSize, 0), 0, 2048),
		};
	}

	/** What a workspace without a model begins with: "base", "scratch" or a file. */
	startFrom(): string {
		const value: unknown = vscode.workspace.getConfiguration().get(settings.startFrom);
		return typeof value === "string" && value.trim() !== "" ? value.trim() : "base";
	}

	/** Ceiling of the memory, MiB. */
	memoryMiB(): number {
		return within(vscode.workspace.getConfiguration().get(settings.maxMemory, 64), 8, 512);
	}

	/** What the settings leave out of `folders`: the union, as there is one corpus. */
	corpusRules(folders: readonly vscode.WorkspaceFolder[]): CorpusRules {
		const exclude = new Set<string>();
		for (const folder of folders) {
			const configuration = vscode.workspace.getConfiguration(undefined, folder);
			for (const id of ["files.exclude", settings.exclude])
				for (const [glob, active] of Object.entries(configuration.get<Record<string, unknown>>(id, {})))
					if (active === true) exclude.add(glob); // else switched off, or on a condition
		}
		const configuration = vscode.workspace.getConfiguration();
		return {
			exclude: [...exclude],
			maxFileKiB: within(configuration.get(settings.maxFileSize, 256), 1, 4096),
			maxTotalMiB: within(configuration.get(settings.maxTotalSize, 64), 1, 1024),
		};
	}

	dispose(): void {
		this.#listener.dispose();
		this.#changed.dispose();
	}
}

/** The settings file may hold anything. */
function within(value: number, least: number, most: number): number {
	return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : least;
}

function targetOf(workspaceValue: unknown): vscode.ConfigurationTarget {
	return workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
}
