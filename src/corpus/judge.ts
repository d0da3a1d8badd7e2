/** Why a file or folder is left out, as far as its kind, its name and its size say. */
import type { Dirent, Stats } from "node:fs";
import type { CorpusRules, LeftOutReason } from "../domain/corpus.ts";
import { isGeneratedName, isLockFile } from "./content/kinds.ts";
import { mostOnDisk } from "./content/notebook.ts";
import { systemIgnoresCase } from "./fileSystem.ts";
import { globMatcher } from "./ignore/globs.ts";
import { type Matching, silentMatching } from "./ignore/ignoreRules.ts";
import type { FolderRules } from "./ignore/repository.ts";
import { isSecretPath } from "./secrets/paths.ts";

export interface Candidate {
	/** Relative to the workspace folder, with "/". */
	readonly path: string;
	readonly absolutePath: string;
	readonly size: number;
	/** See `timeOf`. */
	readonly modified: number;
}

/** Milliseconds since 1970 of the last edit of a file; never 0, which stands for no time, though some file systems and archives say so. */
export function timeOf({ mtimeMs }: Pick<Stats, "mtimeMs">): number {
	return mtimeMs === 0 ? 1 : mtimeMs;
}

/** A folder's path ends with "/". */
export interface LeftOut {
	readonly path: string;
	readonly reason: LeftOutReason;
}

/** Folders of version control, packages and caches: their text is not the user's own, even where no ignore file names them. */
const neverEntered = new Set([
	".hg",
	".svn",
	".jj",
	".bzr",
	"CVS",
	"node_modules",
	"bower_components",
	"jspm_packages",
	"site-packages",
	"__pycache__",
	".venv",
	"venv",
	".tox",
	".nox",
	".mypy_cache",
	".pytest_cache",
	".ruff_cache",
	".gradle",
	".terraform",
	".next",
	".nuxt",
	".svelte-kit",
	".parcel-cache",
	".turbo",
	".cache",
	".vscode-test",
]);

/** What is asked of a file or folder. */
export type Entry = Pick<Dirent | Stats, "isDirectory" | "isFile" | "isSymbolicLink">;

export class Judge {
	readonly #rules: CorpusRules;
	readonly #isExcluded: (path: string) => boolean;

	constructor(rules: CorpusRules, { effort, warn }: Matching = silentMatching()) {
		this.#rules = rules;
		const isExcluded = globMatcher(rules.exclude, systemIgnoresCase, effort);
		let isWarned = false;
		this.#isExcluded = (path) => {
			const is = isExcluded(path);
			if (effort.isSpent && !isWarned) {
				isWarned = true;
				warn(
					"The patterns of files to leave out take too much work to match: Inkling leaves out all files from here on.",
				);
			}
			return is;
		};
	}

	/**
	 * Why something is left out, by its kind and name alone; undefined if it is not.
	 *
	 * @param root absolute path of the workspace folder, without links, with "/" between and at the end
	 * @param path relative to the root; a folder's ends with "/"
	 * @param around what holds in the folder that it lies in
	 */
	entry(entry: Entry, root: string, path: string, around: FolderRules): LeftOutReason | undefined {
		const isFolder = entry.isDirectory();
		const plainPath = isFolder ? path.slice(0, -1) : path;
		const name = plainPath.slice(plainPath.lastIndexOf("/") + 1);
		// In worktrees and submodules it is a file, which says where the repository is. Git allows no other use of the name.
		if (name.toLowerCase() === ".git") return "ignored";
		if (entry.isSymbolicLink()) return "link";
		if (isFolder ? neverEntered.has(name) : !entry.isFile()) return isFolder ? "ignored" : "notAFile";
		const isTracked = isFolder && around.repository?.submodules.has(root + path) === true;
		if (around.ignored.ignores(root + plainPath, isFolder, isTracked)) return "ignored";
		if (this.#isExcluded(plainPath)) return "excluded";
		if (isSecretPath(path)) return "secret";
		if (isFolder) return undefined;
		if (isLockFile(path)) return "lockFile";
		return isGeneratedName(path) ? "generated" : undefined;
	}

	/** @param size on the disk, bytes */
	size(path: string, size: number): LeftOutReason | undefined {
		if (size === 0) return "empty";
		return size > mostOnDisk(path, this.#rules.maxFileKiB * 1024) ? "tooLarge" : undefined;
	}
}
