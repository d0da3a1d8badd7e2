/** Ranks candidate texts for a place by how probable they are there: from the text before it, or from that on both sides. */
import { Buffer } from "node:buffer";
import { countCharacters, documentHeader, normalizeLineEnds } from "./document.ts";
import type { Context, LanguageModel } from "./languageModel.ts";

/** A place in a document. */
export interface Place {
	/** Of the document, relative to the workspace folder, with "/". */
	readonly path: string;
	readonly before: string;
	readonly after: string;
}

export interface RankOptions {
	/** `left`: only the text before the place counts. `both`: a candidate must also lead to the text after it. */
	readonly sides: "left" | "both";
	/** Order by bits per character, so that a long candidate is not behind a short one for its length alone. */
	readonly isNormalized: boolean;
}

export interface Ranked {
	readonly text: string;
	/** −log₂ of its probability; with both sides, of that of the candidate and the text after it together. */
	readonly bits: number;
	/** Per character of what the bits are of; an empty candidate counts as one character. */
	readonly bitsPerCharacter: number;
}

/** UTF-16 units after the place that a candidate must lead to. Text further right hardly depends on what stands here. */
const mostAfter = 256;

/** The most probable first; of candidates that are equally probable, the one that was named first. */
export function rank(
	model: LanguageModel,
	{ path, before, after }: Place,
	candidates: readonly string[],
	{ sides, isNormalized }: RankOptions,
): Ranked[] {
	const beginning = Buffer.concat([documentHeader(path), Buffer.from(normalizeLineEnds(before))]);
	const context = model.read(model.start(), beginning);
	const behind = sides === "both" ? characterEnd(normalizeLineEnds(after).slice(0, mostAfter)) : "";
	const scored = candidates.map((text): Ranked => {
		const bytes = Buffer.from(normalizeLineEnds(text) + behind);
		const bits = bitsOf(model, context, bytes);
		return { text, bits, bitsPerCharacter: bits / Math.max(1, countCharacters(bytes)) };
	});
	return inOrder(scored, isNormalized);
}

/** The most probable first. */
export function inOrder(ranked: readonly Ranked[], isNormalized: boolean): Ranked[] {
	const by = (one: Ranked): number => (isNormalized ? one.bitsPerCharacter : one.bits);
	return ranked.toSorted((one, other) => by(one) - by(other));
}

function bitsOf(model: LanguageModel, start: Context, bytes: Uint8Array): number {
	let context = start;
	let nats = 0;
	for (const byte of bytes) {
		nats -= context.logProbabilities[byte] as number;
		context = model.advance([context], [byte])[0] as Context;
	}
	return nats / Math.LN2;
}

/** Without half a surrogate pair at its end. */
function characterEnd(text: string): string {
	return text.replace(/[\ud800-\udbff]$/, "");
}
