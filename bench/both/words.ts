/** How often the word that was written is the most probable one for its place. */
import type { CorpusFile } from "../../src/corpus/index.ts";
import type { Engine } from "../../src/engines/engine.ts";
import { rankFromBothSides } from "../../src/model/bothSides/rank.ts";
import type { Model } from "../../src/model/checkpoint.ts";
import { type Place, rank } from "../../src/model/rank.ts";
import { createTriedBothSides, createTriedNetwork } from "../../src/model/triedNetwork.ts";
import { RandomSource } from "../../src/trainer/sampler.ts";

/** Shares of the cases, 0–1. */
interface Shares {
	/** By a network that reads forward over the word and the text behind it. */
	readonly forward: number;
	/** By a network of both directions. */
	readonly both: number;
}

/** Beside the word itself. */
const candidates = 4;
/** UTF-16 units before a place that are read. */
const mostBefore = 1024;
/** A file of fewer words has too few others to choose from. */
const leastWords = 20;
/** The letters that slips put in, the most usual of English. */
const letters = "etaoinsrhldcumfpgwyb";

/** Places are drawn at random, always the same. */
export async function wordsFound(
	engine: Engine,
	forward: Model,
	both: Model,
	files: readonly CorpusFile[],
	cases: number,
): Promise<{ readonly misspellings: Shares; readonly others: Shares }> {
	const random = new RandomSource(7);
	const network = await createTriedBothSides(engine, both, "float32");
	const { model, dispose } = await createTriedNetwork(engine, forward, "float32", 1);
	const texts = files
		.map(({ name, text }) => ({ path: name, text, words: [...text.matchAll(/[A-Za-z]{4,}/g)] }))
		.filter(({ words }) => words.length >= leastWords);
	if (texts.length === 0) throw new Error("No file held out has enough words");
	const count = (candidatesOf: (word: string, words: readonly string[]) => string[]): Shares => {
		const right = { forward: 0, both: 0 };
		for (let i = 0; i < cases; i++) {
			const { path, text, words } = texts[i % texts.length] as (typeof texts)[number];
			const { index, 0: word } = words[random.below(words.length)] as RegExpExecArray;
			const place: Place = {
				path,
				before: text.slice(Math.max(0, index - mostBefore), index),
				after: text.slice(index + word.length),
			};
			const all = [
				...candidatesOf(
					word,
					words.map((one) => one[0]),
				),
				word,
			];
			if (rank(model, place, all, { sides: "both", isNormalized: false })[0]?.text === word) right.forward++;
			if (rankFromBothSides(network, place, all, false)[0]?.text === word) right.both++;
		}
		return { forward: right.forward / cases, both: right.both / cases };
	};
	const found = {
		misspellings: count((word) => distinct(word, () => misspelled(word, random))),
		others: count((word, words) => distinct(word, () => words[random.below(words.length)] as string)),
	};
	network.dispose();
	dispose();
	return found;
}

/** Candidates other than the word; fewer where the same are drawn again and again. */
function distinct(word: string, draw: () => string): string[] {
	const found = new Set<string>();
	for (let tries = 0; tries < 10 * candidates && found.size < candidates; tries++) {
		const candidate = draw();
		if (candidate !== word) found.add(candidate);
	}
	return [...found];
}

/** By one edit behind the first letter: a letter left out, put in, replaced, or two that change places. */
function misspelled(word: string, random: RandomSource): string {
	const at = 1 + random.below(word.length - 1);
	const letter = letters[random.below(letters.length)] as string;
	const [before, after] = [word.slice(0, at), word.slice(at)];
	switch (random.below(4)) {
		case 0:
			return before + after.slice(1);
		case 1:
			return before + letter + after;
		case 2:
			return before + letter + after.slice(1);
		default:
			return `${word.slice(0, at - 1)}${word[at]}${word[at - 1]}${word.slice(at + 1)}`;
	}
}
