/**
 * What child process 1 does, less the process: requests in, messages out. Document changes take effect at once, so a
 * request that they overtake is answered `stale`; completions wait until the messages that have already arrived are
 * taken, and only the newest is computed. Learning and scores fill the time that is left.
 */
import type { Completion } from "../completion/complete.ts";
import { isSecretPath } from "../corpus/secrets.ts";
import type { ModelSummary } from "../domain/model.ts";
import type { Silence } from "../domain/suggestions.ts";
import type { AdaptiveModel, LanguageModel } from "../model/languageModel.ts";
import type { Memory } from "../model/memory/index.ts";
import { Failure } from "../platform/failure.ts";
import type { ServerMessage, ServerRequest } from "../protocol/server.ts";
import { OpenDocument } from "./documents/openDocument.ts";
import type { IdleWork } from "./idleWork.ts";
import { type MemoryHost, type Network, WorkspaceMemory } from "./memory/workspaceMemory.ts";
import { Scores } from "./services/scoring.ts";

export interface LoadedModel {
	readonly model: LanguageModel;
	readonly summary: ModelSummary;
	dispose(): void;
}

/** What a session needs of its process. */
export interface SessionHost extends MemoryHost {
	send(message: ServerMessage): void;
	/** Reads a model file; rejects with a Failure. */
	load(file: string, generation: number): Promise<LoadedModel>;
	/** Runs `task` after the messages that have already arrived. */
	defer(task: () => void): void;
}

type CompleteRequest = Extract<ServerRequest, { type: "complete" }>;
/** Documents whose contexts are kept in memory; others make them anew when they are typed in again. */
const documentsWithContexts = 8;

/**
 * A memory that has seen less than this part of what the network was trained on would drown what that says. On held-out
 * files of gin, where the network alone has 0.85 bits per character, both have 1.28 after a twentieth of the text and 0.84
 * after a tenth. A base is no such network: of the first 250 characters of a folder both say more than it alone, 2.42
 * instead of 2.56 (with a base of 8 million characters of training; zod, gin and the pages of git).
 */
const leastExperience = 0.1;

/** Longest time that other work keeps a completion waiting, ms. */
const idleSliceMs = 5;

/** Reading text for contexts after a jump may take this long; with the search it stays below 80 ms. */
const windowMs = 45;
const leastWindow = 512;
/** More text than that hardly changes what a recurrent network of this size predicts. */
const greatestWindow = 2560;
const probeBytes = 256;

export class Session {
	readonly #host: SessionHost;
	readonly #documents = new Map<string, OpenDocument | "secret">();
	/** Those whose contexts are kept; the least recently used first. */
	readonly #recent = new Set<OpenDocument>();
	/** The network, which the user calls the model. */
	#loaded: LoadedModel | null = null;
	#isBase = false;
	readonly #memory: WorkspaceMemory;
	#remembered: Memory | null = null;
	/** The two together; null without a memory. */
	#mixed: AdaptiveModel | null = null;
	#window = greatestWindow;
	#generation = 0;
	#isClosed = false;
	/** Loads are made one after the other, and each is answered. */
	#loads: Promise<void> = Promise.resolve();
	#pending: CompleteRequest | null = null;
	readonly #scores: Scores;
	/** What fills the time that is left, the most urgent first. */
	readonly #idle: readonly IdleWork[];
	#deferred = false;

