/** The files of a folder, as the commands read and report them. */
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { type Corpus, collect } from "../corpus/index.ts";
import { defaultRules, type LeftOutReason } from "../domain/corpus.ts";
import { visibleText } from "../platform/visibleText.ts";
import { assertNotEmpty } from "../trainer/text.ts";
import { count, quantity } from "./terminal/format.ts";
import { UsageError } from "./terminal/options.ts";

/**
 * @param onProgress told the number of files read so far
 * @throws {Failure} folderMissing or emptyCorpus
 */
export async function collectFolder(
	folder: string,
	onProgress: (files: number) => void,
	signal?: AbortSignal,
): Promise<Corpus> {
	const path = resolve(folder);
	const corpus = await collect([{ path, name: basename(path) }], defaultRules, signal, onProgress);
	assertNotEmpty(corpus);
	return corpus;
}

/** How many files were left out, by reason. */
export function leftOutCounts({ leftOut }: Pick<Corpus, "leftOut">): Partial<Record<LeftOutReason, number>> {
	const counts: Partial<Record<LeftOutReason, number>> = {};
	for (const { reason } of leftOut) counts[reason] = (counts[reason] ?? 0) + 1;
	return counts;
}

/** "120 files, 1,234,567 characters; 8 left out", and what is wrong with patterns in lines of their own. */
export function describeFiles({ files, leftOut, warnings }: Corpus): string {
	const characters = files.reduce((sum, { text }) => sum + text.length, 0);
	const counts = `${quantity(files.length, "file")}, ${count(characters)} characters; ${count(leftOut.length)} left out`;
	return [counts, ...warnings.map(visibleText)].join("\n");
}

/**
 * The path by which the model knows a file: relative to its workspace folder, with "/". Without a folder, the present one
 * is taken if the file lies in it, else the file's own.
 *
 * @throws {UsageError} if the file does not lie in the folder
 */
export function documentPath(file: string, folder: string | undefined): string {
	const path = relative(folder ?? ".", file);
	const outside = path === "" || path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
	if (!outside) return path.replaceAll(sep, "/");
	if (folder !== undefined) throw new UsageError(`${file} does not lie in ${folder}`);
	return basename(file);
}
