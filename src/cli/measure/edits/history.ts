/** The last commits of a history that people have typed, each as edits. */
import { decode } from "../../../corpus/content/decode.ts";
import { isGeneratedName, isLockFile, isProgramsWork } from "../../../corpus/content/kinds.ts";
import { isNotebook } from "../../../corpus/content/notebook.ts";
import { isSecretPath } from "../../../corpus/secrets/paths.ts";
import { defaultRules } from "../../../domain/corpus.ts";
import { changed } from "../../../domain/text.ts";
import type { Commit, FileChange, Hunk } from "./git/output.ts";
import type { Repository } from "./git.ts";
import { isByHand, isNobodys } from "./humanCommits.ts";
import { type Edit, editsOf, linesOf } from "./lineEdits.ts";

/** The edits of one file in one commit. */
export interface FileEdits {
	/** In the commit; relative to the folder, with "/". */
	readonly path: string;
	/** In the commit before; null for a new file. */
	readonly oldPath: string | null;
	/** With `\n` line ends. */
	readonly before: string;
	readonly edits: readonly Edit[];
}

export interface TypedCommit {
	readonly id: string;
	readonly parent: string;
	readonly files: readonly FileEdits[];
}

/** More lines than this are hardly typed by hand in one go. */
const mostInserted = 200;
/** Characters without blanks. */
const leastTyped = 3;
export const mostFileBytes = defaultRules.maxFileKiB * 1024;

export interface TypedHistory {
	/** The oldest first. */
	readonly commits: readonly TypedCommit[];
	/** Commits on the way that were left out, as the clone lacks a part of their text. */
	readonly lacking: number;
}

/**
 * The last `wanted` commits that a person typed. Those whose edits an earlier one has already are left out, as they were
 * cherry-picked.
 *
 * @param onFound called with the number of commits found so far
 */
export async function typedCommits(
	repository: Repository,
	wanted: number,
	onFound: (commits: number) => void,
): Promise<TypedHistory> {
	const found: TypedCommit[] = [];
	let lacking = 0;
	const seen = new Set<string>();
	for await (const commit of repository.commits()) {
		if (!isByHand(commit)) continue;
		const parent = commit.parents[0] as string;
		if (await repository.lacks(parent, commit.id)) {
			lacking++;
			continue;
		}
		const files = await filesOf(repository, commit);
		if (files === null) continue;
		const typed = typedTextOf(files);
		if (typed.length < leastTyped || seen.has(typed)) continue;
		seen.add(typed);
		found.push({ id: commit.id, parent, files });
		onFound(found.length);
		if (found.length === wanted) break;
	}
	return { commits: found.reverse(), lacking };
}

/** All that a commit types, without blanks. */
function typedTextOf(files: readonly FileEdits[]): string {
	const typed = files.flatMap(({ edits }) => edits.filter(({ isDone }) => !isDone).map(({ text }) => text));
	return typed.join("").replaceAll(/\s+/g, "");
}

interface ChangedText {
	readonly change: FileChange;
	readonly before: string;
	readonly after: string;
	readonly hunks: readonly Hunk[];
}

/** Null if the commit is too large, or its edits cannot be told. */
async function filesOf(repository: Repository, { id, parents }: Commit): Promise<FileEdits[] | null> {
	const changes = (await repository.changes(parents[0] as string, id, true)).filter(isReadable);
	const texts = await textsOf(repository, changes);
	if (texts === null) return null;
	const inserted = texts.flatMap(({ hunks }) => hunks).reduce((sum, { newFrom, newTo }) => sum + newTo - newFrom, 0);
	if (inserted < 1 || inserted > mostInserted) return null;
	const removed = texts.flatMap(({ before, hunks }) => {
		const lines = linesOf(before);
		return hunks.filter(({ from, to }) => to > from).map(({ from, to }) => lines.slice(from, to));
	});
	const files: FileEdits[] = [];
	for (const { change, before, after, hunks } of texts) {
		if (change.after === null || before === after) continue;
		const edits = editsOf(before, after, hunks, removed);
		if (edits.reduce<string>(changed, before) !== after) return null;
		files.push({ path: change.after.path, oldPath: change.before?.path ?? null, before, edits });
	}
	return files;
}

function isReadable({ before, after }: FileChange): boolean {
	const path = (after ?? before)?.path as string;
	// A notebook is edited cell by cell: nobody types its JSON.
	const isTyped = !(isNobodys(path) || isLockFile(path) || isGeneratedName(path) || isNotebook(path));
	return isTyped && !isSecretPath(path);
}

/** Those that are text before and after; null if they are too many to have been typed. */
async function textsOf(repository: Repository, changes: readonly FileChange[]): Promise<ChangedText[] | null> {
	// Each file has a line of its own at least.
	if (changes.filter(({ after }) => after !== null).length > 2 * mostInserted) return null;
	const sides = changes.flatMap(({ before, after }) => [before, after].filter((side) => side !== null));
	const read = new Map<string, string | null>();
	for await (const { blob, bytes } of repository.read(sides, mostFileBytes)) read.set(blob.id, textOf(bytes));
	const texts: ChangedText[] = [];
	let inserted = 0;
	for (const change of changes) {
		const before = change.before === null ? "" : (read.get(change.before.id) ?? null);
		const after = change.after === null ? "" : (read.get(change.after.id) ?? null);
		if (before === null || after === null || isProgramsWork(after)) continue;
		const hunks =
			change.before === null || change.after === null
				? [{ from: 0, to: linesOf(before).length, newFrom: 0, newTo: linesOf(after).length }]
				: await repository.hunks(change.before.id, change.after.id);
		inserted += hunks.reduce((sum, { newFrom, newTo }) => sum + newTo - newFrom, 0);
		if (inserted > mostInserted) return null;
		texts.push({ change, before, after, hunks });
	}
	return texts;
}

/** Null if it is no text that the product reads. */
export function textOf(bytes: Uint8Array): string | null {
	if (bytes.length > mostFileBytes) return null;
	const decoded = decode(bytes);
	if ("text" in decoded) return decoded.text;
	return decoded.reason === "empty" ? Buffer.from(bytes).toString().replaceAll(/\r\n?/g, "\n") : null;
}
