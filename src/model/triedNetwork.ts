/**
 * From the parameters of a network to a language model that answers. A file can hold finite numbers of which the network
 * makes none: so each network is tried on fixed text before it is handed out.
 */
import { Buffer } from "node:buffer";
import { setImmediate as turn } from "node:timers/promises";
import { type Engine, type Precision, SYMBOLS, type Symbols } from "../engines/engine.ts";
import { Failure } from "../platform/failure.ts";
import { type Half, halvesOf } from "./bothSides/halves.ts";
import { BothSides } from "./bothSides/network.ts";
import { result } from "./bothSides/score.ts";
import type { Model } from "./checkpoint.ts";
import type { Context, LanguageModel } from "./languageModel.ts";
import { createNetwork } from "./network.ts";
import type { Vocabulary } from "./words/vocabulary.ts";

export interface TriedNetwork {
	readonly model: LanguageModel;
	dispose(): void;
}

/**
 * Tries a network that is to be trained further.
 *
 * @throws {Failure} as `createTriedNetwork`
 */
export async function tryNetwork(engine: Engine, model: Trial): Promise<void> {
	const tried =
		model.shape.direction === "both"
			? await createTriedBothSides(engine, model, "float32")
			: model.vocabulary === undefined
				? await createTriedNetwork(engine, model, "float32", trialTexts.length)
				: await createTriedWords(engine, model, "float32", trialTexts.length);
	tried.dispose();
}

/** What of a model is tried. */
type Trial = Pick<Model, "shape" | "parameters" | "vocabulary">;

/** A word model: its contexts say how probable each symbol of the vocabulary is. */
export interface TriedWords {
	readonly model: LanguageModel<Symbols>;
	readonly vocabulary: Vocabulary;
	dispose(): void;
}

/** @throws {Failure} badArgument if it is no word model; else as `createTriedNetwork` */
export async function createTriedWords(
	engine: Engine,
	{ shape, parameters, vocabulary }: Trial,
	precision: Precision,
	maxBatch: number,
): Promise<TriedWords> {
	if (vocabulary === undefined) {
		throw new Failure("badArgument", "The model predicts bytes: train one of words with --tokens word");
	}
	const predictor = await engine.createPredictor(shape, parameters, precision, maxBatch);
	const model = createNetwork(predictor);
	try {
		await requireSound(model, (text) => vocabulary.encode(text));
	} catch (error) {
		predictor.dispose();
		throw error;
	}
	return { model, vocabulary, dispose: () => predictor.dispose() };
}

/**
 * @param maxBatch most contexts that are advanced together
 * @throws {Failure} modelBroken if the network gives no probabilities, or all but impossible ones; wordsOnly if it is a word
 * model; else as `createPredictor`
 */
export async function createTriedNetwork(
	engine: Engine,
	{ shape, parameters }: Pick<Model, "shape" | "parameters">,
	precision: Precision,
	maxBatch: number,
): Promise<TriedNetwork> {
	if (shape.words !== undefined) throw new Failure("wordsOnly");
	const predictor = await engine.createPredictor(shape, parameters, precision, maxBatch);
	const model = createNetwork(predictor);
	try {
		await requireSound(model);
	} catch (error) {
		predictor.dispose();
		throw error;
	}
	return { model, dispose: () => predictor.dispose() };
}

/**
 * As `createTriedNetwork`, of the base model that this version ships. Its tests have tried it, and its file has a checksum, so
 * that it is not tried anew each time that an editor starts.
 *
 * @throws {Failure} as `createPredictor`
 */
export async function createShippedNetwork(
	engine: Engine,
	{ shape, parameters }: Pick<Model, "shape" | "parameters">,
	precision: Precision,
	maxBatch: number,
): Promise<TriedNetwork> {
	const predictor = await engine.createPredictor(shape, parameters, precision, maxBatch);
	return { model: createNetwork(predictor), dispose: () => predictor.dispose() };
}

/** As `createTriedNetwork`, of a network of both directions. */
export async function createTriedBothSides(
	engine: Engine,
	model: Pick<Model, "shape" | "parameters">,
	precision: Precision,
): Promise<BothSides> {
	if (model.shape.direction !== "both")
		throw new Failure("badArgument", "The model reads forward only: train one with --direction both");
	const halves = halvesOf(model);
	const predictorOf = ({ shape, parameters }: Half) => engine.createPredictor(shape, parameters, precision, 1);
	const forward = await predictorOf(halves.forward);
	const backward = await predictorOf(halves.backward).catch((error: unknown) => {
		forward.dispose();
		throw error;
	});
	const network = new BothSides(
		forward,
		backward,
		halves.forward.parameters.get("head.bias")?.data ?? new Float32Array(SYMBOLS),
	);
	try {
		await requireBothSound(network);
	} catch (error) {
		network.dispose();
		throw error;
	}
	return network;
}

