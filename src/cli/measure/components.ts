/** Held-out bits per character of each part of the language model: the network, the memory, and both mixed. */

import { type LogisticCalibration, standardCalibration } from "../../completion/calibration.ts";
import { defaultMemoryMiB } from "../../domain/memory.ts";
import type { Engine } from "../../engines/engine.ts";
import type { Model } from "../../model/checkpoint.ts";
import type { EncodedDocument } from "../../model/document.ts";
import type { AdaptiveModel, LanguageModel } from "../../model/languageModel.ts";
import { createMemory, type Memory, restoreMemory } from "../../model/memory/index.ts";
import { createMixture } from "../../model/mixture.ts";
import { createTriedNetwork } from "../../model/triedNetwork.ts";
import { tuning } from "../../server/memory/ensembleTuning.ts";
import { sampleOf, type TuningSample } from "../../server/memory/tuningSample.ts";
import type { TrainingText } from "../../trainer/measures.ts";
import { typedUnits } from "../../tuning/typingSimulation.ts";
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

/** Measurements give the memory what it has in the editor by default. */
export const memoryMebibytes = defaultMemoryMiB;

/** CPU time that a byte takes at most: of what is read first, and of what then teaches how to weigh it. */
const secondsPerReadByte = 2.5e-6;
const secondsPerTaughtByte = 4e-5;
/** CPU time that typing takes past suggestions, at most. */
const secondsPerTypedUnit = 4e-4;

/** CPU-seconds to be kept for `weigh`. */
export function tuningSeconds(text: TrainingText): number {
	const { seen, unseen } = tuningSample(text);
	const taught = byteCount(unseen);
	const typed = Math.min(typedUnits, taught);
	return secondsPerReadByte * byteCount(seen) + secondsPerTaughtByte * taught + secondsPerTypedUnit * typed;
}

function tuningSample({ training, validation }: TrainingText): TuningSample {
	return sampleOf(training.toReversed(), validation, memoryMebibytes);
}

function byteCount(documents: readonly EncodedDocument[]): number {
	return documents.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** A memory of all that is trained on or validated on. */
export async function remember({ training, validation }: TrainingText): Promise<Memory> {
	const documents = [...training, ...validation];
	const memory = await createMemory({ mebibytes: memoryMebibytes, expectedBytes: 1.25 * byteCount(documents) });
	for (const { bytes } of documents) memory.index(memory.start(), bytes);
	return memory;
}

/** Tunes the memory to the network, as the server does, and returns the calibration of the two. */
export async function tune(memory: Memory, network: LanguageModel, text: TrainingText): Promise<LogisticCalibration> {
	const sample = tuningSample(text);
	const small = await createMemory(sample);
	const steps = tuning(sample, small, createMixture(network, small), standardCalibration);
	let step = steps.next();
	while (!step.done) step = steps.next();
	memory.restoreMixer(step.value.mixer);
	return step.value.calibration;
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
	const { model: network, dispose } = await createTriedNetwork(engine, model, "int8", 1);
	const alone = createMixture(null, await copyOf(memory));
	const tuned = await copyOf(memory);
	await tune(tuned, network, text);
	const mixture = createMixture(network, tuned);
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
	dispose();
	return { characters, gruInt8, frozen, prequential };
}

function copyOf(memory: Memory): Promise<Memory> {
	return restoreMemory(memory.snapshot(), { mebibytes: memoryMebibytes });
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
