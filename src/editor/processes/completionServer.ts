/**
 * The completion process as the editor uses it: the model that it is to have, the questions under way, and their answers. The
 * first question or load starts the process. A crash costs no more than the answers that were due.
 */
import type { MemoryState, Workspace } from "../../domain/memory.ts";
import type { ModelSummary } from "../../domain/model.ts";
import type { FilePerplexity } from "../../domain/perplexities.ts";
import type { SpellingAnswer, SpellingScope } from "../../domain/spelling.ts";
import type { CompletionTrace, Silence, Suggestion, Threshold } from "../../domain/suggestions.ts";
import type { Position, TextChange } from "../../domain/text.ts";
import { Failure, type FailureReport } from "../../platform/failure.ts";
import { type ServerMessage, type ServerRequest, serverProtocolVersion } from "../../protocol/server.ts";
import type { Launch } from "./childProcess.ts";
import type { Clock } from "./clock.ts";
import { PatientQuestions } from "./patientQuestions.ts";
import { Supervisor, type SupervisorState } from "./supervisor.ts";

export interface Question {
	readonly document: string;
	readonly version: number;
	readonly position: Position;
	readonly explicit: boolean;
	readonly count: number;
	readonly threshold: Threshold;
	readonly forced: string;
}

/** Why a question has brought no suggestion: the process's own reason, or that it did not answer. */
export type NoAnswer = Silence | "slow" | "serverDown";

export interface Answer {
	readonly suggestions: readonly Suggestion[];
	readonly silence: NoAnswer | undefined;
	/** Time from the question to the answer. */
	readonly milliseconds: number;
	/** How the suggestions came about; absent if the process did not search. */
	readonly trace?: CompletionTrace | undefined;
}

export interface LoadResult {
	readonly file: string | null;
	/** The model that the process completes with now: after a failure, the one that it had before. */
	readonly model: ModelSummary | null;
	readonly failure: FailureReport | undefined;
}

export interface CompletionServerEvents {
	/** Asked before each start of a process. */
	mayRun(): boolean;
	/** A new process takes requests. No document is open in it. */
	ready(): void;
	/** A model was loaded, or could not be. */
	model(result: LoadResult): void;
	/** What the process remembers now; null if it remembers nothing, or does not run. */
	memory(memory: MemoryState | null): void;
	/** How well the model that was loaded last, and the memory, predict files that were held out. */
	measured(files: readonly FilePerplexity[]): void;
	state(state: SupervisorState): void;
	log(level: "debug" | "info" | "warn" | "error", message: string): void;
}

/** The file of a document; see the request `open`. */
export type DocumentFile = Extract<ServerRequest, { type: "open" }>["file"];

type LoadWaiter = (result: LoadResult) => void;

interface SentLoad {
	readonly file: string | null;
	readonly waiters: readonly LoadWaiter[];
	readonly cancelTimer: () => void;
}

/** A process that has not answered a question that it answers at once, or a load, after this time hangs. */
const HANG_MILLISECONDS = 30_000;

export class CompletionServer {
	/** Those whose answers nobody waits for at the keyboard. */
	readonly questions: PatientQuestions;
	readonly #clock: Clock;
	readonly #events: CompletionServerEvents;
	readonly #supervisor: Supervisor<ServerRequest, ServerMessage>;
	/** The model file that the process has, or gets as soon as it is ready. */
	#file: string | null = null;
	#isBase = false;
	/** Callers of `load` whose load was not sent yet. */
	#unsentLoads: LoadWaiter[] = [];
	/** Loads that were sent and not answered yet, in the order in which they were sent. */
	#sentLoads: SentLoad[] = [];
	/** Whether the present process has answered a load. */
	#loadAnswered = false;
	/** What settles each question that was not answered yet, by its id. */
	readonly #questions = new Map<number, (answer: Omit<Answer, "milliseconds">) => void>();
	/** What settles each call of `whenReady`. */
	readonly #waiting = new Set<() => void>();
	/** What the process learns from. */
	#workspace: Workspace | null = null;
	#isTraining = false;
	readonly #forgetting = new Map<number, () => void>();
	#lastId = 0;

