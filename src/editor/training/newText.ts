/** Whether the workspace has so much new text that a training would bring something. */
import { newShare } from "../../domain/corpus.ts";
import { corpusFolders, foldersOnDisk } from "../settings/folders.ts";
import { listCorpus } from "./corpusListing.ts";
import type { CorpusParts } from "./presentCorpus.ts";

/**
 * Share of the text that must be new since a training that had nothing more to gain. Where all of it was new, a minute of training
 * brought 2 to 3 % (bench/NOTES.md), so a tenth of it promises 0.2 to 0.3 %: as much as the trainer asks of a training that is to be followed by another.
 */
const enoughNew = 0.1;

/** Rejects if the workspace cannot be looked through. */
export async function hasEnoughNewText({ store, settings, launch, clock }: CorpusParts): Promise<boolean> {
	const settled = await store?.settledReport();
	if (settled === undefined) return true;
	const present = await listCorpus(launch, clock, corpusFolders(), settings.corpusRules(foldersOnDisk()));
	return newShare(settled, present) >= enoughNew;
}
