/** Which open documents are learned from, as far as their paths say. */
import { globMatcher } from "../../corpus/ignore/globs.ts";
import type { Workspace } from "../../domain/memory.ts";

export interface DocumentRules {
	readonly hasFolders: boolean;
	/** The files of documents are not looked at; see `Workspace`. */
	readonly isUntrusted: boolean;
	/** Globs, relative to the workspace folder; see `CorpusRules`. */
	readonly exclude: readonly string[];
}

export function documentRules({ folders, rules, isUntrusted = false }: RuledWorkspace): DocumentRules {
	return { hasFolders: folders.length > 0, isUntrusted, exclude: rules.exclude };
}

export type RuledWorkspace = Pick<Workspace, "folders" | "rules"> & { readonly isUntrusted?: boolean };

/** Whether a glob matches the path or a folder on it. */
export function isExcluded(path: string, globs: readonly string[]): boolean {
	const matches = globMatcher(globs);
	const parts = path.split("/");
	return parts.some((_, depth) => matches(parts.slice(0, depth + 1).join("/")));
}
