/** Measures of a training: sizes and byte frequencies of its text, how well these alone predict it, and whether a network is sound. */
import { type NetworkTrainer, type Parameters, SYMBOLS, type Symbols } from "../engines/engine.ts";
import { countCharacters, type EncodedDocument } from "../model/document.ts";
import { logFrequencies } from "../model/initialize.ts";
import { mostTrialBits, trialTexts } from "../model/triedNetwork.ts";
import { countSymbolCharacters, type Vocabulary } from "../model/words/vocabulary.ts";

/** Documents in bytes or, for a word model, in symbols of its vocabulary. */
export interface TrainingText<S extends Symbols = Uint8Array> {
	readonly training: readonly EncodedDocument<S>[];
	/** Held out: never trained on. May be empty. */
	readonly validation: readonly EncodedDocument<S>[];
	/**
	 * Whether the model that training starts from was measured on this validation text when it was trained: only then may its
	 * figures be compared with those of this training.
	 */
	readonly isHeldOutAgain?: boolean;
	readonly vocabulary?: Vocabulary;
	/** What the memory says of each document of either part, if the network is trained to be mixed with it. */
	readonly advice?: { readonly training: readonly Advice[]; readonly validation: readonly Advice[] };
}

/** What the memory says of each byte of a document: eight numbers a byte, as in `Segment`. */
export type Advice = Int8Array;

export interface TextMeasures {
	/** How often each byte, of a word model each symbol, occurs in the training text. */
	readonly symbolCounts: Float64Array;
	/** Byte values that occur in the training text; absent for a word model. */
	readonly symbols?: Uint8Array | undefined;
	readonly trainingCharacters: number;
	/** Bytes, of a word model symbols, that the network reads for a character. */
	readonly symbolsPerCharacter: number;
	readonly validationCharacters: number;
	/** Bits per character of the validation text by these frequencies alone, with which a new model starts. */
	readonly unigramBpc: number | null;
}

export function measure(text: TrainingText<Symbols>): TextMeasures {
	const { vocabulary } = text;
	const charactersOf = (document: EncodedDocument<Symbols>) => {
		const body = bodyOf(document);
		return body instanceof Uint8Array ? countCharacters(body) : countSymbolCharacters(vocabulary as Vocabulary, body);
	};
	const symbolCounts = new Float64Array(vocabulary?.size ?? SYMBOLS);
	let characters = 0;
	let symbols = 0;
	for (const document of text.training) {
		for (const symbol of document.bytes) symbolCounts[symbol] = (symbolCounts[symbol] as number) + 1;
		characters += charactersOf(document);
		symbols += bodyOf(document).length;
	}
	const validationCharacters = text.validation.reduce((sum, document) => sum + charactersOf(document), 0);
	const frequencies = logFrequencies(symbolCounts);
	let nats = 0;
	for (const document of text.validation) for (const symbol of bodyOf(document)) nats -= frequencies[symbol] as number;
	const occurring = Uint8Array.from([...symbolCounts.keys()].filter((symbol) => symbolCounts[symbol] !== 0));
	return {
		symbolCounts,
		...(vocabulary === undefined ? { symbols: occurring } : {}),
		trainingCharacters: characters,
		symbolsPerCharacter: characters === 0 ? 1 : symbols / characters,
		validationCharacters,
		unigramBpc: validationCharacters === 0 ? null : nats / Math.LN2 / validationCharacters,
	};
}

function bodyOf({ bytes, skip }: EncodedDocument<Symbols>): Symbols {
	return bytes.subarray(skip, -1);
}

/**
 * Whether the network of these parameters gives probabilities; for one that was not validated.
 *
 * @param trainer of a network of this shape
 * @param vocabulary of a word model
 */
export async function isSound(
	trainer: Pick<NetworkTrainer, "evaluate">,
	parameters: Parameters,
	vocabulary?: Vocabulary,
): Promise<boolean> {
	if (!areFinite(parameters)) return false;
	for (const text of trialTexts) {
		const { nats, bytes } = await trainer.evaluate([vocabulary?.encode(text) ?? text], [0], parameters);
		if (nats / Math.LN2 / bytes < mostTrialBits) return true;
	}
	return false;
}

/** Of the text that it learns: any byte at random costs 8 bits, any symbol of the largest vocabulary 16. */
const mostBits = { byte: 16, symbol: 32 };

/** Whether a network that still gives probabilities may have so many bits a byte, or a symbol, on the validation text. */
export function isPossible(bits: number, vocabulary?: Vocabulary): boolean {
	return bits < (vocabulary === undefined ? mostBits.byte : mostBits.symbol);
}

/** Whether all parameters of a network are numbers. */
export function areFinite(parameters: Parameters): boolean {
	return [...parameters.values()].every(({ data }) => data.every(Number.isFinite));
}

/** The mean of two networks' parameters (WiSE-FT) with this share of the first, 0–1; the second if there is no first. */
export function meanOf(start: Parameters | undefined, end: Parameters, shareOfStart: number): Parameters {
	if (start === undefined || shareOfStart === 0) return end;
	return new Map(
		[...end].map(([name, { shape, data }]) => {
			const before = start.get(name)?.data as Float32Array;
			const mean = data.map((value, i) => shareOfStart * (before[i] as number) + (1 - shareOfStart) * value);
			return [name, { shape, data: mean }];
		}),
	);
}