/** Of each text; they are read side by side. All of the trial costs about as much as one suggestion does after a jump. */
const textBytes = 24;

/** A model may know one language only, and give the others' letters no more than half a count in all of its text. */
export const trialTexts: readonly Uint8Array[] = [
	'import { join } from "node:path";\n',
	"for item in items:\n    print(item)\n",
	"A model is tried on this text.\n",
	"Модель пробуют на этом тексте.\n",
	"このモデルはこの文で試される。\n",
	"先用这段文字来试一试模型。\n",
	"모델은 이 글로 시험해 봅니다.\n",
	"يُجرَّب النموذج على هذا النص.\n",
].map((text) => Buffer.from(text).subarray(0, textBytes));

/** All byte values, in pieces: what only a rare byte brings about is found, too. */
const pieceBytes = 32;
const pieces: readonly Uint8Array[] = Array.from({ length: SYMBOLS / pieceBytes }, (_, piece) =>
	Uint8Array.from({ length: pieceBytes }, (_, at) => piece * pieceBytes + at),
);

/**
 * For a byte of the text that is cheapest. A network that was trained on one narrow text has learned that the letters of any other
 * do not come, but only so far: the gradient of a byte that never comes is its probability, and below the optimisers' ε of 1e-8,
 * 27 bits, it moves nothing. Networks of thirteen trainings on narrow texts (digits, bases of DNA, Morse, Greek, Thai, one line) took
 * up to 17 bits for the cheapest text and 24 for the dearest; weights that no training makes take hundreds. A bound of 16 bits would
 * refuse what people train.
 */
export const mostTrialBits = 32;

/** Steps of the trial between two pauses, in which requests are answered: a millisecond or two. */
const stepsAtOnce = 4;

/** Rounding to float32 changes the sum of 256 probabilities by less. */
const sumTolerance = 1e-3;

/**
 * Has the model read fixed text: each distribution must sum to 1, and one of the texts at least must cost less than
 * `mostTrialBits` a byte, or a symbol of a word model.
 *
 * @throws {Failure} modelBroken
 */
async function requireSound(
	model: LanguageModel<Symbols>,
	encode: (text: Uint8Array) => Symbols = (text) => text,
): Promise<void> {
	await read(model, pieces.map(encode));
	const least = Math.min(...(await read(model, trialTexts.map(encode))));
	if (!(least < mostTrialBits)) throw tooImprobable();
}

/** As `requireSound`. */
async function requireBothSound(network: BothSides): Promise<void> {
	const bitsOf = async (text: Uint8Array): Promise<number> => {
		await turn();
		const nats = result(network.nats(text)).reduce((sum, value) => sum + value, 0);
		if (!Number.isFinite(nats)) throw broken("its network gives no probabilities");
		return nats / Math.LN2 / text.length;
	};
	for (const piece of pieces) await bitsOf(piece);
	let least = Number.POSITIVE_INFINITY;
	for (const text of trialTexts) least = Math.min(least, await bitsOf(text));
	if (!(least < mostTrialBits)) throw tooImprobable();
}

/** Bits a byte of each text, of which the first byte does not count. */
async function read(model: LanguageModel<Symbols>, texts: readonly Symbols[]): Promise<number[]> {
	const length = Math.min(...texts.map((text) => text.length));
	const bits = texts.map(() => 0);
	let contexts: readonly Context[] = texts.map(() => model.start());
	for (let at = 0; at < length; at++) {
		if (at % stepsAtOnce === 0) await turn();
		const bytes = texts.map((text) => text[at] as number);
		if (at > 0)
			for (const [i, byte] of bytes.entries())
				bits[i] = (bits[i] as number) - (contexts[i]?.logProbabilities[byte] as number) / Math.LN2;
		contexts = model.advance(contexts, bytes);
		for (const { logProbabilities } of contexts) requireDistribution(logProbabilities);
	}
	return bits.map((sum) => sum / (length - 1));
}

function requireDistribution(logProbabilities: Float32Array): void {
	let sum = 0;
	// biome-ignore lint/style/useForOf: an iterator takes several times as long, while a model is loaded
	for (let i = 0; i < logProbabilities.length; i++) sum += Math.exp(logProbabilities[i] as number);
	// False if one of them is no number.
	if (!(Math.abs(sum - 1) < sumTolerance)) throw broken("its network gives no probabilities");
}

function tooImprobable(): Failure {
	return broken("its network takes ordinary text for all but impossible");
}

function broken(detail: string): Failure {
	return new Failure("modelBroken", detail);
}
