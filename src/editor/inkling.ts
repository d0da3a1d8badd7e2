/** Builds and connects the parts of Inkling in one window, and gathers the inputs of the status. */
import { join } from "node:path";
import * as vscode from "vscode";
import type { ServerMessage, ServerRequest } from "../protocol/server.ts";
import { serverMessages } from "../protocol/serverShapes.ts";
import type { Messages } from "../protocol/shape.ts";
import type { TrainerMessage, TrainerRequest } from "../protocol/trainer.ts";
import { trainerMessages } from "../protocol/trainerShapes.ts";
import { FirstSteps } from "./firstSteps/firstSteps.ts";
import { baseModelFile, shippedModel } from "./models/baseModel.ts";
import { FileMeasurements } from "./models/measurements.ts";
import { ModelInUse } from "./models/modelInUse.ts";
import { ModelStore } from "./models/modelStore.ts";
import { Models } from "./models/models.ts";
import { OtherWindows, sharedFolder } from "./models/otherWindows.ts";
import { WorkspaceMemory } from "./models/workspaceMemory.ts";
import { OpenFilePerplexity } from "./perplexity/openFile.ts";
import {
	checkedLauncher,
	type ForkOptions,
	forkLauncher,
	type Launch,
	serverHeap,
	trainerHeap,
} from "./processes/childProcess.ts";
import { systemClock } from "./processes/clock.ts";
import { CompletionServer, type LoadResult } from "./processes/completionServer.ts";
import { inspectPorts, inspectVariable } from "./processes/inspect.ts";
import { Repeating } from "./repeat/repeating.ts";
import { foldersOnDisk } from "./settings/folders.ts";
import { contextKeys, memoryKeys } from "./settings/names.ts";
import { SavedState } from "./settings/savedState.ts";
import { Settings } from "./settings/settings.ts";
import type { Log } from "./shown.ts";
import { Spelling } from "./spelling/spelling.ts";
import { languageName } from "./status/languageNames.ts";
import type { StatusInputs } from "./status/statusState.ts";
import { Continuing } from "./suggestions/continuing.ts";
import { Documents, isServed, onLanguageChanged } from "./suggestions/documents.ts";
import { SuggestionHistory } from "./suggestions/history.ts";
import { InlineProvider } from "./suggestions/provider.ts";
import { type Counts, StatisticsCounter } from "./suggestions/statistics.ts";
import { Surprise } from "./surprise/surprise.ts";
import { IdleTraining } from "./training/idleTraining.ts";
import { hasEnoughNewText } from "./training/newText.ts";
import { Training } from "./training/training.ts";

/** Statistics are saved, and the status is refreshed for them, at most this often: each save writes to disk. */
const REMEMBER_MILLISECONDS = 10_000;

export class Inkling implements vscode.Disposable {
	readonly log: Log;
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
	readonly repeating: Repeating;
	readonly training: Training;
	readonly idleTraining: IdleTraining;
	readonly memory: WorkspaceMemory;
	readonly models: Models;
	readonly modelInUse: ModelInUse;
	readonly otherWindows: OtherWindows;
	readonly measurements: FileMeasurements;
	readonly openFile: OpenFilePerplexity;
	readonly spelling: Spelling;
	readonly surprise: Surprise;
	readonly continuing: Continuing;
	readonly #saved: SavedState;
	readonly #changed = new vscode.EventEmitter<void>();
	/** Fires when anything that is shown may have changed. */
	readonly onDidChange = this.#changed.event;
	readonly #disposables: vscode.Disposable[] = [];
	#cancelRemember: (() => void) | undefined;
	readonly #contextValues = new Map<string, boolean>();

