/**
 * What the memory says of the text that the network learns from. The network is trained as a part of the mixture with the
 * memory (as Li et al. 2022, "N-gram is back", train one with an n-gram model): it then spends its effort where the memory fails,
 * and does not learn again what the memory knows. The memory must not know a text that it is asked about, so each half of
 * the files is predicted by a memory of the other half.
 */
import type { EncodedDocument } from "../../model/document.ts";
import { createMemory, type Memory } from "../../model/memory/index.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";
import type { Advice, TrainingText } from "../measures.ts";

/** As much as the memory in use has by default. */
const mebibytes = 64;
/** Advice takes eight bytes for a byte: at most 64 MiB. */
const mostBytes = 8 * 2 ** 20;
/** What the memory reads or predicts at once: a few milliseconds of work. */
const readBytes = 8192;
const toldBytes = 1024;

/**
 * Asks the memory about the text. Yields after a few milliseconds of work.
 *
 * @param bytes that training will read, about. If they are less than half of the text, only a part of the documents is trained
 * on, and the memory predicts them from all others.
 */
export async function* advising(text: TrainingText, bytes: number): AsyncGenerator<undefined, TrainingText> {
	const { training, validation } = text;
	const total = lengthOf(training);
	const most = Math.max(1, Math.min(bytes, mostBytes));
	// More than half of the text is trained on as a whole: by two memories, each of one half.
	const isWhole = 2 * most > total;
	const parts = isWhole ? 2 : Math.ceil(total / most);
	const memories = isWhole && training.length > 1 ? 2 : 1;
	const advised = new Map<EncodedDocument, Advice>();
	const told: Advice[] = [];
	for (let part = 0; part < memories; part++) {
		const memory = await createMemory({ mebibytes, expectedBytes: Math.max(leastExpectedBytes, total) });
		// The documents are in the order of editing, so those of a part are spread over all of it.
		const isAsked = (index: number) => index % parts === part;
		for (const [index, document] of training.entries()) if (!isAsked(index)) yield* reading(memory, document.bytes);
		for (const [index, document] of training.entries()) {
			if (isAsked(index)) advised.set(document, yield* telling(memory, document.bytes));
		}
		if (part < memories - 1) continue;
		for (const document of validation) told.push(yield* telling(memory, document.bytes));
	}
	return {
		...text,
		training: [...advised.keys()],
		advice: { training: [...advised.values()], validation: told },
	};
}

function* reading(memory: Memory, bytes: Uint8Array): Generator<undefined, void> {
	let cursor = memory.start();
	for (let from = 0; from < bytes.length; from += readBytes, yield) {
		cursor = memory.index(cursor, bytes.subarray(from, from + readBytes));
	}
}

function* telling(memory: Memory, bytes: Uint8Array): Generator<undefined, Advice> {
	const advice = new Int8Array(8 * bytes.length);
	let cursor = memory.start();
	for (let from = 0; from < bytes.length; from += toldBytes, yield) {
		const told = memory.learnTelling(cursor, bytes.subarray(from, from + toldBytes));
		advice.set(told.odds, 8 * from);
		cursor = told.cursor;
	}
	return advice;
}

function lengthOf(documents: readonly EncodedDocument[]): number {
	return documents.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
