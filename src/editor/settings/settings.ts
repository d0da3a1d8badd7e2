/** The user's settings, checked, and read when they are needed: a change takes effect without a reload. */
import * as vscode from "vscode";
import type { Cell } from "../../domain/cells.ts";
import { type CorpusRules, longestGlob, mostGlobUnits } from "../../domain/corpus.ts";
import type { SpellingScope } from "../../domain/spelling.ts";
import type { Threshold } from "../../domain/suggestions.ts";
import type { TrainingEngine } from "../../domain/training.ts";
import { withHome } from "../../platform/home.ts";
import type { Log } from "../shown.ts";
import { checkSetting, isObject } from "./check.ts";
import { placeOf } from "./folders.ts";
import { accessibilitySupport, inlineSuggest, type SettingName, settings } from "./names.ts";
import {
	type Change,
	changeFor,
	decide,
	type Inspection,
	nextToggle,
	type OnOff,
	type WritableLayer,
} from "./onOff.ts";
import type { SettingValue, Trigger } from "./schema.ts";
import { SettingWarnings } from "./warnings.ts";

export interface SuggestionSettings {
	readonly enabled: boolean;
	readonly threshold: Threshold;
	readonly trigger: Trigger;
	readonly maxAlternatives: number;
	/** Whether the change just made is offered elsewhere. */
	readonly repeats: boolean;
	/** A screen reader announces what is shown. */
	readonly isAnnounced: boolean;
}

export interface TrainingSettings {
	readonly minutes: number;
	/** 0: half the cores. */
	readonly threads: number;
	/** Null: that of the model from which training starts. */
	readonly cell: Cell | null;
	/** 0: chosen by the time. */
	readonly hidden: number;
	readonly engine: TrainingEngine;
	/** Folder where TensorFlow.js is installed; null: not set. */
	readonly tensorflow: string | null;
}

export interface SpellingSettings {
	/** Null: spelling is not checked. */
	readonly scope: SpellingScope | null;
	/** Whether the user has said that a word is right here. */
	isAllowed(word: string): boolean;
}

/** The settings that are read here, Inkling's and VS Code's. */
const watched = ["inkling", "files.exclude", inlineSuggest, accessibilitySupport];

