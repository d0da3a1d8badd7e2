/** Finds the files of a workspace folder that may be learned from, without opening any of them. */
import type { Dirent, Stats } from "node:fs";
import type * as nodeFileSystem from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import picomatch from "picomatch";
import type { CorpusRules, LeftOutReason } from "../domain/corpus.ts";
import { mapConcurrently } from "./concurrency.ts";
import { IgnoreRules } from "./ignoreRules.ts";
import { isGeneratedName, isLockFile } from "./kinds.ts";
import { isSecretPath } from "./secrets.ts";

/** The part of `node:fs/promises` that is used, so that a test can make it fail. */
export type CorpusFileSystem = Pick<typeof nodeFileSystem, "lstat" | "open" | "readdir" | "readFile" | "realpath">;

export interface Candidate {
	/** Relative to the workspace folder, with "/". */
	readonly path: string;
	readonly absolutePath: string;
	readonly size: number;
	/** Milliseconds since 1970. */
	readonly modified: number;
}

/** A folder's path ends with "/". */
export interface LeftOut {
	readonly path: string;
	readonly reason: LeftOutReason;
}

export interface Found {
	readonly candidates: readonly Candidate[];
	readonly leftOut: readonly LeftOut[];
}

/** Read or looked at side by side: enough to keep a disk busy, far below any limit on open files. */
export const concurrency = 16;

/** Larger ignore files are not the work of a person. */
const maxIgnoreFileBytes = 2 ** 20;

