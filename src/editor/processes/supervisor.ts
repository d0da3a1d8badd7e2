/**
 * Keeps one child process alive: starts it when it is first needed, and again after a crash, each time later. After
 * three crashes in a row, or of the same cause within half an hour, it counts as failed: one more try, then it stays down
 * until the user asks for it.
 */
import type { Child, Launch } from "./childProcess.ts";
import type { Clock } from "./clock.ts";

/** `waiting`: crashed, will be started again. `failed`: crashed too often. */
export type SupervisorState = "stopped" | "starting" | "ready" | "waiting" | "failed";

export interface SupervisorEvents<Message> {
	/** The process takes requests; it knows nothing of what an earlier one was told. */
	ready(): void;
	message(message: Message): void;
	/** Why the process that says it is ready must not be used; undefined if it may. */
	refuse(ready: Extract<Message, { readonly type: "ready" }>): string | undefined;
	/** The process is gone, and with it every answer it owed. */
	lost(): void;
	changed(state: SupervisorState): void;
	log(message: string): void;
}

/** Pauses after the first crash in a row, the second, the third. */
const RESTART_MILLISECONDS = [1_000, 5_000, 30_000] as const;

/** Crashes in a row after which the user is told. */
const CRASHES_TOLD = 3;

/** After a crash, a process that has lived this long is no longer counted as crashing in a row. */
const SOUND_MILLISECONDS = 60_000;

/**
 * Crashes of the same cause count together for this long, however long each process lived: one that runs out of memory in a
 * large workspace may do so minutes after each start.
 */
const CAUSE_MILLISECONDS = 1_800_000;

/** A process that has not said `ready` by then hangs: starting takes well below a second. */
const START_MILLISECONDS = 20_000;

export class Supervisor<Request, Message extends { readonly type: string }> {
	readonly #launch: Launch<Request, Message>;
	readonly #clock: Clock;
	readonly #events: SupervisorEvents<Message>;
	#state: SupervisorState = "stopped";
	#child: Child<Request> | undefined;
	/** Tells the events of the present child from those of one that was given up. */
	#generation = 0;
	#crashes = 0;
	/** Times of the latest crashes by their cause. */
	readonly #causes = new Map<string, readonly number[]>();
	#startedAt = 0;
	#cancelTimer: () => void = () => {};

	constructor(launch: Launch<Request, Message>, clock: Clock, events: SupervisorEvents<Message>) {
		this.#launch = launch;
		this.#clock = clock;
		this.#events = events;
	}

	get state(): SupervisorState {
		return this.#state;
	}

	get pid(): number | undefined {
		return this.#child?.pid;
	}

	/** Starts the process if none is running or about to; after too many crashes nothing happens. */
	start(): void {
		if (this.#state === "stopped") this.#begin();
	}

	/** Starts afresh, whatever happened before. */
	restart(): void {
		this.stop();
		this.#crashes = 0;
		this.#causes.clear();
		this.start();
	}

	stop(): void {
		this.#letGo((child) => child.kill());
	}

	/** Lets the process put its things in order and end. */
	release(): void {
		this.#letGo((child) => child.release());
	}

	/** Ends a process that does not answer any more; it counts as a crash. */
	kill(): void {
		this.#child?.kill();
	}

	/** False if no process takes requests now. */
	send(request: Request): boolean {
		if (this.#state !== "ready") return false;
		this.#child?.send(request);
		return true;
	}

	#letGo(end: (child: Child<Request>) => void): void {
		this.#cancelTimer();
		const child = this.#child;
		this.#child = undefined;
		this.#generation++;
		if (child) end(child);
		if (child) this.#events.lost();
		this.#enter("stopped");
	}

	#begin(): void {
		const generation = ++this.#generation;
		this.#startedAt = this.#clock.now();
		this.#enter("starting");
		this.#cancelTimer = this.#clock.after(START_MILLISECONDS, () => this.#child?.kill());
		try {
			this.#child = this.#launch({
				message: (message) => {
					if (generation === this.#generation) this.#receive(message);
				},
				exit: (reason) => {
					if (generation === this.#generation) this.#crashed(reason);
				},
			});
		} catch (error) {
			this.#crashed(error instanceof Error ? error.message : String(error));
		}
	}

	#receive(message: Message): void {
		if (message.type === "ready" && this.#state === "starting") {
			this.#cancelTimer();
			const reason = this.#events.refuse(message as Extract<Message, { readonly type: "ready" }>);
			if (reason !== undefined) {
				this.#refuse(reason);
				return;
			}
			this.#enter("ready");
			this.#events.ready();
		}
		this.#events.message(message);
	}

	/** Starting it again would start the same one. */
	#refuse(reason: string): void {
		const child = this.#child;
		this.#child = undefined;
		this.#generation++;
		child?.kill();
		this.#events.lost();
		this.#events.log(reason);
		this.#enter("failed");
	}

	#crashed(reason: string): void {
		this.#cancelTimer();
		this.#child = undefined;
		this.#generation++;
		const crashes = this.#countCrash(reason);
		const pause = RESTART_MILLISECONDS[crashes - 1];
		this.#events.lost();
		this.#events.log(`The completion process ended unexpectedly (${reason}). Times in a row: ${crashes}.`);
		if (pause === undefined || crashes >= CRASHES_TOLD) this.#enter("failed");
		else this.#enter("waiting");
		if (pause !== undefined) this.#cancelTimer = this.#clock.after(pause, () => this.#begin());
	}

	/** The number of crashes that belong together: those in a row, or those of the same cause. */
	#countCrash(cause: string): number {
		const now = this.#clock.now();
		if (now - this.#startedAt >= SOUND_MILLISECONDS) this.#crashes = 0;
		this.#crashes++;
		const times = (this.#causes.get(cause) ?? []).filter((time) => now - time < CAUSE_MILLISECONDS);
		this.#causes.set(cause, [...times, now]);
		return Math.max(this.#crashes, times.length + 1);
	}

	#enter(state: SupervisorState): void {
		if (state === this.#state) return;
		this.#state = state;
		this.#events.changed(state);
	}
}
