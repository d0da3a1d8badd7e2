/**
 * Other spelling checkers on the same lines: codespell, which looks words up in a list of misspellings, and nspell, which marks all
 * that its dictionary lacks. And a public list of misspellings, that of nlpaug. `bench/peers/spelling.txt` names the packages of
 * Python.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import nspellOf from "nspell";
import { shippedDictionary } from "../../src/platform/shipped.ts";
import type { Word } from "../../src/spelling/words/finder.ts";

/** A word that a checker marks. */
export interface Flagged {
	readonly word: string;
	/** What it offers first; undefined: nothing. */
	readonly suggestion: string | undefined;
}

/** What codespell marks in each line. */
export function codespell(python: string, lines: readonly string[]): Flagged[][] {
	const folder = mkdtempSync(join(tmpdir(), "inkling-spelling-"));
	try {
		writeFileSync(join(folder, "lines.txt"), lines.map((line) => `${line}\n`).join(""));
		const output = run(python, ["-m", "codespell_lib", "--disable-colors", "lines.txt"], folder);
		const found: Flagged[][] = lines.map(() => []);
		for (const [, line, word = "", offered = ""] of output.matchAll(/^.*?:(\d+): (\S+) ==> (.*)$/gm))
			found[Number(line) - 1]?.push({ word, suggestion: offered.split(",")[0]?.trim() });
		return found;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

let spell: ReturnType<typeof nspellOf> | undefined;
/** nspell looks for suggestions for a long time, and for the same words again and again. */
const suggested = new Map<string, string | undefined>();

/** The words that nspell marks, with the dictionary that Inkling uses. */
export function nspell(words: readonly Word[], isSuggesting = true): Flagged[] {
	spell ??= nspellOf(readFileSync(shippedDictionary("aff"), "utf8")).dictionary(
		readFileSync(shippedDictionary("dic"), "utf8"),
	);
	const checker = spell;
	return words
		.filter(({ text }) => !checker.correct(text))
		.map(({ text }) => {
			if (isSuggesting && !suggested.has(text)) suggested.set(text, checker.suggest(text)[0]);
			return { word: text, suggestion: suggested.get(text) };
		});
}

/** The list of nlpaug: the right word and its misspellings in each line. */
export function publicMisspellings(python: string): { readonly intended: string; readonly typed: string }[] {
	const find = "import importlib.util; print(importlib.util.find_spec('nlpaug').submodule_search_locations[0])";
	const folder = run(python, ["-c", find], ".").trim();
	return readFileSync(join(folder, "res/word/spelling/spelling_en.txt"), "utf8")
		.split("\n")
		.flatMap((line) => {
			const [intended = "", ...typed] = line.trim().split(" ");
			return typed.map((one) => ({ intended, typed: one }));
		});
}

function run(program: string, args: readonly string[], folder: string): string {
	const { stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
	if (error !== undefined) throw error;
	if (stdout === "" && stderr !== "") throw new Error(stderr);
	return stdout;
}
