/** What the rules say of a single file. */
import type { Candidate, LeftOut } from "../../corpus/judge.ts";
import type { LeftOutReason } from "../../domain/corpus.ts";

/** What `find` says of a file; nothing if it lies outside of the folders. */
export interface Found {
	readonly file: string;
	readonly candidate?: Candidate;
	readonly reason?: LeftOutReason;
}

/** @param found what was found under the absolute path `file` */
export function foundFile(file: string, found: Candidate | LeftOut | undefined): Found {
	if (found === undefined) return { file };
	return "reason" in found ? { file, reason: found.reason } : { file, candidate: found };
}

/** Whether the file of a document may be learned from. */
export interface FileJudgement {
	/** Its own path, whatever path the document was opened by. */
	readonly file: string;
	/** Why not; null: it may; undefined: it lies outside of the folders. */
	readonly reason: LeftOutReason | null | undefined;
}