export class Settings implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	readonly #listener: vscode.Disposable;
	readonly #warnings: SettingWarnings;
	/** Undefined: not read since the last change. */
	#countsSuggestions: boolean | undefined;
	/** Each keystroke asks for these settings, and VS Code takes long to look a setting up. */
	#cache = new WeakMap<vscode.TextDocument, { readonly languageId: string; readonly value: SuggestionSettings }>();

	/** The cursor asks for these. */
	#spelling = new WeakMap<vscode.TextDocument, { readonly languageId: string; readonly value: SpellingSettings }>();

	constructor(log: Pick<Log, "warn">) {
		this.#warnings = new SettingWarnings(log);
		this.#listener = vscode.workspace.onDidChangeConfiguration((event) => {
			if (!watched.some((section) => event.affectsConfiguration(section))) return;
			this.#cache = new WeakMap();
			this.#spelling = new WeakMap();
			this.#countsSuggestions = undefined;
			this.checkAll();
			this.#changed.fire();
		});
	}

	/** Warns of every setting that cannot be used, before the user waits for what it was to bring. */
	checkAll(): void {
		for (const name of Object.keys(settings) as SettingName[]) this.#read(name);
	}

	suggestions(document: vscode.TextDocument): SuggestionSettings {
		const cached = this.#cache.get(document);
		if (cached?.languageId === document.languageId) return cached.value;
		const value: SuggestionSettings = {
			enabled: this.onOff(document).enabled,
			threshold: this.#read("threshold", document),
			trigger: this.#read("trigger", document),
			maxAlternatives: this.#read("maxAlternatives", document),
			repeats: !this.isForcedOff() && this.#read("repeats", document),
			isAnnounced: vscode.workspace.getConfiguration().get(accessibilitySupport) === "on",
		};
		this.#cache.set(document, { languageId: document.languageId, value });
		return value;
	}

	/** Whether suggestions are on in a document, or without one in general, and what decides it. */
	onOff(scope?: vscode.ConfigurationScope): OnOff {
		if (this.isForcedOff()) return { enabled: false, decidedBy: "policy" };
		if (this.#read("disableEverywhere")) return { enabled: false, decidedBy: "everywhere" };
		const { fault, ...onOff } = decide(inspect(scope));
		if (fault) this.#warnings.report("enable", fault);
		return onOff;
	}

	/** The same for the folder of a document, but for languages without a value of their own. */
	onOffInGeneral(document: vscode.TextDocument | undefined): OnOff {
		return this.onOff(document?.uri);
	}

	/** Whether VS Code itself shows inline suggestions in a document. */
	editorShowsSuggestions(document: vscode.TextDocument | undefined): boolean {
		return vscode.workspace.getConfiguration(undefined, document).get(inlineSuggest) !== false;
	}

	/**
	 * Turns all suggestions off, or on again. A setting of its own turns them off, and leaves every value of `inkling.enable`
	 * alone: turning them on again brings back what there was.
	 */
	async toggle(document: vscode.TextDocument | undefined): Promise<void> {
		const toggle = nextToggle(this.onOff(document), this.onOffInGeneral(document));
		if (toggle === "enable") await setOnOff(document?.uri, true, false);
		else await disableEverywhere(toggle === "disableEverywhere");
	}

	/** Turns suggestions off, or on again, for the language of a document. */
	async toggleLanguage(document: vscode.TextDocument): Promise<void> {
		const { enabled, decidedBy } = this.onOff(document);
		if (decidedBy === "everywhere") await disableEverywhere(false);
		await setOnOff(document, !enabled, true);
	}

	/** Inkling does nothing on this machine. */
	isForcedOff(): boolean {
		return this.#read("forceOff");
	}

	/** Models may not be exported on this machine. */
	forbidsExport(): boolean {
		return this.#read("forbidExport");
	}

	/** Whether what becomes of suggestions is counted. */
	countsSuggestions(): boolean {
		this.#countsSuggestions ??= this.#read("statistics");
		return this.#countsSuggestions;
	}

	spelling(document: vscode.TextDocument): SpellingSettings {
		const cached = this.#spelling.get(document);
		if (cached?.languageId === document.languageId) return cached.value;
		const scope = this.isForcedOff() ? "off" : this.#read("spellingScope", document);
		const words = new Set(entriesOf(this.#read("spellingWords", document)).map((word) => word.toLowerCase()));
		const ignored = new Set(entriesOf(this.#read("spellingIgnored", document)));
		const path = pathInFolder(document.uri);
		const value: SpellingSettings = {
			scope: scope === "off" ? null : scope,
			isAllowed: (word) => words.has(word.toLowerCase()) || ignored.has(ignoredEntry(path, word)),
		};
		this.#spelling.set(document, { languageId: document.languageId, value });
		return value;
	}

	/**
	 * Takes a word as right, in the settings of the workspace, or in one file of it. Where no folder is open, the user's settings
	 * are all there is.
	 */
	async allowSpelling(word: string, uri: vscode.Uri, isForFile: boolean): Promise<void> {
		const name = isForFile ? settings.spellingIgnored : settings.spellingWords;
		const entry = isForFile ? ignoredEntry(pathInFolder(uri), word) : word.toLowerCase();
		const configuration = vscode.workspace.getConfiguration(undefined, uri);
		const { globalValue, workspaceValue } = configuration.inspect(name) ?? {};
		const hasFolder = vscode.workspace.workspaceFolders !== undefined;
		const written: unknown = hasFolder ? workspaceValue : globalValue;
		const target = hasFolder ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
		await configuration.update(name, { ...(isObject(written) ? written : {}), [entry]: true }, target);
	}

	training(): TrainingSettings {
		const tensorflow = this.#read("tensorflowPath");
		const cell = this.#read("cell");
		return {
			minutes: this.#read("minutes"),
			threads: this.#read("threads"),
			cell: cell === "auto" ? null : cell,
			hidden: this.#read("hiddenSize"),
			engine: this.#read("engine"),
			tensorflow: tensorflow === "" ? null : withHome(tensorflow),
		};
	}

	/** Whether the workspace is trained on while the user does nothing: only where suggestions are on, which gain from it. */
	trainsWhenIdle(): boolean {
		return this.#read("whenIdle") && this.onOff().enabled;
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
		const refused = new Set<string>();
		let units = 0;
		for (const folder of folders) {
			// A pattern of VS Code's may also be switched off, or apply on a condition only.
			const filesExclude: unknown = vscode.workspace.getConfiguration(undefined, folder).get("files.exclude");
			for (const patterns of [filesExclude, this.#read("exclude", folder)])
				for (const [glob, applies] of Object.entries(isObject(patterns) ? patterns : {}))
					if (applies === true && !exclude.has(glob)) {
						const isUsable = glob.length <= longestGlob && units + glob.length <= mostGlobUnits;
						if (isUsable) units += glob.length;
						(isUsable ? exclude : refused).add(glob);
					}
		}
		if (refused.size > 0) this.#warnings.reportUnusable([...refused]);
		return {
			exclude: [...exclude],
			maxFileKiB: this.#read("maxFileSize"),
			maxTotalMiB: this.#read("maxTotalSize"),
		};
	}

	/**
	 * Leaves a file, or a folder, of the workspace out of what is learned, or takes that back, in the settings of its folder.
	 * False if there was nothing to change.
	 *
	 * @param path as in a report of files
	 */
	async exclude(path: string, isExcluded: boolean): Promise<boolean> {
		const place = placeOf(path);
		if (place === undefined) return false;
		const { folder, inside } = place;
		const isAlone = vscode.workspace.workspaceFile === undefined;
		const configuration = vscode.workspace.getConfiguration(undefined, folder.uri);
		const inspection = configuration.inspect(settings.exclude);
		const written: unknown = isAlone ? inspection?.workspaceValue : inspection?.workspaceFolderValue;
		const { [literalGlob(inside)]: present, ...others } = isObject(written) ? written : {};
		if ((present === true) === isExcluded) return false;
		const patterns = isExcluded ? { ...others, [literalGlob(inside)]: true } : others;
		const target = isAlone ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.WorkspaceFolder;
		await configuration.update(settings.exclude, Object.keys(patterns).length > 0 ? patterns : undefined, target);
		return true;
	}

	/** Reads a setting, checked. Warns the user of a value that cannot be used. */
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

function entriesOf(entries: Readonly<Record<string, boolean>>): string[] {
	return Object.keys(entries).filter((entry) => entries[entry]);
}

/** A word of one file, as the settings name it. */
function ignoredEntry(path: string, word: string): string {
	return `${path}: ${word}`;
}

/** With "/"; with the name of the folder in front if there are several. A file outside of them has its whole path. */
function pathInFolder(uri: vscode.Uri): string {
	return vscode.workspace.asRelativePath(uri).replaceAll("\\", "/");
}

/** A glob that matches a path and nothing else: what has a meaning in globs stands in a class of its own. */
export function literalGlob(path: string): string {
	return path.replaceAll(/[*?[\]{}]/g, (character) => `[${character}]`);
}

function inspect(scope: vscode.ConfigurationScope | undefined): Inspection {
	const inspection = vscode.workspace.getConfiguration(undefined, scope).inspect(settings.enable) ?? {};
	if (vscode.workspace.workspaceFile) return inspection;
	// With a single folder the settings of the workspace are the folder's, and would be reported twice.
	return { ...inspection, workspaceFolderValue: undefined, workspaceFolderLanguageValue: undefined };
}

async function setOnOff(
	scope: vscode.ConfigurationScope | undefined,
	wanted: boolean,
	forLanguage: boolean,
): Promise<void> {
	const change = changeFor(inspect(scope), wanted, forLanguage);
	if (!change) return;
	await write(scope, change);
	// What was removed may stand under the names of several languages ("[c][cpp]"), where VS Code does not remove it.
	if (decide(inspect(scope)).enabled !== wanted) await write(scope, { ...change, value: wanted });
}

async function write(scope: vscode.ConfigurationScope | undefined, change: Change): Promise<void> {
	const { layer, forLanguage, value } = change;
	await vscode.workspace.getConfiguration(undefined, scope).update(settings.enable, value, targets[layer], forLanguage);
}

const targets: Readonly<Record<WritableLayer, vscode.ConfigurationTarget>> = {
	user: vscode.ConfigurationTarget.Global,
	workspace: vscode.ConfigurationTarget.Workspace,
	folder: vscode.ConfigurationTarget.WorkspaceFolder,
};

async function disableEverywhere(isWanted: boolean): Promise<void> {
	await vscode.workspace
		.getConfiguration()
		.update(settings.disableEverywhere, isWanted || undefined, vscode.ConfigurationTarget.Global);
}
