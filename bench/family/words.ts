/** Trains a model of words with Inkling's own engine, on one thread. */
import { createEngine } from "../../src/engines/registry.ts";
import type { EncodedDocument } from "../../src/model/document.ts";
import { cpuSeconds } from "../../src/trainer/composition.ts";
import { recipeOf } from "../../src/trainer/recipe.ts";
import { inSymbols, vocabularyFor } from "../../src/trainer/words.ts";
import { charactersOf, type Measured } from "./measured.ts";
import type { Member } from "./members.ts";
import { parameterCount, stepTime, trained } from "./recurrent.ts";
import type { Text } from "./texts.ts";

export async function measureWords(
	{ softmax }: Extract<Member, { kind: "words" }>,
	{ training, heldOut }: Text,
	seconds: number,
	seed: number,
): Promise<Measured> {
	const engine = await createEngine();
	const recipe = recipeOf({ tokens: "word", softmax, seed }, seconds);
	// Words are found and counted within the budget.
	const began = cpuSeconds();
	const bytes = { training, validation: [] };
	const vocabulary = vocabularyFor(bytes, undefined, { tokens: "word" });
	if (vocabulary === undefined) throw new Error("A model of words has a vocabulary");
	const outcome = await trained(engine, inSymbols(bytes, vocabulary), recipe, seconds, began);
	const { shape, parameters } = outcome.model;
	const { validation: documents } = inSymbols({ training: [], validation: heldOut }, vocabulary);
	const trainer = await engine.createTrainer(shape, parameters, { ...recipe, threads: 1 });
	try {
		const { nats } = await trainer.evaluate(
			documents.map((document) => document.bytes.subarray(0, -1)),
			documents.map(({ skip }) => skip),
		);
		return {
			bpc: nats / Math.LN2 / charactersOf(heldOut),
			characters: outcome.model.info.characters,
			cpuSeconds: outcome.cpuSeconds,
			updates: outcome.updates,
			parameters: parameterCount(parameters),
			stepMicroseconds: await stepTime(engine, shape, parameters, (documents[0] as EncodedDocument<Uint16Array>).bytes),
			// Its steps are words: their number says nothing beside that of bytes.
			gradientNormAtStart: {},
			gradientNorm: {},
			shape,
		};
	} finally {
		trainer.dispose();
	}
}
