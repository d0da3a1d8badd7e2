/** Finds the files of all workspace folders that may be learned from, without opening any of them. */
import * as nodeFileSystem from "node:fs/promises";
import { join, resolve } from "node:path";
import { type CorpusFolder, type CorpusRules, withPrefixes } from "../domain/corpus.ts";
import { Failure } from "../platform/failure.ts";
import { concurrency, inSlices, mapConcurrently, sortInSlices } from "./concurrency.ts";
import { type CorpusFileSystem, portable, realFolder, reasonOf, systemIgnoresCase, withoutCase } from "./fileSystem.ts";
import type { Candidate, LeftOut } from "./judge.ts";
import { Looker } from "./lookAt.ts";
import { walk } from "./walk.ts";

export interface FoundFiles {
	/** The most recently edited first, files of the same time in the order of their paths. */
	readonly candidates: readonly Candidate[];
	/** A folder left out as a whole stands for all that is in it, with "/" at its end. */
	readonly leftOut: LeftOut[];
	/** Of patterns that are not used as they stand; sentences. */
	readonly warnings: readonly string[];
}

/** Of one folder; more would only bury the first. */
const mostWarnings = 20;

/**
 * What `walk` finds in each of the folders. Paths begin with the folder's name if there are several.
 *
 * @throws {Failure} folderMissing if none of the folders can be read
 * @throws the signal's reason once it is aborted
 */
export async function find(
	folders: readonly CorpusFolder[],
	rules: CorpusRules,
	signal?: AbortSignal,
	fileSystem: CorpusFileSystem = nodeFileSystem,
): Promise<FoundFiles> {
	const candidates: Candidate[] = [];
	const leftOut: LeftOut[] = [];
	const warnings: string[] = [];
	let missing = 0;
	for (const { path: root, prefix } of withPrefixes(folders)) {
		try {
			const found = await walk(root, rules, fileSystem, signal);
			warnings.push(...found.warnings.slice(0, mostWarnings));
			for await (const slice of inSlices(found.candidates))
				for (const one of slice) candidates.push({ ...one, path: prefix + one.path });
			for await (const slice of inSlices(found.leftOut))
				for (const one of slice) leftOut.push({ ...one, path: prefix + one.path });
		} catch (error) {
			signal?.throwIfAborted();
			missing++;
			if (missing === folders.length) throw folderMissing(folders, error);
			leftOut.push({ path: prefix, reason: reasonOf(error) });
		}
	}
	const latestFirst = (one: Candidate, other: Candidate) => other.modified - one.modified || byPath(one, other);
	return { candidates: await sortInSlices(candidates, latestFirst), leftOut, warnings };
}

/**
 * What `find` would say of single files by their absolute paths, in their order; undefined outside of the folders. The
 * innermost folder that holds a file decides. Each folder and each ignore file on the way is looked at once.
 */
export function findThese(
	folders: readonly CorpusFolder[],
	files: readonly string[],
	rules: CorpusRules,
	fileSystem: CorpusFileSystem = nodeFileSystem,
): Promise<(Candidate | LeftOut | undefined)[]> {
	const lookers = new Map<string, Looker>();
	return mapConcurrently(files, concurrency, async (file) => {
		const place = locate(folders, file);
		if (place === undefined) return undefined;
		const looker = lookers.get(place.root) ?? new Looker(place.root, rules, fileSystem);
		lookers.set(place.root, looker);
		const found = await looker.lookAt(place.path);
		return { ...found, path: place.prefix + found.path };
	});
}

/** As `findThese`, for one file. */
export async function findOne(
	folders: readonly CorpusFolder[],
	file: string,
	rules: CorpusRules,
	fileSystem?: CorpusFileSystem,
): Promise<Candidate | LeftOut | undefined> {
	return (await findThese(folders, [file], rules, fileSystem))[0];
}

/**
 * As `findOne`, for the file of a document, which may have been opened by another path, such as that of a link. The rules
 * for the file's own path decide, and that path is returned, too.
 */
export async function findOpened(
	folders: readonly CorpusFolder[],
	file: string,
	rules: CorpusRules,
	fileSystem: CorpusFileSystem = nodeFileSystem,
): Promise<{ readonly file: string; readonly found: Candidate | LeftOut | undefined }> {
	const found = await findOne(folders, file, rules, fileSystem);
	const isElsewhere = found === undefined || ("reason" in found && found.reason === "link");
	const own = isElsewhere ? await withoutLinks(folders, file, fileSystem) : undefined;
	if (own !== undefined) return { file: own, found: await findOne(folders, own, rules, fileSystem) };
	return { file: found !== undefined && "absolutePath" in found ? found.absolutePath : file, found };
}

/** The path below one of the folders, without links, of a file that is known by another; undefined if it lies elsewhere. */
async function withoutLinks(
	folders: readonly CorpusFolder[],
	file: string,
	fileSystem: CorpusFileSystem,
): Promise<string | undefined> {
	try {
		const real = await fileSystem.realpath(file);
		const realFolders = await Promise.all(
			folders.map(async ({ path, name }) => ({ path: await realFolder(path, fileSystem).catch(() => path), name })),
		);
		const place = locate(realFolders, real);
		const index = realFolders.findIndex(({ path }) => path === place?.root);
		const folder = folders[index];
		return place && folder && join(folder.path, place.path);
	} catch {
		return undefined;
	}
}

/** Where a file lies in the workspace. */
export interface Place {
	/** Absolute path of the workspace folder. */
	readonly root: string;
	/** Relative to it, with "/", spelled as in the path of the file. */
	readonly path: string;
	/** To be put before the path; see `find`. */
	readonly prefix: string;
}

/**
 * Where in the folders an absolute path lies; undefined outside of them. The innermost folder that holds it decides, and
 * of two whose paths differ in case only, the one that is spelled as the path is.
 *
 * @param ignoresCase whether paths that differ in case only are the same
 */
export function locate(
	folders: readonly CorpusFolder[],
	file: string,
	ignoresCase = systemIgnoresCase,
): Place | undefined {
	const parts = partsOf(file);
	let innermost: { readonly place: Place; readonly depth: number; readonly isExact: boolean } | undefined;
	for (const { path: root, prefix } of withPrefixes(folders)) {
		const outer = partsOf(root);
		const depth = outer.length;
		if (parts.length <= depth) continue;
		const isExact = outer.every((part, index) => part === parts[index]);
		if (
			!isExact &&
			!(ignoresCase && outer.every((part, index) => withoutCase(part) === withoutCase(parts[index] ?? "")))
		)
			continue;
		const isFurtherOut = innermost !== undefined && depth < innermost.depth;
		if (isFurtherOut || (depth === innermost?.depth && (innermost.isExact || !isExact))) continue;
		innermost = { place: { root, path: parts.slice(depth).join("/"), prefix }, depth, isExact };
	}
	return innermost?.place;
}

/** The names in an absolute path, the outermost first. */
function partsOf(path: string): string[] {
	return portable(resolve(path)).split("/").filter(Boolean);
}

function folderMissing(folders: readonly CorpusFolder[], cause: unknown): Failure {
	return new Failure("folderMissing", folders[0]?.path, { cause });
}

/** By UTF-16 code units, which no language setting changes. */
export function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
	return one.path < other.path ? -1 : Number(one.path > other.path);
}
