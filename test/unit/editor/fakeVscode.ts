/**
 * As much of the module `vscode` as the inline completion provider and what it stands on touch. Importing this file makes `vscode` resolve
 * to it; what uses `vscode` has to be imported later, dynamically.
 */
import { registerHooks } from "node:module";
import { FakeConfiguration, targets } from "./fakeConfiguration.ts";

export const ConfigurationTarget = targets;

export class Position {
	readonly line: number;
	readonly character: number;
	constructor(line: number, character: number) {
		this.line = line;
		this.character = character;
	}
	with({ line = this.line, character = this.character }: { line?: number; character?: number }): Position {
		return new Position(line, character);
	}
	isEqual(other: Position): boolean {
		return this.line === other.line && this.character === other.character;
	}
}

export class Range {
	readonly start: Position;
	readonly end: Position;
	constructor(start: Position, end: Position) {
		this.start = start;
		this.end = end;
	}
	get isSingleLine(): boolean {
		return this.start.line === this.end.line;
	}
	get isEmpty(): boolean {
		return this.start.isEqual(this.end);
	}
}

export class InlineCompletionItem {
	readonly insertText: string;
	readonly range: Range;
	readonly command: { readonly command: string; readonly arguments: readonly unknown[] };
	constructor(insertText: string, range: Range, command: InlineCompletionItem["command"]) {
		this.insertText = insertText;
		this.range = range;
		this.command = command;
	}
}

export class EventEmitter<T> {
	readonly #listeners = new Set<(value: T) => void>();
	readonly event = (listener: (value: T) => void): { dispose(): void } => {
		this.#listeners.add(listener);
		return { dispose: () => void this.#listeners.delete(listener) };
	};
	fire(value: T): void {
		for (const listener of this.#listeners) listener(value);
	}
	dispose(): void {
		this.#listeners.clear();
	}
}

export const InlineCompletionTriggerKind = { Invoke: 0, Automatic: 1 } as const;

/** Commands that were registered, to be run by the test. */
export const registered = new Map<string, (...args: readonly unknown[]) => unknown>();
export const commands = {
	registerCommand(id: string, run: (...args: readonly unknown[]) => unknown): { dispose(): void } {
		registered.set(id, run);
		return { dispose: () => void registered.delete(id) };
	},
};

export const languages = { registerInlineCompletionItemProvider: () => ({ dispose: () => {} }) };

export const readOnlySchemes = new Set<string>();

/** Raised by the test. */
export const changed = new EventEmitter<unknown>();
export const closed = new EventEmitter<unknown>();
export const visibleChanged = new EventEmitter<unknown>();

/** Where the workspace folder is. */
const folder = "/workspace/";

interface Folder {
	readonly name: string;
	readonly uri: { readonly scheme: string; readonly fsPath: string };
}
type FileEvent = EventEmitter<{ readonly scheme: string; readonly fsPath: string }>;

/** What the watchers made see. */
export const created: FileEvent = new EventEmitter();
export const written: FileEvent = new EventEmitter();
export const deleted: FileEvent = new EventEmitter();
export const saved = new EventEmitter<{ readonly uri: { readonly scheme: string; readonly fsPath: string } }>();
export const foldersChanged = new EventEmitter<void>();
export const trustGranted = new EventEmitter<void>();

export class Disposable {
	readonly dispose: () => void;
	constructor(dispose: () => void) {
		this.dispose = dispose;
	}
	static from(...parts: readonly { dispose(): void }[]): Disposable {
		return new Disposable(() => {
			for (const part of parts) part.dispose();
		});
	}
}

export const env = { language: "en" };
export const l10n = {
	/** Values are named, in an object, or numbered, as further arguments. */
	t: (message: string, ...values: readonly unknown[]): string => {
		const [first] = values;
		const named = (typeof first === "object" && first !== null ? first : values) as Readonly<Record<string, unknown>>;
		return message.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in named ? String(named[name]) : whole));
	},
};
export const ProgressLocation = { Notification: 15 } as const;

export const configuration = new FakeConfiguration();

export const workspace = {
	getConfiguration: configuration.getConfiguration,
	onDidChangeConfiguration: configuration.onDidChangeConfiguration,
	workspaceFile: undefined as unknown,
	isTrusted: true,
	workspaceFolders: undefined as readonly Folder[] | undefined,
	/** Watchers that are not disposed of. */
	watchers: 0,
	createFileSystemWatcher(): object {
		workspace.watchers++;
		return {
			onDidCreate: created.event,
			onDidChange: written.event,
			onDidDelete: deleted.event,
			dispose: () => workspace.watchers--,
		};
	},
	onDidSaveTextDocument: saved.event,
	onDidChangeWorkspaceFolders: foldersChanged.event,
	onDidGrantWorkspaceTrust: trustGranted.event,
	fs: { isWritableFileSystem: (scheme: string): boolean => !readOnlySchemes.has(scheme) },
	notebookDocuments: [] as unknown[],
	asRelativePath: ({ path }: { path: string }): string => (path.startsWith(folder) ? path.slice(folder.length) : path),
	onDidChangeTextDocument: changed.event,
	onDidCloseTextDocument: closed.event,
};

interface Editor {
	document: unknown;
	selections: readonly Range[];
	selection: Range;
	options: { tabSize: number };
}
/** Manifests of installed extensions. */
export const extensions = { all: [] as { readonly packageJSON: unknown }[] };

/** What warnings said. */
export const warnings: string[] = [];
export const window = {
	async showWarningMessage(message: string): Promise<undefined> {
		warnings.push(message);
	},
	activeTextEditor: undefined as Editor | undefined,
	visibleTextEditors: [] as Editor[],
	onDidChangeVisibleTextEditors: visibleChanged.event,
};

registerHooks({
	resolve: (specifier, context, next) =>
		specifier === "vscode" ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
});
