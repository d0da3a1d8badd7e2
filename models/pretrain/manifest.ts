/** `manifest.json`: what the training text consists of; it lies beside the files of the languages. */

export interface Manifest {
	readonly languages: readonly LanguageSummary[];
	/** The packages that text is taken of. */
	readonly packages: readonly PackageSummary[];
}

export interface LanguageSummary {
	/** The languages: NAME of NAME.train and NAME.heldout. */
	readonly name: string;
	/** Bytes of NAME.train. */
	readonly bytes: number;
	readonly heldOutBytes: number;
	/** Documents in NAME.train. */
	readonly documents: number;
	/** Share of the training that reads it; all shares sum to 1. */
	readonly weight: number;
}

export interface PackageSummary {
	readonly name: string;
	readonly version: string;
	readonly registry: string;
	readonly licence: string;
	readonly language: string;
	/** Of all text taken. */
	readonly bytes: number;
}
