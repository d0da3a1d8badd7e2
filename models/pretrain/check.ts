/** Checks that the training text holds nothing of some folders. */
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { collect } from "../../src/corpus/index.ts";
import type { Manifest } from "./manifest.ts";
import { lineSet, NearDuplicates } from "./nearDuplicates.ts";
import { withoutNotice } from "./notice.ts";
import { decode } from "./text.ts";

/** Jaccard index from which a document counts as one that is kept out; stricter than for near-duplicates elsewhere. */
const keptOutText = 0.5;

/** No size limit: large files are kept out, too. */
const allOfIt = { exclude: [], maxFileKiB: 2 ** 20, maxTotalMiB: 2 ** 20 };

/** Makes an index that finds near-duplicates of the text of some folders. */
export async function textOf(folders: readonly string[]): Promise<NearDuplicates> {
	const known = new NearDuplicates(keptOutText);
	for (const folder of folders) {
		const { files } = await collect([{ path: resolve(folder), name: basename(folder) }], allOfIt);
		for (const { path, text } of files) known.add(lineSet(withoutNotice(path, text)));
	}
	return known;
}

export interface Findings {
	readonly documents: number;
	/** Language file and path of each near-duplicate. */
	readonly found: readonly string[];
}

/** Looks for near-duplicates of the text of folders in the training text in `out`. */
export async function check(out: string, folders: readonly string[]): Promise<Findings> {
	const keptOut = await textOf(folders);
	const { languages } = JSON.parse(await readFile(join(out, "manifest.json"), "utf8")) as Manifest;
	const found: string[] = [];
	let documents = 0;
	for (const file of languages.flatMap(({ name }) => [`${name}.train`, `${name}.heldout`])) {
		for (const { path, text } of decode(await readFile(join(out, file)))) {
			documents++;
			if (keptOut.find(lineSet(withoutNotice(path, text))) !== undefined) found.push(`${file}: ${path}`);
		}
	}
	return { documents, found };
}