	constructor(context: vscode.ExtensionContext, log: Log) {
		this.log = log;
		this.settings = new Settings(log);
		this.#saved = new SavedState(context.workspaceState, log);
		const savedForUser = new SavedState(context.globalState, log);
		const firstSteps = new FirstSteps(savedForUser);
		this.statistics = new StatisticsCounter(this.#saved.get<Counts>(memoryKeys.statistics), {
			changed: () => this.#rememberSoon(),
			isOn: () => this.settings.countsSuggestions(),
			history: new SuggestionHistory(this.#saved.get(memoryKeys.history)),
			seen: () => firstSteps.seen(),
			taken: () => firstSteps.taken(),
		});
		const folder = vscode.workspace.workspaceFolders?.length ? context.storageUri : undefined;
		this.store = folder?.scheme === "file" ? new ModelStore(sharedFolder(folder.fsPath)) : undefined;
		const inspect = inspectPorts(
			process.env[inspectVariable],
			context.extensionMode === vscode.ExtensionMode.Development,
		);
		const bundle = (name: string): string => join(context.extensionPath, "dist", name);
		const shipped = shippedModel(context.extensionPath);
		const base = (): string | null => baseModelFile(this.settings.startFrom(), shipped);
		this.server = new CompletionServer(
			launcher<ServerRequest, ServerMessage>("completion process", serverMessages, log, {
				script: bundle("server.cjs"),
				heap: serverHeap,
				inspectPort: inspect?.server,
			}),
			this.clock,
			{
				mayRun: () => !this.settings.isForcedOff(),
				ready: () => this.documents.reopen(),
				model: (result) => {
					this.provider.forget();
					this.modelInUse.loaded(result);
					this.openFile.refresh();
					this.spelling.recheck();
					this.surprise.remeasure();
				},
				memory: (state) => this.memory.receive(state),
				measured: (files) => void this.measurements.receive(files, this.modelInUse.present?.trainedAt),
				state: () => this.#changed.fire(),
				log: (level, message) => log[level](message),
			},
		);
		this.modelInUse = new ModelInUse({
			store: this.store,
			server: this.server,
			baseFile: base,
			saved: this.#saved,
			log,
			note: () => this.otherWindows.modelUsed(),
		});
		this.measurements = new FileMeasurements({ storage: this.store?.folder, log });
		this.documents = new Documents(this.server);
		this.openFile = new OpenFilePerplexity({ server: this.server, documents: this.documents, clock: this.clock });
		const { server, documents, settings, statistics, clock } = this;
		this.spelling = new Spelling({ server, documents, settings, clock });
		this.surprise = new Surprise({ server, documents, settings, clock });
		this.continuing = new Continuing({ server, documents, settings });
		this.provider = new InlineProvider({
			...{ server, documents, settings, statistics, clock },
			continuation: (document, position) => this.continuing.itemAt(document, position),
		});
		this.repeating = new Repeating({ settings: this.settings, clock: this.clock });
		this.memory = new WorkspaceMemory({
			server: this.server,
			settings: this.settings,
			storage: this.store?.folder,
			clock: this.clock,
		});
		this.launch = launcher<TrainerRequest, TrainerMessage>("training process", trainerMessages, log, {
			script: bundle("trainer.cjs"),
			heap: trainerHeap,
			inspectPort: inspect?.trainer,
		});
		this.training = new Training({
			launch: this.launch,
			clock: this.clock,
			settings: this.settings,
			store: this.store,
			base,
			saved: this.#saved,
			log,
			begun: () => this.memory.relearn(),
			inUse: () => this.modelInUse.own ?? this.modelInUse.base,
			learned: (model) => void this.modelInUse.learned(model).then(() => this.#warmUp()),
			trainsElsewhere: () => this.otherWindows.train,
		});
		this.otherWindows = new OtherWindows({
			storage: this.store?.folder,
			clock: this.clock,
			holdsLock: () => this.training.progress !== null || this.training.isKeptOut,
			modelChanged: () => void this.modelInUse.start(),
		});
		this.idleTraining = new IdleTraining({
			training: this.training,
			settings: this.settings,
			clock: this.clock,
			mayLearn: () => this.store !== undefined && this.memory.isIndexing,
			trainsElsewhere: () => this.otherWindows.train,
			isWorthwhile: () => hasEnoughNewText(this),
			log,
		});
		this.models = new Models({
			store: this.store,
			server: this.server,
			training: this.training,
			memory: { forget: () => this.#forget() },
			settings: this.settings,
			saved: savedForUser,
			log,
			replaced: (loaded) => this.#replaced(loaded),
			unchanged: () => this.modelInUse.start(),
		});
		this.#disposables.push(
			this.#changed,
			this.settings,
			this.documents,
			this.provider,
			this.repeating,
			this.training,
			this.idleTraining,
			this.memory,
			this.server,
			this.modelInUse,
			this.measurements,
			this.openFile,
			this.spelling,
			this.surprise,
			this.continuing,
			this.measurements.onDidChange(() => this.#changed.fire()),
			this.openFile.onDidChange(() => this.#changed.fire()),
			this.modelInUse.onDidChange(() => this.#changed.fire()),
			this.otherWindows,
			this.otherWindows.onDidChange(() => this.#changed.fire()),
			this.settings.onDidChange(() => {
				this.modelInUse.settingsChanged();
				if (this.settings.isForcedOff()) {
					this.server.release();
					void this.training.stop();
				}
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
			onLanguageChanged(() => {
				this.#changed.fire();
				this.#warmUp();
			}),
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

	/** Loads a model, and begins to fill the memory. */
	async start(): Promise<void> {
		this.settings.checkAll();
		this.memory.update();
		await this.modelInUse.start();
		await this.measurements.load();
		this.#warmUp();
		void this.training.offerToResume();
	}

	/** The inputs from which the status is derived. */
	get statusInputs(): StatusInputs {
		const document = vscode.window.activeTextEditor?.document;
		return {
			suggestions: this.settings.onOff(document),
			suggestionsInGeneral: this.settings.onOffInGeneral(document),
			editorShowsSuggestions: this.settings.editorShowsSuggestions(document),
			language: document && languageName(document.languageId),
			trusted: vscode.workspace.isTrusted,
			hasFolder: (vscode.workspace.workspaceFolders?.length ?? 0) > 0,
			isOnDisk: foldersOnDisk().length > 0,
			hasModel: this.store?.hasModel ?? false,
			model: this.modelInUse.own,
			base: this.modelInUse.base,
			memory: this.memory.state,
			training: this.training.progress,
			trainsElsewhere: this.otherWindows.train,
			paused: this.training.paused,
			server: this.server.state,
			modelFailure: this.modelInUse.failure,
		};
	}

	/** Forgets what suggestions have come to so far. */
	resetStatistics(): void {
		this.statistics.reset();
		this.#remember();
		this.#changed.fire();
	}

	dispose(): void {
		this.#remember();
		for (const disposable of this.#disposables.toReversed()) disposable.dispose();
	}

	/** Starts the completion process ahead of the first request, if there are files to read or a document to complete in. */
	#warmUp(): void {
		const hasFiles = this.settings.onOff().enabled && this.memory.isIndexing;
		const isWanted = vscode.window.visibleTextEditors.some(
			({ document }) => isServed(document) && this.settings.suggestions(document).enabled,
		);
		if (hasFiles || isWanted) this.server.start();
	}

	/** First the process, which then measures nothing more. */
	async #forget(): Promise<void> {
		await this.memory.forget();
		await this.measurements.forget();
	}

	/** @param loaded undefined: the workspace has no model of its own any more */
	async #replaced(loaded: LoadResult | undefined): Promise<void> {
		await this.modelInUse.replaced(loaded);
		if (loaded) return;
		this.provider.forget();
		this.resetStatistics();
	}

	#setContextKeys(): void {
		const { hasModel, memory, training, paused } = this.statusInputs;
		this.#setContext(contextKeys.training, training !== null);
		this.#setContext(contextKeys.paused, paused);
		this.#setContext(contextKeys.hasModel, hasModel);
		this.#setContext(contextKeys.hasMemory, memory !== null && memory.characters > 0);
		this.#setContext(contextKeys.forcedOff, this.settings.isForcedOff());
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
		const { counts, history } = this.statistics;
		void this.#saved.update(memoryKeys.statistics, counts.shown > 0 ? counts : undefined);
		const { days } = history;
		void this.#saved.update(memoryKeys.history, Object.keys(days).length > 0 ? days : undefined);
	}
}

/** Logs what the process prints, and that a message of it was dropped. */
function launcher<Request, Message extends { readonly type: string }>(
	name: string,
	messages: Messages<Message>,
	log: Log,
	options: Omit<ForkOptions, "print">,
): Launch<Request, Message> {
	const launch = forkLauncher<Request>({ ...options, print: (line) => log.warn(`The ${name} printed: ${line}`) });
	const refuse = (reason: string): void => log.warn(`A message from the ${name} was dropped: ${reason}.`);
	return checkedLauncher(launch, messages, refuse);
}
