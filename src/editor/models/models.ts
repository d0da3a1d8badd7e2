/** Reset, export and import of the workspace's model. A caller can run each without dialogs, through its arguments. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { Failure } from "../../platform/failure.ts";
import type { CompletionServer, LoadResult } from "../processes/completionServer.ts";
import { commands, userKeys } from "../settings/names.ts";
import { isExportRefused, isRefused } from "../settings/policy.ts";
import type { SavedState } from "../settings/savedState.ts";
import type { Settings } from "../settings/settings.ts";
import { askUser, type Log, showError, showInformation, showWarning } from "../shown.ts";
import { failureSentence } from "../status/sentences.ts";
import type { Training } from "../training/training.ts";
import type { ModelStore } from "./modelStore.ts";
import type { WorkspaceMemory } from "./workspaceMemory.ts";

/** VS Code's command that shows a file in the system's file manager. */
const revealInSystem = "revealFileInOS";

export interface ModelParts {
	readonly store: ModelStore | undefined;
	readonly server: CompletionServer;
	readonly training: Training;
	readonly memory: Pick<WorkspaceMemory, "forget">;
	readonly settings: Pick<Settings, "isForcedOff" | "forbidsExport">;
	/** What VS Code keeps for the user in all workspaces. */
	readonly saved: Pick<SavedState, "get" | "update">;
	readonly log: Pick<Log, "info" | "error" | "show">;
	/** Another model is stored now, or none (undefined) and nothing that was learned. */
	replaced(loaded: LoadResult | undefined): Promise<void>;
	/** The stored model is what it was, but the server has looked at another one since. */
	unchanged(): Promise<void>;
}

export interface Confirmation {
	/** False: do not ask the user. */
	readonly confirm?: boolean;
}

