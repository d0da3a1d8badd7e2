/** Finds out whether the memory knows text that a person or a setting now keeps from being learned. */
import { isAbsolute } from "node:path";
import { inSlices } from "../../corpus/concurrency.ts";
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
export async function knowsWithheld(
	records: LineRecords,
	folders: readonly CorpusFolder[],
	candidates: readonly Candidate[],
	leftOut: readonly LeftOut[],
): Promise<boolean> {
	const present = new Set(candidates.map(({ absolutePath }) => absolutePath));
	const isKept = (key: string): boolean => {
		if (!isAbsolute(key)) return false;
		const place = locate(folders, key);
		if (place === undefined) return true;
		const parts = (place.prefix + place.path).split("/");
		const isInside = parts.some((_, depth) => withheldPaths.has(`${parts.slice(0, depth).join("/")}/`));
		return isInside || withheldPaths.has(parts.join("/"));
	};
	const withheldPaths = new Set(leftOut.filter(({ reason }) => isWithheld(reason)).map(({ path }) => path));
	for await (const slice of inSlices([...records.entries()]))
		for (const [key, record] of slice) if (record.lines.length > 0 && !present.has(key) && isKept(key)) return true;
	return false;
}
