/**
 * Trains on the workspace while the user does nothing in its window, if the setting asks for it. Only this window can be
 * seen, and not whether the machine runs on mains power: VS Code's API tells neither.
 */
import * as vscode from "vscode";
import type { Clock } from "../processes/clock.ts";
import type { Settings } from "../settings/settings.ts";
import type { Log } from "../shown.ts";
import type { Training } from "./training.ts";

export interface IdleTrainingParts {
	readonly training: Pick<Training, "progress" | "hasFailed" | "start" | "stop">;
	readonly settings: Pick<Settings, "trainsWhenIdle" | "onDidChange">;
	readonly clock: Clock;
	readonly log: Pick<Log, "warn">;
	/** The workspace is trusted and on a disk, and the user has not reset what was learned of it. */
	mayLearn(): boolean;
	/** Another window trains on this workspace. */
	trainsElsewhere(): boolean;
	/** There is something to gain. It may take seconds, and reject. */
	isWorthwhile(): Promise<boolean>;
}

/** Longer than most pauses to read or to think, shorter than a meeting. */
const idleMilliseconds = 5 * 60_000;

export class IdleTraining implements vscode.Disposable {
	readonly #parts: IdleTrainingParts;
	readonly #settingsListener: vscode.Disposable;
	/** What the user does is listened to; undefined: the setting is off. */
	#listeners: vscode.Disposable | undefined;
	/** When the user last did something, by the clock. */
	#workedAt = 0;
	#isFocused = false;
	#cancelTimer: (() => void) | undefined;
	/** It looks whether to train, or trains. */
	#isBusy = false;
	/** The training that runs was begun here. */
	#trains = false;

	constructor(parts: IdleTrainingParts) {
		this.#parts = parts;
		this.#settingsListener = parts.settings.onDidChange(() => this.#update());
		this.#update();
	}

	/** For tests: as if the user had done nothing for long enough. Resolves to whether a training began, once it is over. */
	async passIdleTime(): Promise<boolean> {
		this.#workedAt = Number.NEGATIVE_INFINITY;
		return this.#train();
	}

	dispose(): void {
		this.#settingsListener.dispose();
		this.#turnOff();
	}

	/** The user has done nothing for long enough. */
	get #isIdle(): boolean {
		return this.#listeners !== undefined && this.#parts.clock.now() - this.#workedAt >= idleMilliseconds;
	}

	get #mayBegin(): boolean {
		const { training, mayLearn, trainsElsewhere } = this.#parts;
		return this.#isIdle && training.progress === null && !training.hasFailed && mayLearn() && !trainsElsewhere();
	}

	#update(): void {
		const isOn = this.#parts.settings.trainsWhenIdle();
		if (isOn === (this.#listeners !== undefined)) return;
		if (isOn) this.#turnOn();
		else this.#turnOff();
	}

	#turnOn(): void {
		this.#isFocused = vscode.window.state.focused;
		const worked = (): void => this.#worked();
		const workedIn = ({ textEditor }: { readonly textEditor: vscode.TextEditor }): void => {
			if (isOfUser(textEditor.document)) this.#worked();
		};
		this.#listeners = vscode.Disposable.from(
			vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
				if (contentChanges.length > 0 && isOfUser(document)) this.#worked();
			}),
			vscode.window.onDidChangeTextEditorSelection(workedIn),
			vscode.window.onDidChangeTextEditorVisibleRanges(workedIn),
			vscode.window.onDidChangeActiveTextEditor(worked),
			vscode.window.onDidChangeVisibleTextEditors(worked),
			vscode.window.onDidChangeWindowState((state) => this.#windowChanged(state)),
		);
		this.#worked();
	}

	#turnOff(): void {
		this.#listeners?.dispose();
		this.#listeners = undefined;
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
		if (this.#trains) void this.#parts.training.stop();
	}

	#worked(): void {
		this.#workedAt = this.#parts.clock.now();
		if (this.#trains) void this.#parts.training.stop();
		this.#wait();
	}

	/** `active` tells of all that the user does in the window, a terminal included; it ends a while after the last of it. */
	#windowChanged({ focused, active }: vscode.WindowState): void {
		const hasMoved = focused !== this.#isFocused;
		this.#isFocused = focused;
		if (active || hasMoved) this.#worked();
		else if (!this.#trains) this.#workedAt = this.#parts.clock.now();
	}

	#wait(): void {
		const { clock } = this.#parts;
		this.#cancelTimer ??= clock.after(this.#workedAt + idleMilliseconds - clock.now(), () => {
			this.#cancelTimer = undefined;
			// As long as the user works in a terminal, nothing else tells it.
			if (vscode.window.state.active) this.#workedAt = clock.now();
			if (this.#isIdle) void this.#train();
			else this.#wait();
		});
	}

	/** Trains as long as the user does nothing and trainings bring something; resolves to whether one began. */
	async #train(): Promise<boolean> {
		if (this.#isBusy) return false;
		this.#isBusy = true;
		let hasTrained = false;
		while (this.#mayBegin && (await this.#isWorthwhile()) && this.#mayBegin) {
			this.#trains = true;
			const outcome = await this.#parts.training.start(() => this.#isIdle && this.#parts.mayLearn());
			this.#trains = false;
			hasTrained ||= outcome !== undefined;
			// What ended for want of time may bring more in another training; else it waits for new text, or for the user.
			if (outcome?.kind !== "finished" || outcome.end !== "budget" || !outcome.improved) break;
		}
		this.#isBusy = false;
		return hasTrained;
	}

	async #isWorthwhile(): Promise<boolean> {
		try {
			return await this.#parts.isWorthwhile();
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			this.#parts.log.warn(`Inkling does not train in idle time, as it could not look for new text: ${reason}`);
			return false;
		}
	}
}

/** Output is written by programs, whatever the user does. */
function isOfUser({ uri }: vscode.TextDocument): boolean {
	return uri.scheme !== "output";
}
