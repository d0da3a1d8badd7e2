/**
 * As much of the module `vscode` as the unit tests of the editor need. Importing this file makes `vscode` resolve to it;
 * what uses `vscode` has to be imported later, dynamically.
 */
import assert from "node:assert/strict";
import { copyFile, rename, rm, stat } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { FakeConfiguration, targets } from "./fakeConfiguration.ts";
import { held } from "./leaks.ts";

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
	/** The part in common, which is empty where they touch. */
	intersection(other: Range): Range | undefined {
		const before = (one: Position, two: Position) =>
			one.line < two.line || (one.line === two.line && one.character < two.character);
		const start = before(this.start, other.start) ? other.start : this.start;
		const end = before(this.end, other.end) ? this.end : other.end;
		return before(end, start) ? undefined : new Range(start, end);
	}
	/** On one line. */
	contains({ line, character }: Position): boolean {
		return line === this.start.line && character >= this.start.character && character <= this.end.character;
	}
	isEqual({ start, end }: Range): boolean {
		return this.start.isEqual(start) && this.end.isEqual(end);
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
	readonly event = (listener: (value: T) => void): { dispose(): void } => this.listen(listener);
	protected listen(listener: (value: T) => void): { dispose(): void } {
		this.#listeners.add(listener);
		return { dispose: () => void this.#listeners.delete(listener) };
	}
	fire(value: T): void {
		for (const listener of this.#listeners) listener(value);
	}
	dispose(): void {
		this.#listeners.clear();
	}
}

/** An event of the editor itself, whose listeners have to be taken back. */
class EditorEvent<T> extends EventEmitter<T> {
	override readonly event = (listener: (value: T) => void): { dispose(): void } => {
		const { dispose } = this.listen(listener);
		return held(dispose);
	};
}

export const InlineCompletionTriggerKind = { Invoke: 0, Automatic: 1 } as const;

/** Commands that were registered, to be run by the test. */
export const registered = new Map<string, (...args: readonly unknown[]) => unknown>();
export const commands = {
	registerCommand(id: string, run: (...args: readonly unknown[]) => unknown): { dispose(): void } {
		registered.set(id, run);
		return held(() => registered.delete(id));
	},
	getCommands: async (): Promise<string[]> => [...registered.keys()],
	executeCommand: async (id: string, ...args: readonly unknown[]): Promise<unknown> => registered.get(id)?.(...args),
};

/** Those that are registered. */
export const inlineProviders = new Set<unknown>();
export const languages = {
	registerInlineCompletionItemProvider(_selector: unknown, provider: unknown): { dispose(): void } {
		inlineProviders.add(provider);
		return held(() => inlineProviders.delete(provider));
	},
	registerCodeActionsProvider: () => held(() => {}),
	registerHoverProvider: () => held(() => {}),
	/** What the collections hold, by the address of the document. */
	diagnostics: new Map<string, readonly Diagnostic[]>(),
	/** How often diagnostics were set. */
	published: 0,
	createDiagnosticCollection: () => ({
		set(uri: object, diagnostics: readonly Diagnostic[]): void {
			languages.published++;
			languages.diagnostics.set(String(uri), diagnostics);
		},
		get: (uri: object): readonly Diagnostic[] | undefined => languages.diagnostics.get(String(uri)),
		delete: (uri: object): boolean => languages.diagnostics.delete(String(uri)),
		...held(() => languages.diagnostics.clear()),
	}),
};

export const OverviewRulerLane = { Right: 4 } as const;
export class Hover {
	readonly contents: MarkdownString;
	readonly range: Range;

	constructor(contents: MarkdownString, range: Range) {
		this.contents = contents;
		this.range = range;
	}
}

export const DiagnosticSeverity = { Hint: 3 } as const;
export class Diagnostic {
	readonly range: Range;
	readonly message: string;
	readonly severity: number;
	source = "";
	code = "";
	constructor(range: Range, message: string, severity: number) {
		this.range = range;
		this.message = message;
		this.severity = severity;
	}
}

export const CodeActionKind = { QuickFix: "quickfix" } as const;
export class CodeAction {
	readonly title: string;
	readonly kind: string;
	edit: WorkspaceEdit | undefined;
	command: { readonly command: string; readonly arguments: readonly unknown[] } | undefined;
	isPreferred = false;
	diagnostics: readonly Diagnostic[] = [];
	constructor(title: string, kind: string) {
		this.title = title;
		this.kind = kind;
	}
}

export const ExtensionMode = { Production: 1, Development: 2 } as const;

export const readOnlySchemes = new Set<string>();

/** Raised by the test. */
export const changed = new EditorEvent<unknown>();
export const closed = new EditorEvent<unknown>();
export const documentOpened = new EditorEvent<unknown>();
export const visibleChanged = new EditorEvent<unknown>();

/** Where the workspace folder is. */
const folder = "/workspace/";

interface Folder {
	readonly name: string;
	readonly uri: { readonly scheme: string; readonly fsPath: string };
}
type FileEvent = EventEmitter<{ readonly scheme: string; readonly fsPath: string }>;

/** What the watchers made see. */
export const created: FileEvent = new EditorEvent();
export const written: FileEvent = new EditorEvent();
export const deleted: FileEvent = new EditorEvent();
export const saved = new EventEmitter<{ readonly uri: { readonly scheme: string; readonly fsPath: string } }>();
export const foldersChanged = new EditorEvent<void>();
export const trustGranted = new EditorEvent<void>();

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

/** Of files only. */
export class Uri {
	readonly scheme = "file";
	readonly fsPath: string;
	constructor(path: string) {
		this.fsPath = path;
	}
	static file(path: string): Uri {
		return new Uri(path);
	}
	static joinPath({ fsPath }: Uri, ...names: readonly string[]): Uri {
		return new Uri(join(fsPath, ...names));
	}
	static from({ path }: { readonly path: string }): Uri {
		return new Uri(path);
	}
	static parse(uri: string): Uri {
		return new Uri(new URL(uri).pathname);
	}
	get path(): string {
		return this.fsPath;
	}
	with({ path }: { readonly path: string }): Uri {
		return new Uri(path);
	}
	toString(): string {
		return `file://${this.fsPath}`;
	}
}

export class RelativePattern {
	readonly base: Uri;
	readonly pattern: string;
	constructor(base: Uri, pattern: string) {
		this.base = base;
		this.pattern = pattern;
	}
}

export class Selection extends Range {
	get active(): Position {
		return this.end;
	}
}

export class WorkspaceEdit {
	readonly replacements: { readonly uri: Uri; readonly range: Range; readonly text: string }[] = [];
	replace(uri: Uri, range: Range, text: string): void {
		this.replacements.push({ uri, range, text });
	}
}

export const TextEditorRevealType = { InCenter: 1, InCenterIfOutsideViewport: 2 } as const;

export const version = "1.139.1";
export const env = { language: "en", remoteName: undefined as string | undefined };
export const l10n = {
	/** Values are named, in an object, or numbered, as further arguments. */
	t: (message: string, ...values: readonly unknown[]): string => {
		const [first] = values;
		const named = (typeof first === "object" && first !== null ? first : values) as Readonly<Record<string, unknown>>;
		return message.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in named ? String(named[name]) : whole));
	},
};
export class ThemeIcon {
	static readonly Folder = new ThemeIcon("folder");
	static readonly File = new ThemeIcon("file");
	readonly id: string;
	constructor(id: string) {
		this.id = id;
	}
}
export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 } as const;
export class TreeItem {
	readonly label: string;
	readonly collapsibleState: number;
	id = "";
	description = "";
	tooltip = "";
	contextValue = "";
	accessibilityInformation: { readonly label: string } | undefined;
	command: { readonly command: string; readonly arguments: readonly unknown[] } | undefined;
	constructor(label: string, collapsibleState: number = TreeItemCollapsibleState.None) {
		this.label = label;
		this.collapsibleState = collapsibleState;
	}
}
export const QuickPickItemKind = { Separator: -1 } as const;
export const ProgressLocation = { Window: 10, Notification: 15 } as const;

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
			...held(() => workspace.watchers--),
		};
	},
	onDidSaveTextDocument: saved.event,
	onDidChangeWorkspaceFolders: foldersChanged.event,
	onDidGrantWorkspaceTrust: trustGranted.event,
	fs: {
		isWritableFileSystem: (scheme: string): boolean => !readOnlySchemes.has(scheme),
		stat: async ({ fsPath }: Uri): Promise<{ size: number }> => ({ size: (await stat(fsPath)).size }),
		copy: (from: Uri, to: Uri): Promise<void> => copyFile(from.fsPath, to.fsPath),
		rename: (from: Uri, to: Uri): Promise<void> => rename(from.fsPath, to.fsPath),
		delete: ({ fsPath }: Uri): Promise<void> => rm(fsPath),
	},
	registerTextDocumentContentProvider(_scheme: string, provider: ContentProvider): { dispose(): void } {
		workspace.contentProvider = provider;
		return held(() => {});
	},
	contentProvider: undefined as ContentProvider | undefined,
	openTextDocument: async (): Promise<unknown> => ({ text: workspace.contentProvider?.provideTextDocumentContent() }),
	notebookDocuments: [] as unknown[],
	textDocuments: [] as unknown[],
	/** The edits of the workspace that were applied. */
	applied: [] as WorkspaceEdit[],
	async applyEdit(edit: WorkspaceEdit): Promise<boolean> {
		workspace.applied.push(edit);
		return true;
	},
	asRelativePath: ({ path }: { path: string }): string => (path.startsWith(folder) ? path.slice(folder.length) : path),
	onDidChangeTextDocument: changed.event,
	onDidCloseTextDocument: closed.event,
	onDidOpenTextDocument: documentOpened.event,
};

