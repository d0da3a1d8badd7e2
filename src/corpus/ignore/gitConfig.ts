/** Reads git's configuration files without running git, as far as ignoring depends on them. */
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { leadsToOther } from "../../platform/networkPath.ts";
import { type CorpusFileSystem, readLinkedFile } from "../fileSystem.ts";
import { GitPatterns } from "./gitPatterns.ts";

interface Entry {
	/** Section and key in small letters, a subsection between them as it is: "core.excludesfile", "submodule.Name.path". */
	readonly name: string;
	readonly value: string;
}

/** Where a file that includes itself ends; git allows as many. */
const deepestInclude = 10;
/** A file that includes itself twice would be read a thousand times until then. */
const mostIncludes = 100;

/** Keys whose values are files that are read. */
const filesNamed = /^(?:include\.path|includeif\..*\.path|core\.excludesfile)$/s;

/** What is asked for; a configuration may say much more. */
const sections = /^(?:core|extensions|submodule)\./;

export class GitConfig {
	readonly #entries: readonly Entry[];

	constructor(entries: readonly Entry[]) {
		this.#entries = entries;
	}

	/** The last value of a key; undefined if there is none. */
	get(name: string): string | undefined {
		return this.#entries.findLast((entry) => entry.name === name)?.value;
	}

	/** The values of all keys of a section, whatever their subsections. */
	all(section: string, key: string): string[] {
		return this.#entries
			.filter(({ name }) => name.startsWith(`${section}.`) && name.endsWith(`.${key}`))
			.map(({ value }) => value);
	}

	is(name: string): boolean | undefined {
		const value = this.get(name)?.toLowerCase();
		return value === undefined ? undefined : ["true", "yes", "on", "1"].includes(value);
	}
}

/**
 * The system's, the user's and a repository's configuration, in git's order. Includes are followed, but for those that
 * depend on a branch or a remote address. What a repository's own configuration says may come from a stranger: files of another
 * computer that it names count as not named, as to look for them would connect to that.
 *
 * @param directory the repository's git directory; its own configuration lies in `common`
 */
export async function readConfig(
	fileSystem: CorpusFileSystem,
	directory?: string,
	common = directory,
	platform = process.platform,
): Promise<GitConfig> {
	const { env } = process;
	const files = [
		...(env["GIT_CONFIG_NOSYSTEM"] === undefined ? [env["GIT_CONFIG_SYSTEM"] ?? systemConfig()] : []),
		...(env["GIT_CONFIG_GLOBAL"] === undefined
			? [join(configHome(), "git", "config"), join(homedir(), ".gitconfig")]
			: [env["GIT_CONFIG_GLOBAL"]]),
	];
	const entries: Entry[] = [];
	const includes: Includes = { left: mostIncludes, directory, mayRead: () => true };
	for (const file of files) await read(file, fileSystem, entries, includes);
	if (directory === undefined || common === undefined) return new GitConfig(entries);
	includes.mayRead = (file) => !leadsToOther(file, common, platform);
	await read(join(common, "config"), fileSystem, entries, includes);
	if (new GitConfig(entries).is("extensions.worktreeconfig"))
		await read(join(directory, "config.worktree"), fileSystem, entries, includes);
	return new GitConfig(entries);
}

/** One file alone: git follows no includes of `.gitmodules`, which comes with a clone. */
export async function readModules(file: string, fileSystem: CorpusFileSystem): Promise<GitConfig> {
	const entries: Entry[] = [];
	await read(file, fileSystem, entries, null);
	return new GitConfig(entries);
}

interface Includes {
	/** Files that may still be included. */
	left: number;
	/** The git directory that conditions are about. */
	readonly directory: string | undefined;
	/** Whether a file may be read that the configuration names. */
	mayRead: (file: string) => boolean;
}

/**
 * Appends what a file says that is asked for, with that of the files that it includes in their place.
 *
 * @param includes null: nothing is included
 */
async function read(
	file: string,
	fileSystem: CorpusFileSystem,
	entries: Entry[],
	includes: Includes | null,
	depth = 0,
): Promise<void> {
	if (depth > deepestInclude) return;
	for (const entry of parseConfig((await readLinkedFile(file, fileSystem)) ?? "")) {
		if (includes !== null && filesNamed.test(entry.name) && !includes.mayRead(entry.value)) continue;
		if (sections.test(entry.name)) entries.push(entry);
		if (includes === null || entry.value === "") continue;
		const condition = /^includeif\.(.*)\.path$/s.exec(entry.name)?.[1];
		const isIncluded =
			condition === undefined ? entry.name === "include.path" : holds(condition, file, includes.directory);
		if (!isIncluded || includes.left-- <= 0) continue;
		const included = resolve(dirname(file), withHome(entry.value));
		await read(included, fileSystem, entries, includes, depth + 1);
	}
}

