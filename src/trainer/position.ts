/** Where an interrupted training stands, beside its network and optimiser; kept in the training state as JSON. */
import type { Model, TrainingState } from "../model/checkpoint.ts";
import type { SamplerPosition } from "./sampler.ts";

/** The network that training starts from. */
export type TrainingStart =
	| { readonly kind: "new" }
	/** A model of other text, from which a new model starts. */
	| { readonly kind: "base"; readonly model: Model }
	/** A finished model, trained further with a fresh optimiser and schedule. */
	| { readonly kind: "model"; readonly model: Model }
	/** An interrupted training; `best` is the model on disk that a better one replaces. */
	| { readonly kind: "state"; readonly state: TrainingState; readonly best: Model | undefined };

export interface Position {
	readonly sampler: SamplerPosition;
	readonly usedSeconds: number;
	readonly updates: number;
	readonly characters: number;
	readonly bestBpc: number | null;
	readonly initialBpc: number | null;
	/** The same of the mixture with the memory; missing in what an older version wrote. */
	readonly bestMixtureBpc?: number | null;
	readonly initialMixtureBpc?: number | null;
	readonly rate: number;
	readonly before: Before;
}

/** What the model had behind it when this training first began, or what an interrupted one had used when it was saved. */
export interface Before {
	readonly characters: number;
	readonly cpuSeconds: number;
}

/** Whether a saved position is one that this version wrote. */
export function isPosition(value: Readonly<Record<string, unknown>>): boolean {
	const numbers = (part: unknown, names: readonly string[]) =>
		typeof part === "object" &&
		part !== null &&
		names.every((name) => Number.isFinite((part as Record<string, unknown>)[name]));
	const figure = (name: string) => value[name] === null || Number.isFinite(value[name]);
	return (
		numbers(value, ["usedSeconds", "updates", "characters", "rate"]) &&
		numbers(value["sampler"], ["random", "epoch", "offset", "next"]) &&
		numbers(value["before"], ["characters", "cpuSeconds"]) &&
		figure("bestBpc") &&
		figure("initialBpc")
	);
}

/** Whether a model was kept after the state was saved, as where the training was killed before it saved another. */
export function isNewer(model: Model | undefined, state: TrainingState): model is Model {
	return model !== undefined && model.info.characters > state.model.info.characters;
}
