/** What state Inkling is in, as one word for icon, text, tooltip and menu alike; derived, never set. */

import type { MemoryState } from "../../domain/memory.ts";
import type { ModelSummary } from "../../domain/model.ts";
import type { TrainingProgress } from "../../domain/training.ts";
import type { FailureReport } from "../../platform/failure.ts";
import type { SupervisorState } from "../processes/supervisor.ts";

export interface Facts {
	/** For the language of the active editor, or for all if there is none. */
	readonly enabled: boolean;
	/** Whether `enabled` is false for this language only. */
	readonly enabledElsewhere: boolean;
	readonly trusted: boolean;
	readonly hasFolder: boolean;
	readonly hasModel: boolean;
	/** What is known of the model; may be missing for a moment after the start. */
	readonly model: ModelSummary | null;
	/** What is known of the base model, while that is what completes. */
	readonly base: ModelSummary | null;
	/** What is remembered of files and of what was typed; null: nothing is. */
	readonly memory: MemoryState | null;
	readonly training: TrainingProgress | "starting" | null;
	readonly paused: boolean;
	readonly server: SupervisorState;
	/** Why the stored model, or without one the base model, cannot be used. */
	readonly modelFailure: FailureReport | undefined;
}

export type StatusKind =
	| "error"
	| "training"
	| "paused"
	| "off"
	| "languageOff"
	| "ready"
	/** Of the states without a model. */
	| "reading"
	| "noFolder"
	| "untrusted"
	| "untrained";

export function statusKind(facts: Facts): StatusKind {
	if (facts.server === "failed") return "error";
	if (facts.training !== null) return facts.paused ? "paused" : "training";
	if (!facts.enabled) return facts.enabledElsewhere ? "languageOff" : "off";
	if (facts.modelFailure) return "error";
	if (facts.hasModel) return "ready";
	if (facts.memory?.reading) return "reading";
	if (!facts.hasFolder) return "noFolder";
	return facts.trusted ? "untrained" : "untrusted";
}

/** 2^bpc: how many characters the model hesitates between, on average, at each character. */
export function perplexity(bitsPerCharacter: number): number {
	return 2 ** bitsPerCharacter;
}
