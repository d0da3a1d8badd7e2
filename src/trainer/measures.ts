/** Measures of a training: sizes and byte frequencies of its text, how well these alone predict it, and whether a network is sound. */
import { type NetworkTrainer, type Parameters, SYMBOLS } from "../engines/engine.ts";
import { countCharacters, type EncodedDocument } from "../model/document.ts";
import { byteLogFrequencies } from "../model/initialize.ts";
import { mostTrialBits, trialTexts } from "../model/triedNetwork.ts";

export interface TrainingText {
	readonly training: readonly EncodedDocument[];
	/** Held out: never trained on. May be empty. */
	readonly validation: readonly EncodedDocument[];
	/** What the memory says of each document of either part, if the network is trained to be mixed with it. */
	readonly advice?: { readonly training: readonly Advice[]; readonly validation: readonly Advice[] };
}

/** What the memory says of each byte of a document: eight numbers a byte, as in `Segment`. */
export type Advice = Int8Array;

export interface TextMeasures {
	readonly byteCounts: Float64Array;
	/** Byte values that occur in the training text. */
	readonly symbols: Uint8Array;
	readonly trainingCharacters: number;
	readonly bytesPerCharacter: number;
	readonly validationCharacters: number;
	/** Bits per character of the validation text by the byte frequencies alone, with which a new model starts. */
	readonly unigramBpc: number | null;
}

export function measure(text: TrainingText): TextMeasures {
	const byteCounts = new Float64Array(SYMBOLS);
	let characters = 0;
	let bytes = 0;
	for (const document of text.training) {
		for (const byte of document.bytes) byteCounts[byte] = (byteCounts[byte] as number) + 1;
		characters += countCharacters(bodyOf(document));
		bytes += bodyOf(document).length;
	}
	const validationCharacters = text.validation.reduce((sum, document) => sum + countCharacters(bodyOf(document)), 0);
	const logFrequencies = byteLogFrequencies(byteCounts);
	let nats = 0;
	for (const document of text.validation) for (const byte of bodyOf(document)) nats -= logFrequencies[byte] as number;
	return {
		byteCounts,
		symbols: Uint8Array.from([...byteCounts.keys()].filter((byte) => byteCounts[byte] !== 0)),
		trainingCharacters: characters,
		bytesPerCharacter: characters === 0 ? 1 : bytes / characters,
		validationCharacters,
		unigramBpc: validationCharacters === 0 ? null : nats / Math.LN2 / validationCharacters,
	};
}

function bodyOf({ bytes, skip }: EncodedDocument): Uint8Array {
	return bytes.subarray(skip, -1);
}

/**
 * Whether the network of these parameters gives probabilities; for one that was not validated.
 *
 * @param trainer of a network of this shape
 */
export async function isSound(trainer: Pick<NetworkTrainer, "evaluate">, parameters: Parameters): Promise<boolean> {
	if (!areFinite(parameters)) return false;
	for (const text of trialTexts) {
		const { nats, bytes } = await trainer.evaluate([text], [0], parameters);
		if (nats / Math.LN2 / bytes < mostTrialBits) return true;
	}
	return false;
}

/** Of the text that it learns: any byte at random costs 8 bits. */
const mostBitsPerByte = 16;

/** Whether a network that still gives probabilities may have so many bits a byte on the validation text. */
export function isPossible(bitsPerByte: number): boolean {
	return bitsPerByte < mostBitsPerByte;
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
