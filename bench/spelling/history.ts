/**
 * Finds corrections of misspellings in the history of a git repository: a line of a comment or of prose in which one word became
 * another by one edit, and nothing else changed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
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

/** Commits in a row that may be left out. */
const mostLacking = 20;
/** Lines of more units are data. */
const longestLine = 500;

/**
 * One-word changes of one edit, each pair of words once for each file; the newest first. A commit of which the clone lacks a part
 * ends git's output: it is left out, and git asked for those before it.
 */
export async function oneWordChanges(folder: string): Promise<Correction[]> {
	const found: Correction[] = [];
	const seen = new Set<string>();
	let failures = 0;
	for (let skipped = 0; ; ) {
		const { commits, isWhole } = await readChanges(folder, skipped, (change) => {
			const key = `${change.path}\0${change.wrong}\0${change.right}`;
			if (seen.has(key)) return;
			seen.add(key);
			found.push(change);
		});
		if (isWhole) return found;
		failures = commits > 0 ? 0 : failures + 1;
		if (failures > mostLacking) throw new Error(`git cannot read the history of ${folder}`);
		skipped += Math.max(1, commits);
	}
}

/** Reads commits from the last one back, without the first `skipped`, and returns how many it has begun. */
async function readChanges(
	folder: string,
	skipped: number,
	take: (change: Correction) => void,
): Promise<{ readonly commits: number; readonly isWhole: boolean }> {
	const options = ["--no-merges", "--unified=0", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv"];
	const git = spawn(
		"git",
		["--no-pager", "log", "-p", ...options, "--format=tformat:commit", `--skip=${skipped}`, "HEAD"],
		{
			cwd: folder,
			stdio: ["ignore", "pipe", "ignore"],
		},
	);
	const ended = once(git, "close");
	let commits = 0;
	let path = "";
	let blob = "";
	let oldLine = 0;
	let removed: string[] = [];
	let added: string[] = [];
	const settle = (): void => {
		if (removed.length === added.length && !isGeneratedName(path) && !isLockFile(path))
			for (const [i, before] of removed.entries()) {
				const after = added[i] as string;
				const change = changedWord(before, after);
				if (change !== undefined) take({ path, blob, line: oldLine + i, ...change, before, after });
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
			else if (line === "commit") commits++;
			else if (line.startsWith("index ")) blob = line.slice(6).split("..")[0] as string;
			else if (line.startsWith("+++ b/")) path = line.slice(6);
		}
	}
	settle();
	const [code] = await ended;
	return { commits, isWhole: code === 0 };
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
