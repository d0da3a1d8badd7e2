/** The dictionary and the confusion model that come with Inkling. */
import { readFile } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";
import nspell from "nspell";
import { loadedOnce } from "../model/memory/prior.ts";
import { shippedDictionary } from "../platform/shipped.ts";
import { ConfusionModel } from "./channel/confusion.ts";
import { editCounts } from "./channel/editCounts.ts";
import type { Dictionary } from "./dictionary.ts";
import type { Lexicon } from "./judge.ts";

/** Entries that take a millisecond or two: others wait for the process meanwhile. */
const entriesInStep = 128;

/** Loaded once in a process, in small steps. */
export const shippedLexicon = loadedOnce(
	async (): Promise<Lexicon> => ({ dictionary: await loadEnglish(), confusion: new ConfusionModel(editCounts) }),
);

/** English: the dictionary of Hunspell, read by nspell. */
async function loadEnglish(): Promise<Dictionary> {
	const [affixes, entries] = await Promise.all([
		readFile(shippedDictionary("aff"), "utf8"),
		readFile(shippedDictionary("dic"), "utf8"),
	]);
	// With these rules, every word is right from the second call of `dictionary` on (findings/nspell-second-dictionary.sh). They are
	// about numbers such as "21st", which are never looked up.
	const spell = nspell(affixes.replaceAll(/^COMPOUNDRULE .*$/gm, ""));
	const lines = entries.split("\n").slice(1);
	for (let from = 0; from < lines.length; from += entriesInStep) {
		// The first line of a file is the number of its entries.
		spell.dictionary(`\n${lines.slice(from, from + entriesInStep).join("\n")}\n`);
		await turn();
	}
	return { knows: (word) => spell.correct(word) };
}
