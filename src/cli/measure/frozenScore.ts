/** How well a model predicts documents that it was not trained on, frozen, in float32. */
import type { Engine } from "../../engines/engine.ts";
import type { Model } from "../../model/checkpoint.ts";
import { countCharacters, type EncodedDocument } from "../../model/document.ts";
import { defaultRecipe } from "../../trainer/recipe.ts";
import { inSymbols } from "../../trainer/words.ts";

export interface FrozenScore {
	/** Bits per character. */
	readonly bpc: number;
	readonly characters: number;
}

/** Each document is read from the zero state; its header and end mark do not count. There must be some text. */
export async function frozenScore(
	engine: Engine,
	{ shape, parameters, vocabulary }: Pick<Model, "shape" | "parameters" | "vocabulary">,
	documents: readonly EncodedDocument[],
	threads: number,
): Promise<FrozenScore> {
	// The trainer reads eight documents side by side, which is several times as fast as one after another.
	const trainer = await engine.createTrainer(shape, parameters, { ...defaultRecipe, threads });
	try {
		const read =
			vocabulary === undefined ? documents : inSymbols({ training: [], validation: documents }, vocabulary).validation;
		const { nats } = await trainer.evaluate(
			read.map(({ bytes }) => bytes.subarray(0, -1)),
			read.map(({ skip }) => skip),
		);
		const characters = documents.reduce((sum, { bytes, skip }) => sum + countCharacters(bytes.subarray(skip, -1)), 0);
		return { bpc: nats / Math.LN2 / characters, characters };
	} finally {
		trainer.dispose();
	}
}
