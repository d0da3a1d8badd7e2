/** The parts of Inkling in one window, and what is known of its model. Everything shown is derived from here. */
import { join } from "node:path";
import * as vscode from "vscode";
import type { ModelSummary } from "../domain/model.ts";
import type { FailureReport } from "../platform/failure.ts";
import type { ServerMessage, ServerRequest } from "../protocol/server.ts";
import type { TrainerMessage, TrainerRequest } from "../protocol/trainer.ts";
import { baseModelFile, shippedModel } from "./models/baseModel.ts";
import { ModelStore } from "./models/modelStore.ts";
import { Models } from "./models/models.ts";
import { WorkspaceMemory } from "./models/workspaceMemory.ts";
import { forkLauncher, type Launch, serverHeap, trainerHeap } from "./processes/childProcess.ts";
import { systemClock } from "./processes/clock.ts";
import { CompletionServer, type LoadResult } from "./processes/completionServer.ts";
import { contextKeys, memoryKeys } from "./settings/names.ts";
import { Settings } from "./settings/settings.ts";
import type { Facts } from "./status/statusState.ts";
import { Documents, isServed } from "./suggestions/documents.ts";
import { InlineProvider } from "./suggestions/provider.ts";
import { type Counts, StatisticsCounter } from "./suggestions/statistics.ts";
import { Training } from "./training/training.ts";

/** Parameters lie outside of the JavaScript heap; these ceilings hold only texts and bookkeeping. */

/** Statistics are written, and shown, no more often. */
const REMEMBER_MILLISECONDS = 10_000;

export class Inkling implements vscode.Disposable {
	readonly log: vscode.LogOutputChannel;
	readonly settings: Settings;
	readonly statistics: StatisticsCounter;
	/** Undefined in a window without a folder. */
	readonly store: ModelStore | undefined;
	readonly clock = systemClock;
	/** Starts a trainer process. */
	readonly launch: Launch<TrainerRequest, TrainerMessage>;
	readonly server: CompletionServer;
	readonly documents: Documents;
	readonly provider: InlineProvider;
	readonly training: Training;
	readonly memory: WorkspaceMemory;
	readonly models: Models;
	readonly #memento: vscode.Memento;
	readonly #changed = new vscode.EventEmitter<void>();
	/** Anything that is shown may have changed. */
	readonly onDidChange = this.#changed.event;
	readonly #disposables: vscode.Disposable[] = [];
	#model: ModelSummary | null = null;
	/** What completes as long as the workspace has no model; null: nothing, or it is not loaded yet. */
	#base: ModelSummary | null = null;
	/** The file of it that the server was told to use. */
	#baseFile: string | null = null;
	#modelFailure: FailureReport | undefined;
	#cancelRemember: (() => void) | undefined;
	readonly #contextValues = new Map<string, boolean>();
	readonly #findBase: () => string | null;

	constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
		this.log = log;
		this.settings = new Settings(log);
		this.#memento = context.workspaceState;
		this.#model = this.#memento.get<ModelSummary | null>(memoryKeys.model, null);
		this.statistics = new StatisticsCounter(this.#memento.get<Counts>(memoryKeys.statistics), () =>
			this.#rememberSoon(),
		);
		const folder = vscode.workspace.workspaceFolders?.length ? context.storageUri : undefined;
		this.store = folder?.scheme === "file" ? new ModelStore(folder.fsPath) : undefined;
		const bundle = (name: string): string => join(context.extensionPath, "dist", name);
		const shipped = shippedModel(context.extensionPath);
		const base = (): string | null => baseModelFile(this.settings.startFrom(), shipped);
		this.#findBase = base;
		this.server = new CompletionServer(
			forkLauncher<ServerRequest, ServerMessage>({
				script: bundle("server.cjs"),
				heap: serverHeap,
				print: (line) => log.warn(`server: ${line}`),
			}),
			this.clock,
			{
				ready: () => this.documents.reopen(),
				model: (result) => this.#loaded(result),
				memory: (state) => this.memory.receive(state),
				state: () => this.#changed.fire(),
				log: (level, message) => log[level](message),
			},
		);
		this.documents = new Documents(this.server);
		this.provider = new InlineProvider({
			server: this.server,
			documents: this.documents,
			settings: this.settings,
			statistics: this.statistics,
			clock: this.clock,
		});
		this.memory = new WorkspaceMemory({
			server: this.server,
			settings: this.settings,
			storage: this.store?.folder,
			clock: this.clock,
		});
		this.launch = forkLauncher({
			script: bundle("trainer.cjs"),
			heap: trainerHeap,
			print: (line) => log.warn(`trainer: ${line}`),
		});
		this.training = new Training({
			launch: this.launch,
			clock: this.clock,
			settings: this.settings,
			store: this.store,
			base,
			memory: this.#memento,
			log,
			begun: () => this.memory.relearn(),
			learned: (model) => void this.#learned(model),
		});
		this.models = new Models({
			store: this.store,
			server: this.server,
			training: this.training,
			memory: this.memory,
			base,
			log,
			replaced: (loaded) => this.#replaced(loaded),
		});
		this.#disposables.push(
			this.#changed,
			this.settings,
			this.documents,
			this.provider,
			this.training,
			this.memory,
			this.server,
			this.settings.onDidChange(() => {
				if (!this.store?.hasModel && this.#baseFile !== base()) this.#useBase();
				this.#changed.fire();
				this.#warmUp();
			}),
			this.training.onDidChange(() => {
				this.server.trains(this.training.progress !== null);
				this.#changed.fire();
			}),
			this.memory.onDidChange(() => this.#changed.fire()),
			this.onDidChange(() => this.#setContextKeys()),
			vscode.window.onDidChangeActiveTextEditor(() => this.#changed.fire()),
			vscode.window.onDidChangeVisibleTextEditors(() => this.#warmUp()),
			vscode.workspace.onDidGrantWorkspaceTrust(() => {
				this.#changed.fire();
				this.#warmUp();
			}),
			vscode.workspace.onDidChangeWorkspaceFolders(() => {
				this.#changed.fire();
				this.#warmUp();
			}),
		);
	}

	/** Looks for a stored model, and begins to remember. */
	async start(): Promise<void> {
		this.memory.update();
		await this.store?.refresh();
		if (!this.store?.hasModel) this.#model = null;
		if (this.store?.hasModel) this.server.use(this.store.modelFile);
		else this.#useBase();
		this.#changed.fire();
		this.#warmUp();
		void this.training.offerToResume();
	}

	get model(): ModelSummary | null {
		return this.#model;
	}

	#useBase(): void {
		this.#base = null;
		this.#modelFailure = undefined;
		this.#baseFile = this.#findBase();
		this.server.use(this.#baseFile, true);
	}

	get facts(): Facts {
		const document = vscode.window.activeTextEditor?.document;
		const { enabled } = this.settings;
		const here = document ? this.settings.suggestions(document).enabled : enabled;
		return {
			enabled: here,
			enabledElsewhere: enabled,
			trusted: vscode.workspace.isTrusted,
			hasFolder: (vscode.workspace.workspaceFolders?.length ?? 0) > 0,
			hasModel: this.store?.hasModel ?? false,
			model: this.#model,
			base: this.store?.hasModel ? null : this.#base,
			memory: this.memory.state,
			training: this.training.progress,
			paused: this.training.paused,
			server: this.server.state,
			modelFailure: this.#modelFailure,
		};
	}

	dispose(): void {
		this.#remember();
		for (const disposable of this.#disposables.toReversed()) disposable.dispose();
	}

	/** A process ahead of the first request, as soon as there are files to read or a document to complete in. */
	#warmUp(): void {
		const hasFiles = this.settings.enabled && this.memory.isIndexing;
		const isWanted = vscode.window.visibleTextEditors.some(
			({ document }) => isServed(document) && this.settings.suggestions(document).enabled,
		);
		if (hasFiles || isWanted) this.server.start();
	}

	/** The trainer has written a better model. */
	async #learned(model: ModelSummary): Promise<void> {
		await this.store?.refresh();
		if (!this.store?.hasModel) return;
		await this.#setModel(model, undefined);
		this.server.use(this.store.modelFile);
		// What brought the process down may have been the model that is no more.
		if (this.server.state === "failed") this.server.restart();
		this.#warmUp();
	}

	/** The server has taken a model, or refused it. */
	#loaded({ file, model, failure }: LoadResult): void {
		this.provider.forget();
		const isOwn = file !== null && file === this.store?.modelFile;
		const isBase = file !== null && !this.store?.hasModel && file === this.#findBase();
		if (!isOwn && !isBase) return; // one that is only looked at
		if (failure) this.log.error(`The model cannot be used: ${failure.code} ${failure.detail}`);
		if (isOwn) void this.#setModel(model, failure);
		else {
			this.#base = failure ? null : model;
			this.#modelFailure = failure;
			this.#changed.fire();
		}
	}

	async #replaced(loaded: LoadResult | undefined): Promise<void> {
		await this.#setModel(loaded?.model ?? null, loaded?.failure);
		if (loaded) return;
		this.#useBase();
		this.provider.forget();
		this.statistics.reset();
		this.#remember();
	}

	async #setModel(model: ModelSummary | null, failure: FailureReport | undefined): Promise<void> {
		this.#model = model;
		this.#modelFailure = failure;
		this.#changed.fire();
		await this.#memento.update(memoryKeys.model, model ?? undefined);
	}

	#setContextKeys(): void {
		const { hasModel, memory, training, paused } = this.facts;
		this.#setContext(contextKeys.training, training !== null);
		this.#setContext(contextKeys.paused, paused);
		this.#setContext(contextKeys.hasModel, hasModel);
		this.#setContext(contextKeys.hasMemory, memory !== null && memory.characters > 0);
	}

	#setContext(key: string, value: boolean): void {
		if (this.#contextValues.get(key) === value) return;
		this.#contextValues.set(key, value);
		void vscode.commands.executeCommand("setContext", key, value);
	}

	#rememberSoon(): void {
		this.#cancelRemember ??= this.clock.after(REMEMBER_MILLISECONDS, () => {
			this.#remember();
			this.#changed.fire();
		});
	}

	#remember(): void {
		this.#cancelRemember?.();
		this.#cancelRemember = undefined;
		const { counts } = this.statistics;
		void this.#memento.update(memoryKeys.statistics, counts.shown > 0 ? counts : undefined);
	}
}