interface ContentProvider {
	provideTextDocumentContent(): string;
}

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

/** A message as it was shown: `items` are its buttons, or its options and then its buttons. */
export interface Message {
	readonly kind: "information" | "warning" | "error";
	readonly text: string;
	readonly items: readonly unknown[];
}
export const messages: Message[] = [];
/** VS Code shows a message without buttons on one line, and cuts it where that ends. */
const longestLine = 60;

/** Every message can be read to its end. */
export function assertReadable(): void {
	const cut = messages.filter(({ text, items }) => items.length === 0 && text.length > longestLine);
	assert.deepEqual(cut, []);
}

/** Answers of the user to the next messages; a message without one is closed. */
export const answers: string[] = [];

async function showMessage(kind: Message["kind"], text: string, items: readonly unknown[]): Promise<unknown> {
	messages.push({ kind, text, items });
	if (kind === "warning") warnings.push(text);
	const answer = answers.shift();
	return items.find(
		(item) => answer === (typeof item === "object" && item !== null && "title" in item ? item.title : item),
	);
}

interface PickItem {
	readonly label: string;
	readonly description?: string;
	readonly kind?: number;
	readonly picked?: boolean;
}

/** A list from which the test chooses. */
export class QuickPick {
	title = "";
	placeholder = "";
	items: readonly PickItem[] = [];
	selectedItems: readonly PickItem[] = [];
	isShown = false;
	readonly #accepted = new EventEmitter<void>();
	readonly #hidden = new EventEmitter<void>();
	readonly onDidAccept = this.#accepted.event;
	readonly onDidHide = this.#hidden.event;
	dispose = (): void => {};

