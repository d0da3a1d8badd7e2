/** How well a network of both directions knows documents that it was not trained on: each character given all others. */
import type { Engine } from "../../engines/engine.ts";
import type { BothSides } from "../../model/bothSides/network.ts";
import { result } from "../../model/bothSides/score.ts";
import type { Model } from "../../model/checkpoint.ts";
import { countCharacters, type EncodedDocument } from "../../model/document.ts";
import { createTriedBothSides } from "../../model/triedNetwork.ts";
import { cpuSeconds } from "../../trainer/composition.ts";

export interface BothEvaluation {
	readonly characters: number;
	/** Bits per character by the pseudo-probability, with weights in float32 and in int8. */
	readonly bpc: number;
	readonly bpcInt8: number;
	/** Characters scored in a CPU-second, by weights in float32 and in int8. */
	readonly charactersPerSecond: number;
	readonly charactersPerSecondInt8: number;
}

/** Headers and end marks are read and not counted. There must be some text. */
export async function evaluateBoth(
	engine: Engine,
	model: Pick<Model, "shape" | "parameters">,
	documents: readonly EncodedDocument[],
): Promise<BothEvaluation> {
	const characters = documents.reduce((sum, { bytes, skip }) => sum + countCharacters(bytes.subarray(skip, -1)), 0);
	const measure = async (precision: "float32" | "int8") => {
		const network = await createTriedBothSides(engine, model, precision);
		const began = cpuSeconds();
		const nats = documents.reduce((sum, document) => sum + natsOf(network, document), 0);
		const seconds = cpuSeconds() - began;
		network.dispose();
		return { bpc: nats / Math.LN2 / characters, charactersPerSecond: characters / seconds };
	};
	const exact = await measure("float32");
	const rounded = await measure("int8");
	return {
		characters,
		...exact,
		bpcInt8: rounded.bpc,
		charactersPerSecondInt8: rounded.charactersPerSecond,
	};
}

function natsOf(network: BothSides, { bytes, skip }: EncodedDocument): number {
	return result(network.nats(bytes, skip, bytes.length - 1)).reduce((sum, nats) => sum + nats, 0);
}
