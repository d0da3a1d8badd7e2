/** What differs in the training of a word model: its text in symbols, and its output layer. */
import type { Softmax, TokenScheme } from "../domain/words.ts";
import { type NetworkShape, SYMBOLS, type Symbols, type TrainerOptions, type WordShape } from "../engines/engine.ts";
import type { Model } from "../model/checkpoint.ts";
import type { EncodedDocument } from "../model/document.ts";
import { usualWords, type Vocabulary, vocabularyOf } from "../model/words/vocabulary.ts";
import type { TextMeasures, TrainingText } from "./measures.ts";

/** Symbols drawn for each update of a sampled softmax (bench/NOTES.md, "Words"). */
const draws = 1024;

interface WordOptions {
	readonly tokens?: TokenScheme | undefined;
	readonly words?: number | undefined;
}

/**
 * The vocabulary of a training: that of its text, or of the model that it starts from; undefined for a training in bytes.
 *
 * @param start undefined for a new model
 */
export function vocabularyFor(
	text: TrainingText,
	start: Pick<Model, "vocabulary"> | undefined,
	{ tokens, words }: WordOptions,
): Vocabulary | undefined {
	if (start !== undefined) return start.vocabulary;
	if (tokens !== "word") return undefined;
	const texts = text.training.map(({ bytes }) => bytes.subarray(0, -1));
	return vocabularyOf(texts, words ?? usualWords);
}

/** The text in symbols. Header and body are encoded apart, as the header is not scored. */
export function inSymbols(
	{ training, validation, isHeldOutAgain = false }: TrainingText,
	vocabulary: Vocabulary,
): TrainingText<Symbols> {
	const encode = ({ bytes, skip }: EncodedDocument): EncodedDocument<Symbols> => {
		const header = vocabulary.encode(bytes.subarray(0, skip));
		const body = vocabulary.encode(bytes.subarray(skip));
		const symbols = new Uint16Array(header.length + body.length);
		symbols.set(header);
		symbols.set(body, header.length);
		return { bytes: symbols, skip: header.length };
	};
	return { training: training.map(encode), validation: validation.map(encode), isHeldOutAgain, vocabulary };
}

/** The shape of a network that begins with random weights. */
export function newShape(
	{ shape, softmax }: { readonly shape: NetworkShape; readonly softmax: Softmax },
	{ vocabulary }: TrainingText<Symbols>,
): NetworkShape {
	return vocabulary === undefined ? shape : { ...shape, words: wordShapeOf(vocabulary, softmax) };
}

/**
 * The output layer over a vocabulary. An adaptive softmax computes the 2,000 most frequent words always, or a fifth of few, and
 * those from the 10,000th on in a cluster of their own.
 */
export function wordShapeOf({ size }: Vocabulary, softmax: Softmax): WordShape {
	const words = size - SYMBOLS;
	if (softmax !== "adaptive" || words < 2) return { symbols: size, cutoffs: [] };
	const frequent = Math.min(2000, Math.floor(words / 5));
	const cutoffs = [frequent, 10_000].filter((cutoff, index) => index === 0 || words >= 2 * cutoff);
	return { symbols: size, cutoffs: cutoffs.map((cutoff) => SYMBOLS + cutoff) };
}

/** What a sampled softmax adds to the options of a trainer. */
export function sampledOf(
	softmax: Softmax,
	{ symbolCounts, symbols }: TextMeasures,
	seed: number,
): Pick<TrainerOptions, "sampled"> {
	if (softmax !== "sampled" || symbols !== undefined) return {};
	// Half a count for symbols that do not occur, as in the initial biases.
	return { sampled: { draws, seed, weights: symbolCounts.map((count) => count + 0.5) } };
}
