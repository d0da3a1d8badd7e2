/** What the training text consists of: `manifest.json` beside the files of the languages. */

export interface Manifest {
	readonly languages: readonly LanguageSummary[];
	/** Those that something is taken of. */
	readonly packages: readonly PackageSummary[];
}

export interface LanguageSummary {
	/** Of the files NAME.train and NAME.heldout. */
	readonly name: string;
	/** Of NAME.train. */
	readonly bytes: number;
	readonly heldOutBytes: number;
	/** In NAME.train. */
	readonly documents: number;
	/** Share of the training that is to be read of it; they sum to 1. */
	readonly weight: number;
}

export interface PackageSummary {
	readonly name: string;
	readonly version: string;
	readonly registry: string;
	readonly licence: string;
	readonly language: string;
	/** Of the text that is taken, in all languages. */
	readonly bytes: number;
}
