/** The texts that the models learn from, and what is held out of them. */
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { holdOut } from "../../src/cli/measure/holdOut.ts";
import type { CorpusFile } from "../../src/corpus/index.ts";
import { type EncodedDocument, encodeDocument, normalizeLineEnds } from "../../src/model/document.ts";

export type TextSource =
	| { readonly kind: "file"; readonly path: string }
	| { readonly kind: "workspace"; readonly path: string };

export interface Text {
	readonly training: readonly EncodedDocument[];
	readonly heldOut: readonly EncodedDocument[];
}

/** Share of a file, from its end, that is predicted and never learned. */
const heldOutShare = 0.1;
/** Of a workspace's files one in so many is held out. */
const holdout = 10;

export function nameOf({ path }: TextSource): string {
	return basename(resolve(path));
}

export async function readText({ kind, path }: TextSource): Promise<Text> {
	if (kind === "file") return splitFile(path, await readFile(path, "utf8"));
	const { training, heldOut } = await holdOut(path, holdout, () => undefined);
	const encode = ({ name, text }: CorpusFile) => encodeDocument(name, text);
	return { training: training.map(encode), heldOut: heldOut.map(encode) };
}

function splitFile(path: string, content: string): Text {
	const text = [...normalizeLineEnds(content)];
	const cut = Math.floor(text.length * (1 - heldOutShare));
	const encode = (part: readonly string[]) => [encodeDocument(basename(path), part.join(""))];
	return { training: encode(text.slice(0, cut)), heldOut: encode(text.slice(cut)) };
}
