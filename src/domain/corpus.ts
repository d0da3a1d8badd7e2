/** Which files are learned from, and which were. */

export interface CorpusRules {
	/** Globs, relative to the folder. */
	readonly exclude: readonly string[];
	readonly maxFileKiB: number;
	readonly maxTotalMiB: number;
}

/** The rules as long as no setting changes them; the command line always follows them. */
export const defaultRules: CorpusRules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 };

export interface CorpusFolder {
	/** Absolute path. */
	readonly path: string;
	/** Put before the relative path when there are several folders. */
	readonly name: string;
}

/** Why a file was left out of the corpus. */
export type LeftOutReason =
	| "ignored"
	| "excluded"
	| "secret"
	| "binary"
	| "tooLarge"
	| "generated"
	| "lockFile"
	| "duplicate"
	| "unreadable"
	| "vanished"
	| "notAFile"
	| "link"
	| "encoding"
	| "empty"
	| "overTotal";

/** What was used for training and what was not; written beside the model as `corpus.json`, paths only. */
export interface CorpusReport {
	readonly used: readonly {
		readonly path: string;
		readonly bytes: number;
		readonly heldOut: boolean;
		readonly masked: number;
	}[];
	readonly leftOut: readonly { readonly path: string; readonly reason: LeftOutReason }[];
}
