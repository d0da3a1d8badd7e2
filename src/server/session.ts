/**
 * What child process 1 does, less the process: requests in, messages out. Document changes take effect at once, so a
 * request that they overtake is answered `stale`; completions wait until the messages that have already arrived are
 * taken, and only the newest is computed. Scores fill the time that is left.
 */
import type { Completion } from "../completion/complete.ts";
import { isSecretPath } from "../corpus/secrets.ts";
import { Failure } from "../failure.ts";
import type { LanguageModel } from "../model/languageModel.ts";
import { bitsPerCharacter, DocumentScorer, type Score } from "../model/score.ts";
import type { ModelSummary, ServerMessage, ServerRequest, Silence } from "../protocol.ts";
import { OpenDocument } from "./openDocument.ts";

export interface LoadedModel {
	readonly model: LanguageModel;
	readonly summary: ModelSummary;
	dispose(): void;
}

/** What a session needs of its process. */
export interface SessionHost {
	send(message: ServerMessage): void;
	/** Reads a model file; rejects with a Failure. */
	load(file: string, generation: number): Promise<LoadedModel>;
	/** A clock in ms. */
	now(): number;
	/** Runs `task` after the messages that have already arrived. */
	defer(task: () => void): void;
}

type CompleteRequest = Extract<ServerRequest, { type: "complete" }>;
type ScoreRequest = Extract<ServerRequest, { type: "score" }>;

interface Scoring {
	readonly request: ScoreRequest;
	/** Null until its turn comes, and again when the model changes. */
	scorer: DocumentScorer | null;
}

const unscored: Score = { bits: 0, characters: 0 };

/** Documents whose contexts are kept in memory; others make them anew when they are typed in again. */
const documentsWithContexts = 8;

/** Longest time that a score keeps a completion waiting, ms. */
const scoreSliceMs = 5;
/** Bytes scored between two looks at the clock. */
const scoreSliceBytes = 64;

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
	#loaded: LoadedModel | null = null;
	#window = greatestWindow;
	#generation = 0;
	/** Loads are made one after the other, and each is answered. */
	#loads: Promise<void> = Promise.resolve();
	#pending: CompleteRequest | null = null;
	readonly #scores: Scoring[] = [];
	#deferred = false;

	constructor(host: SessionHost) {
		this.#host = host;
	}

	/** Never throws: what goes wrong is answered or logged. */
	receive(request: ServerRequest): void {
		switch (request.type) {
			case "load":
				this.#loads = this.#loads.then(() => this.#load(request.file));
				break;
			case "open":
				this.#close(request.document);
				this.#documents.set(
					request.document,
					isSecretPath(request.path) ? "secret" : new OpenDocument(request.path, request.version, request.text),
				);
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
				this.#scores.push({ request, scorer: null });
				this.#defer();
				break;
		}
	}

	async #load(file: string | null): Promise<void> {
		try {
			this.#swap(file === null ? null : await this.#host.load(file, this.#generation + 1));
			this.#host.send({ type: "model", model: this.#summary });
		} catch (error) {
			// The model at hand, if any, is kept: a broken newer one is no reason to fall silent.
			this.#host.send({ type: "model", model: this.#summary, failure: Failure.report(error) });
		}
	}

	get #summary(): ModelSummary | null {
		return this.#loaded?.summary ?? null;
	}

	#swap(loaded: LoadedModel | null): void {
		this.#loaded?.dispose();
		this.#loaded = loaded;
		this.#generation++;
		for (const document of this.#recent) document.forget();
		this.#recent.clear();
		for (const scoring of this.#scores) scoring.scorer = null;
		if (loaded !== null) this.#window = this.#measureWindow(loaded.model);
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

	#change({ document: id, version, changes }: Extract<ServerRequest, { type: "change" }>): void {
		const document = this.#documents.get(id);
		if (document === undefined || document === "secret") return;
		try {
			document.change(version, changes);
		} catch (error) {
			// Out of step. Forgotten, it is unknown at the next request, and the host opens it again.
			this.#close(id);
			this.#log("warn", error);
		}
	}

	#close(id: string): void {
		const document = this.#documents.get(id);
		if (document instanceof OpenDocument) this.#recent.delete(document);
		this.#documents.delete(id);
	}

	#defer(): void {
		if (this.#deferred) return;
		this.#deferred = true;
		this.#host.defer(() => {
			this.#deferred = false;
			this.#work();
		});
	}

	#work(): void {
		const request = this.#pending;
		this.#pending = null;
		if (request === null) {
			this.#score();
		} else {
			const begun = this.#host.now();
			const completion = this.#guarded(() => this.#complete(request), silent("unsure"));
			this.#answer(request, completion, this.#host.now() - begun);
		}
		if (this.#scores.length > 0) this.#defer();
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
		if (this.#loaded === null) return silent("noModel");
		this.#use(document);
		return document.complete(this.#loaded.model, request.position, request, this.#window, () => this.#host.now());
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

	/** Goes on with the oldest score for a slice of time. */
	#score(): void {
		const scoring = this.#scores[0];
		if (scoring === undefined) return;
		const score = this.#guarded(() => this.#scoreSlice(scoring), unscored);
		if (score === null) return;
		this.#scores.shift();
		const bpc = bitsPerCharacter(score);
		this.#host.send({ type: "scored", id: scoring.request.id, bpc, characters: score.characters });
	}

	/** Null when more is to be done. */
	#scoreSlice(scoring: Scoring): Score | null {
		const document = this.#documents.get(scoring.request.document);
		if (this.#loaded === null || !(document instanceof OpenDocument)) return unscored;
		scoring.scorer ??= new DocumentScorer(this.#loaded.model, document.path, document.text);
		const end = this.#host.now() + scoreSliceMs;
		while (!scoring.scorer.step(scoreSliceBytes)) if (this.#host.now() >= end) return null;
		return scoring.scorer.total;
	}

	/** Errors of this process never quote the text they stumbled over. */
	#log(level: "warn" | "error", error: unknown): void {
		this.#host.send({ type: "log", level, message: error instanceof Error ? error.message : String(error) });
	}
}

function silent(silence: Silence): Completion {
	return { suggestions: [], silence };
}
