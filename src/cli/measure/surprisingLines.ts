/** The most surprising lines of files, as the editor finds them. */
import { resolve } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Engine } from "../../engines/engine.ts";
import type { Model } from "../../model/checkpoint.ts";
import { encodeDocument, normalizeLineEnds } from "../../model/document.ts";
import { createMemory, type Memory, restoreMemory } from "../../model/memory/index.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";
import { createMixture } from "../../model/mixture.ts";
import { surpriseOf } from "../../model/surprise/reader.ts";
import { levelOf, linesOf, mostSurprising, wordsOf } from "../../model/surprise/words.ts";
import { createTriedNetwork } from "../../model/triedNetwork.ts";
import type { NamedDocument } from "../terminal/textFile.ts";
import { collectFolder } from "../workspace.ts";
import { memoryMebibytes } from "./components.ts";

export interface SurprisingLine {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	/** Bits beyond what length and model let one expect; see `LineSurprise`. */
	readonly excess: number;
	readonly bpc: number;
	readonly text: string;
}

/**
 * The greatest excess first.
 *
 * @param folder whose files, but for `documents`, the memory learns; undefined: none
 * @param most lines of all files together
 * @throws {Failure} if the network or the folder cannot be used
 */
export async function surprisingLines(
	engine: Engine,
	model: Model,
	documents: readonly NamedDocument[],
	folder: string | undefined,
	most: number,
): Promise<SurprisingLine[]> {
	const { model: network, dispose } = await createTriedNetwork(engine, model, "float32", 1);
	const others = await memoryOfOthers(documents, folder);
	const found: SurprisingLine[] = [];
	for (const { file, path, text: written } of documents) {
		const text = normalizeLineEnds(written);
		const memory = await restoreMemory(others.snapshot(), { mebibytes: memoryMebibytes });
		const surprise = surpriseOf(createMixture(network, memory), { path, before: "", text });
		const level = levelOf(surprise);
		const lines = text.split("\n");
		for (const { line, excess, bitsPerCharacter } of linesOf(wordsOf(text, surprise, level), level))
			found.push({ file, line: line + 1, excess, bpc: bitsPerCharacter, text: lines[line] ?? "" });
		// Lets signals in between two files.
		await turn();
	}
	dispose();
	return mostSurprising(found, most);
}

async function memoryOfOthers(documents: readonly NamedDocument[], folder: string | undefined): Promise<Memory> {
	const named = new Set(documents.map(({ file }) => resolve(file)));
	const { files } = folder === undefined ? { files: [] } : await collectFolder(folder, () => undefined);
	const others = files.filter(({ absolutePath }) => !named.has(absolutePath));
	const texts = others.map(({ name, text }) => encodeDocument(name, text).bytes);
	const expectedBytes = texts.reduce((sum, bytes) => sum + bytes.length, leastExpectedBytes);
	const memory = await createMemory({ mebibytes: memoryMebibytes, expectedBytes });
	for (const bytes of texts) memory.index(memory.start(), bytes);
	return memory;
}
