/**
 * What a base model is trained on: a folder with `manifest.json` and, for each language, `NAME.train` and `NAME.heldout`,
 * documents as `encodeDocument` makes them, in random order, one after the other. `models/README.md` describes it.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SYMBOLS } from "../engines/engine.ts";
import { DOCUMENT_END, LINE_END } from "../model/document.ts";
import { errorCode } from "../platform/atomicFile.ts";
import { Failure } from "../platform/failure.ts";
import { parseShallowJson } from "../platform/shallowJson.ts";
import type { Documents } from "./sampler.ts";

export interface Language {
	readonly name: string;
	/** Share of what is trained on; the shares of all languages sum to 1. */
	readonly share: number;
	readonly training: Documents;
	/** Never trained on. May be empty. */
	readonly heldOut: Documents;
}

export interface PretrainingCorpus {
	readonly languages: readonly Language[];
	/** SHA-256 of the manifest and the training text, in hexadecimal digits. */
	readonly digest: string;
}

/** @throws {Failure} badArgument if there is no corpus there, or it is broken */
export async function readPretrainingCorpus(folder: string): Promise<PretrainingCorpus> {
	const read = (name: string) =>
		readFile(join(folder, name)).catch((error: unknown) => {
			throw errorCode(error) === "" ? error : new Failure("badArgument", `${name} cannot be read`, { cause: error });
		});
	const manifest = await read("manifest.json");
	const digest = createHash("sha256").update(manifest);
	const entries = parseManifest(manifest.toString());
	const weights = entries.reduce((sum, { weight }) => sum + weight, 0);
	const languages: Language[] = [];
	for (const { name, weight } of entries) {
		const training = await read(`${name}.train`);
		digest.update(training);
		languages.push({
			name,
			share: weight / weights,
			training: documentsOf(`${name}.train`, training),
			heldOut: documentsOf(`${name}.heldout`, await read(`${name}.heldout`)),
		});
	}
	return { languages, digest: digest.digest("hex") };
}

interface Entry {
	readonly name: string;
	readonly weight: number;
}

/** Objects and arrays in one another: the manifest, its list, a language, and what may stand in that. */
const deepestList = 8;

/** The languages that are trained on. */
function parseManifest(json: string): readonly Entry[] {
	let entries: unknown;
	try {
		entries = (parseShallowJson(json, deepestList) as { languages?: unknown } | null)?.languages;
	} catch {
		// Refused below, as any other value is.
	}
	if (!Array.isArray(entries) || !entries.every(isEntry)) throw broken("manifest.json has no proper languages");
	const languages = entries.filter(({ weight }) => weight > 0);
	if (languages.length === 0) throw broken("no language has a weight");
	return languages;
}

function isEntry(value: unknown): value is Entry {
	const { name, weight } = (value ?? {}) as Partial<Record<keyof Entry, unknown>>;
	// The name is a part of a file's.
	return typeof name === "string" && /^[\w+#-]+$/.test(name) && Number.isFinite(weight) && (weight as number) >= 0;
}

function documentsOf(name: string, bytes: Uint8Array): Documents {
	const starts: number[] = [];
	const skips: number[] = [];
	for (let at = 0; at < bytes.length; ) {
		const end = bytes.indexOf(DOCUMENT_END, at);
		const header = bytes.indexOf(LINE_END, at) + 1;
		if (end < 0 || header === 0 || header > end) throw broken(`${name} has a document without header or end`);
		starts.push(at);
		skips.push(header - at);
		at = end + 1;
	}
	if (starts.length === 0 && name.endsWith(".train")) throw broken(`${name} is empty`);
	return { bytes, starts, skips };
}

function broken(detail: string): Failure {
	return new Failure("badArgument", `The corpus is broken: ${detail}`);
}

/** How often each byte occurs in what is trained on, given the shares of the languages; together as many as there are. */
export function byteCounts(languages: readonly Language[]): Float64Array {
	const total = languages.reduce((sum, { training }) => sum + training.bytes.length, 0);
	const counts = new Float64Array(SYMBOLS);
	for (const { training, share } of languages) {
		const own = new Uint32Array(SYMBOLS);
		for (const byte of training.bytes) own[byte] = (own[byte] as number) + 1;
		const scale = (share * total) / training.bytes.length;
		for (const [byte, count] of own.entries()) counts[byte] = (counts[byte] as number) + count * scale;
	}
	return counts;
}

/** The first documents, without their end marks, as far as they have room; a language is not judged by one long file. */
export function sampleOf({ bytes, starts, skips }: Documents, limit: number): { text: Uint8Array; skip: number }[] {
	const sample: { text: Uint8Array; skip: number }[] = [];
	let left = limit;
	for (let d = 0; d < starts.length && left > 0; d++) {
		const start = starts[d] as number;
		const skip = skips[d] as number;
		const end = Math.min((starts[d + 1] ?? bytes.length) - 1, start + skip + Math.min(left, limit / 4));
		sample.push({ text: bytes.subarray(start, end), skip });
		left -= end - start - skip;
	}
	return sample;
}
