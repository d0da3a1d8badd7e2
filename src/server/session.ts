/**
 * What child process 1 does, less the process: requests in, messages out. Document changes take effect at once, so a
 * request that they overtake is answered `stale`; completions wait until the messages that have already arrived are
 * taken, and only the newest is computed. Learning and scores fill the time that is left.
 */
import type { Calibration, LogisticCalibration } from "../completion/calibration.ts";
import type { Completion } from "../completion/complete.ts";
import { locate } from "../corpus/find.ts";
import { isSecretPath } from "../corpus/secrets/paths.ts";
import type { CorpusFolder } from "../domain/corpus.ts";
import type { ModelSummary } from "../domain/model.ts";
import type { LanguageModel } from "../model/languageModel.ts";
import { Failure } from "../platform/failure.ts";
import type { ServerMessage, ServerRequest } from "../protocol/server.ts";
import type { Lexicon } from "../spelling/judge.ts";
import { Experience } from "../tuning/experience.ts";
import { OpenDocument } from "./documents/openDocument.ts";
import { OutcomeWatch } from "./documents/outcomeWatch.ts";
import { answeringModel, type Ensemble } from "./ensemble.ts";
import { ExperienceStore } from "./experienceStore.ts";
import type { IdleWork } from "./idleWork.ts";
import type { MemoryHost } from "./memory/memoryHost.ts";
import { WorkspaceMemory } from "./memory/workspaceMemory.ts";
import { ReadingWindow } from "./readingWindow.ts";
import { type CompleteRequest, CompletionService, silent } from "./services/completion.ts";
import { Questions } from "./services/questions.ts";
import { answerNow } from "./services/service.ts";
import { WarmUp } from "./warmUp.ts";

export interface LoadedModel {
	readonly model: LanguageModel;
	readonly summary: ModelSummary;
	dispose(): void;
}

/** What a session needs of its process. */
export interface SessionHost extends MemoryHost {
	send(message: ServerMessage): void;
	/** Reads a model file, or the base model's, which is shipped; rejects with a Failure. */
	load(file: string, isBase: boolean): Promise<LoadedModel>;
	/** From probabilities that hold while whole files are typed to those that hold for edits. */
	readonly toEdits: LogisticCalibration;
	/** What is known of words; rejects with a Failure. */
	loadLexicon(): Promise<Lexicon>;
	/** RAM that the process takes. */
	usedBytes(): number;
	/** Runs `task` after the messages that have already arrived. */
	defer(task: () => void): void;
}

/** Documents whose contexts are kept in memory; others make them anew when they are typed in again. */
const documentsWithContexts = 8;

/** Longest time that other work keeps a completion waiting, ms. */
const idleSliceMs = 5;

export class Session {
	readonly #host: SessionHost;
	readonly #documents = new Map<string, OpenDocument | "secret">();
	/** Absolute paths of the files that documents are, or are parts of. */
	readonly #files = new Map<string, string>();
	/** Those whose contexts are kept; the least recently used first. */
	readonly #recent = new Set<OpenDocument>();
	/** The network that was loaded; the user calls it the model. */
	#loaded: LoadedModel | null = null;
	readonly #memory: WorkspaceMemory;
	/** Of the workspace, as it was told last; the memory takes it up when it is done with the one before. */
	#folders: readonly CorpusFolder[] = [];
	/** The models that answer now. */
	#ensemble: Ensemble;
	/** The memory's `updates` when contexts were last told that it has learned. */
	#updates = 0;
	readonly #window: ReadingWindow;
	readonly #warmUp: WarmUp;
	readonly #watch = new OutcomeWatch();
	readonly #experience: Experience;
	readonly #kept: ExperienceStore;
	#isClosed = false;
	/** Loads run one after the other, and each is answered. */
	#loads: Promise<void> = Promise.resolve();
	#pending: CompleteRequest | null = null;
	readonly #completion: CompletionService;
	readonly #questions: Questions;
	/** What fills the time that is left, the most urgent first. */
	readonly #idle: readonly IdleWork[];
	#deferred = false;

