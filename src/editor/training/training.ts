/** The user's side of training: starts it, shows its progress, pauses and stops it, says how it ended. */
import * as vscode from "vscode";
import { cellName } from "../../domain/cells.ts";
import type { TrainingCurve } from "../../domain/curve.ts";
import type { ModelSummary } from "../../domain/model.ts";
import type { TrainingJob, TrainingProgress } from "../../domain/training.ts";
import { halfTheCores } from "../../platform/cores.ts";
import { countOf } from "../../platform/english.ts";
import { Failure } from "../../platform/failure.ts";
import type { TrainerMessage, TrainerRequest } from "../../protocol/trainer.ts";
import type { ModelStore } from "../models/modelStore.ts";
import type { Launch } from "../processes/childProcess.ts";
import type { Clock } from "../processes/clock.ts";
import { foldersOnDisk } from "../settings/folders.ts";
import { commands, memoryKeys } from "../settings/names.ts";
import { isRefused } from "../settings/policy.ts";
import type { SavedState } from "../settings/savedState.ts";
import type { Settings } from "../settings/settings.ts";
import { type Log, showError, showInformation, showProgress, showWarning } from "../shown.ts";
import { failureSentence } from "../status/sentences.ts";
import { type ShownProgress, type TrainingOutcome, TrainingRun } from "./trainingRun.ts";
import { outcomeSentence, progressSentence } from "./trainingText.ts";

export interface TrainingParts {
	readonly launch: Launch<TrainerRequest, TrainerMessage>;
	readonly clock: Clock;
	readonly settings: Settings;
	/** Undefined where there is no folder to keep a model for. */
	readonly store: ModelStore | undefined;
	/** File of the model that a new one starts from; null: random weights. */
	readonly base: () => string | null;
	readonly saved: Pick<SavedState, "get" | "update">;
	readonly log: Log;
	/** A training begins: the user wants Inkling to learn the workspace. */
	begun(): void;
	/** The model that completes now; null: there is none, or it is not known yet. */
	inUse(): ModelSummary | null;
	/** A better model is on disk. */
	learned(model: ModelSummary): void;
	/** Another window trains on this workspace. */
	trainsElsewhere(): boolean;
}

/** Failures that tell nothing to a user who has not asked for a training. */
const untold: ReadonlySet<string> = new Set(["trainedElsewhere", "emptyCorpus", "corpusTooSmall"]);

export class Training implements vscode.Disposable {
	readonly #parts: TrainingParts;
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	#run: TrainingRun | undefined;
	#progress: TrainingProgress | undefined;
	#curve: TrainingCurve | undefined;
	/** The run that ends because the user asked for something else, such as a reset: its end is not told. */
	#abandoned: TrainingRun | undefined;
	#hasFailed = false;
	/** Calls of `without` under way. */
	#holds = 0;
	#disposed = false;

	constructor(parts: TrainingParts) {
		this.#parts = parts;
	}

	/** None can begin, as what was learned is being replaced. */
	get isKeptOut(): boolean {
		return this.#holds > 0;
	}

