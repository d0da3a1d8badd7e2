/** Which model completes in this window: the workspace's own, or the base model as long as there is none. */
import * as vscode from "vscode";
import type { ModelSummary } from "../../domain/model.ts";
import type { FailureReport } from "../../platform/failure.ts";
import { modelSummary } from "../../protocol/domainShapes.ts";
import type { CompletionServer, LoadResult } from "../processes/completionServer.ts";
import { memoryKeys } from "../settings/names.ts";
import type { SavedState } from "../settings/savedState.ts";
import type { Log } from "../shown.ts";
import { failureSentence } from "../status/sentences.ts";
import type { ModelStore } from "./modelStore.ts";

export interface ModelInUseParts {
	/** Undefined in a window without a folder. */
	readonly store: Pick<ModelStore, "hasModel" | "modelFile" | "refresh"> | undefined;
	readonly server: Pick<CompletionServer, "use" | "state" | "restart">;
	/** File of the base model as the settings name it now; null: there is none. */
	readonly baseFile: () => string | null;
	/** Keeps the summary of the workspace's model, to show it before the server has loaded the model. */
	readonly saved: Pick<SavedState, "get" | "update">;
	readonly log: Pick<Log, "error">;
	/**
	 * Notes which file is stored now: before the server is told to read it, so that one that comes while it reads is another; after
	 * this window has replaced or deleted it.
	 */
	note(): Promise<void>;
}

export class ModelInUse implements vscode.Disposable {
	readonly #parts: ModelInUseParts;
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	#own: ModelSummary | null;
	#base: ModelSummary | null = null;
	/** The base model that the server was last told to use. */
	#baseFile: string | null = null;
	#failure: FailureReport | undefined;

	constructor(parts: ModelInUseParts) {
		this.#parts = parts;
		const kept = parts.saved.get<ModelSummary>(memoryKeys.model);
		// An earlier version may have kept less.
		this.#own = kept && modelSummary.fault(kept) === undefined ? kept : null;
	}

	/** The workspace's model; null: it has none, or nothing is known of it yet. */
	get own(): ModelSummary | null {
		return this.#own;
	}

	/** The base model while it completes; null: it does not, or is not loaded yet. */
	get base(): ModelSummary | null {
		return this.#hasOwn ? null : this.#base;
	}

	/** The model that completes, as far as it is known. */
	get present(): ModelSummary | null {
		return this.own ?? this.base;
	}

	/** Why the model that ought to complete cannot be used. */
	get failure(): FailureReport | undefined {
		return this.#failure;
	}

	/** Looks for a stored model. */
	async start(): Promise<void> {
		const { store, server } = this.#parts;
		await store?.refresh();
		await this.#parts.note();
		if (store?.hasModel) server.use(store.modelFile);
		else {
			this.#own = null;
			this.#useBase();
		}
		this.#changed.fire();
	}

	/** The settings may name another base model. */
	settingsChanged(): void {
		if (!this.#hasOwn && this.#baseFile !== this.#parts.baseFile()) this.#useBase();
	}

	/** A training has written a better model. */
	async learned(model: ModelSummary): Promise<void> {
		const { store, server } = this.#parts;
		await store?.refresh();
		if (!store?.hasModel) return;
		await this.#setOwn(model, undefined);
		await this.#parts.note();
		// The user may have deleted it meanwhile.
		if (!store.hasModel) return;
		server.use(store.modelFile);
		// The former model may have been what brought the process down.
		if (server.state === "failed") server.restart();
	}

	/** The server has loaded a model, or refused it. */
	loaded({ file, model, failure }: LoadResult): void {
		const isOwn = this.#hasOwn && file === this.#parts.store?.modelFile;
		const isBase = file !== null && !this.#hasOwn && file === this.#parts.baseFile();
		// An import looks at the file first, and a model may have been deleted while it was loaded.
		if (!isOwn && !isBase) return;
		if (failure) this.#parts.log.error(failureSentence(failure));
		if (isOwn) void this.#setOwn(model, failure);
		else {
			this.#base = failure ? null : model;
			this.#failure = failure;
			this.#changed.fire();
		}
	}

	/** The stored model was replaced; undefined: it was deleted. */
	async replaced(loaded: LoadResult | undefined): Promise<void> {
		await this.#setOwn(loaded?.model ?? null, loaded?.failure);
		await this.#parts.note();
		if (!loaded) this.#useBase();
	}

	dispose(): void {
		this.#changed.dispose();
	}

	get #hasOwn(): boolean {
		return this.#parts.store?.hasModel ?? false;
	}

	#useBase(): void {
		this.#base = null;
		this.#failure = undefined;
		this.#baseFile = this.#parts.baseFile();
		this.#parts.server.use(this.#baseFile, true);
	}

	async #setOwn(model: ModelSummary | null, failure: FailureReport | undefined): Promise<void> {
		this.#own = model;
		this.#failure = failure;
		this.#changed.fire();
		await this.#parts.saved.update(memoryKeys.model, model ?? undefined);
	}
}
