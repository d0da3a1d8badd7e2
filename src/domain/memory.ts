/** What the completion process learns from while it runs, and what it knows. */
import type { CorpusFolder, CorpusRules } from "./corpus.ts";

/** What the server learns from while it runs, and where it keeps that. */
export interface Workspace {
	/** Folders on disk. Files in them are learned from as the rules allow, files outside of them only if there are none. */
	readonly folders: readonly CorpusFolder[];
	readonly rules: CorpusRules;
	/** Read all files of the folders; else only what is typed is learned. */
	readonly index: boolean;
	/** Nothing in the folders is read, not even ignore files; only the exclude patterns apply to what is typed. */
	readonly isUntrusted?: true;
	/** Folder for the memory; null: it is never written. */
	readonly storage: string | null;
	/** Most that the memory may take, in RAM as on disk. */
	readonly memoryMiB: number;
}

/** The ceiling as long as no setting changes it; the command line and the measurements always use it. */
export const defaultMemoryMiB = 64;

/** What the memory knows. */
export interface MemoryState {
	/** Files of the workspace are yet to be read. */
	readonly reading: boolean;
	/** Of the workspace, learned from. */
	readonly files: number;
	/** Learned, in files and in what was typed. */
	readonly characters: number;
}