/** Never anybody's own text, whatever the ignore files say. */
const neverEntered = new Set([
	".git",
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

/**
 * Links are not followed: inside the workspace they lead to what is found under its own name, outside of it to what is
 * none of the workspace's.
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
	const judge = judgeOf(rules);
	const candidates: Candidate[] = [];
	const leftOut: LeftOut[] = [];
	const start = await outerRules(await fileSystem.realpath(root), fileSystem);

	interface Folder {
		readonly path: string;
		readonly ignored: IgnoreRules;
	}

	/** Sorts out what lies in a folder, and returns the folders to go on with. */
	async function visit({ path: folder, ignored: outer }: Folder): Promise<Folder[]> {
		let entries: Dirent[];
		try {
			entries = await fileSystem.readdir(join(root, folder), { withFileTypes: true });
		} catch (error) {
			if (folder === "") throw error;
			leftOut.push({ path: folder, reason: reasonOf(error) });
			return [];
		}
		const ignoreFile = (name: string) =>
			entries.some((entry) => entry.name === name && entry.isFile())
				? readSmallFile(join(root, folder, name), fileSystem)
				: undefined;
		const ignored = outer.with(
			(start.prefix + folder).slice(0, -1),
			await ignoreFile(".gitignore"),
			await ignoreFile(".inklingignore"),
		);

		const folders: Folder[] = [];
		const files: string[] = [];
		for (const entry of entries) {
			const isFolder = entry.isDirectory();
			const path = folder + entry.name + (isFolder ? "/" : "");
			const reason = judge(entry, path, (inside) => ignored.ignores(start.prefix + inside));
			if (reason) leftOut.push({ path, reason });
			else if (isFolder) folders.push({ path, ignored });
			else files.push(path);
		}
		await mapConcurrently(files, concurrency, measure, signal);
		return folders;
	}

	async function measure(path: string): Promise<void> {
		const absolutePath = join(root, path);
		try {
			const { size, mtimeMs } = await fileSystem.lstat(absolutePath);
			const reason = judgeSize(size, rules);
			if (reason) leftOut.push({ path, reason });
			else candidates.push({ path, absolutePath, size, modified: mtimeMs });
		} catch (error) {
			leftOut.push({ path, reason: reasonOf(error) });
		}
	}

	let level: Folder[] = [{ path: "", ignored: start.rules }];
	while (level.length > 0) {
		level = (await mapConcurrently(level, concurrency, visit, signal)).flat();
	}
	return { candidates, leftOut };
}

/**
 * What `walk` would find of one file, without a look at any other but the ignore files on the way to it.
 *
 * @param root absolute path
 * @param path relative to `root`, with "/"
 */
export async function lookAt(
	root: string,
	path: string,
	rules: CorpusRules,
	fileSystem: CorpusFileSystem,
): Promise<Candidate | LeftOut> {
	const judge = judgeOf(rules);
	try {
		const { rules: outer, prefix } = await outerRules(await fileSystem.realpath(root), fileSystem);
		const names = path.split("/");
		let ignored = outer;
		for (const [depth, name] of names.entries()) {
			const folder = names.slice(0, depth).join("/");
			ignored = ignored.with(
				(prefix + folder).replace(/\/$/, ""),
				await readSmallFile(join(root, folder, ".gitignore"), fileSystem),
				await readSmallFile(join(root, folder, ".inklingignore"), fileSystem),
			);
			const place = folder === "" ? name : `${folder}/${name}`;
			let status: Stats;
			try {
				status = await fileSystem.lstat(join(root, place));
			} catch (error) {
				// Ignored or secret it would be left out even if it were there.
				const named = judge(plainFile(name), path, (inside) => ignored.ignores(prefix + inside));
				return { path, reason: named ?? reasonOf(error) };
			}
			const isFolder = status.isDirectory();
			const entry: Entry = {
				name,
				isDirectory: () => isFolder,
				isFile: () => status.isFile(),
				isSymbolicLink: () => status.isSymbolicLink(),
			};
			const found = isFolder ? `${place}/` : place;
			const reason = judge(entry, found, (inside) => ignored.ignores(prefix + inside));
			if (reason) return { path: found, reason };
			if (isFolder) continue;
			const sizeReason = judgeSize(status.size, rules);
			if (sizeReason) return { path, reason: sizeReason };
			return { path, absolutePath: join(root, path), size: status.size, modified: status.mtimeMs };
		}
		return { path: `${path}/`, reason: "notAFile" };
	} catch (error) {
		return { path, reason: reasonOf(error) };
	}
}

/** What is asked of a file or folder. */
type Entry = Pick<Dirent, "name" | "isDirectory" | "isFile" | "isSymbolicLink">;

/** Why something is left out, by its kind and name alone. A folder's path ends with "/". */
function judgeOf(
	rules: CorpusRules,
): (entry: Entry, path: string, ignores: (path: string) => boolean) => LeftOutReason | undefined {
	const isExcluded = globMatcher(rules.exclude);
	return (entry, path, ignores) => {
		if (entry.isSymbolicLink()) return "link";
		if (entry.isDirectory() ? neverEntered.has(entry.name) : !entry.isFile()) {
			return entry.isDirectory() ? "ignored" : "notAFile";
		}
		if (ignores(path)) return "ignored";
		if (isExcluded(entry.isDirectory() ? path.slice(0, -1) : path)) return "excluded";
		if (isSecretPath(path)) return "secret";
		if (entry.isDirectory()) return undefined;
		if (isLockFile(path)) return "lockFile";
		if (isGeneratedName(path)) return "generated";
		return undefined;
	};
}

function plainFile(name: string): Entry {
	return { name, isDirectory: () => false, isFile: () => true, isSymbolicLink: () => false };
}

function judgeSize(size: number, rules: CorpusRules): LeftOutReason | undefined {
	if (size === 0) return "empty";
	return size > rules.maxFileKiB * 1024 ? "tooLarge" : undefined;
}

/** What a failed look at a file or folder means; rethrows what is no error of the system. */
export function reasonOf(error: unknown): LeftOutReason {
	const code = error instanceof Error && "code" in error ? error.code : undefined;
	if (code === undefined) throw error;
	if (code === "ENOENT" || code === "ENOTDIR") return "vanished";
	return code === "ELOOP" ? "link" : "unreadable";
}

/** Globs as in the setting `files.exclude`: of the whole path, "*" stays inside one name. */
function globMatcher(globs: readonly string[]): (path: string) => boolean {
	const options = { dot: true, nonegate: true, noextglob: true };
	const usable = globs.map((glob) => glob.replace(/\/$/, "")).filter((glob) => glob !== "" && glob.length < 1000);
	return usable.length === 0 ? () => false : picomatch(usable, options);
}

/**
 * What git says of a folder from outside of it: the ignore files above it in its repository, and the repository's own
 * list. Nothing, if they leave out the folder itself, which the user has opened all the same.
 *
 * @returns rules for paths that begin with `prefix`
 */
async function outerRules(root: string, fileSystem: CorpusFileSystem): Promise<{ rules: IgnoreRules; prefix: string }> {
	const none = { rules: IgnoreRules.none, prefix: "" };
	const above: string[] = [];
	let top = root;
	while (!(await exists(join(top, ".git"), fileSystem))) {
		const parent = dirname(top);
		if (parent === top) return none;
		above.unshift(parent);
		top = parent;
	}
	let rules = IgnoreRules.none.with("", await readSmallFile(join(top, ".git", "info", "exclude"), fileSystem));
	for (const folder of above) {
		const path = portable(relative(top, folder));
		if (path !== "" && rules.ignores(`${path}/`)) return none;
		rules = rules.with(path, await readSmallFile(join(folder, ".gitignore"), fileSystem));
	}
	const prefix = root === top ? "" : `${portable(relative(top, root))}/`;
	return prefix !== "" && rules.ignores(prefix) ? none : { rules, prefix };
}

async function exists(path: string, fileSystem: CorpusFileSystem): Promise<boolean> {
	return fileSystem.lstat(path).then(
		() => true,
		() => false,
	);
}

/** The text of a regular file, or undefined if there is none or it cannot be read: then it has no say. */
async function readSmallFile(path: string, fileSystem: CorpusFileSystem): Promise<string | undefined> {
	try {
		const status = await fileSystem.lstat(path);
		if (!status.isFile() || status.size > maxIgnoreFileBytes) return undefined;
		return await fileSystem.readFile(path, "utf8");
	} catch {
		return undefined;
	}
}

function portable(path: string): string {
	return path.replaceAll("\\", "/");
}
