/** A folder's files in two parts: what a model may learn from, and what it is then measured on. */
import { splitCorpus } from "../../corpus/holdout.ts";
import type { CorpusFile } from "../../corpus/index.ts";
import type { LeftOutReason } from "../../domain/corpus.ts";
import { Failure } from "../../platform/failure.ts";
import { number } from "../terminal/options.ts";
import { collectFolder, leftOutCounts } from "../workspace.ts";

export const holdoutOption = number("N", "hold out one file in N, by the SHA-1 of its path", {
	min: 2,
	max: 1000,
	whole: true,
});

export interface Parts {
	/** Each in the order of the corpus, with the most recently edited last. */
	readonly training: readonly CorpusFile[];
	readonly heldOut: readonly CorpusFile[];
	/** Files in neither part, by reason; `nearDuplicates` would have been held out but nearly repeat a training file. */
	readonly leftOut: Partial<Record<LeftOutReason | "nearDuplicates", number>>;
}

/** @throws {Failure} if there are no files, or one part is empty */
export async function holdOut(folder: string, modulus: number, onProgress: (files: number) => void): Promise<Parts> {
	const corpus = await collectFolder(folder, onProgress);
	const { train, heldOut, nearDuplicates } = splitCorpus(corpus.files, modulus);
	if (train.length === 0 || heldOut.length === 0) {
		const [none, all] = train.length === 0 ? ["left to learn from", "held out"] : ["held out", "left to learn from"];
		throw new Failure("corpusTooSmall", `none of its files is ${none}, all are ${all}`);
	}
	return {
		training: train,
		heldOut,
		leftOut: { nearDuplicates: nearDuplicates.length, ...leftOutCounts(corpus) },
	};
}
