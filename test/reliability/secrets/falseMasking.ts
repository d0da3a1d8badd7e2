/** Counts what is masked in code that holds no secrets. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { collect } from "../../../src/corpus/index.ts";
import { findSecrets } from "../../../src/corpus/secrets/mask.ts";
import type { CorpusRules } from "../../../src/domain/corpus.ts";

export interface MaskedCode {
	readonly folder: string;
	readonly characters: number;
	readonly places: readonly { readonly path: string; readonly line: number; readonly text: string }[];
	readonly maskedCharacters: number;
	/** CPU time of the masking, in seconds. */
	readonly seconds: number;
}

const rules: CorpusRules = { exclude: [], maxFileKiB: 1024, maxTotalMiB: 256 };

export async function maskedCode(folder: string): Promise<MaskedCode> {
	const { files } = await collect([{ path: folder, name: basename(folder) }] as never, rules);
	const places: { path: string; line: number; text: string }[] = [];
	let characters = 0;
	let maskedCharacters = 0;
	let seconds = 0;
	for (const { absolutePath, path } of files) {
		if (path.endsWith(".ipynb")) continue;
		const text = readFileSync(absolutePath, "utf8").replaceAll("\r\n", "\n");
		characters += text.length;
		const before = process.cpuUsage();
		const spans = findSecrets(text, path);
		const { user, system } = process.cpuUsage(before);
		seconds += (user + system) / 1e6;
		for (const { start, end } of spans) {
			maskedCharacters += end - start;
			const from = text.lastIndexOf("\n", start) + 1;
			const to = text.indexOf("\n", end);
			places.push({
				path,
				line: text.slice(0, start).split("\n").length,
				text: text.slice(from, to < 0 ? text.length : to),
			});
		}
	}
	return { folder, characters, places, maskedCharacters, seconds };
}