	constructor(host: SessionHost) {
		this.#host = host;
		this.#memory = new WorkspaceMemory(host, {
			wake: () => this.#defer(),
			replaced: (memory) => this.#mix(memory),
			learned: () => this.#learned(),
			state: (memory) => host.send({ type: "memory", memory }),
			log: (level, message) => host.send({ type: "log", level, message }),
			model: () => this.#mixed,
			network: () => this.#network,
		});
		this.#scores = new Scores({
			model: () => this.#model,
			document: (id) => {
				const document = this.#documents.get(id);
				return document instanceof OpenDocument ? document : undefined;
			},
			send: (message) => host.send(message),
			failed: (error) => this.#log("error", error),
		});
		const [typing, ...others] = this.#memory.works;
		this.#idle = [typing, this.#scores, ...others];
	}

	/** Keeps what was learned, as far as it is kept at all; nothing more is done then. */
	close(): Promise<void> {
		this.#isClosed = true;
		return this.#memory.close();
	}

	/** Never throws: what goes wrong is answered or logged. */
	receive(request: ServerRequest): void {
		switch (request.type) {
			case "load":
				this.#loads = this.#loads.then(() => this.#load(request.file, request.isBase ?? false));
				break;
			case "workspace":
				this.#memory.begin(request.workspace);
				break;
			case "training":
				this.#memory.trains(request.isRunning);
				break;
			case "files":
				this.#memory.filesChanged(request.paths);
				break;
			case "forget":
				void this.#memory.forget().then(() => this.#host.send({ type: "forgotten", id: request.id }));
				break;
			case "open":
				this.#open(request);
				break;
			case "change":
				this.#change(request);
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
				if (this.#pending?.id !== request.id) break;
				this.#answer(this.#pending, silent("cancelled"));
				this.#pending = null;
				break;
			case "score":
				this.#scores.add(request);
				this.#defer();
				break;
		}
	}

	async #load(file: string | null, isBase: boolean): Promise<void> {
		try {
			this.#swap(file === null ? null : await this.#host.load(file, this.#generation + 1), isBase);
			this.#host.send({ type: "model", model: this.#summary });
		} catch (error) {
			// The model at hand, if any, is kept: a broken newer one is no reason to fall silent.
			this.#host.send({ type: "model", model: this.#summary, failure: Failure.report(error) });
		}
	}

	get #summary(): ModelSummary | null {
		return this.#loaded?.summary ?? null;
	}

	/** What completes. */
	get #model(): LanguageModel | null {
		if (this.#loaded === null) return this.#mixed;
		const { corpusCharacters } = this.#loaded.summary;
		const isWorthMixing = this.#isBase || (this.#remembered?.learned ?? 0) >= leastExperience * corpusCharacters;
		return isWorthMixing ? this.#mixed : this.#loaded.model;
	}

	get #network(): Network | null {
		// Models that say the same of themselves are the same.
		return this.#loaded && { model: this.#loaded.model, name: JSON.stringify(this.#loaded.summary) };
	}

	#swap(loaded: LoadedModel | null, isBase: boolean): void {
		this.#memory.networkChanges();
		this.#loaded?.dispose();
		this.#loaded = loaded;
		this.#isBase = isBase;
		this.#mix(this.#remembered);
	}

	#mix(memory: Memory | null): void {
		this.#remembered = memory;
		this.#generation++;
		this.#mixed = memory && this.#host.mix(this.#loaded?.model ?? null, memory, this.#generation);
		for (const document of this.#recent) document.forget();
		this.#recent.clear();
		this.#scores.restart();
		if (this.#model !== null) this.#window = this.#measureWindow(this.#model);
	}

	/** What is cached was predicted before. */
	#learned(): void {
		for (const document of this.#recent) document.learned();
	}

	/** Bytes that can be read in `windowMs` on this machine with this model. */
	#measureWindow(model: LanguageModel): number {
		const probe = new Uint8Array(probeBytes).fill(32);
		// The first reading compiles, the second is measured.
		const context = model.read(model.start(), probe);
		const begun = this.#host.now();
		model.read(context, probe);
		const perByte = (this.#host.now() - begun) / probeBytes;
		return Math.min(greatestWindow, Math.max(leastWindow, Math.floor(windowMs / perByte)));
	}

	#open({ document: id, path, file, version, text }: Extract<ServerRequest, { type: "open" }>): void {
		this.#close(id);
		// Outside of the workspace it is not known which part of the whole path tells something.
		const isOutside = file !== null && !this.#memory.isInside(file.path);
		if (isSecretPath(path) || (isOutside && isSecretPath(file.path))) {
			this.#documents.set(id, "secret");
			return;
		}
		const document = new OpenDocument(path, version, text);
		this.#documents.set(id, document);
		this.#memory.documents.open(id, document, file);
	}

	#change({ document: id, version, changes }: Extract<ServerRequest, { type: "change" }>): void {
		const document = this.#documents.get(id);
		if (document === undefined || document === "secret") return;
		try {
			document.change(version, changes);
			this.#memory.used();
			this.#memory.documents.changed(id, changes);
		} catch (error) {
			// Out of step. Forgotten, it is unknown at the next request, and the host opens it again.
			this.#close(id);
			this.#log("warn", error);
		}
	}

	#close(id: string): void {
		const document = this.#documents.get(id);
		if (document instanceof OpenDocument) this.#recent.delete(document);
		this.#memory.documents.close(id);
		this.#documents.delete(id);
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
		const request = this.#pending;
		this.#pending = null;
		if (request === null) {
			const end = this.#host.now() + idleSliceMs;
			const isOver = (): boolean => this.#host.now() >= end;
			if (!this.#idle.some((idle) => this.#guarded(() => idle.work(isOver), false))) return;
		} else {
			const begun = this.#host.now();
			const completion = this.#guarded(() => this.#complete(request), silent("unsure"));
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

	#complete(request: CompleteRequest): Completion {
		const document = this.#documents.get(request.document);
		if (document === undefined) return silent("unknownDocument");
		if (document === "secret") return silent("secret");
		if (document.version !== request.version) return silent("stale");
		if (this.#model === null) return silent("noModel");
		this.#use(document);
		this.#memory.used();
		this.#memory.documents.cursorAt(request.document, request.position.line);
		const { calibration } = this.#memory;
		return document.complete(this.#model, request.position, request, this.#window, () => this.#host.now(), calibration);
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

function silent(silence: Silence): Completion {
	return { suggestions: [], silence };
}
