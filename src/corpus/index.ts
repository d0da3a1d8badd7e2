/** The text of a workspace that is learned from. */
import * as nodeFileSystem from "node:fs/promises";
import type { CorpusFolder, CorpusRules } from "../domain/corpus.ts";
import { concurrency, mapConcurrently } from "./concurrency.ts";
import { modelPath, mostText } from "./content/notebook.ts";
import { type Content, type ReadResult, readText } from "./content/read.ts";
import type { CorpusFileSystem } from "./fileSystem.ts";
import { byPath, find } from "./find.ts";
import type { Candidate, LeftOut } from "./judge.ts";

export interface CorpusFile extends Content {
	/** Relative to its workspace folder, with "/"; the folder's name in front if there are several. */
	readonly path: string;
	/** The name under which a model reads it; see `modelPath`. */
	readonly name: string;
	readonly absolutePath: string;
	/** On the disk, bytes. */
	readonly size: number;
	/** Last edit, milliseconds since 1970. */
	readonly modified: number;
}

export interface Corpus {
	/** The most recently edited come last, files of the same time in the order of their paths. */
	readonly files: readonly CorpusFile[];
	/** By path. A folder left out as a whole stands for all that is in it, with "/" at its end. */
	readonly leftOut: readonly LeftOut[];
	/** Of patterns that are not used as they stand; sentences. */
	readonly warnings: readonly string[];
}

/**
 * Reads all text of the folders that may be learned from. What cannot be read is left out. A file that changes meanwhile is
 * taken as it is when it is read.
 *
 * @param onProgress told the number of files looked at, now and then
 * @throws {Failure} folderMissing if none of the folders can be read
 * @throws the signal's reason once it is aborted
 */
export async function collect(
	folders: readonly CorpusFolder[],
	rules: CorpusRules,
	signal?: AbortSignal,
	onProgress?: (files: number) => void,
	fileSystem: CorpusFileSystem = nodeFileSystem,
): Promise<Corpus> {
	const { candidates, leftOut, warnings } = await find(folders, rules, signal, fileSystem);
	const files = await readAll(candidates, rules, leftOut, fileSystem, signal, onProgress);
	files.sort((one, other) => one.modified - other.modified || byPath(one, other));
	return { files, leftOut: leftOut.sort(byPath), warnings };
}

/** Reads until the total is reached; `candidates` come with the most recently edited first. */
async function readAll(
	candidates: readonly Candidate[],
	rules: CorpusRules,
	leftOut: LeftOut[],
	fileSystem: CorpusFileSystem,
	signal: AbortSignal | undefined,
	onProgress: ((files: number) => void) | undefined,
): Promise<CorpusFile[]> {
	const byContent = new Map<string, CorpusFile>();
	let left = rules.maxTotalMiB * 2 ** 20;
	for (let from = 0; from < candidates.length; from += concurrency) {
		const batch = candidates.slice(from, from + concurrency);
		const read = await mapConcurrently(
			batch,
			concurrency,
			// Most text takes as many bytes here as on the disk: what cannot fit is not read.
			({ absolutePath, size }) =>
				mostText(absolutePath, size, rules) > left
					? overTotal
					: readText(absolutePath, rules.maxFileKiB * 1024, fileSystem),
			signal,
		);
		for (const [k, { path, absolutePath, size, modified }] of batch.entries()) {
			const result = read[k];
			if (result === undefined) continue;
			if ("reason" in result) {
				leftOut.push({ path, reason: result.reason });
				continue;
			}
			const { digest } = result;
			const name = modelPath(path, result.language);
			const file: CorpusFile = { path, name, absolutePath, size, modified, ...result };
			const twin = byContent.get(digest);
			if (twin) {
				// Of several copies the first by path is kept, with the time of the latest edit: a check-out does not change which.
				const [first, second] = byPath(twin, file) < 0 ? [twin, file] : [file, twin];
				byContent.set(digest, { ...first, modified: twin.modified });
				leftOut.push({ path: second.path, reason: "duplicate" });
			} else if (file.bytes > left) {
				leftOut.push({ path, reason: "overTotal" });
			} else {
				left -= file.bytes;
				byContent.set(digest, file);
			}
		}
		onProgress?.(from + batch.length);
	}
	return [...byContent.values()];
}

const overTotal: Promise<ReadResult> = Promise.resolve({ reason: "overTotal" });
