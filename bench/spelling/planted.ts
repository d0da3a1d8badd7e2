/** Misspellings of a public list, put into lines of prose in which the right words stand. */

import { editBetween } from "../../src/spelling/channel/edits.ts";
import { isKnown, type Lexicon } from "../../src/spelling/judge.ts";
import { kindsIn, wordsOf } from "../../src/spelling/words/finder.ts";
import { RandomSource } from "../../src/trainer/sampler.ts";
import type { Case } from "./cases.ts";

/** At most `wanted`, each of another word; the same at each call. */
export function plantedCases(
	files: readonly { readonly path: string; readonly text: string }[],
	misspellings: Iterable<{ readonly intended: string; readonly typed: string }>,
	wanted: number,
	{ dictionary }: Lexicon,
): Case[] {
	const typedFor = new Map<string, string[]>();
	for (const { intended, typed } of misspellings) {
		if (editBetween(intended, typed) === undefined || isKnown(dictionary, typed)) continue;
		typedFor.set(intended, [...(typedFor.get(intended) ?? []), typed]);
	}
	const random = new RandomSource(1);
	const kinds = kindsIn("text");
	// One place for each word, drawn from all of its places.
	const places = new Map<
		string,
		{ readonly file: number; readonly line: number; readonly start: number; seen: number }
	>();
	for (const [file, { path, text }] of files.entries())
		for (const { text: word, line, start, kind } of wordsOf(path, text)) {
			if (!typedFor.has(word) || !kinds.has(kind)) continue;
			const seen = (places.get(word)?.seen ?? 0) + 1;
			if (random.below(seen) === 0) places.set(word, { file, line, start, seen });
			else (places.get(word) as { seen: number }).seen = seen;
		}
	const chosen = [...places]
		.map((place) => ({ place, at: random.next() }))
		.sort((one, other) => one.at - other.at)
		.slice(0, wanted);
	return chosen.map(({ place: [word, { file, line, start }] }) => {
		const typed = typedFor.get(word) as string[];
		const wrong = typed[random.below(typed.length)] as string;
		const { path, text } = files[file] as { path: string; text: string };
		const lines = text.split("\n");
		const before = lines[line] as string;
		lines[line] = before.slice(0, start) + wrong + before.slice(start + word.length);
		return { path, lines, line, start, wrong, right: word };
	});
}