	show(): void {
		this.isShown = true;
		const { dispose } = held(() => {});
		this.dispose = dispose;
	}

	hide(): void {
		this.isShown = false;
		this.#hidden.fire();
	}

	choose(label: string): void {
		const item = this.items.find((one) => one.label === label);
		assert.ok(item, `there is no ${label} among ${this.items.map((one) => one.label).join(", ")}`);
		this.selectedItems = [item];
		this.#accepted.fire();
	}
}

/** A panel with a page, for which the test speaks. */
export class WebviewPanel {
	readonly webview = {
		html: "",
		options: {} as unknown,
		posted: [] as unknown[],
		postMessage: async (message: unknown): Promise<boolean> => this.webview.posted.push(message) > 0,
		asWebviewUri: ({ fsPath }: Uri): string => `webview:${fsPath}`,
		onDidReceiveMessage: (listener: (message: unknown) => void) => {
			const { dispose } = this.#received.event(listener);
			return held(dispose);
		},
	};
	readonly #received = new EventEmitter<unknown>();
	readonly #viewed = new EditorEvent<void>();
	readonly #disposed = new EventEmitter<void>();
	readonly onDidChangeViewState = this.#viewed.event;
	readonly onDidDispose = this.#disposed.event;
	visible = true;
	reveals = 0;
	isDisposed = false;

	say(message: unknown): void {
		this.#received.fire(message);
	}

	see(visible: boolean): void {
		this.visible = visible;
		this.#viewed.fire();
	}

	reveal(): void {
		this.reveals++;
	}

	dispose(): void {
		this.isDisposed = true;
		this.#disposed.fire();
	}
}
export const ViewColumn = { Active: -1 } as const;

