/**
 * What ignore files say of a path. As in git, the file nearest to the path decides, in it the last line that matches. What
 * `.inklingignore` files say comes before all that git's files say, and holds across the borders of repositories.
 *
 * Paths are absolute, with "/", and are those that the system gives, with all links resolved.
 */
import { countOf } from "../../platform/english.ts";
import { visibleText } from "../../platform/visibleText.ts";
import { Effort } from "./automaton.ts";
import { GitPatterns, longestPattern } from "./gitPatterns.ts";

/** What all patterns of a search through a folder share. */
export interface Matching {
	/** The work that they may take. */
	readonly effort: Effort;
	/** Told, in a sentence, of patterns that are not used as they stand. */
	warn(sentence: string): void;
}

export function silentMatching(): Matching {
	return { effort: new Effort(), warn: () => undefined };
}

/** Bytes of a pattern in a message. */
const mostQuoted = 40;

interface Link {
	/** The folder that the patterns are relative to, with "/" at its end; bytes. */
	readonly base: string;
	readonly patterns: GitPatterns;
	readonly weaker: Link | null;
}

/** An ignore file's content, as bytes ("latin1"), and the folder in which it holds. */
export interface IgnoreFile {
	/** With "/" at its end. */
	readonly folder: string;
	/** Its path, for messages. */
	readonly file: string;
	readonly content: string | undefined;
}

export class IgnoreRules {
	readonly #git: Link | null;
	readonly #inkling: Link | null;
	readonly #ignoreCase: boolean;
	readonly #matching: Matching;

	private constructor(git: Link | null, inkling: Link | null, ignoreCase: boolean, matching: Matching) {
		this.#git = git;
		this.#inkling = inkling;
		this.#ignoreCase = ignoreCase;
		this.#matching = matching;
	}

	/** @param files git's, the weakest first */
	static of(ignoreCase: boolean, matching: Matching, ...files: readonly IgnoreFile[]): IgnoreRules {
		return new IgnoreRules(null, null, ignoreCase, matching).#withGit(files);
	}

	/** These rules and a folder's own. */
	with(folder: string, gitignore: string | undefined, inklingignore: string | undefined): IgnoreRules {
		const own = { folder, file: `${folder}.inklingignore`, content: inklingignore };
		const inkling = this.#link(this.#inkling, own);
		const rules =
			inkling === this.#inkling ? this : new IgnoreRules(this.#git, inkling, this.#ignoreCase, this.#matching);
		return rules.#withGit([{ folder, file: `${folder}.gitignore`, content: gitignore }]);
	}

	/** The git rules of another repository, with the `.inklingignore` files of these. */
	across(inner: IgnoreRules): IgnoreRules {
		return new IgnoreRules(inner.#git, this.#inkling, inner.#ignoreCase, inner.#matching);
	}

	/**
	 * Whether a path is to be left out, where none of the folders above it is.
	 *
	 * @param isTracked git has it, whatever its ignore files say
	 */
	ignores(path: string, isFolder: boolean, isTracked = false): boolean {
		const bytes = Buffer.from(path).toString("latin1");
		const first = verdict(this.#inkling, bytes, isFolder);
		return first ?? (!isTracked && (verdict(this.#git, bytes, isFolder) ?? false));
	}

	#withGit(files: readonly IgnoreFile[]): IgnoreRules {
		const git = files.reduce<Link | null>((weaker, file) => this.#link(weaker, file), this.#git);
		return git === this.#git ? this : new IgnoreRules(git, this.#inkling, this.#ignoreCase, this.#matching);
	}

	#link(weaker: Link | null, { folder, file, content }: IgnoreFile): Link | null {
		if (content === undefined || content.trim() === "") return weaker;
		const base = Buffer.from(folder).toString("latin1");
		const { effort, warn } = this.#matching;
		const patterns = new GitPatterns(content, {
			ignoreCase: this.#ignoreCase,
			effort,
			tooLong: (line, count) =>
				warn(
					`The ignore file ${file} has ${countOf(count, "pattern")} of more than ${longestPattern} bytes, which Inkling does not use; the first begins with “${visibleText(line.slice(0, mostQuoted))}”.`,
				),
			spent: () =>
				warn(
					`The patterns of the ignore file ${file} take too much work to match: Inkling leaves out all that they may name.`,
				),
		});
		return { base, patterns, weaker };
	}
}

function verdict(strongest: Link | null, path: string, isFolder: boolean): boolean | undefined {
	for (let link = strongest; link !== null; link = link.weaker) {
		const says = link.patterns.ignores(path.slice(link.base.length), isFolder);
		if (says !== undefined) return says;
	}
	return undefined;
}
