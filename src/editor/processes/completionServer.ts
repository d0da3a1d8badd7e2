/**
 * The server process as the editor uses it: which model it should have, the questions under way, and the answers. It
 * is started by the first question or load, and a crash costs no more than the answers that were due.
 */

import type { MemoryState, Workspace } from "../../domain/memory.ts";
import type { ModelSummary } from "../../domain/model.ts";
import type { CompletionTrace, Silence, Suggestion, Threshold } from "../../domain/suggestions.ts";
import type { Position, TextChange } from "../../domain/text.ts";
import { Failure, type FailureReport } from "../../platform/failure.ts";
import { type ServerMessage, type ServerRequest, serverProtocolVersion } from "../../protocol/server.ts";
import type { Launch } from "./childProcess.ts";
import type { Clock } from "./clock.ts";
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

/** Why the server's side gave nothing: its own reason, or that no answer came. */
export type NoAnswer = Silence | "slow" | "serverDown";

export interface Answer {
	readonly suggestions: readonly Suggestion[];
	readonly silence: NoAnswer | undefined;
	/** From the question to the answer. */
	readonly milliseconds: number;
	/** How the suggestions came about; absent if the process searched for none. */
	readonly trace?: CompletionTrace | undefined;
}

export interface LoadResult {
	readonly file: string | null;
	/** What the process completes with now; after a failure that is the model it had before. */
	readonly model: ModelSummary | null;
	readonly failure: FailureReport | undefined;
}

export interface CompletionServerEvents {
	/** A new process takes requests; no document is open in it. */
	ready(): void;
	model(result: LoadResult): void;
	/** What the process remembers now; null: nothing, or there is none. */
	memory(memory: MemoryState | null): void;
	state(state: SupervisorState): void;
	log(level: "debug" | "info" | "warn" | "error", message: string): void;
}

/** See the request `open`. */
export type DocumentFile = Extract<ServerRequest, { type: "open" }>["file"];

type LoadWaiter = (result: LoadResult) => void;

interface SentLoad {
	readonly file: string | null;
	readonly waiters: readonly LoadWaiter[];
	readonly cancelTimer: () => void;
}

/** A question or load unanswered for so long means that the process hangs. */
const HANG_MILLISECONDS = 30_000;

export class CompletionServer {
	readonly #clock: Clock;
	readonly #events: CompletionServerEvents;
	readonly #supervisor: Supervisor<ServerRequest, ServerMessage>;
	/** The model that a process has or gets as soon as it is ready. */
	#file: string | null = null;
	#isBase = false;
	/** Those who wait for a load that is yet to be sent, and for those sent, in their order. */
	#unsentLoads: LoadWaiter[] = [];
	#sentLoads: SentLoad[] = [];
	/** By the present process. */
	#loadAnswered = false;
	readonly #questions = new Map<number, (answer: Omit<Answer, "milliseconds">) => void>();
	/** Who waits for a ready process. */
	readonly #waiting = new Set<() => void>();
	/** What a process learns from. */
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
	}

	get state(): SupervisorState {
		return this.#supervisor.state;
	}

	get pid(): number | undefined {
		return this.#supervisor.pid;
	}

	/** Starts the process, if it is not up and has not failed. */
	start(): void {
		this.#supervisor.start();
	}

	restart(): void {
		this.#supervisor.restart();
	}

	/** Says which model to use from now on, and whether it is a base; starts nothing. Null: none. */
	use(file: string | null, isBase = false): void {
		this.#file = file;
		this.#isBase = isBase;
		if (this.state === "ready") this.#load();
	}

	/** As `use`, but starts the process, even one that has failed, and waits for what it says of the file. */
	load(file: string | null): Promise<LoadResult> {
		this.#file = file;
		this.#isBase = false;
		if (this.state === "failed") this.restart();
		return new Promise((resolve) => {
			this.#unsentLoads.push(resolve);
			if (this.state === "ready") this.#load();
			else this.start();
		});
	}

	/** Says what to learn from, from now on; starts nothing. */
	remember(workspace: Workspace): void {
		this.#workspace = workspace;
		this.#supervisor.send({ type: "workspace", workspace });
	}

	/** Says whether a training runs. */
	trains(isRunning: boolean): void {
		if (isRunning === this.#isTraining) return;
		this.#isTraining = isRunning;
		this.#supervisor.send({ type: "training", isRunning });
	}

	/** Files have changed on disk, absolute paths; null: too many to tell. */
	filesChanged(paths: readonly string[] | null): void {
		this.#supervisor.send({ type: "files", paths });
	}

	/** Resolves once nothing is remembered and none of it is written any more; files are not read until `remember`. */
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

	/** A process is up and has answered what it thinks of its model. */
	get ready(): boolean {
		return this.state === "ready" && this.#loadAnswered;
	}

	/** Whether the process is ready; starts it, and waits for it no longer than the time given. */
	whenReady(milliseconds: number): Promise<boolean> {
		this.start();
		if (this.ready || this.state === "failed") return Promise.resolve(this.ready);
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

	/** False if no process could be told; it must be told again when one is ready. */
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

	/** Asks a ready process. The answer comes within `milliseconds`, with suggestions or without; `cancel` hastens it. */
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

	dispose(): void {
		this.#supervisor.release();
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
			case "scored":
				break;
		}
	}

	#lost(): void {
		this.#loadAnswered = false;
		for (const { waiters, cancelTimer } of this.#sentLoads.splice(0)) {
			cancelTimer();
			this.#failLoads(waiters);
		}
		for (const settle of [...this.#questions.values()]) settle({ suggestions: [], silence: "serverDown" });
		for (const forgotten of [...this.#forgetting.values()]) forgotten();
		this.#events.memory(null);
	}
}
