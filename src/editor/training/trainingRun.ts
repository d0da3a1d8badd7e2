/**
 * One training in its child process, from its start to its outcome. It is never started again by itself: the user is
 * told, and decides.
 */

import type { ModelSummary } from "../../domain/model.ts";
import type { TrainingEnd, TrainingJob, TrainingProgress } from "../../domain/training.ts";
import type { FailureReport } from "../../platform/failure.ts";
import type { TrainerMessage, TrainerRequest } from "../../protocol/trainer.ts";
import type { Child, Launch } from "../processes/childProcess.ts";
import type { Clock } from "../processes/clock.ts";

export type TrainingOutcome =
	| { readonly kind: "finished"; readonly end: TrainingEnd; readonly model: ModelSummary | null }
	| { readonly kind: "failed"; readonly failure: FailureReport }
	/** The process ended without a word; what it last saved is there. */
	| { readonly kind: "crashed"; readonly reason: string };

export interface TrainingRunEvents {
	progress(progress: TrainingProgress): void;
	/** A better model is on disk. */
	checkpoint(model: ModelSummary, file: string): void;
	paused(paused: boolean): void;
	log(level: "debug" | "info" | "warn" | "error", message: string): void;
}

/** Long enough to finish an update, validate and save on a slow disk. */
const STOP_MILLISECONDS = 20_000;

/** After its last message the process has nothing left to do but exit. */
const EXIT_MILLISECONDS = 2_000;

export class TrainingRun {
	/** Settles once the process is gone: from then on nothing is written any more. */
	readonly outcome: Promise<TrainingOutcome>;
	readonly #clock: Clock;
	readonly #events: TrainingRunEvents;
	#child: Child<TrainerRequest> | undefined;
	#said: TrainingOutcome | undefined;
	#paused = false;
	#stopping = false;
	#cancelTimer: () => void = () => {};

	constructor(
		launch: Launch<TrainerRequest, TrainerMessage>,
		clock: Clock,
		job: TrainingJob,
		events: TrainingRunEvents,
	) {
		this.#clock = clock;
		this.#events = events;
		this.outcome = new Promise((resolve) => {
			const exit = (reason: string): void => {
				this.#cancelTimer();
				this.#child = undefined;
				const stopped: TrainingOutcome = { kind: "finished", end: "stopped", model: null };
				resolve(this.#said ?? (this.#stopping ? stopped : { kind: "crashed", reason }));
			};
			try {
				this.#child = launch({ message: (message) => this.#receive(message), exit });
				this.#child.send({ type: "train", job });
			} catch (error) {
				exit(error instanceof Error ? error.message : String(error));
			}
		});
	}

	get pid(): number | undefined {
		return this.#child?.pid;
	}

	get paused(): boolean {
		return this.#paused;
	}

	pause(): void {
		this.#setPaused(true);
	}

	resume(): void {
		this.#setPaused(false);
	}

	/** Ends the training and keeps what is learned. */
	stop(): void {
		if (this.#stopping) return;
		this.#stopping = true;
		this.#child?.send({ type: "stop" });
		this.#killAfter(STOP_MILLISECONDS);
	}

	/** Ends the process at once; what was learned since the last checkpoint is lost. */
	kill(): void {
		this.#stopping = true;
		this.#child?.kill();
	}

	#setPaused(paused: boolean): void {
		if (this.#paused === paused || !this.#child || this.#stopping) return;
		this.#paused = paused;
		this.#child.send({ type: paused ? "pause" : "resume" });
		this.#events.paused(paused);
	}

	#receive(message: TrainerMessage): void {
		switch (message.type) {
			case "progress":
				this.#events.progress(message.progress);
				break;
			case "checkpoint":
				this.#events.checkpoint(message.model, message.file);
				break;
			case "finished":
				this.#said = { kind: "finished", end: message.end, model: message.model };
				this.#killAfter(EXIT_MILLISECONDS);
				break;
			case "failed":
				this.#said = { kind: "failed", failure: message.failure };
				this.#killAfter(EXIT_MILLISECONDS);
				break;
			case "log":
				this.#events.log(message.level, message.message);
				break;
		}
	}

	#killAfter(milliseconds: number): void {
		this.#cancelTimer();
		this.#cancelTimer = this.#clock.after(milliseconds, () => this.#child?.kill());
	}
}
