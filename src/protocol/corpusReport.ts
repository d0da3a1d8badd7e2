/** Reads a corpus report from a file, which may be damaged or anybody's. */
import { type CorpusReport, deepestReport, type UsedFile } from "../domain/corpus.ts";
import { parseShallowJson } from "../platform/shallowJson.ts";
import { corpusReport, usedFiles } from "./domainShapes.ts";

/** Undefined if the file holds anything else. */
export function readCorpusReport(json: string): CorpusReport | undefined {
	const report = parse(json);
	return corpusReport.fault(report) === undefined ? (report as CorpusReport) : undefined;
}

/** The files that a training used, by path, whatever the report says of the others; null if it does not say which. */
export function readUsedFiles(json: string): ReadonlyMap<string, UsedFile> | null {
	const used = (parse(json) as { readonly used?: unknown } | null | undefined)?.used;
	if (usedFiles.fault(used) !== undefined) return null;
	return new Map((used as readonly UsedFile[]).map((file) => [file.path, file]));
}

function parse(json: string): unknown {
	try {
		return parseShallowJson(json, deepestReport);
	} catch {
		return undefined;
	}
}
