/**
 * One training in its child process, from its start to its outcome. A process that crashes is not started again: the user
 * decides.
 */

import type { TrainingCurve } from "../../domain/curve.ts";
import type { ModelSummary } from "../../domain/model.ts";
import type { TrainingEnd, TrainingJob, TrainingProgress } from "../../domain/training.ts";
import type { FailureReport } from "../../platform/failure.ts";
import type { TrainerMessage, TrainerRequest } from "../../protocol/trainer.ts";
import type { Child, Launch } from "../processes/childProcess.ts";
import type { Clock } from "../processes/clock.ts";

export type TrainingOutcome =
	| {
			readonly kind: "finished";
			readonly end: TrainingEnd;
			readonly model: ModelSummary | null;
			/** This training made the model better. */
			readonly improved: boolean;
	  }
	| { readonly kind: "failed"; readonly failure: FailureReport }
	/** The process ended without a word; what it last saved is there. */
	| { readonly kind: "crashed"; readonly reason: string }
	/** The process did not end when it was told to stop, and was killed; what it last saved is there. */
	| { readonly kind: "unresponsive" };

/** What the user has asked of a training, and whether the process has got so far. */
export type TrainingWish = "run" | "pausing" | "pausingSlowly" | "paused" | "stopping" | "stoppingSlowly";

/** What the user is shown: the last report of the process, or a word where there is none yet or it would mislead. */
export type ShownProgress = TrainingProgress | "starting" | Exclude<TrainingWish, "run" | "paused">;

export interface TrainingRunEvents {
	progress(progress: TrainingProgress): void;
	/** The learning curve has a new point. */
	curve(curve: TrainingCurve): void;
	/** A better model is on disk. */
	checkpoint(model: ModelSummary, file: string): void;
	/** `wish` has changed. */
	changed(): void;
	log(level: "debug" | "info" | "warn" | "error", message: string): void;
}

/** A training pauses and stops after its present step, which takes a second at most. After this time the user is told. */
const SLOW_MILLISECONDS = 5_000;

/** Long enough to finish a step, validate and save on a slow disk. */
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
	#wish: TrainingWish = "run";
	/** The process was killed because the user wants it gone at once, or because it did not stop. */
	#killed: "abandoned" | "unresponsive" | undefined;
	#hasCheckpoint = false;
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
				resolve(this.#said ?? this.#silentEnd(reason));
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

	get wish(): TrainingWish {
		return this.#wish;
	}

	pause(): void {
		if (!this.#child || this.#wish !== "run") return;
		this.#child.send({ type: "pause" });
		this.#enter("pausing");
		this.#cancelTimer = this.#clock.after(SLOW_MILLISECONDS, () => this.#enter("pausingSlowly"));
	}

	resume(): void {
		if (!this.#child || this.#wish === "run" || this.#isStopping) return;
		this.#cancelTimer();
		this.#child.send({ type: "resume" });
		this.#enter("run");
	}

	/** Ends the training and keeps what is learned. */
	stop(): void {
		if (this.#isStopping || !this.#child) return;
		this.#child.send({ type: "stop" });
		this.#enter("stopping");
		this.#killAfter(STOP_MILLISECONDS, SLOW_MILLISECONDS);
	}

	/** Ends the process at once; what was learned since the last checkpoint is lost. */
	kill(): void {
		this.#killed ??= "abandoned";
		this.#child?.kill();
	}

	get #isPausing(): boolean {
		return this.#wish === "pausing" || this.#wish === "pausingSlowly";
	}

	get #isStopping(): boolean {
		return this.#wish === "stopping" || this.#wish === "stoppingSlowly";
	}

	#enter(wish: TrainingWish): void {
		this.#wish = wish;
		this.#events.changed();
	}

	#silentEnd(reason: string): TrainingOutcome {
		if (this.#killed === "unresponsive") return { kind: "unresponsive" };
		if (this.#killed === undefined && !this.#isStopping) return { kind: "crashed", reason };
		return { kind: "finished", end: "stopped", model: null, improved: this.#hasCheckpoint };
	}

	#receive(message: TrainerMessage): void {
		switch (message.type) {
			case "progress":
				this.#events.progress(message.progress);
				if (message.progress.phase === "paused" && this.#isPausing) {
					this.#cancelTimer();
					this.#enter("paused");
				}
				break;
			case "curve":
				this.#events.curve(message.curve);
				break;
			case "checkpoint":
				this.#hasCheckpoint = true;
				this.#events.checkpoint(message.model, message.file);
				break;
			case "finished":
				this.#said = {
					kind: "finished",
					end: message.end,
					model: message.model,
					improved: message.hasImproved,
				};
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

	/** @param slowMilliseconds when the user is told that it takes long, if at all */
	#killAfter(milliseconds: number, slowMilliseconds?: number): void {
		this.#cancelTimer();
		const cancelKill = this.#clock.after(milliseconds, () => {
			this.#killed ??= "unresponsive";
			this.#child?.kill();
		});
		const cancelSlow =
			slowMilliseconds === undefined
				? () => {}
				: this.#clock.after(slowMilliseconds, () => this.#enter("stoppingSlowly"));
		this.#cancelTimer = () => {
			cancelKill();
			cancelSlow();
		};
	}
}
