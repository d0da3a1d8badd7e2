/** What is said of a training: while it runs, and when it is over. */
import { env, l10n } from "vscode";
import type { ModelSummary } from "../../domain/model.ts";
import type { TrainingProgress } from "../../domain/training.ts";
import { Format } from "../status/format.ts";
import { failureSentence } from "../status/sentences.ts";
import { perplexity } from "../status/statusState.ts";
import type { TrainingOutcome } from "./trainingRun.ts";

const format = new Format(env.language);

export function progressSentence(progress: TrainingProgress | "starting", paused: boolean): string {
	if (progress === "starting") return l10n.t("Starting…");
	const percent = format.percent(progress.fraction);
	if (paused || progress.phase === "paused") return l10n.t("Paused at {percent}", { percent });
	if (progress.phase === "collecting") return l10n.t("Reading files…");
	const bpc = progress.validationBpc ?? progress.trainBpc;
	const speed = format.short(progress.charactersPerSecond);
	const left = format.duration(progress.leftSeconds);
	if (bpc === null) return l10n.t("{percent} · {speed} characters/s · {left} left", { percent, speed, left });
	return l10n.t("{percent} · perplexity {perplexity} · {speed} characters/s · {left} left", {
		percent,
		perplexity: format.perplexity(perplexity(bpc)),
		speed,
		left,
	});
}

export function outcomeSentence(outcome: TrainingOutcome): string {
	switch (outcome.kind) {
		case "failed":
			return failureSentence(outcome.failure);
		case "crashed":
			return l10n.t("The training process ended unexpectedly. What it had saved is kept.");
		case "finished": {
			const change = changeSentence(outcome.model);
			switch (outcome.end) {
				case "budget":
					return l10n.t("Training is done. {change}", { change }).trim();
				case "converged":
					return l10n.t("Training is done early, as more of it did not help. {change}", { change }).trim();
				case "stopped":
					return l10n.t("Training is stopped, and what was learned is kept. {change}", { change }).trim();
			}
		}
	}
}

/** Empty if nothing was measured. */
function changeSentence(model: ModelSummary | null): string {
	if (model === null || model.validationBpc === null) return "";
	const after = format.perplexity(perplexity(model.validationBpc));
	if (model.initialBpc === null) return l10n.t("Perplexity: {after} per character, on held-out files.", { after });
	const before = format.perplexity(perplexity(model.initialBpc));
	return l10n.t("Perplexity: {before} → {after} per character, on held-out files.", { before, after });
}
