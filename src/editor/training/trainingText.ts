/** Sentences about a training, while it runs and when it is over. */
import { env, l10n } from "vscode";
import { perplexity, suggestionGain } from "../../domain/model.ts";
import type { TrainingProgress } from "../../domain/training.ts";
import { Format } from "../status/format.ts";
import { failureSentence } from "../status/sentences.ts";
import type { ShownProgress, TrainingOutcome } from "./trainingRun.ts";

const format = new Format(env.language);

/** The sentence for a phase without figures; undefined for a phase with figures. */
export function phaseSentence(progress: ShownProgress): string | undefined {
	switch (typeof progress === "string" ? progress : progress.phase) {
		case "starting":
			return l10n.t("Starting…");
		case "collecting":
			return l10n.t("Reading files…");
		case "pausing":
			return l10n.t("Pausing…");
		case "pausingSlowly":
			return l10n.t("Pausing takes longer than usual…");
		case "stopping":
			return l10n.t("Stopping…");
		case "stoppingSlowly":
			return l10n.t("Stopping takes longer than usual…");
		default:
			return undefined;
	}
}

/** The training is stopping: the user can no longer pause or stop it. */
export function isStopping(progress: ShownProgress | null): boolean {
	if (progress === null) return false;
	const phase = typeof progress === "string" ? progress : progress.phase;
	return phase === "stopping" || phase === "stoppingSlowly";
}

export function progressSentence(progress: ShownProgress): string {
	const phase = phaseSentence(progress);
	if (phase !== undefined || typeof progress === "string") return phase ?? "";
	const percent = format.percent(progress.fraction);
	if (progress.phase === "paused") return l10n.t("Paused at {percent}", { percent });
	const bpc = shownBpc(progress);
	const speed = format.short(progress.charactersPerSecond);
	const left = format.duration(progress.leftSeconds);
	if (bpc === null) return l10n.t("{percent} · {speed} characters/s · {left} left", { percent, speed, left });
	const now = format.perplexity(perplexity(bpc));
	const before = progress.initialBpc === null ? now : format.perplexity(perplexity(progress.initialBpc));
	if (before === now)
		return l10n.t("{percent} · perplexity {perplexity} · {speed} characters/s · {left} left", {
			percent,
			perplexity: now,
			speed,
			left,
		});
	return l10n.t("{percent} · perplexity {before} → {perplexity} · {speed} characters/s · {left} left", {
		percent,
		before,
		perplexity: now,
		speed,
		left,
	});
}

/** For the status bar: how far the training is, and the perplexity that falls. */
export function shortProgress(progress: TrainingProgress): string {
	const percent = format.percent(progress.fraction);
	const bpc = shownBpc(progress);
	return bpc === null ? percent : `${percent} · ${format.perplexity(perplexity(bpc))}`;
}

/**
 * Bits per character by the best model so far, of the held-out text, as before and after the training; only where nothing is
 * held out, of the text that is learned.
 */
function shownBpc({ validationBpc, initialBpc, trainBpc }: TrainingProgress): number | null {
	return validationBpc ?? initialBpc ?? trainBpc;
}

/** Short: VS Code cuts a message without buttons after one line. */
export function outcomeSentence(outcome: TrainingOutcome): string {
	switch (outcome.kind) {
		case "failed":
			return failureSentence(outcome.failure);
		case "crashed":
			return l10n.t("The training process ended unexpectedly. What it had saved is kept.");
		case "unresponsive":
			return l10n.t("The training did not stop by itself, so Inkling ended it. What it had saved is kept.");
		case "finished": {
			const change = changeSentence(outcome);
			switch (outcome.end) {
				case "budget":
					return l10n.t("Training is done. {change}", { change }).trim();
				case "passes":
					return l10n.t("Training is complete. {change}", { change }).trim();
				case "converged":
					return l10n.t("Training ended early. {change}", { change }).trim();
				case "stopped":
					return l10n.t("Training is stopped. {change}", { change }).trim();
				case "diverged":
					return l10n.t("Training went astray. {change}", { change }).trim();
			}
		}
	}
}

/** Says what the training changed for suggestions, which come from the model and the memory together. */
function changeSentence({ end, model, improved }: Extract<TrainingOutcome, { readonly kind: "finished" }>): string {
	if (!improved)
		return end === "stopped" ? l10n.t("It had not improved suggestions yet.") : l10n.t("Suggestions are no better.");
	if (model === null || model.validationBpc === null) return l10n.t("What it learned is kept.");
	const gain = suggestionGain(model);
	// Bits measure surprise: so many fewer bits are so much less surprise.
	if (gain !== null) return l10n.t("New text surprises Inkling {gain} less.", { gain: format.finePercent(gain) });
	const after = format.perplexity(perplexity(model.validationBpc));
	if (model.initialBpc === null) return l10n.t("Perplexity: {after}.", { after });
	const before = format.perplexity(perplexity(model.initialBpc));
	return l10n.t("Perplexity: {before} → {after}.", { before, after });
}
