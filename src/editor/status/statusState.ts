/** The state of Inkling in one word, from which icon, text, tooltip and menu follow. Derived, never set. */

import type { MemoryState } from "../../domain/memory.ts";
import type { ModelSummary } from "../../domain/model.ts";
import type { FailureReport } from "../../platform/failure.ts";
import type { SupervisorState } from "../processes/supervisor.ts";
import type { OnOff } from "../settings/onOff.ts";
import type { ShownProgress } from "../training/trainingRun.ts";

/** All that decides what the status shows. */
export interface StatusInputs {
	/** For the document of the active editor, or in general if there is none. */
	readonly suggestions: OnOff;
	/** The same, but for languages without a value of their own. */
	readonly suggestionsInGeneral: OnOff;
	/** VS Code itself shows inline suggestions there. */
	readonly editorShowsSuggestions: boolean;
	/** Name of the language of the active editor; undefined if there is none. */
	readonly language: string | undefined;
	readonly trusted: boolean;
	readonly hasFolder: boolean;
	/** A folder is on a disk, where the child processes can read it. */
	readonly isOnDisk: boolean;
	readonly hasModel: boolean;
	/** What is known of the workspace's model; null: it has none, or it is not loaded yet. */
	readonly model: ModelSummary | null;
	/** What is known of the base model while it completes. */
	readonly base: ModelSummary | null;
	/** What the memory holds of files and of what was typed; null: nothing is known of it. */
	readonly memory: MemoryState | null;
	readonly training: ShownProgress | null;
	/** Another window trains on this workspace. */
	readonly trainsElsewhere: boolean;
	readonly paused: boolean;
	readonly server: SupervisorState;
	/** Why the workspace's model, or without one the base model, cannot be used. */
	readonly modelFailure: FailureReport | undefined;
}

export type StatusKind =
	| "error"
	| "training"
	| "paused"
	/** Another window trains on this workspace. */
	| "elsewhere"
	/** `inkling.policy.forceOff` is on. */
	| "forcedOff"
	/** `inkling.disableEverywhere` is on. */
	| "offEverywhere"
	/** `inkling.enable` is off in general, or for the language of the active editor. */
	| "off"
	| "languageOff"
	/** VS Code shows nobody's inline suggestions. */
	| "editorOff"
	| "ready"
	/** States without a model of the workspace. */
	| "reading"
	| "noFolder"
	/** No folder is on a disk. */
	| "virtual"
	| "untrusted"
	| "untrained";

export function statusKind(inputs: StatusInputs): StatusKind {
	const { enabled, decidedBy } = inputs.suggestions;
	if (decidedBy === "policy") return "forcedOff";
	if (inputs.server === "failed") return "error";
	if (inputs.training !== null) return inputs.paused ? "paused" : "training";
	if (decidedBy === "everywhere") return "offEverywhere";
	if (!enabled) return decidedBy.forLanguage ? "languageOff" : "off";
	if (!inputs.editorShowsSuggestions) return "editorOff";
	if (inputs.trainsElsewhere) return "elsewhere";
	if (inputs.modelFailure) return "error";
	if (inputs.hasModel) return "ready";
	if (inputs.memory?.reading) return "reading";
	if (!inputs.hasFolder) return "noFolder";
	if (!inputs.isOnDisk) return "virtual";
	return inputs.trusted ? "untrained" : "untrusted";
}