	constructor(launch: Launch<ServerRequest, ServerMessage>, clock: Clock, events: CompletionServerEvents) {
		this.#clock = clock;
		this.#events = events;
		this.#supervisor = new Supervisor(launch, clock, {
			ready: () => this.#ready(),
			message: (message) => this.#receive(message),
			refuse: ({ version }) =>
				version === serverProtocolVersion
					? undefined
					: `The completion process belongs to another version of Inkling (protocol ${version} instead of ${serverProtocolVersion}): reload the window.`,
			lost: () => this.#lost(),
			changed: (state) => this.#changed(state),
			log: (message) => events.log("warn", message),
		});
		this.questions = new PatientQuestions({
			nextId: () => ++this.#lastId,
			send: (request) => this.#supervisor.send(request),
			later: (action) => clock.after(HANG_MILLISECONDS, action),
			hangs: () => this.#supervisor.kill(),
		});
	}

	get state(): SupervisorState {
		return this.#supervisor.state;
	}

	get pid(): number | undefined {
		return this.#supervisor.pid;
	}

	/** Starts the process unless it runs, has failed too often, or may not run. */
	start(): void {
		if (this.#events.mayRun()) this.#supervisor.start();
	}

	restart(): void {
		if (this.#events.mayRun()) this.#supervisor.restart();
	}

	/** Lets the process put its things in order and end. */
	release(): void {
		this.#supervisor.release();
	}

	/** Sets the model to use from now on (null: none) and whether it is a base model. Starts no process. */
	use(file: string | null, isBase = false): void {
		this.#file = file;
		this.#isBase = isBase;
		if (this.state === "ready") this.#load();
	}

	/** Like `use`, but starts the process, even after too many crashes, and waits until it has loaded the file or failed to. */
	load(file: string | null): Promise<LoadResult> {
		this.#file = file;
		this.#isBase = false;
		if (this.state === "failed") this.restart();
		return new Promise((resolve) => {
			this.#unsentLoads.push(resolve);
			if (this.state === "ready") this.#load();
			else this.start();
			if (this.state === "stopped") this.#failLoads(this.#unsentLoads.splice(0));
		});
	}

	/** Sets what to learn from, from now on. Starts no process. */
	remember(workspace: Workspace): void {
		this.#workspace = workspace;
		this.#supervisor.send({ type: "workspace", workspace });
	}

	/** Tells the process whether a training runs. */
	trains(isRunning: boolean): void {
		if (isRunning === this.#isTraining) return;
		this.#isTraining = isRunning;
		this.#supervisor.send({ type: "training", isRunning });
	}

	/** Tells the process which files have changed on disk, by absolute paths; null if they are too many to list. */
	filesChanged(paths: readonly string[] | null): void {
		this.#supervisor.send({ type: "files", paths });
	}

	/** Has the process forget all. Resolves once nothing is left in memory or on disk. No file is read until `remember`. */
	forget(): Promise<void> {
		if (this.#workspace) this.#workspace = { ...this.#workspace, index: false };
		const id = ++this.#lastId;
		// A process that is not ready yet has not been told what to learn from.
		if (!this.#supervisor.send({ type: "forget", id })) return Promise.resolve();
		return new Promise((resolve) => {
			const cancelTimer = this.#clock.after(HANG_MILLISECONDS, () => this.#supervisor.kill());
			this.#forgetting.set(id, () => {
				cancelTimer();
				this.#forgetting.delete(id);
				resolve();
			});
		});
	}

	/** Whether a process runs and has loaded its model, or failed to. */
	get ready(): boolean {
		return this.state === "ready" && this.#loadAnswered;
	}

	/** Starts the process and waits for it, but no longer than `milliseconds`. Resolves to whether it is ready. */
	whenReady(milliseconds: number): Promise<boolean> {
		this.start();
		if (this.ready || this.state === "failed" || this.state === "stopped") return Promise.resolve(this.ready);
		return new Promise((resolve) => {
			const settle = (): void => {
				cancelTimer();
				this.#waiting.delete(settle);
				resolve(this.ready);
			};
			const cancelTimer = this.#clock.after(milliseconds, settle);
			this.#waiting.add(settle);
		});
	}

	/** Tells the process of a document. False if none is ready: it must then be told later. */
	open(
		document: string,
		path: string,
		file: DocumentFile,
		version: number,
		text: string,
		cell?: { readonly above: string; readonly notebook: string },
	): boolean {
		return this.#supervisor.send({ type: "open", document, path, file, version, text, ...cell });
	}

	/** The text above a cell is another one now. */
	above(document: string, text: string): void {
		this.#supervisor.send({ type: "above", document, text });
	}

	change(document: string, version: number, changes: readonly TextChange[]): void {
		this.#supervisor.send({ type: "change", document, version, changes });
	}

	close(document: string): void {
		this.#supervisor.send({ type: "close", document });
	}

	/** Asks a ready process. The answer comes within `milliseconds`, with or without suggestions; `cancel` has it come at once. */
	ask(question: Question, milliseconds: number): { answer: Promise<Answer>; cancel: () => void } {
		const id = ++this.#lastId;
		const askedAt = this.#clock.now();
		let giveUp: (silence: NoAnswer) => void = () => {};
		const answer = new Promise<Answer>((resolve) => {
			const timers = [
				this.#clock.after(milliseconds, () => giveUp("slow")),
				this.#clock.after(HANG_MILLISECONDS, () => this.#supervisor.kill()),
			];
			const settle = (result: Omit<Answer, "milliseconds">): void =>
				resolve({ ...result, milliseconds: this.#clock.now() - askedAt });
			giveUp = (silence) => {
				if (!this.#questions.has(id)) return;
				this.#supervisor.send({ type: "cancel", id });
				settle({ suggestions: [], silence });
			};
			this.#questions.set(id, (result) => {
				for (const cancelTimer of timers) cancelTimer();
				this.#questions.delete(id);
				settle(result);
			});
		});
		if (!this.#supervisor.send({ type: "complete", id, ...question }))
			this.#questions.get(id)?.({ suggestions: [], silence: "serverDown" });
		return { answer, cancel: () => giveUp("cancelled") };
	}

	/** Bits per character of a document that the process has, computed when it has time; null if there is no answer. */
	score(document: string): Promise<number | null> {
		return this.questions.score(document);
	}

	/** Misspelt words of a document that the process has, found when it has time; null if there is no answer. */
	spell(document: string, version: number, scope: SpellingScope): Promise<SpellingAnswer | null> {
		return this.questions.spell(document, version, scope);
	}

	/** Bytes of RAM that the process takes; null if none runs. */
	usage(): Promise<number | null> {
		return this.questions.usage();
	}

	dispose(): void {
		this.release();
	}

	#load(): void {
		const cancelTimer = this.#clock.after(HANG_MILLISECONDS, () => this.#supervisor.kill());
		const file = this.#file;
		this.#sentLoads.push({ file, waiters: this.#unsentLoads.splice(0), cancelTimer });
		this.#supervisor.send({ type: "load", file, ...(this.#isBase ? { isBase: true } : {}) });
	}

	#failLoads(waiters: readonly LoadWaiter[]): void {
		const failure = new Failure("internal", "the completion process ended");
		for (const resolve of waiters) resolve({ file: this.#file, model: null, failure });
	}

	#ready(): void {
		if (this.#workspace) this.#supervisor.send({ type: "workspace", workspace: this.#workspace });
		if (this.#isTraining) this.#supervisor.send({ type: "training", isRunning: true });
		this.#load();
		this.#events.ready();
	}

	#changed(state: SupervisorState): void {
		this.#events.state(state);
		if (state === "failed" || state === "stopped") {
			this.#failLoads(this.#unsentLoads.splice(0));
			this.#settleWaiting();
		}
	}

	#settleWaiting(): void {
		for (const settle of [...this.#waiting]) settle();
	}

	#receive(message: ServerMessage): void {
		switch (message.type) {
			case "ready":
				this.#events.log("info", `The completion process is ready: ${message.description}`);
				break;
			case "model": {
				const load = this.#sentLoads.shift();
				if (!load) break;
				load.cancelTimer();
				const result = { file: load.file, model: message.model, failure: message.failure };
				for (const resolve of load.waiters) resolve(result);
				this.#loadAnswered = true;
				this.#events.model(result);
				this.#settleWaiting();
				break;
			}
			case "memory":
				this.#events.memory(message.memory);
				break;
			case "forgotten":
				this.#forgetting.get(message.id)?.();
				break;
			case "completions":
				this.#questions.get(message.id)?.({
					suggestions: message.suggestions,
					silence: message.silence,
					trace: message.trace,
				});
				break;
			case "log":
				this.#events.log(message.level, message.message);
				break;
			case "perplexities":
				this.#events.measured(message.files);
				break;
			default:
				this.questions.receive(message);
		}
	}

	#lost(): void {
		this.#loadAnswered = false;
		for (const { waiters, cancelTimer } of this.#sentLoads.splice(0)) {
			cancelTimer();
			this.#failLoads(waiters);
		}
		for (const settle of [...this.#questions.values()]) settle({ suggestions: [], silence: "serverDown" });
		this.questions.lost();
		for (const forgotten of [...this.#forgetting.values()]) forgotten();
		this.#events.memory(null);
	}
}
