/** What the perplexity view shows of the storage folder: read when it is opened and after each training, and then kept. */
import type { CorpusReport } from "../../domain/corpus.ts";
import type { TrainingCurve } from "../../domain/curve.ts";
import type { ModelStore } from "../models/modelStore.ts";

export interface StoredFacts {
	readonly curves: readonly TrainingCurve[];
	/** Of the last training; null: there was none, or it left no report. */
	readonly used: { readonly files: number; readonly heldOut: number; readonly masked: number } | null;
	/** How many files and folders the last training left out, by reason. */
	readonly leftOut: ReadonlyMap<string, number>;
	/** Bytes on disk, by the names of `storageFiles`. */
	readonly sizes: Awaited<ReturnType<ModelStore["sizes"]>>;
}

export const nothingStored: StoredFacts = { curves: [], used: null, leftOut: new Map(), sizes: new Map() };

export async function storedFacts(store: ModelStore | undefined): Promise<StoredFacts> {
	if (store === undefined) return nothingStored;
	const [curves, report, sizes] = await Promise.all([store.curves(), store.corpusReport(), store.sizes()]);
	return { curves, ...countsOf(report), sizes };
}

/** @param report undefined: there is none */
export function countsOf(report: CorpusReport | undefined): Pick<StoredFacts, "used" | "leftOut"> {
	if (report === undefined) return { used: null, leftOut: new Map() };
	const { used, leftOut } = report;
	const counts = new Map<string, number>();
	for (const { reason } of leftOut) counts.set(reason, (counts.get(reason) ?? 0) + 1);
	return {
		used: {
			files: used.length,
			heldOut: used.filter(({ heldOut }) => heldOut).length,
			masked: used.reduce((sum, { masked }) => sum + masked, 0),
		},
		leftOut: counts,
	};
}
