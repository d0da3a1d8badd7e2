/**
 * VS Code's configuration in memory: every layer, with the values for languages, and VS Code's rule that a value for a
 * language comes before all others, however wide its layer is.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../harness/paths.ts";
import { held } from "./leaks.ts";

type Values = Record<string, unknown>;

/** What one settings file holds. */
export interface Layer {
	values: Values;
	/** Language identifier, or several with commas between (`"[c][cpp]"`) → values. */
	languages: Record<string, Values>;
}

/** `vscode.ConfigurationTarget`. */
export const targets = { Global: 1, Workspace: 2, WorkspaceFolder: 3 } as const;

/** What a caller may give as the scope: a document, a folder or a URI. */
interface Scope {
	readonly uri?: { readonly fsPath: string };
	/** Of a URI. */
	readonly fsPath?: string;
	readonly languageId?: string;
}

interface ChangeEvent {
	affectsConfiguration(section: string): boolean;
}

export class FakeConfiguration {
	readonly #defaults: Values;
	readonly #listeners = new Set<(event: ChangeEvent) => void>();
	user = layer();
	workspace = layer();
	/** By the path of the folder. */
	readonly folders = new Map<string, Layer>();

	/** Begins with the defaults that package.json declares. */
	constructor() {
		const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
			contributes: { configuration: { properties: Record<string, { default: unknown }> }[] };
		};
		const properties = manifest.contributes.configuration.flatMap((group) => Object.entries(group.properties));
		this.#defaults = {
			...Object.fromEntries(properties.map(([key, property]) => [key, property.default])),
			"editor.inlineSuggest.enabled": true,
			"files.exclude": { "**/.git": true },
		};
	}

	/** Nothing is set. */
	reset(): void {
		this.user = layer();
		this.workspace = layer();
		this.folders.clear();
		this.changed("inkling");
	}

	/** Tells everyone that a settings file was written. */
	changed(key: string): void {
		const affectsConfiguration = (section: string): boolean => key === section || key.startsWith(`${section}.`);
		for (const listener of this.#listeners) listener({ affectsConfiguration });
	}

	readonly onDidChangeConfiguration = (listener: (event: ChangeEvent) => void): { dispose(): void } => {
		this.#listeners.add(listener);
		return held(() => this.#listeners.delete(listener));
	};

	readonly getConfiguration = (section: undefined, scope?: Scope) => {
		if (section !== undefined) throw new Error("only whole keys");
		const path = scope?.uri?.fsPath ?? scope?.fsPath;
		const languageId = scope?.languageId;
		const folderPath = [...this.folders.keys()].find((folder) => path === folder || path?.startsWith(`${folder}/`));
		const layerOf = (target: number): Layer => {
			if (target === targets.Global) return this.user;
			if (target === targets.Workspace) return this.workspace;
			const folder = folderPath === undefined ? undefined : this.folders.get(folderPath);
			if (!folder) throw new Error("Unable to write to Folder Settings because no resource is provided.");
			return folder;
		};
		const inspect = (key: string) => {
			const folder = folderPath === undefined ? undefined : this.folders.get(folderPath);
			const language = (from: Layer | undefined): unknown => {
				const names = Object.keys(from?.languages ?? {}).filter(
					(name) => languageId && name.split(",").includes(languageId),
				);
				// The value under the name of this language alone comes before one under several.
				names.sort((a, b) => a.length - b.length);
				return names.map((name) => from?.languages[name]?.[key]).find((value) => value !== undefined);
			};
			return {
				key,
				defaultValue: this.#defaults[key],
				globalValue: this.user.values[key],
				workspaceValue: this.workspace.values[key],
				workspaceFolderValue: folder?.values[key],
				globalLanguageValue: language(this.user),
				workspaceLanguageValue: language(this.workspace),
				workspaceFolderLanguageValue: language(folder),
			};
		};
		return {
			inspect,
			get: (key: string): unknown => {
				const all = inspect(key);
				return [
					all.workspaceFolderLanguageValue,
					all.workspaceLanguageValue,
					all.globalLanguageValue,
					all.workspaceFolderValue,
					all.workspaceValue,
					all.globalValue,
					all.defaultValue,
				].find((value) => value !== undefined);
			},
			update: async (key: string, value: unknown, target: number, overrideInLanguage?: boolean): Promise<void> => {
				await Promise.resolve();
				const { values, languages } = layerOf(target);
				if (overrideInLanguage && languageId === undefined) throw new Error("no language");
				const place = overrideInLanguage && languageId ? (languages[languageId] ?? {}) : values;
				if (value === undefined) delete place[key];
				else place[key] = value;
				if (overrideInLanguage && languageId) {
					languages[languageId] = place;
					if (Object.keys(place).length === 0) delete languages[languageId];
				}
				this.changed(key);
			},
		};
	};
}

function layer(): Layer {
	return { values: {}, languages: {} };
}
