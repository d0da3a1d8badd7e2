/**
 * Tells the completion process what it may learn from, and which files have changed. In a workspace that is not trusted,
 * and in a window without a folder, it learns only what the user types, and keeps nothing of it.
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
	/** Folder of the memory's file; undefined where there is none. */
	readonly storage: string | undefined;
	readonly clock: Clock;
}

/** Changes come in bursts (a check-out, a build, a save with its formatting); they are told together. */
const BURST_MILLISECONDS = 1_000;

/** After more changes at once, the server looks through the whole workspace: a message per file would cost more. */
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
	/** The user has deleted what was learned, and has not asked to learn again. */
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
			// A watcher may be slow, and settings can exclude folders from it.
			vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#note(uri)),
		);
	}

	/** What the server said last. */
	get state(): MemoryState | null {
		return this.#state;
	}

	/** Files of the workspace are learned. */
	get isIndexing(): boolean {
		return this.#workspace.index;
	}

	/** Tells the server what it may learn from, if that has changed. */
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

	/** Forgets everything. Until `relearn`, or the next window, the server learns only what the user types. */
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
			...(isTrusted ? {} : { isUntrusted: true as const }),
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
