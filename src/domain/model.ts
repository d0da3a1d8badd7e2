/** What is told of a model. */
import type { Direction } from "./cells.ts";

/** What the model was trained on and how well it does; stored as metadata, shown to the user. */
export interface ModelInfo {
	/** ISO 8601 time of writing. */
	readonly trainedAt: string;
	/** Characters trained on, with repetition. */
	readonly characters: number;
	/** Characters of distinct training text. */
	readonly corpusCharacters: number;
	readonly files: number;
	/** CPU-seconds of all training so far. */
	readonly cpuSeconds: number;
	/** Bits per character on held-out files, frozen; null if there was nothing to hold out. */
	readonly validationBpc: number | null;
	/** The same before this training began. */
	readonly initialBpc: number | null;
	/** Bits per character of the mixture of the model and the memory on these files, now and before; null if not measured. */
	readonly mixtureBpc: number | null;
	readonly initialMixtureBpc: number | null;
}

/** What the host shows of a model. */
export interface ModelSummary extends ModelInfo {
	readonly cell: string;
	/** `forward` if absent, as is every model that makes suggestions. */
	readonly direction?: Direction;
	/** Of a word model: how many it knows. */
	readonly words?: number;
	readonly hidden: number;
	readonly layers: number;
	readonly parameters: number;
}

/**
 * Bits per character on held-out files, now and before the first training, by which a model is judged: of the mixture with the
 * memory, from which suggestions come, where the network was trained for it; else of the network alone.
 */
export function heldOutBpc(info: ModelInfo): { readonly now: number | null; readonly before: number | null } {
	const { mixtureBpc, initialMixtureBpc, validationBpc, initialBpc } = info;
	if (mixtureBpc === null || initialMixtureBpc === null) return { now: validationBpc, before: initialBpc };
	return { now: mixtureBpc, before: initialMixtureBpc };
}

/**
 * By what share fewer bits the mixture of model and memory needs for held-out text than before the first training, 0–1: what
 * the training did for suggestions. Null if it was not measured; below 0 if it needs more.
 */
export function suggestionGain({ mixtureBpc, initialMixtureBpc }: ModelInfo): number | null {
	if (mixtureBpc === null || initialMixtureBpc === null || initialMixtureBpc === 0) return null;
	return 1 - mixtureBpc / initialMixtureBpc;
}

/** Among how many characters the model is, on average, undecided: 2^bpc. */
export function perplexity(bitsPerCharacter: number): number {
	return 2 ** bitsPerCharacter;
}
