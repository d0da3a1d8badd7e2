/** Misspellings with the documents in which they stand. */
import { spawnSync } from "node:child_process";
import { kindsIn, type Word, WordFinder } from "../../src/spelling/words/finder.ts";
import type { Correction } from "./history.ts";

/** A misspelling in a document. */
export interface Case {
	readonly path: string;
	readonly lines: readonly string[];
	readonly line: number;
	readonly start: number;
	readonly wrong: string;
	readonly right: string;
}

/** UTF-16 units; larger files are data. */
const largest = 2 ** 20;

/** The corrections with the texts before them, without those of code that is quoted. */
export function casesOf(folder: string, corrections: readonly Correction[]): Case[] {
	const texts = blobs(folder, [...new Set(corrections.map(({ blob }) => blob))]);
	const cases: Case[] = [];
	for (const { path, blob, line, start, wrong, right } of corrections) {
		const text = texts.get(blob);
		if (text === undefined || text.length > largest) continue;
		const lines = text.split(/\r\n?|\n/);
		if (lines[line]?.slice(start, start + wrong.length) !== wrong || isQuotedCode(lines, line, start)) continue;
		cases.push({ path, lines, line, start, wrong, right });
	}
	return cases;
}

/** Whether a place is code that prose or a comment quotes: between backticks, or between lines of them. */
function isQuotedCode(lines: readonly string[], line: number, start: number): boolean {
	const isOdd = (count: number): boolean => count % 2 === 1;
	const spans = lines[line]?.slice(0, start).match(/`+/g)?.length ?? 0;
	return isOdd(spans) || isOdd(lines.slice(0, line).filter((one) => /^\s*(?:```|~~~)/.test(one)).length);
}

/** The words of a line that are checked, in its document. */
export function wordsOfLine({ path, lines, line }: Pick<Case, "path" | "lines" | "line">): Word[] {
	const finder = new WordFinder(path);
	const kinds = kindsIn("text");
	for (const text of lines.slice(0, line)) finder.next(text);
	return finder.next(lines[line] ?? "").filter(({ kind }) => kinds.has(kind));
}

function blobs(folder: string, ids: readonly string[]): Map<string, string> {
	const { stdout } = spawnSync("git", ["cat-file", "--batch"], {
		cwd: folder,
		input: ids.map((id) => `${id}\n`).join(""),
		maxBuffer: 2 ** 30,
	});
	const texts = new Map<string, string>();
	let at = 0;
	while (at < stdout.length) {
		const lineEnd = stdout.indexOf("\n", at);
		const [id = "", type, size] = stdout.subarray(at, lineEnd).toString().split(" ");
		at = lineEnd + 1;
		if (type !== "blob") continue;
		texts.set(id, stdout.subarray(at, at + Number(size)).toString());
		at += Number(size) + 1;
	}
	return texts;
}
