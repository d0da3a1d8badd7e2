/** Finds out whether the memory knows text that a person or a setting now keeps from being learned. */
import { isAbsolute } from "node:path";
import { locate } from "../../corpus/find.ts";
import type { Candidate, LeftOut } from "../../corpus/judge.ts";
import type { CorpusFolder, LeftOutReason } from "../../domain/corpus.ts";
import type { LineRecords } from "./lines/lineRecords.ts";

const withheld: ReadonlySet<LeftOutReason> = new Set(["ignored", "excluded", "secret", "link"]);

/** Whether a person or a setting gave the reason, not the content of the file: what was learned before must be forgotten. */
export function isWithheld(reason: LeftOutReason): boolean {
	return withheld.has(reason);
}

/**
 * Whether something was learned of a file that is now withheld or lies outside of all folders.
 *
 * @param candidates files that may be learned from
 * @param leftOut files and folders that may not
 */
export function knowsWithheld(
	records: LineRecords,
	folders: readonly CorpusFolder[],
	candidates: readonly Candidate[],
	leftOut: readonly LeftOut[],
): boolean {
	const present = new Set(candidates.map(({ absolutePath }) => absolutePath));
	const withheldPaths = new Set(leftOut.filter(({ reason }) => isWithheld(reason)).map(({ path }) => path));
	for (const [key, record] of records.entries()) {
		if (!isAbsolute(key) || record.lines.length === 0 || present.has(key)) continue;
		const place = locate(folders, key);
		if (place === undefined) return true;
		const parts = (place.prefix + place.path).split("/");
		if (parts.some((_, depth) => withheldPaths.has(`${parts.slice(0, depth).join("/")}/`))) return true;
		if (withheldPaths.has(parts.join("/"))) return true;
	}
	return false;
}
