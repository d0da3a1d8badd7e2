/**
 * What a training did for suggestions: how well the held-out text is predicted as the editor predicts it, by a memory that
 * learns what it has predicted and a mixer that goes on learning, with the network from before and with the trained one.
 */
import type { Engine } from "../../engines/engine.ts";
import type { Model } from "../../model/checkpoint.ts";
import { countCharacters, type EncodedDocument } from "../../model/document.ts";
import type { AdaptiveModel, Context } from "../../model/languageModel.ts";
import { createMemory, restoreMemory } from "../../model/memory/index.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";
import { createMixture } from "../../model/mixture.ts";
import { createNetwork } from "../../model/network.ts";
import type { TrainingText } from "../measures.ts";

/** Text that the memory knows, the most recently edited. The server tunes the mixer with as much. */
const mostBytes = 2 ** 20;
const mebibytes = 24;
/** What is read or predicted at once: a few milliseconds of work. */
const readBytes = 4096;
const learnedBytes = 64;
/** CPU time that a byte takes, of the text that the memory reads and of the held-out text, for each of two networks. */
const secondsPerReadByte = 2e-6;
const secondsPerHeldOutByte = 6e-5;

/** CPU-seconds that measuring takes, about. */
export function gainSeconds({ training, validation }: TrainingText): number {
	const read = Math.min(mostBytes, lengthOf(training));
	return secondsPerReadByte * read + 2 * secondsPerHeldOutByte * lengthOf(validation);
}

/**
 * Bits per character of the held-out text by the memory mixed with each of the networks, prequential. Null if there is no
 * text, or `proceed` says false.
 */
export async function mixtureBpcs(
	engine: Engine,
	networks: readonly Pick<Model, "shape" | "parameters">[],
	text: TrainingText,
	proceed: () => Promise<boolean>,
): Promise<number[] | null> {
	const characters = text.validation.reduce((sum, document) => sum + countCharacters(bodyOf(document)), 0);
	if (characters === 0) return null;
	const expectedBytes = Math.max(leastExpectedBytes, Math.min(mostBytes, lengthOf(text.training)));
	const memory = await createMemory({ mebibytes, expectedBytes });
	for (const { bytes } of recent(text.training)) {
		let cursor = memory.start();
		for (let from = 0; from < bytes.length; from += readBytes) {
			cursor = memory.index(cursor, bytes.subarray(from, from + readBytes));
			if (!(await proceed())) return null;
		}
	}
	const snapshot = memory.snapshot();
	const bpcs: number[] = [];
	for (const { shape, parameters } of networks) {
		const predictor = await engine.createPredictor(shape, parameters, "float32", 1);
		try {
			const mixture = createMixture(createNetwork(predictor), await restoreMemory(snapshot, { mebibytes }));
			const nats = await learn(mixture, text.validation, proceed);
			if (nats === null) return null;
			bpcs.push(nats / Math.LN2 / characters);
		} finally {
			predictor.dispose();
		}
	}
	return bpcs;
}

/** −ln p of the documents without their headers; null if `proceed` says false. */
async function learn(
	model: AdaptiveModel,
	documents: readonly EncodedDocument[],
	proceed: () => Promise<boolean>,
): Promise<number | null> {
	let nats = 0;
	for (const document of documents) {
		let context: Context = model.learn(model.start(), document.bytes.subarray(0, document.skip)).context;
		const body = bodyOf(document);
		for (let from = 0; from < body.length; from += learnedBytes) {
			const learned = model.learn(context, body.subarray(from, from + learnedBytes));
			context = learned.context;
			nats += learned.nats;
			if (!(await proceed())) return null;
		}
	}
	return nats;
}

/** The last documents, together no longer than the memory is made for, but at least one. */
function recent(documents: readonly EncodedDocument[]): readonly EncodedDocument[] {
	let from = documents.length;
	let bytes = 0;
	while (from > 0) {
		bytes += documents[from - 1]?.bytes.length ?? 0;
		if (bytes > mostBytes && from < documents.length) break;
		from--;
	}
	return documents.slice(from);
}

function bodyOf({ bytes, skip }: EncodedDocument): Uint8Array {
	return bytes.subarray(skip, -1);
}

function lengthOf(documents: readonly EncodedDocument[]): number {
	return documents.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