	constructor(host: SessionHost) {
		this.#host = host;
		this.#window = new ReadingWindow(() => host.now());
		this.#warmUp = new WarmUp(() => host.now());
		this.#memory = new WorkspaceMemory(host, {
			wake: () => this.#defer(),
			state: (memory) => host.send({ type: "memory", memory }),
			measured: (files) => host.send({ type: "perplexities", files }),
			log: (level, message) => host.send({ type: "log", level, message }),
		});
		this.#experience = new Experience(host.toEdits);
		this.#kept = new ExperienceStore(this.#experience, {
			fileSystem: host.fileSystem,
			now: () => host.now(),
			log: (level, message) => host.send({ type: "log", level, message }),
		});
		this.#ensemble = { network: null, memory: null, model: null, calibration: this.#calibration(null) };
		this.#completion = new CompletionService({
			ensemble: () => this.#ensemble,
			document: (id) => this.#documents.get(id),
			used: (request, document) => {
				this.#use(document);
				this.#memory.used();
				this.#memory.documents.cursorAt(request.document, request.position.line);
			},
			window: () => this.#window.size,
			now: () => host.now(),
			watch: this.#watch,
			experienced: (outcome) => this.#kept.add(outcome),
		});
		this.#questions = new Questions({
			host,
			memory: this.#memory,
			ensemble: () => this.#ensemble,
			document: (id) => this.#documents.get(id),
			file: (id) => this.#files.get(id),
			used: (document) => this.#use(document),
			window: () => this.#window.size,
			wake: () => this.#defer(),
			failed: (error) => this.#log("error", error),
		});
		const memory = this.#memory;
		this.#idle = [
			{ work: () => this.#window.measure() },
			this.#warmUp,
			{ work: (isOver) => memory.learnTyped(this.#ensemble, isOver) },
			this.#questions.continuation,
			this.#questions.scores,
			this.#questions.spelling,
			{ work: (isOver) => memory.learnFiles(this.#ensemble, isOver) },
			{ work: (isOver) => memory.tune(this.#ensemble, isOver) },
			this.#questions.surprise,
			{ work: (isOver) => memory.forgetGone(this.#ensemble, isOver) },
			{ work: () => memory.writeIfDue(this.#ensemble) },
			this.#kept,
			{ work: () => this.#window.measureAgain() },
		];
	}

	/** Keeps what was learned, as far as it is kept at all; nothing more is done then. */
	async close(): Promise<void> {
		this.#isClosed = true;
		await Promise.all([this.#memory.close(), this.#kept.close()]);
	}

	/** Never throws: what goes wrong is answered or logged. */
	receive(request: ServerRequest): void {
		switch (request.type) {
			case "load":
				this.#loads = this.#loads.then(() => this.#load(request.file, request.isBase ?? false));
				break;
			case "workspace":
				this.#folders = request.workspace.folders;
				this.#memory.begin(request.workspace);
				this.#kept.keepIn(request.workspace.storage);
				break;
			case "training":
				this.#memory.trains(request.isRunning);
				break;
			case "files":
				this.#memory.filesChanged(request.paths);
				break;
			case "forget":
				this.#forget(request.id);
				break;
			case "open":
				this.#open(request);
				break;
			case "change":
				this.#change(request);
				break;
			case "above":
				this.#above(request);
				break;
			case "close":
				this.#close(request.document);
				break;
			case "complete":
				if (this.#pending !== null) this.#answer(this.#pending, silent("cancelled"));
				this.#pending = request;
				this.#defer();
				break;
			case "cancel":
				this.#questions.continuation.cancel(request.id);
				if (this.#pending?.id !== request.id) break;
				this.#answer(this.#pending, silent("cancelled"));
				this.#pending = null;
				break;
			case "usage":
				this.#host.send({ type: "usage", id: request.id, bytes: this.#host.usedBytes() });
				break;
			default:
				this.#questions.add(request);
		}
	}

	async #load(file: string | null, isBase: boolean): Promise<void> {
		try {
			this.#swap(file === null ? null : await this.#host.load(file, isBase), isBase);
			this.#host.send({ type: "model", model: this.#summary });
		} catch (error) {
			// The model at hand, if any, is kept: a broken newer one is no reason to fall silent.
			this.#host.send({ type: "model", model: this.#summary, failure: Failure.report(error) });
		}
	}

	/** Forgets all that was learned; answers once nothing of it is on disk either. */
	#forget(id: number): void {
		const isForgotten = Promise.all([this.#memory.forget(), this.#kept.forget()]);
		void isForgotten.then(() => this.#host.send({ type: "forgotten", id }));
		this.#refresh();
	}

	get #summary(): ModelSummary | null {
		return this.#loaded?.summary ?? null;
	}

	#swap(loaded: LoadedModel | null, isBase: boolean): void {
		const before = this.#loaded;
		this.#loaded = loaded;
		const network = loaded && {
			model: loaded.model,
			name: JSON.stringify(loaded.summary),
			isBase,
			corpusCharacters: loaded.summary.corpusCharacters,
		};
		this.#kept.use(network?.name ?? "");
		this.#assemble(network);
		before?.dispose();
		this.#defer();
	}

	/** Takes up what has happened to the memory. */
	#refresh(): void {
		this.#memory.settle();
		const { network, memory, calibration } = this.#ensemble;
		if (this.#memory.memory !== memory) this.#assemble(network);
		else if (this.#calibration(network) !== calibration)
			this.#ensemble = { ...this.#ensemble, calibration: this.#calibration(network) };
		const { updates } = this.#memory;
		if (updates === this.#updates) return;
		this.#updates = updates;
		this.#window.use(answeringModel(this.#ensemble));
		for (const document of this.#recent) document.learned();
	}

	#calibration(network: Ensemble["network"]): Calibration {
		return this.#experience.calibration(this.#memory.calibration(network));
	}

	/** Replaces the ensemble by one of this network and the present memory. */
	#assemble(network: Ensemble["network"]): void {
		const { memory } = this.#memory;
		const model = memory && this.#host.mix(network?.model ?? null, memory);
		this.#ensemble = { network, memory, model, calibration: this.#calibration(network) };
		for (const document of this.#recent) document.forget();
		this.#recent.clear();
		this.#questions.restart();
		this.#window.use(answeringModel(this.#ensemble));
		this.#warmUp.use(answeringModel(this.#ensemble));
	}

	#open({ document: id, path, file, version, text, above, notebook }: Extract<ServerRequest, { type: "open" }>): void {
		this.#close(id);
		// Outside of the workspace any folder on the path may be one of secrets; inside, only those below its folder.
		const place = file === null || file.isElsewhere ? undefined : locate(this.#folders, file.path);
		const inside = place && place.prefix + place.path;
		const isOutside = file !== null && inside === undefined;
		if (isSecretPath(path) || (isOutside && isSecretPath(file.path))) {
			this.#documents.set(id, "secret");
			return;
		}
		// The header that the file has when it is read from disk, also where folders have the same name.
		const document = new OpenDocument(file?.whole ? (inside ?? path) : path, version, text, above);
		this.#documents.set(id, document);
		if (file !== null && !file.isElsewhere) this.#files.set(id, file.path);
		this.#memory.documents.open(id, document, file, notebook);
	}

	#change({ document: id, version, changes }: Extract<ServerRequest, { type: "change" }>): void {
		const document = this.#documents.get(id);
		if (document === undefined || document === "secret") return;
		try {
			document.change(version, changes);
			this.#memory.used();
			this.#memory.documents.changed(id, changes);
			this.#watch.changed(id, changes);
			this.#questions.continuation.changed(id);
		} catch (error) {
			// Out of step. Forgotten, it is unknown at the next request, and the host opens it again.
			this.#close(id);
			this.#log("warn", error);
		}
	}

	#above({ document: id, text }: Extract<ServerRequest, { type: "above" }>): void {
		const document = this.#documents.get(id);
		if (document instanceof OpenDocument) document.setAbove(text);
	}

	#close(id: string): void {
		const document = this.#documents.get(id);
		if (document instanceof OpenDocument) this.#recent.delete(document);
		this.#memory.documents.close(id);
		this.#watch.closed(id);
		this.#questions.continuation.changed(id);
		this.#documents.delete(id);
		this.#files.delete(id);
	}

	#defer(): void {
		if (this.#deferred || this.#isClosed) return;
		this.#deferred = true;
		this.#host.defer(() => {
			this.#deferred = false;
			this.#work();
		});
	}

	#work(): void {
		if (this.#isClosed) return;
		this.#refresh();
		const request = this.#pending;
		this.#pending = null;
		if (request === null) {
			const end = this.#host.now() + idleSliceMs;
			const isOver = (): boolean => this.#host.now() >= end;
			const hasWorked = this.#idle.some((idle) => this.#guarded(() => idle.work(isOver), false));
			this.#refresh();
			if (!hasWorked) return;
		} else {
			const begun = this.#host.now();
			const completion = this.#guarded(() => answerNow(this.#completion, request, { isOver: false }), silent("unsure"));
			this.#answer(request, completion, this.#host.now() - begun);
		}
		// There may be more to do.
		this.#defer();
	}

	/** An error in one request is no reason to end the process and lose what it holds of the others. */
	#guarded<T>(compute: () => T, otherwise: T): T {
		try {
			return compute();
		} catch (error) {
			this.#log("error", error);
			return otherwise;
		}
	}

	/** Marks as most recently used, and gives back the contexts of documents that are long unused. */
	#use(document: OpenDocument): void {
		this.#recent.delete(document);
		this.#recent.add(document);
		for (const oldest of this.#recent) {
			if (this.#recent.size <= documentsWithContexts) break;
			oldest.forget();
			this.#recent.delete(oldest);
		}
	}

	#answer({ id }: CompleteRequest, completion: Completion, milliseconds = 0): void {
		this.#host.send({ type: "completions", id, milliseconds, ...completion });
	}

	/** Errors of this process never quote the text they stumbled over. */
	#log(level: "warn" | "error", error: unknown): void {
		this.#host.send({ type: "log", level, message: error instanceof Error ? error.message : String(error) });
	}
}