export const StatusBarAlignment = { Right: 2 } as const;
export const DecorationRangeBehavior = { ClosedClosed: 1 } as const;
export const TextDocumentChangeReason = { Undo: 1, Redo: 2 } as const;
export class ThemeColor {
	readonly id: string;
	constructor(id: string) {
		this.id = id;
	}
}
export class MarkdownString {
	value = "";
	isTrusted: unknown;
	appendText(text: string): void {
		this.value += text;
	}
	appendMarkdown(text: string): void {
		this.value += text;
	}
}
export const activeChanged = new EditorEvent<void>();
export const selectionChanged = new EditorEvent<unknown>();
export const visibleRangesChanged = new EditorEvent<unknown>();
export const windowStateChanged = new EditorEvent<{ readonly focused: boolean; readonly active: boolean }>();
/** The one item of the status bar that a test looks at. */
export const statusItem = {
	text: "",
	tooltip: undefined as MarkdownString | undefined,
	isShown: false,
	accessibilityInformation: undefined as { readonly label: string } | undefined,
};

const statusRegistrations: { dispose(): void }[] = [];

/** What was logged, with the level before it. */
export const logged: string[] = [];
const logAt = (level: string) => (message: string) => void logged.push(`${level} ${message}`);

export const window = {
	createOutputChannel: () =>
		Object.assign(
			{ debug: logAt("debug"), info: logAt("info"), warn: logAt("warn"), error: logAt("error"), show: () => {} },
			held(() => {}),
		),
	showTextDocument: async (): Promise<void> => {},
	onDidChangeActiveTextEditor: activeChanged.event,
	onDidChangeTextEditorSelection: selectionChanged.event,
	onDidChangeTextEditorVisibleRanges: visibleRangesChanged.event,
	state: { focused: true, active: false },
	onDidChangeWindowState: windowStateChanged.event,
	createTextEditorDecorationType: () => held(() => {}),
	createStatusBarItem() {
		statusRegistrations.push(held(() => {}));
		return Object.assign(statusItem, {
			show: () => {
				statusItem.isShown = true;
			},
			hide: () => {
				statusItem.isShown = false;
			},
			/** One item stands for all, and each is disposed of. */
			dispose: () => {
				for (const registration of statusRegistrations.splice(0)) registration.dispose();
			},
		});
	},
	/** Those made. */
	panels: [] as WebviewPanel[],
	createWebviewPanel(): WebviewPanel {
		const panel = new WebviewPanel();
		window.panels.push(panel);
		return panel;
	},
	/** The last one made. */
	treeView: { message: "" },
	createTreeView(): { message: string; dispose(): void } {
		const view = { message: "", ...held(() => {}) };
		window.treeView = view;
		return view;
	},
	registerWebviewPanelSerializer: () => held(() => {}),
	/** What the user leaves ticked in a list of several; undefined closes it. */
	tick: (items: readonly PickItem[]): readonly PickItem[] | undefined => items.filter(({ picked }) => picked),
	async showQuickPick(items: readonly PickItem[]): Promise<readonly PickItem[] | undefined> {
		return window.tick(items);
	},
	/** What the dialogs for a file to open were given; the user closes each. */
	openDialogs: [] as { readonly defaultUri?: Uri }[],
	async showOpenDialog(options: { readonly defaultUri?: Uri }): Promise<undefined> {
		window.openDialogs.push(options);
	},
	/** The last one made. */
	quickPick: new QuickPick(),
	createQuickPick(): QuickPick {
		window.quickPick = new QuickPick();
		return window.quickPick;
	},
	showInformationMessage: (text: string, ...items: unknown[]): Promise<unknown> =>
		showMessage("information", text, items),
	showWarningMessage: (text: string, ...items: unknown[]): Promise<unknown> => showMessage("warning", text, items),
	/** What the progress that was shown last has reported, and its button Cancel. */
	progress: { title: "", reports: [] as string[], cancel: new EventEmitter<void>() },
	async withProgress(
		{ title }: { readonly title: string },
		task: (progress: { report(value: { readonly message: string }): void }, token: object) => Promise<unknown>,
	): Promise<unknown> {
		const reports: string[] = [];
		const cancel = new EventEmitter<void>();
		window.progress = { title, reports, cancel };
		return task({ report: ({ message }) => reports.push(message) }, { onCancellationRequested: cancel.event });
	},
	showErrorMessage: (text: string, ...items: unknown[]): Promise<unknown> => showMessage("error", text, items),
	activeTextEditor: undefined as Editor | undefined,
	visibleTextEditors: [] as Editor[],
	onDidChangeVisibleTextEditors: visibleChanged.event,
};

registerHooks({
	resolve: (specifier, context, next) =>
		specifier === "vscode" ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
});
