/** Finds the files of a workspace folder that may be learned from, without opening any of them. */
import type { Dirent } from "node:fs";
import { join } from "node:path";
import type { CorpusRules } from "../domain/corpus.ts";
import { concurrency, inSlices, mapConcurrently } from "./concurrency.ts";
import { type CorpusFileSystem, realFolder, reasonOf } from "./fileSystem.ts";
import { Effort } from "./ignore/automaton.ts";
import { type FolderRules, RulesReader } from "./ignore/repository.ts";
import { type Candidate, Judge, type LeftOut, timeOf } from "./judge.ts";

export interface Found {
	readonly candidates: readonly Candidate[];
	readonly leftOut: readonly LeftOut[];
	/** Of patterns that are not used as they stand; sentences. */
	readonly warnings: readonly string[];
}

/**
 * Links are not followed: a target inside the workspace is found under its own path, and one outside does not belong to
 * the workspace.
 *
 * @param root absolute path
 * @throws the system's error if `root` itself cannot be read
 */
export async function walk(
	root: string,
	rules: CorpusRules,
	fileSystem: CorpusFileSystem,
	signal?: AbortSignal,
): Promise<Found> {
	const warnings: string[] = [];
	const matching = { effort: new Effort(), warn: (sentence: string) => void warnings.push(sentence) };
	const judge = new Judge(rules, matching);
	const reader = new RulesReader(fileSystem, matching);
	const realRoot = await realFolder(root, fileSystem);
	const candidates: Candidate[] = [];
	const leftOut: LeftOut[] = [];

	interface Folder {
		readonly path: string;
		/** What holds in the folder that it lies in. */
		readonly around: FolderRules;
	}

	/** Sorts out what lies in a folder, and returns the folders to go on with. */
	async function visit({ path: folder, around }: Folder): Promise<Folder[]> {
		let entries: Dirent[];
		try {
			entries = await fileSystem.readdir(join(root, folder), { withFileTypes: true });
		} catch (error) {
			if (folder === "") throw error;
			leftOut.push({ path: folder, reason: reasonOf(error) });
			return [];
		}
		const has = (name: string) => entries.some((entry) => entry.name === name);
		const inside = await reader.enter(around, realRoot + folder, has);
		if (inside.isTwin && folder !== "") {
			leftOut.push({ path: folder, reason: "duplicate" });
			return [];
		}
		const folders: Folder[] = [];
		const files: string[] = [];
		for await (const slice of inSlices(entries)) {
			for (const entry of slice) {
				const path = folder + entry.name + (entry.isDirectory() ? "/" : "");
				const reason = judge.entry(entry, realRoot, path, inside);
				if (reason) leftOut.push({ path, reason });
				else if (entry.isDirectory()) folders.push({ path, around: inside });
				else files.push(path);
			}
		}
		await mapConcurrently(files, concurrency, measure, signal);
		return folders;
	}

	async function measure(path: string): Promise<void> {
		const absolutePath = join(root, path);
		try {
			const status = await fileSystem.lstat(absolutePath);
			const { size } = status;
			const reason = judge.size(path, size);
			if (reason) leftOut.push({ path, reason });
			else candidates.push({ path, absolutePath, size, modified: timeOf(status) });
		} catch (error) {
			leftOut.push({ path, reason: reasonOf(error) });
		}
	}

	let level: Folder[] = [{ path: "", around: await reader.around(realRoot) }];
	while (level.length > 0) {
		level = (await mapConcurrently(level, concurrency, visit, signal)).flat();
	}
	return { candidates, leftOut, warnings };
}