	/** Null: none is running. */
	get progress(): ShownProgress | null {
		if (!this.#run) return null;
		const { wish } = this.#run;
		return wish === "run" || wish === "paused" ? (this.#progress ?? "starting") : wish;
	}

	/** The learning curve of the training that runs, or of the last one in this window. */
	get curve(): TrainingCurve | undefined {
		return this.#curve;
	}

	/** The figures of the training that runs, as it reported them last. */
	get figures(): TrainingProgress | undefined {
		return this.#progress;
	}

	/** The user has paused it. It rests, or will after its present step. */
	get paused(): boolean {
		const wish = this.#run?.wish;
		return wish === "pausing" || wish === "pausingSlowly" || wish === "paused";
	}

	get pid(): number | undefined {
		return this.#run?.pid;
	}

	/** The last training in this window failed. That another window trains is no failure. */
	get hasFailed(): boolean {
		return this.#hasFailed;
	}

	/**
	 * Trains and tells the user how it ended; undefined if it could not begin, or was running already.
	 *
	 * @param isIdle of a training that the user has not asked for: asked just before it begins. Such a training uses half the
	 * cores at most, is shown in the status bar and the perplexity view only, and tells nothing but a failure.
	 */
	async start(isIdle?: () => boolean): Promise<TrainingOutcome | undefined> {
		if (this.#run || this.#isHeld(isIdle === undefined)) return undefined;
		const wanted = await this.#prepare();
		if (!wanted || this.#run || isIdle?.() === false || this.#isHeld(isIdle === undefined)) return undefined;
		// Meanwhile the window may have closed, or the machine's policy have changed.
		if (this.#disposed || isRefused(this.#parts.settings)) return undefined;
		const job = isIdle ? { ...wanted, threads: Math.min(wanted.threads, halfTheCores()) } : wanted;
		const { log, saved, store } = this.#parts;
		log.info(
			`Training begins${isIdle ? " in idle time" : ""}: at most ${countOf(job.minutes, "minute")}, ${countOf(job.threads, "thread")}, ${countOf(job.folders.length, "folder")}.`,
		);
		const run = new TrainingRun(this.#parts.launch, this.#parts.clock, job, {
			progress: (progress) => {
				this.#progress = progress;
				this.#changed.fire();
			},
			curve: (curve) => {
				this.#curve = curve;
				this.#changed.fire();
			},
			checkpoint: (model) => this.#parts.learned(model),
			changed: () => this.#changed.fire(),
			log: (level, message) => log[level](message),
		});
		this.#run = run;
		this.#hasFailed = false;
		this.#changed.fire();
		this.#parts.begun();
		this.#tellOfOtherCell(job, isIdle === undefined);
		if (!isIdle) {
			void saved.update(memoryKeys.unfinished, true);
			this.#showProgress(run);
		}
		const outcome = await run.outcome;
		if (this.#disposed) return outcome;
		this.#run = undefined;
		this.#progress = undefined;
		const failure = outcome.kind === "failed" ? outcome.failure.code : outcome.kind;
		this.#hasFailed = failure !== "finished" && failure !== "trainedElsewhere";
		await store?.refresh();
		await saved.update(memoryKeys.unfinished, undefined);
		this.#changed.fire();
		if (run !== this.#abandoned) this.#tell(outcome, isIdle === undefined);
		return outcome;
	}

	/** Ends the training, keeping what is learned. */
	async stop(): Promise<void> {
		this.#run?.stop();
		await this.#run?.outcome;
	}

	/**
	 * Ends the training at once, and lets none begin until `action` has settled: a training would use, or write again, what
	 * `action` deletes or replaces.
	 */
	async without<Result>(action: () => Promise<Result>): Promise<Result> {
		this.#holds++;
		try {
			this.#abandoned = this.#run;
			this.#run?.kill();
			await this.#run?.outcome;
			this.#curve = undefined;
			return await action();
		} finally {
			this.#holds--;
		}
	}

	pause(): void {
		this.#run?.pause();
	}

	resume(): void {
		this.#run?.resume();
	}

	/** After a start: a training that the closing window, or the machine, cut short. */
	async offerToResume(): Promise<void> {
		const { saved, store } = this.#parts;
		if (!saved.get<boolean>(memoryKeys.unfinished) || !store?.hasTraining || !vscode.workspace.isTrusted) return;
		if (this.#parts.settings.isForcedOff()) return;
		await saved.update(memoryKeys.unfinished, undefined);
		const resume = vscode.l10n.t("Resume Training");
		const text = vscode.l10n.t("Inkling's training was interrupted when the window closed.");
		if ((await showInformation(text, resume)) === resume) await this.start();
	}

	dispose(): void {
		this.#disposed = true;
		this.#run?.kill();
		this.#changed.dispose();
	}

	/** Whether what is learned is being deleted or replaced; tells a user who has asked for a training. */
	#isHeld(isAskedFor: boolean): boolean {
		if (this.#holds === 0) return false;
		if (isAskedFor) this.#warn(vscode.l10n.t("The model is being deleted or replaced. Train after that."));
		return true;
	}

	/** What to train on, or a message why not. */
	async #prepare(): Promise<TrainingJob | undefined> {
		const { settings, store } = this.#parts;
		if (isRefused(settings)) return undefined;
		const all = vscode.workspace.workspaceFolders ?? [];
		if (all.length === 0 || !store) {
			const open = vscode.l10n.t("Open Folder");
			const text = vscode.l10n.t("Open a folder first: Inkling trains on the files of a workspace.");
			this.#warn(text, open, "vscode.openFolder");
			return undefined;
		}
		if (!vscode.workspace.isTrusted) {
			this.#warn(
				failureSentence(new Failure("untrusted")),
				vscode.l10n.t("Manage Workspace Trust"),
				"workbench.trust.manage",
			);
			return undefined;
		}
		const folders = foldersOnDisk();
		if (folders.length === 0) {
			this.#warn(vscode.l10n.t("Inkling cannot train here: no folder is on a disk."));
			return undefined;
		}
		if (this.#parts.trainsElsewhere()) {
			this.#warn(failureSentence(new Failure("trainedElsewhere")));
			return undefined;
		}
		try {
			await store.prepare();
			await store.refresh();
		} catch (error) {
			this.#hasFailed = true;
			this.#fail(failureSentence(Failure.report(error)));
			return undefined;
		}
		const { minutes, threads, cell, hidden, engine, tensorflow } = settings.training();
		return {
			folders: folders.map(({ uri, name }) => ({ path: uri.fsPath, name })),
			rules: settings.corpusRules(folders),
			storage: store.folder,
			minutes,
			threads: threads === 0 ? halfTheCores() : threads,
			resume: true,
			engine,
			tensorflow,
			cell,
			hidden,
			base: this.#parts.base(),
		};
	}

	/** Says that what the present model knows is of no use to a network of another kind. */
	#tellOfOtherCell({ cell }: TrainingJob, isAskedFor: boolean): void {
		const present = this.#parts.inUse()?.cell;
		if (cell === null || present === undefined || present === cell) return;
		const text = vscode.l10n.t("Starting anew: {cell} cannot build on {present}.", {
			present: cellName(present),
			cell: cellName(cell),
		});
		this.#parts.log.info(text);
		if (isAskedFor) void showInformation(text);
	}

	#showProgress(run: TrainingRun): void {
		const title = vscode.l10n.t("Inkling is training (Cancel stops it and keeps what it has learned)");
		void showProgress(title, async (report, token) => {
			let shown = 0;
			const show = (): void => {
				if (!this.progress) return;
				const percent = (this.#progress?.fraction ?? 0) * 100;
				const increment = Math.max(percent - shown, 0);
				shown += increment;
				report({ message: progressSentence(this.progress), increment });
			};
			show();
			const listeners = [this.#changed.event(show), token.onCancellationRequested(() => run.stop())];
			await run.outcome;
			for (const listener of listeners) listener.dispose();
		});
	}

	#tell(outcome: TrainingOutcome, isAskedFor: boolean): void {
		const text = outcomeSentence(outcome);
		if (outcome.kind === "finished" || (outcome.kind === "failed" && !isAskedFor && untold.has(outcome.failure.code))) {
			this.#parts.log.info(text);
			if (isAskedFor) void showInformation(text);
			return;
		}
		this.#parts.log.error(outcome.kind === "crashed" ? `${text} (${outcome.reason})` : text);
		this.#fail(text, outcome.kind !== "failed");
	}

	#warn(text: string, action?: string, command?: string): void {
		void showWarning(text, ...(action ? [action] : [])).then((chosen) => {
			if (chosen && command) void vscode.commands.executeCommand(command);
		});
	}

	#fail(text: string, resumable = false): void {
		const resume = vscode.l10n.t("Resume Training");
		const showLog = vscode.l10n.t("Show Log");
		void showError(text, ...(resumable ? [resume] : []), showLog).then((chosen) => {
			if (chosen === resume) void vscode.commands.executeCommand(commands.train);
			else if (chosen === showLog) this.#parts.log.show();
		});
	}
}
