/** Which files are learned from, and which were. */

export interface CorpusRules {
	/** Globs, relative to the folder. */
	readonly exclude: readonly string[];
	readonly maxFileKiB: number;
	readonly maxTotalMiB: number;
}

/** The rules as long as no setting changes them; the command line always follows them. */
export const defaultRules: CorpusRules = { exclude: [], maxFileKiB: 256, maxTotalMiB: 64 };

/** UTF-16 units of a glob. Longer ones are not the work of a person, and are not used. */
export const longestGlob = 1000;

/** UTF-16 units of all globs together. */
export const mostGlobUnits = 2 ** 16;

export interface CorpusFolder {
	/** Absolute path. */
	readonly path: string;
	/** Put before the relative path when there are several folders. */
	readonly name: string;
}

/** What is put before the paths of each folder's files: nothing where there is one folder. Folders of the same name get a number. */
export function withPrefixes(folders: readonly CorpusFolder[]): { path: string; prefix: string }[] {
	const taken = new Set<string>();
	return folders.map(({ path, name }) => {
		if (folders.length === 1) return { path, prefix: "" };
		const plain = name.replaceAll(/[\\/]/g, "_");
		let unique = plain;
		for (let number = 2; taken.has(unique); number++) unique = `${plain} ${number}`;
		taken.add(unique);
		return { path, prefix: `${unique}/` };
	});
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
	| "malformed"
	| "empty"
	| "overTotal";

/** Where the tail of a file is held out and the text before it was trained on. */
export interface HeldOutTail {
	/** UTF-16 units before the tail. */
	readonly from: number;
	/** SHA-256 of the text before the tail, in hexadecimal digits: the file may change later. */
	readonly headDigest: string;
}

/** A file that a training used. */
export interface UsedFile {
	readonly path: string;
	readonly bytes: number;
	/** Never trained on, as a whole or its tail. */
	readonly heldOut: boolean;
	/** Absent if the file was held out as a whole, or not at all. */
	readonly tail?: HeldOutTail;
	/** Held out, but an earlier training of the model has learned from it: nothing else was left to measure on. */
	readonly seenBefore?: true;
	/** SHA-256 of the text, in hexadecimal digits: the file may be found under another name later. */
	readonly digest: string;
	/** Secrets masked. */
	readonly masked: number;
}

/** Objects and arrays in one another in a report: itself, a list, a file, its tail. */
export const deepestReport = 4;

/** What was used for training and what was not; written beside the model as `corpus.json`, without any text. */
export interface CorpusReport {
	readonly used: readonly UsedFile[];
	readonly leftOut: readonly { readonly path: string; readonly reason: LeftOutReason }[];
}

/**
 * What share of the text is new since an earlier report, 0–1, by the sizes of the files whose text that one does not have under
 * any name: a file that has changed a little counts as a whole.
 */
export function newShare(before: CorpusReport, { used }: CorpusReport): number {
	const known = new Set(before.used.map(({ digest }) => digest));
	const bytesOf = (files: readonly UsedFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);
	const all = bytesOf(used);
	return all === 0 ? 0 : bytesOf(used.filter(({ digest }) => !known.has(digest))) / all;
}
