/**
 * Which paths the ignore files leave out. Patterns of nested files are rewritten as patterns of the top folder and kept in
 * one list, from the weakest to the strongest, so that a deeper file can take back what a higher one says, as in git.
 * What `.inklingignore` files say comes after everything that git's say.
 */
import ignore, { type Ignore } from "ignore";

/** As git sets `core.ignoreCase` when it makes a repository. */
const ignoreCase = process.platform === "win32" || process.platform === "darwin";

export class IgnoreRules {
	readonly #git: readonly string[];
	readonly #inkling: readonly string[];
	#matcher: Ignore | undefined;

	private constructor(git: readonly string[], inkling: readonly string[]) {
		this.#git = git;
		this.#inkling = inkling;
	}

	static readonly none = new IgnoreRules([], []);

	/**
	 * These rules, and those of the ignore files of a folder that none of these leave out.
	 *
	 * @param folder relative to the top folder, with "/"; empty for the top folder itself
	 */
	with(folder: string, gitignore = "", inklingignore = ""): IgnoreRules {
		const git = patterns(folder, gitignore);
		const inkling = patterns(folder, inklingignore);
		if (git.length + inkling.length === 0) return this;
		return new IgnoreRules([...this.#git, ...git], [...this.#inkling, ...inkling]);
	}

	/** @param path relative to the top folder, with "/"; that of a folder ends with it */
	ignores(path: string): boolean {
		this.#matcher ??= ignore({ ignoreCase }).add([...this.#git, ...this.#inkling]);
		return this.#matcher.ignores(path);
	}
}

/** The lines of an ignore file that lies in `folder`, as patterns of the top folder. */
function patterns(folder: string, content: string): string[] {
	const lines = content
		.replace(/^\ufeff/, "")
		.split(/\r?\n/)
		.filter((line) => line.trim() !== "" && !line.startsWith("#"));
	if (folder === "") return lines;
	const base = `/${folder.replaceAll(/[\\*?[\]]/g, "\\$&")}/`;
	return lines.map((line) => {
		const negated = line.startsWith("!");
		const pattern = negated ? line.slice(1) : line;
		// A slash that is not the last character ties the pattern to its folder.
		const tied = pattern.trimEnd().slice(0, -1).includes("/");
		return `${negated ? "!" : ""}${base}${tied ? "" : "**/"}${pattern.replace(/^\//, "")}`;
	});
}
