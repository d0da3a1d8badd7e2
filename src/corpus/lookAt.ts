/** Says of single files what `walk` would find of them. */
import type { Stats } from "node:fs";
import { join } from "node:path";
import type { CorpusRules } from "../domain/corpus.ts";
import { type CorpusFileSystem, parentFolder, portable, realFolder, reasonOf, withoutCase } from "./fileSystem.ts";
import { type FolderRules, RulesReader } from "./ignore/repository.ts";
import { type Candidate, type Entry, Judge, type LeftOut, timeOf } from "./judge.ts";

/** A folder that is not left out, or that is not there. */
interface Folder {
	readonly rules: FolderRules;
	/** Why it cannot be looked at: the system's error. */
	readonly error?: unknown;
}

const plainFile: Entry = { isDirectory: () => false, isFile: () => true, isSymbolicLink: () => false };
const plainFolder: Entry = { ...plainFile, isDirectory: () => true, isFile: () => false };

/** Looks at files of one workspace folder; each folder on the way to them is looked at once. */
export class Looker {
	readonly #root: string;
	readonly #judge: Judge;
	readonly #reader: RulesReader;
	readonly #fileSystem: CorpusFileSystem;
	#realRoot: Promise<string> | null = null;
	readonly #folders = new Map<string, Promise<Folder | LeftOut>>();

	/** @param root absolute path */
	constructor(root: string, rules: CorpusRules, fileSystem: CorpusFileSystem) {
		this.#root = root;
		this.#judge = new Judge(rules);
		this.#reader = new RulesReader(fileSystem);
		this.#fileSystem = fileSystem;
	}

	/**
	 * What `walk` would find of a file, without a look at any other but the ignore files on the way to it.
	 *
	 * @param path relative to the root, with "/"
	 */
	async lookAt(path: string): Promise<Candidate | LeftOut> {
		try {
			const found = await this.#lookAt(path);
			if ("reason" in found) return found;
			const spelled = await this.#spelling(path);
			return spelled === path ? found : await this.#lookAt(spelled);
		} catch (error) {
			return { path, reason: reasonOf(error) };
		}
	}

	async #lookAt(path: string): Promise<Candidate | LeftOut> {
		const folder = await this.#folder(path.slice(0, path.lastIndexOf("/") + 1));
		if ("reason" in folder) return folder;
		const realRoot = await this.#real();
		if (folder.error !== undefined) return { path, reason: await this.#reasonOfMissing(path, folder) };
		let status: Stats;
		try {
			status = await this.#fileSystem.lstat(join(this.#root, path));
		} catch (error) {
			return { path, reason: await this.#reasonOfMissing(path, { ...folder, error }) };
		}
		if (status.isDirectory()) {
			const inside = await this.#folder(`${path}/`);
			return "reason" in inside ? inside : { path: `${path}/`, reason: "notAFile" };
		}
		const reason = this.#judge.entry(status, realRoot, path, folder.rules) ?? this.#judge.size(path, status.size);
		if (reason) return { path, reason };
		return { path, absolutePath: join(this.#root, path), size: status.size, modified: timeOf(status) };
	}

	/** What holds in a folder, or the outermost folder around it that is left out. */
	#folder(path: string): Promise<Folder | LeftOut> {
		let folder = this.#folders.get(path);
		if (folder === undefined) {
			folder = this.#enter(path);
			this.#folders.set(path, folder);
		}
		return folder;
	}

	async #enter(path: string): Promise<Folder | LeftOut> {
		const realRoot = await this.#real();
		if (path === "") {
			const rules = await this.#reader.enter(await this.#reader.around(realRoot), realRoot);
			return { rules };
		}
		const outer = await this.#folder(parentFolder(path));
		if ("reason" in outer || outer.error !== undefined) return outer;
		let status: Stats;
		try {
			status = await this.#fileSystem.lstat(join(this.#root, path.slice(0, -1)));
		} catch (error) {
			return { ...outer, error };
		}
		const found = status.isDirectory() ? path : path.slice(0, -1);
		const reason = this.#judge.entry(status, realRoot, found, outer.rules);
		if (reason) return { path: found, reason };
		// A file where a folder was.
		if (!status.isDirectory()) return { ...outer, error: Object.assign(new Error("no folder"), { code: "ENOTDIR" }) };
		const rules = await this.#reader.enter(outer.rules, realRoot + path);
		return rules.isTwin ? { path, reason: "duplicate" } : { rules };
	}

	/** What is ignored or secret would be left out even if it were there. */
	async #reasonOfMissing(path: string, { rules, error }: Folder): Promise<LeftOut["reason"]> {
		const realRoot = await this.#real();
		for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
			const reason = this.#judge.entry(plainFolder, realRoot, path.slice(0, end + 1), rules);
			if (reason) return reason;
		}
		return this.#judge.entry(plainFile, realRoot, path, rules) ?? reasonOf(error);
	}

	/** The path as the file system spells it: one that ignores case also finds a file by other spellings of its path. */
	async #spelling(path: string): Promise<string> {
		const real = portable(await this.#fileSystem.realpath(join(this.#root, path)));
		const realRoot = await this.#real();
		const spelled = real.slice(realRoot.length);
		return real.startsWith(realRoot) && withoutCase(spelled) === withoutCase(path) ? spelled : path;
	}

	#real(): Promise<string> {
		this.#realRoot ??= realFolder(this.#root, this.#fileSystem);
		return this.#realRoot;
	}
}
