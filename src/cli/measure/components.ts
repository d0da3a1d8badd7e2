/** Held-out bits per character of each part of the language model: the network, the memory, and both mixed. */

import { type LogisticCalibration, standardCalibration } from "../../completion/calibration.ts";
import { defaultMemoryMiB } from "../../domain/memory.ts";
import type { Engine } from "../../engines/engine.ts";
import type { Model } from "../../model/checkpoint.ts";
import { countCharacters, type EncodedDocument } from "../../model/document.ts";
import type { AdaptiveModel, LanguageModel } from "../../model/languageModel.ts";
import { createMemory, type Memory, restoreMemory } from "../../model/memory/index.ts";
import { createMixture } from "../../model/mixture.ts";
import { createTriedNetwork } from "../../model/triedNetwork.ts";
import { tuning } from "../../server/memory/ensembleTuning.ts";
import { sampleOf, type TuningSample } from "../../server/memory/tuningSample.ts";
import type { TrainingText } from "../../trainer/measures.ts";
import { typedUnits } from "../../tuning/typingSimulation.ts";
import { frozenScore } from "./frozenScore.ts";
import { type ClassedDocument, runsOf, type TextClass, textClasses } from "./textClasses.ts";

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
	/** Classes of which there is text. */
	readonly classes: Readonly<Partial<Record<TextClass, ClassBits>>>;
}

/** Bits per character of one class of text. */
export interface ClassBits {
	readonly characters: number;
	/** Frozen. */
	readonly gruInt8: number;
	/** Prequential. */
	readonly memory: number;
	readonly mixture: number;
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
	const { mixer, correction, calibration } = step.value;
	memory.restoreMixer({ ...mixer, correction });
	return calibration;
}

/**
 * Measures on `documents`, in their order. `memory` has seen the training text; it is not changed.
 */
export async function evaluateComponents(
	engine: Engine,
	model: Model,
	memory: Memory,
	text: TrainingText,
	documents: readonly ClassedDocument[],
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
		memory: sum(frozenBits(alone, documents)) / characters,
		mixture: sum(frozenBits(mixture, documents)) / characters,
	};
	// Last, as it changes them.
	const bits = {
		gruInt8: frozenBits(network, documents),
		memory: prequentialBits(alone, documents),
		mixture: prequentialBits(mixture, documents),
	};
	dispose();
	const prequential: Components = {
		gru: null,
		memory: sum(bits.memory) / characters,
		mixture: sum(bits.mixture) / characters,
	};
	return {
		characters,
		gruInt8: sum(bits.gruInt8) / characters,
		frozen,
		prequential,
		classes: byClass(bits, documents),
	};
}

/** `[textClasses.length]`: bits of all text of a class. */
type BitsByClass = Float64Array;

function sum(bits: BitsByClass): number {
	return bits.reduce((total, one) => total + one, 0);
}

function byClass(
	bits: Readonly<Record<Exclude<keyof ClassBits, "characters">, BitsByClass>>,
	documents: readonly ClassedDocument[],
): Evaluation["classes"] {
	const characters = charactersByClass(documents);
	const found: Partial<Record<TextClass, ClassBits>> = {};
	for (const [kind, name] of textClasses.entries()) {
		const count = characters[kind] as number;
		const per = (all: BitsByClass) => (all[kind] as number) / count;
		if (count > 0)
			found[name] = {
				characters: count,
				gruInt8: per(bits.gruInt8),
				memory: per(bits.memory),
				mixture: per(bits.mixture),
			};
	}
	return found;
}

function charactersByClass(documents: readonly ClassedDocument[]): Float64Array {
	const counts = new Float64Array(textClasses.length);
	for (const { bytes, skip, classes } of documents) {
		let from = skip;
		for (const { kind, end } of runsOf(classes)) {
			counts[kind] = (counts[kind] as number) + countCharacters(bytes.subarray(from, skip + end));
			from = skip + end;
		}
	}
	return counts;
}

function copyOf(memory: Memory): Promise<Memory> {
	return restoreMemory(memory.snapshot(), { mebibytes: memoryMebibytes });
}

function frozenBits(model: LanguageModel, documents: readonly ClassedDocument[]): BitsByClass {
	const bits = new Float64Array(textClasses.length);
	for (const { bytes, skip, classes } of documents) {
		let context = model.read(model.start(), bytes.subarray(0, skip));
		for (const [i, kind] of classes.entries()) {
			const byte = bytes[skip + i] as number;
			bits[kind] = (bits[kind] as number) - (context.logProbabilities[byte] as number) / Math.LN2;
			context = model.read(context, Uint8Array.of(byte));
		}
	}
	return bits;
}

function prequentialBits(model: AdaptiveModel, documents: readonly ClassedDocument[]): BitsByClass {
	const bits = new Float64Array(textClasses.length);
	for (const { bytes, skip, classes } of documents) {
		let { context } = model.learn(model.start(), bytes.subarray(0, skip));
		let from = skip;
		for (const { kind, end } of runsOf(classes)) {
			const run = model.learn(context, bytes.subarray(from, skip + end));
			bits[kind] = (bits[kind] as number) + run.nats / Math.LN2;
			context = run.context;
			from = skip + end;
		}
		model.learn(context, bytes.subarray(-1));
	}
	return bits;
}
