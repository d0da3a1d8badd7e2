/**
 * What the completion process may learn from while it runs, and which files have changed. In a workspace that is not
 * trusted, and where there is no folder, that is what is typed, and nothing of it is kept.
 */
import * as vscode from "vscode";
import type { MemoryState, Workspace } from "../../domain/memory.ts";
import type { Clock } from "../processes/clock.ts";
import type { CompletionServer } from "../processes/completionServer.ts";
import { foldersOnDisk } from "../settings/folders.ts";
import type { Settings } from "../settings/settings.ts";

export interface MemoryParts {
	readonly server: Pick<CompletionServer, "remember" | "forget" | "filesChanged">;
	readonly settings: Settings;
	/** Folder that it is kept in; undefined where there is none. */
	readonly storage: string | undefined;
	readonly clock: Clock;
}

/** Changes come in bursts: a check-out, a build, a save with its formatting. */
const BURST_MILLISECONDS = 1_000;

/** With more changes at once the whole workspace is looked through. */
const MOST_FILES = 2_000;

export class WorkspaceMemory implements vscode.Disposable {
	readonly #parts: MemoryParts;
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	readonly #disposables: vscode.Disposable[] = [];
	#watcher: vscode.Disposable | undefined;
	#state: MemoryState | null = null;
	/** What the server was told last, in JSON. */
	#told = "";
	/** The user wants it to know nothing of the files. */
	#isForgotten = false;
	#files = new Set<string>();
	#cancelTimer: (() => void) | undefined;

	constructor(parts: MemoryParts) {
		this.#parts = parts;
		this.#disposables.push(
			this.#changed,
			parts.settings.onDidChange(() => this.update()),
			vscode.workspace.onDidChangeWorkspaceFolders(() => this.update()),
			vscode.workspace.onDidGrantWorkspaceTrust(() => this.update()),
			// A watcher may be slow, or be told to leave out a folder.
			vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#note(uri)),
		);
	}

	/** As the server says. */
	get state(): MemoryState | null {
		return this.#state;
	}

	/** Whether files are to be read. */
	get isIndexing(): boolean {
		return this.#workspace.index;
	}

	/** Tells the server, if anything has changed. */
	update(): void {
		const workspace = this.#workspace;
		this.#watch(workspace.index);
		const told = JSON.stringify(workspace);
		if (told === this.#told) return;
		this.#told = told;
		this.#parts.server.remember(workspace);
	}

	/** The server has said what it remembers. */
	receive(state: MemoryState | null): void {
		this.#state = state;
		this.#changed.fire();
	}

	/** Until `relearn`, or the next window, only what is typed is learned. */
	async forget(): Promise<void> {
		this.#isForgotten = true;
		await this.#parts.server.forget();
		this.update();
	}

	relearn(): void {
		this.#isForgotten = false;
		this.update();
	}

	dispose(): void {
		this.#cancelTimer?.();
		this.#watcher?.dispose();
		for (const disposable of this.#disposables) disposable.dispose();
	}

	get #workspace(): Workspace {
		const { settings, storage } = this.#parts;
		const { isTrusted } = vscode.workspace;
		const folders = foldersOnDisk();
		return {
			folders: folders.map(({ uri, name }) => ({ path: uri.fsPath, name })),
			rules: settings.corpusRules(folders),
			index: isTrusted && folders.length > 0 && !this.#isForgotten,
			storage: isTrusted ? (storage ?? null) : null,
			memoryMiB: settings.memoryMiB(),
		};
	}

	#watch(isWanted: boolean): void {
		if (isWanted === (this.#watcher !== undefined)) return;
		this.#watcher?.dispose();
		this.#watcher = undefined;
		if (!isWanted) return;
		const watcher = vscode.workspace.createFileSystemWatcher("**/*");
		this.#watcher = vscode.Disposable.from(
			watcher,
			watcher.onDidChange((uri) => this.#note(uri)),
			watcher.onDidCreate((uri) => this.#note(uri)),
			watcher.onDidDelete((uri) => this.#note(uri)),
		);
	}

	#note({ scheme, fsPath }: vscode.Uri): void {
		if (scheme !== "file" || !this.#watcher) return;
		if (this.#files.size <= MOST_FILES) this.#files.add(fsPath);
		this.#cancelTimer ??= this.#parts.clock.after(BURST_MILLISECONDS, () => {
			this.#cancelTimer = undefined;
			const files = [...this.#files];
			this.#files = new Set();
			this.#parts.server.filesChanged(files.length > MOST_FILES ? null : files);
		});
	}
}
