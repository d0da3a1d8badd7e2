/** Held-out bits per character of each part of the language model: the network, the memory, and both mixed. */
import { LogisticCalibration, standardCalibration } from "../completion/calibration.ts";
import { rehearsing, typedUnits } from "../completion/rehearsal.ts";
import type { Engine } from "../engines/engine.ts";
import type { Model } from "../model/checkpoint.ts";
import { createGru } from "../model/gru.ts";
import type { AdaptiveModel, LanguageModel } from "../model/languageModel.ts";
import { createMemory, type Memory, restoreMemory } from "../model/memory/index.ts";
import { createMixture } from "../model/mixture.ts";
import type { EncodedDocument } from "../trainer/sampler.ts";
import type { TrainingText } from "../trainer/train.ts";
import { frozenScore } from "./frozenScore.ts";

/** Bits per character by the parts of the language model; null for a part that does not exist. */
export interface Components {
	readonly gru: number | null;
	readonly memory: number | null;
	readonly mixture: number | null;
}

export interface Evaluation {
	readonly characters: number;
	/** As `frozen.gru`, but with weights of 8 bits, as suggestions are computed. */
	readonly gruInt8: number;
	/** Nothing adapts but the contexts. */
	readonly frozen: Components;
	/** Each character is predicted, then learned. The network never learns so. */
	readonly prequential: Components;
}

/** As large as the editor's, if the setting is left alone. */
export const memoryMebibytes = 64;

/** CPU time that a byte takes which teaches the mixer to weigh the network, at most. */
const secondsPerTaughtByte = 4e-5;

/** CPU-seconds to be kept for `teachMixer`. */
export function mixerSeconds({ validation }: TrainingText): number {
	return secondsPerTaughtByte * byteCount(validation);
}

/** CPU time that typing takes past suggestions, at most. */
const secondsPerTypedUnit = 4e-4;

/** CPU-seconds to be kept for `calibrate`. */
export function calibrationSeconds(text: TrainingText): number {
	return mixerSeconds(text) + secondsPerTypedUnit * Math.min(typedUnits, byteCount(text.validation));
}

function byteCount(documents: readonly EncodedDocument[]): number {
	return documents.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** A memory of all that is trained on. What is validated on comes later, see `teachMixer`. */
export async function remember({ training, validation }: TrainingText): Promise<Memory> {
	const expectedBytes = 1.25 * (byteCount(training) + byteCount(validation));
	const memory = await createMemory({ mebibytes: memoryMebibytes, expectedBytes });
	for (const { bytes } of training) memory.index(memory.start(), bytes);
	return memory;
}

/** Text that neither the network nor the memory has seen shows what each of them is worth; then the memory knows it, too. */
export function teachMixer(mixture: AdaptiveModel, { validation }: TrainingText): void {
	for (const { bytes } of validation) mixture.learn(mixture.start(), bytes);
}

/** Teaches the same as `teachMixer`, and finds out how often suggestions are right, as the server does after a training. */
export function calibrate(mixture: AdaptiveModel, { validation }: TrainingText): LogisticCalibration {
	const steps = rehearsing(mixture, validation, standardCalibration);
	let step = steps.next();
	while (!step.done) step = steps.next();
	return LogisticCalibration.fit(step.value);
}

/**
 * Measures on `documents`, in their order. `memory` has seen the training text; it is not changed.
 */
export async function evaluateComponents(
	engine: Engine,
	model: Model,
	memory: Memory,
	text: TrainingText,
	documents: readonly EncodedDocument[],
	threads: number,
): Promise<Evaluation> {
	const { bpc, characters } = await frozenScore(engine, model, documents, threads);
	const predictor = await engine.createPredictor(model.shape, model.parameters, "int8", 1);
	const network = createGru(predictor, 1);
	const alone = await taught(memory, null, text);
	const mixture = await taught(memory, network, text);
	const frozen: Components = {
		gru: bpc,
		memory: frozenBits(alone, documents) / characters,
		mixture: frozenBits(mixture, documents) / characters,
	};
	// Last, as it changes them.
	const prequential: Components = {
		gru: null,
		memory: prequentialBits(alone, documents) / characters,
		mixture: prequentialBits(mixture, documents) / characters,
	};
	const gruInt8 = frozenBits(network, documents) / characters;
	predictor.dispose();
	return { characters, gruInt8, frozen, prequential };
}

/** A copy of the memory with the network, if any, that has learned how to weigh them. */
async function taught(memory: Memory, network: LanguageModel | null, text: TrainingText): Promise<AdaptiveModel> {
	const copy = await restoreMemory(memory.snapshot(), { mebibytes: memoryMebibytes });
	const model = createMixture(network, copy, 1);
	teachMixer(model, text);
	return model;
}

function frozenBits(model: LanguageModel, documents: readonly EncodedDocument[]): number {
	let nats = 0;
	for (const { bytes, skip } of documents) {
		let context = model.read(model.start(), bytes.subarray(0, skip));
		for (const byte of bytes.subarray(skip, -1)) {
			nats -= context.logProbabilities[byte] as number;
			context = model.read(context, Uint8Array.of(byte));
		}
	}
	return nats / Math.LN2;
}

function prequentialBits(model: AdaptiveModel, documents: readonly EncodedDocument[]): number {
	let nats = 0;
	for (const { bytes, skip } of documents) {
		const header = model.learn(model.start(), bytes.subarray(0, skip));
		const text = model.learn(header.context, bytes.subarray(skip, -1));
		model.learn(text.context, bytes.subarray(-1));
		nats += text.nats;
	}
	return nats / Math.LN2;
}
