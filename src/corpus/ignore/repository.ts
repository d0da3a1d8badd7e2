/** The git repository that a folder belongs to, as far as ignoring depends on it. Git itself is not run. */
import { join, resolve } from "node:path";
import { leadsToOther } from "../../platform/networkPath.ts";
import { withoutTrailing } from "../../platform/trailing.ts";
import {
	type CorpusFileSystem,
	parentFolder,
	readLinkedFile,
	readSmallFile,
	systemIgnoresCase,
} from "../fileSystem.ts";
import { type GitConfig, globalExcludes, readConfig, readModules } from "./gitConfig.ts";
import { type IgnoreFile, IgnoreRules, type Matching, silentMatching } from "./ignoreRules.ts";

/** Some hundred thousand patterns. */
const maxIgnoreBytes = 2 ** 22;

/** With which a file called ".git" begins that names the folder of the repository. */
const linkMark = "gitdir: ";

export interface Repository {
	/** Shared by all worktrees of the repository; without links. */
	readonly common: string;
	/** The one around its top folder. */
	readonly outer: Repository | null;
	/** Folders of submodules, absolute, with "/" between and at the end: git has them even where its ignore files name them. */
	readonly submodules: ReadonlySet<string>;
}

/** What holds in a folder. */
export interface FolderRules {
	readonly ignored: IgnoreRules;
	readonly repository: Repository | null;
	/** Whether the folder is another worktree of a repository that it lies in: the same text once more. */
	readonly isTwin: boolean;
}

export class RulesReader {
	readonly #fileSystem: CorpusFileSystem;
	readonly #matching: Matching;
	readonly #platform: NodeJS.Platform;

	constructor(fileSystem: CorpusFileSystem, matching: Matching = silentMatching(), platform = process.platform) {
		this.#fileSystem = fileSystem;
		this.#matching = matching;
		this.#platform = platform;
	}

	/**
	 * What holds around a folder: the rules of the repository that it lies in, without its own. If these leave out the
	 * folder itself, there are none, as the user has opened it all the same.
	 *
	 * @param folder absolute, without links, with "/" between and at the end
	 */
	async around(folder: string): Promise<FolderRules> {
		const none = await this.#outsideOfRepositories(folder);
		if ((await this.#open(folder)) !== undefined) return none;
		const above: string[] = [folder];
		let top = folder;
		do {
			const parent = parentFolder(top);
			if (parent === "" || parent === top) return none;
			top = parent;
			above.unshift(top);
		} while ((await this.#open(top)) === undefined);
		let rules = none;
		for (const [depth, inside] of above.slice(1).entries()) {
			rules = await this.enter(rules, above[depth] as string);
			if (rules.ignored.ignores(inside.slice(0, -1), true)) return none;
		}
		return rules;
	}

	/**
	 * What holds in a folder.
	 *
	 * @param outer what holds in the folder that it lies in
	 * @param has whether the folder has a file or folder of a name, where that is known
	 */
	async enter(outer: FolderRules, folder: string, has?: (name: string) => boolean): Promise<FolderRules> {
		const read = (name: string) =>
			has === undefined || has(name) ? this.#patternsIn(folder + name, readSmallFile) : undefined;
		const opened = has === undefined || has(".git") ? await this.#open(folder) : undefined;
		const inner = opened === undefined ? outer : await this.#cross(outer, folder, opened);
		const ignored = inner.ignored.with(folder, await read(".gitignore"), await read(".inklingignore"));
		return { ...inner, isTwin: opened !== undefined && inner.isTwin, ignored };
	}

	async #cross(outer: FolderRules, top: string, { directory, common }: Opened): Promise<FolderRules> {
		const config = await readConfig(this.#fileSystem, directory, common, this.#platform);
		const modules = await readModules(`${top}.gitmodules`, this.#fileSystem);
		const submodules = new Set(modules.all("submodule", "path").map((path) => `${top}${withoutTrailing(path, "/")}/`));
		const rules = IgnoreRules.of(
			config.is("core.ignorecase") ?? systemIgnoresCase,
			this.#matching,
			await this.#globalExcludes(config, top),
			await this.#linkedExcludes(join(common, "info", "exclude"), top),
		);
		let isTwin = false;
		for (let around = outer.repository; around !== null; around = around.outer) isTwin ||= around.common === common;
		return {
			ignored: outer.ignored.across(rules),
			repository: { common, outer: outer.repository, submodules },
			isTwin,
		};
	}

	/** The user's own patterns hold outside of repositories too, as `.gitignore` files do. */
	async #outsideOfRepositories(folder: string): Promise<FolderRules> {
		const excludes = await this.#globalExcludes(await readConfig(this.#fileSystem), folder);
		return { ignored: IgnoreRules.of(systemIgnoresCase, this.#matching, excludes), repository: null, isTwin: false };
	}

	async #globalExcludes(config: GitConfig, top: string): Promise<IgnoreFile> {
		const file = globalExcludes(config, top);
		return file === undefined ? { folder: top, file: "", content: undefined } : await this.#linkedExcludes(file, top);
	}

	async #linkedExcludes(file: string, folder: string): Promise<IgnoreFile> {
		return { folder, file, content: await this.#patternsIn(file, readLinkedFile) };
	}

	/** The bytes of an ignore file. One that is too large to be the work of a person leaves out all that it may name. */
	#patternsIn(file: string, read: typeof readSmallFile): Promise<string | undefined> {
		const tooLarge = (): string => {
			this.#matching.warn(`The ignore file ${file} is too large: Inkling leaves out all that it may name.`);
			return "*";
		};
		return read(file, this.#fileSystem, { encoding: "latin1", maxBytes: maxIgnoreBytes, tooLarge });
	}

	/**
	 * The git directory of a repository or worktree whose top folder this is; undefined if it is none, or if it would lie on another
	 * computer, to which nothing that comes with a folder may connect this one.
	 */
	async #open(folder: string): Promise<Opened | undefined> {
		const place = `${folder}.git`;
		try {
			const status = await this.#fileSystem.lstat(place);
			let directory = place;
			if (!status.isDirectory()) {
				const content = (await readLinkedFile(place, this.#fileSystem)) ?? "";
				const link = content.startsWith(linkMark) ? withoutTrailing(content.slice(linkMark.length), "\r\n") : undefined;
				if (link !== undefined && leadsToOther(link, folder, this.#platform)) return undefined;
				if (link !== undefined) directory = resolve(folder, link);
				else if (!status.isSymbolicLink()) return undefined;
			}
			// What has no HEAD is no repository, and git looks on above it.
			await this.#fileSystem.lstat(join(directory, "HEAD"));
			directory = await this.#fileSystem.realpath(directory);
			const common = (await readSmallFile(join(directory, "commondir"), this.#fileSystem))?.trim();
			if (common === undefined || common === "") return { directory, common: directory };
			if (leadsToOther(common, directory, this.#platform)) return undefined;
			return { directory, common: await this.#fileSystem.realpath(resolve(directory, common)) };
		} catch {
			return undefined;
		}
	}
}

interface Opened {
	readonly directory: string;
	readonly common: string;
}
