/**
 * Finds corrections of misspellings in the history of a git repository: a line of a comment or of prose in which one word became
 * another by one edit, and nothing else changed.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { isGeneratedName, isLockFile } from "../../src/corpus/content/kinds.ts";
import { editBetween } from "../../src/spelling/channel/edits.ts";

export interface Correction {
	readonly path: string;
	/** The blob in which the word is wrong, and its line there, from 0. */
	readonly blob: string;
	readonly line: number;
	/** Columns of the wrong word, in UTF-16 units. */
	readonly start: number;
	readonly wrong: string;
	readonly right: string;
	/** The line before and after. */
	readonly before: string;
	readonly after: string;
}

/** Lines of more units are data. */
const longestLine = 500;

/** One-word changes of one edit, each pair of words once for each file; the newest first. */
export async function oneWordChanges(folder: string): Promise<Correction[]> {
	const options = ["--no-merges", "--unified=0", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv"];
	const git = spawn("git", ["--no-pager", "log", "-p", ...options, "--format=", "HEAD"], {
		cwd: folder,
		stdio: ["ignore", "pipe", "inherit"],
	});
	const found: Correction[] = [];
	const seen = new Set<string>();
	let path = "";
	let blob = "";
	let oldLine = 0;
	let removed: string[] = [];
	let added: string[] = [];
	const settle = (): void => {
		if (removed.length === added.length)
			for (const [i, before] of removed.entries()) {
				const change = changedWord(before, added[i] as string);
				if (change === undefined || isGeneratedName(path) || isLockFile(path)) continue;
				const key = `${path}\0${change.wrong}\0${change.right}`;
				if (seen.has(key)) continue;
				seen.add(key);
				found.push({ path, blob, line: oldLine + i, ...change, before, after: added[i] as string });
			}
		removed = [];
		added = [];
	};
	for await (const line of createInterface({ input: git.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
		if (line.startsWith("-") && !line.startsWith("--- ")) removed.push(line.slice(1));
		else if (line.startsWith("+") && !line.startsWith("+++ ")) added.push(line.slice(1));
		else {
			settle();
			const hunk = /^@@ -(\d+)/.exec(line);
			if (hunk !== null) oldLine = Number(hunk[1]) - 1;
			else if (line.startsWith("index ")) blob = line.slice(6).split("..")[0] as string;
			else if (line.startsWith("+++ b/")) path = line.slice(6);
		}
	}
	settle();
	return found;
}

function changedWord(
	before: string,
	after: string,
): { readonly start: number; readonly wrong: string; readonly right: string } | undefined {
	if (before.length > longestLine || Math.abs(before.length - after.length) > 1 || before === after) return undefined;
	let from = 0;
	while (from < before.length && before[from] === after[from]) from++;
	let behind = 0;
	const least = Math.min(before.length, after.length) - from;
	while (behind < least && before.at(-1 - behind) === after.at(-1 - behind)) behind++;
	while (from > 0 && isLetter(before[from - 1])) from--;
	while (behind > 0 && isLetter(before[before.length - behind])) behind--;
	const wrong = before.slice(from, before.length - behind);
	const right = after.slice(from, after.length - behind);
	if (!/^[A-Za-z']{3,}$/.test(wrong) || !/^[A-Za-z']{3,}$/.test(right)) return undefined;
	if (editBetween(right.toLowerCase(), wrong.toLowerCase()) === undefined) return undefined;
	return { start: from, wrong, right };
}

function isLetter(sign: string | undefined): boolean {
	return sign !== undefined && /[A-Za-z']/.test(sign);
}