/** Of an `includeIf`, for a file that stands in `file`: "gitdir:" and "gitdir/i:" are understood, others never hold. */
function holds(condition: string, file: string, directory: string | undefined): boolean {
	const [, i, glob] = /^gitdir(\/i)?:(.+)$/s.exec(condition) ?? [];
	if (glob === undefined || directory === undefined) return false;
	let pattern = withHome(glob).replaceAll("\\", "/");
	if (pattern.startsWith("./")) pattern = `${dirname(file).replaceAll("\\", "/")}/${pattern.slice(2)}`;
	if (!isAbsolute(pattern)) pattern = `**/${pattern}`;
	if (pattern.endsWith("/")) pattern += "**";
	const bytes = (text: string) => Buffer.from(text.replaceAll("\\", "/")).toString("latin1");
	const patterns = new GitPatterns(`/${bytes(pattern).replace(/^\//, "")}`, { ignoreCase: i !== undefined });
	return patterns.ignores(bytes(directory).replace(/^\//, ""), true) === true;
}

/**
 * The file of patterns that the user has for all repositories; undefined if a setting says that there is none.
 *
 * @param top where a relative path begins
 */
export function globalExcludes(config: GitConfig, top: string): string | undefined {
	const file = config.get("core.excludesfile");
	if (file === undefined) return join(configHome(), "git", "ignore");
	return file === "" ? undefined : resolve(top, withHome(file));
}

function configHome(): string {
	return process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config");
}

function systemConfig(): string {
	if (process.platform !== "win32") return "/etc/gitconfig";
	return join(process.env["ProgramFiles"] ?? "C:\\Program Files", "Git", "etc", "gitconfig");
}

function withHome(path: string): string {
	return /^~(?=[\\/]|$)/.test(path) ? join(homedir(), path.slice(1)) : path;
}

const sectionHeader = /\s*\[\s*([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?[ \t]*\]/y;
const comment = /\s*[#;][^\n]*/y;
const keyOfLine = /\s*([A-Za-z][A-Za-z0-9-]*)[ \t]*(=[ \t]*|(?=[#;\r\n]|$))/y;

/** Up to the first line that is no configuration. */
export function* parseConfig(text: string): Generator<Entry, void> {
	let section = "";
	let at = text.startsWith("\ufeff") ? 1 : 0;
	const take = (pattern: RegExp): RegExpExecArray | null => {
		pattern.lastIndex = at;
		const match = pattern.exec(text);
		if (match !== null) at = pattern.lastIndex;
		return match;
	};
	for (;;) {
		if (take(comment) !== null) continue;
		const header = take(sectionHeader);
		if (header !== null) {
			const subsection = header[2]?.replaceAll(/\\(.)/gs, "$1");
			section = (header[1] ?? "").toLowerCase() + (subsection === undefined ? "" : `.${subsection}`);
			continue;
		}
		const key = take(keyOfLine);
		if (key === null || section === "") return;
		const name = `${section}.${key[1]?.toLowerCase()}`;
		if (!key[2]?.startsWith("=")) {
			yield { name, value: "true" };
			continue;
		}
		const { value, end } = valueAt(text, at);
		at = end;
		yield { name, value };
	}
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b" };

/** Pieces of a value that are put together at once: a list of a megabyte's escapes would take several times its room. */
const mostPieces = 1024;
/** Runs of a value: of what stands for itself, and of blanks. */
const plainRun = /[^\n"\\#;\s]+/y;
const blankRun = /[^\S\n]+/y;

function valueAt(text: string, from: number): { readonly value: string; readonly end: number } {
	/** Of the value; put together many at once, as a file may be one long value. */
	let pieces: string[] = [];
	let joined = "";
	let length = 0;
	/** Length of the value without the blanks after it. */
	let kept = 0;
	let isQuoted = false;
	let at = from;
	const take = (piece: string): void => {
		pieces.push(piece);
		length += piece.length;
		if (pieces.length < mostPieces) return;
		joined += pieces.join("");
		pieces = [];
	};
	while (at < text.length && text[at] !== "\n") {
		const character = text[at] as string;
		if (character === '"') {
			isQuoted = !isQuoted;
			at++;
		} else if (character === "\\") {
			at += text.startsWith("\r\n", at + 1) ? 2 : 1;
			const escaped = text[at] ?? "";
			if (escaped !== "\n") take(escapes[escaped] ?? escaped);
			kept = length;
			at++;
		} else if (!isQuoted && (character === "#" || character === ";")) {
			const lineEnd = text.indexOf("\n", at);
			at = lineEnd < 0 ? text.length : lineEnd;
		} else {
			const isBlank = /\s/.test(character);
			const run = isBlank ? blankRun : plainRun;
			run.lastIndex = at;
			// In quotes a comment's sign stands for itself.
			const piece = run.exec(text)?.[0] ?? character;
			at += piece.length;
			if (isBlank && length === 0 && !isQuoted) continue;
			take(piece);
			if (isQuoted || !isBlank) kept = length;
		}
	}
	return { value: (joined + pieces.join("")).slice(0, kept), end: Math.min(at, text.length) };
}
