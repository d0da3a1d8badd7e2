/** What is told of a model. */

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
}

/** What the host shows of a model. */
export interface ModelSummary extends ModelInfo {
	readonly cell: string;
	readonly hidden: number;
	readonly layers: number;
	readonly parameters: number;
}

/** Among how many characters the model is, on average, undecided: 2^bpc. */
export function perplexity(bitsPerCharacter: number): number {
	return 2 ** bitsPerCharacter;
}