export class Models {
	readonly #parts: ModelParts;
	/** A reset or an import begins when those before it have settled: they delete and replace the same files. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(parts: ModelParts) {
		this.#parts = parts;
	}

	/** True when nothing is left of the model, nor of the memory. */
	async reset({ confirm = true }: Confirmation = {}): Promise<boolean> {
		const reset = vscode.l10n.t("Delete");
		if (
			confirm &&
			!(await this.#confirmed(
				vscode.l10n.t("Delete what Inkling has learned in this workspace?"),
				vscode.l10n.t(
					"This deletes the model and the memory of files and of what you typed, and ends a running training. You cannot undo it. Until you reload the window or start a training, Inkling learns only from what you type.",
				),
				reset,
				vscode.l10n.t("Keep"),
			))
		)
			return false;
		return this.#try(() => this.#inTurn(() => this.#parts.training.without(() => this.#forget())));
	}

	async #forget(): Promise<boolean> {
		const { store } = this.#parts;
		await (store ? store.untrained(() => this.#deleteAll(store)) : this.#deleteAll(undefined));
		void showInformation(vscode.l10n.t("Inkling has forgotten this workspace."));
		return true;
	}

	async #deleteAll(store: ModelStore | undefined): Promise<void> {
		// What may fail comes first, and undoes itself: a model that cannot be deleted stays in use.
		await store?.setAside();
		try {
			// The server must stop writing before its files are deleted.
			await this.#parts.memory.forget();
			await store?.removeAll();
		} finally {
			await this.#parts.replaced(undefined);
		}
	}

	/** True when the model was written to `target`, or to a file that the user chose. */
	async export(target?: vscode.Uri, { confirm = true }: Confirmation = {}): Promise<boolean> {
		if (isExportRefused(this.#parts.settings)) return false;
		const store = this.#store();
		if (!store) return false;
		await store.refresh();
		if (!store.hasModel) {
			const train = vscode.l10n.t("Train on Workspace");
			const text = vscode.l10n.t("This workspace has no trained model to export yet.");
			void showInformation(text, train).then((chosen) => {
				if (chosen === train) void vscode.commands.executeCommand(commands.train);
			});
			return false;
		}
		if (
			!target &&
			confirm &&
			!(await this.#confirmed(
				vscode.l10n.t("A model can repeat what it has read."),
				vscode.l10n.t(
					"With the exported file, anyone can bring back parts of the files it was trained on. Share it only with people who may read those files.",
				),
				vscode.l10n.t("Export Model"),
			))
		)
			return false;
		const file = target ?? (await this.#chooseTarget());
		if (!file) return false;
		return this.#try(async () => {
			// A half-written file must never have the name that the user chose, nor that of another file of the user's.
			const partial = file.with({ path: `${file.path}.${randomUUID()}.part` });
			try {
				await vscode.workspace.fs.copy(vscode.Uri.file(store.modelFile), partial, { overwrite: true });
				await vscode.workspace.fs.rename(partial, file, { overwrite: true });
			} catch (error) {
				await vscode.workspace.fs.delete(partial).then(undefined, () => {});
				throw saveFailure(error);
			}
			this.#parts.log.info(`The model was exported to ${file.fsPath}.`);
			await this.#parts.saved.update(userKeys.exportFolder, vscode.Uri.joinPath(file, "..").toString());
			void this.#tellOfExport(file);
			return true;
		});
	}

	/** True when the model in `source`, or in a file that the user chose, is the workspace's from now on. */
	async import(source?: vscode.Uri, { confirm = true }: Confirmation = {}): Promise<boolean> {
		if (isRefused(this.#parts.settings)) return false;
		const store = this.#store();
		if (!store) return false;
		const file = source ?? (await this.#chooseSource());
		if (!file) return false;
		return this.#try(() => this.#inTurn(() => this.#install(store, file, confirm)));
	}

	async #install(store: ModelStore, source: vscode.Uri, confirm: boolean): Promise<boolean> {
		const { fs } = vscode.workspace;
		const { size } = await fs.stat(source).then(undefined, () => {
			throw new Failure("modelMissing", source.fsPath);
		});
		const candidate = await store.receive(size, (path) => fs.copy(source, vscode.Uri.file(path), { overwrite: true }));
		let loaded: LoadResult | undefined;
		try {
			loaded = await this.#replace(store, candidate, confirm);
		} finally {
			await store.discard(candidate);
			if (!loaded) await this.#parts.unchanged();
		}
		if (!loaded) return false;
		// It was usable a moment ago; the process may have ended since, or the disk have failed.
		if (loaded.failure) throw new Failure(loaded.failure.code, loaded.failure.detail);
		this.#parts.log.info(`The model was imported from ${source.fsPath}.`);
		void showInformation(vscode.l10n.t("The model was imported."));
		return true;
	}

	/** What became of loading the new model once it was in its place; undefined if the user keeps the present one. */
	async #replace(store: ModelStore, candidate: string, confirm: boolean): Promise<LoadResult | undefined> {
		// The server reads the file as it would use it, and survives whatever the file holds.
		const { failure } = await this.#parts.server.load(candidate);
		if (failure) throw new Failure(failure.code, failure.detail);
		await store.refresh();
		if (
			confirm &&
			store.hasModel &&
			!(await this.#confirmed(
				vscode.l10n.t("Replace the model of this workspace?"),
				vscode.l10n.t("What the present model has learned is lost, and a running training ends."),
				vscode.l10n.t("Replace Model"),
				vscode.l10n.t("Keep Present Model"),
			))
		)
			return undefined;
		return this.#parts.training.without(() =>
			store.untrained(async () => {
				await store.install(candidate);
				const loaded = await this.#parts.server.load(store.modelFile);
				await this.#parts.replaced(loaded);
				return loaded;
			}),
		);
	}

	/** What `action` answers, which begins once no other is under way. */
	#inTurn(action: () => Promise<boolean>): Promise<boolean> {
		const turn = this.#turn.then(action);
		this.#turn = turn.catch(() => {});
		return turn;
	}

	/** Undefined, and a message, without a folder. */
	#store(): ModelStore | undefined {
		if (!this.#parts.store) {
			const open = vscode.l10n.t("Open Folder");
			const text = vscode.l10n.t("Open a folder first: Inkling keeps a model for each workspace.");
			void showWarning(text, open).then((chosen) => {
				if (chosen === open) void vscode.commands.executeCommand("vscode.openFolder");
			});
		}
		return this.#parts.store;
	}

	/** What `action` answers; false, and a message, if it fails. */
	async #try(action: () => Promise<boolean>): Promise<boolean> {
		try {
			return await action();
		} catch (error) {
			const sentence = failureSentence(Failure.report(error));
			this.#parts.log.error(sentence);
			const showLog = vscode.l10n.t("Show Log");
			void showError(sentence, showLog).then((chosen) => {
				if (chosen === showLog) this.#parts.log.show();
			});
			return false;
		}
	}

	/**
	 * @param no the answer that Enter gives: VS Code makes the first button of a dialog its default. Without one,
	 * Enter says yes.
	 */
	async #confirmed(message: string, detail: string, yes: string, no?: string): Promise<boolean> {
		const answers = no === undefined ? [yes] : [no, yes];
		return (await askUser(message, detail, ...answers)) === yes;
	}

	/** Offers to show the file, where VS Code can: not in a browser, nor if the file is on another machine. */
	async #tellOfExport(file: vscode.Uri): Promise<void> {
		const available = await vscode.commands.getCommands(true);
		const canReveal =
			file.scheme === "file" && vscode.env.remoteName === undefined && available.includes(revealInSystem);
		if (!canReveal) {
			void showInformation(vscode.l10n.t("The model was exported."));
			return;
		}
		const reveal = vscode.l10n.t("Reveal");
		const text = vscode.l10n.t("The model was exported to {path}.", { path: file.fsPath });
		if ((await showInformation(text, reveal)) === reveal) await vscode.commands.executeCommand(revealInSystem, file);
	}

	async #chooseTarget(): Promise<vscode.Uri | undefined> {
		const folder = vscode.workspace.workspaceFolders?.[0];
		const name = `${vscode.workspace.name ?? "inkling"}.safetensors`.replaceAll(/[\\/:*?"<>|]/g, "_");
		return vscode.window.showSaveDialog({
			...(folder ? { defaultUri: vscode.Uri.joinPath(folder.uri, "..", name) } : {}),
			filters: { Safetensors: ["safetensors"] },
			title: vscode.l10n.t("Export Model"),
		});
	}

	async #chooseSource(): Promise<vscode.Uri | undefined> {
		// A model that is passed on is mostly imported where the last one was exported to.
		const exported = this.#parts.saved.get<string>(userKeys.exportFolder);
		const chosen = await vscode.window.showOpenDialog({
			...(exported === undefined ? {} : { defaultUri: vscode.Uri.parse(exported) }),
			canSelectMany: false,
			filters: { Safetensors: ["safetensors"] },
			title: vscode.l10n.t("Import Model"),
			openLabel: vscode.l10n.t("Import"),
		});
		return chosen?.[0];
	}
}

function saveFailure(cause: unknown): Failure {
	return new Failure("storageFailed", Failure.report(cause).detail, { cause });
}
