/**
 * Other windows on the same workspace. VS Code gives the storage folder of a workspace to its first window, and to each further
 * one another folder; here all use that of the first, so that they have one model and one memory.
 */
import { existsSync } from "node:fs";
import * as fileSystem from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { storageFiles, trainingLock } from "../../domain/storage.ts";
import { isLocked } from "../../platform/fileLock.ts";
import type { Clock } from "../processes/clock.ts";

/** In the folder that VS Code has given to a window, as long as that is open. */
const lockOfVSCode = "vscode.lock";

/**
 * The folder that the windows on a workspace share.
 *
 * @param storage the folder for this extension in that for this window
 */
export function sharedFolder(storage: string): string {
	const ofWindow = dirname(storage);
	const [, first] = /^(.+)-[1-9]$/.exec(basename(ofWindow)) ?? [];
	if (first === undefined) return storage;
	const ofFirst = join(dirname(ofWindow), first);
	return existsSync(join(ofFirst, lockOfVSCode)) ? join(ofFirst, basename(storage)) : storage;
}

/** A training in another window that was killed leaves its lock behind, which nothing tells. */
const lookMilliseconds = 5_000;

/** What this window itself stores is in use by then. */
const settleMilliseconds = 1_000;

export interface OtherWindowsParts {
	/** The shared folder; undefined where there is none. */
	readonly storage: string | undefined;
	readonly clock: Clock;
	/** A training runs in this window, or is kept from running while what was learned is replaced: the lock is this window's own. */
	holdsLock(): boolean;
	/** Another window has stored another model, or deleted it. */
	modelChanged(): void;
}

export class OtherWindows implements vscode.Disposable {
	readonly #parts: OtherWindowsParts;
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	readonly #watcher: vscode.Disposable | undefined;
	/** Identifies the file of the model that this window uses; undefined: it has not looked yet. */
	#model: string | undefined;
	#isTraining = false;
	/** A look at the disk may end afterwards. */
	#isDisposed = false;
	#cancelTimer: (() => void) | undefined;
	#cancelLook: (() => void) | undefined;

	constructor(parts: OtherWindowsParts) {
		this.#parts = parts;
		if (parts.storage === undefined) return;
		const pattern = new vscode.RelativePattern(vscode.Uri.file(parts.storage), "*");
		const watcher = vscode.workspace.createFileSystemWatcher(pattern);
		const see = ({ fsPath }: vscode.Uri): void => {
			if (basename(fsPath) === trainingLock) void this.#lookForTraining();
			if (basename(fsPath) === storageFiles.model)
				this.#cancelLook ??= parts.clock.after(settleMilliseconds, () => void this.#lookForModel());
		};
		this.#watcher = vscode.Disposable.from(
			watcher,
			watcher.onDidCreate(see),
			watcher.onDidChange(see),
			watcher.onDidDelete(see),
		);
		void this.#lookForTraining();
	}

	/** Another window trains. */
	get train(): boolean {
		return this.#isTraining;
	}

	/** This window uses the model that is stored now. */
	async modelUsed(): Promise<void> {
		this.#model = await this.#identify();
	}

	dispose(): void {
		this.#isDisposed = true;
		this.#cancelTimer?.();
		this.#cancelLook?.();
		this.#watcher?.dispose();
		this.#changed.dispose();
	}

	async #lookForTraining(): Promise<void> {
		const { storage, clock } = this.#parts;
		if (storage === undefined) return;
		const isHeld = await isLocked(join(storage, trainingLock), fileSystem).catch(() => false);
		if (this.#isDisposed) return;
		const isTraining = isHeld && !this.#parts.holdsLock();
		this.#cancelTimer?.();
		this.#cancelTimer = isTraining ? clock.after(lookMilliseconds, () => void this.#lookForTraining()) : undefined;
		if (isTraining === this.#isTraining) return;
		this.#isTraining = isTraining;
		this.#changed.fire();
	}

	async #lookForModel(): Promise<void> {
		this.#cancelLook = undefined;
		const model = await this.#identify();
		// This window tells of what it has trained itself.
		if (this.#isDisposed || this.#model === undefined || model === this.#model || this.#parts.holdsLock()) return;
		this.#model = model;
		this.#parts.modelChanged();
	}

	async #identify(): Promise<string> {
		const { storage } = this.#parts;
		if (storage === undefined) return "";
		const status = await fileSystem.stat(join(storage, storageFiles.model)).catch(() => undefined);
		return status === undefined ? "" : `${status.mtimeMs} ${status.size}`;
	}
}
