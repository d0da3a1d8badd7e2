/** What a model file says of itself: strings by name, in the metadata of safetensors. */

import { cells, directions } from "../domain/cells.ts";
import type { ModelInfo } from "../domain/model.ts";
import { type NetworkShape, type Precision, SYMBOLS } from "../engines/engine.ts";
import { Failure } from "../platform/failure.ts";
import { formatVocabulary, parseVocabulary, type Vocabulary } from "./words/vocabulary.ts";

/** What a file holds: a model alone, or all that is needed to go on training it. */
export type Content = "model" | "training";

export type Metadata = ReadonlyMap<string, string>;

const format = "inkling";

/** Counted up when an older Inkling could no longer read what is written. */
const version = 1;

/** Beyond any that can be trained on a person's machine. */
const maxHidden = 4096;
const maxLayers = 8;

/** Of a model file's metadata, beside what is known of the model. */
export interface Form {
	readonly content: Content;
	readonly precision: Precision;
	readonly sha256: string;
}

/** The network of a file. */
export interface Network {
	readonly shape: NetworkShape;
	/** Of a word model. */
	readonly vocabulary?: Vocabulary | undefined;
}

/** The fields that say what the network is, and what each says; undefined where it is left out. `parseNetwork` reads them. */
const networkFields = {
	cell: ({ shape }: Network) => shape.cell,
	hidden: ({ shape }: Network) => shape.hidden,
	layers: ({ shape }: Network) => shape.layers,
	direction: ({ shape }: Network) => (shape.direction === "both" ? shape.direction : undefined),
	vocabulary: ({ vocabulary }: Network) => vocabulary && formatVocabulary(vocabulary),
	cutoffs: ({ shape }: Network) => shape.words?.cutoffs.join(" "),
} as const;

export function formatMetadata(
	{ content, precision, sha256 }: Form,
	network: Network,
	info: ModelInfo,
	remarks: Remarks,
): Metadata {
	const said = Object.entries(networkFields).map(([name, of]) => [name, of(network)] as const);
	const own = Object.fromEntries(said.filter(([, value]) => value !== undefined));
	const fields = { ...remarks, format, version, content, precision, ...own, ...info, sha256 };
	return new Map(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

/** What a file says of its model in fields that mean nothing to Inkling; never shown, but kept in a copy. */
export type Remarks = Readonly<Record<string, string>>;

const ownFields = ["format", "version", "content", "precision", ...Object.keys(networkFields), "sha256"];

export function parseRemarks(metadata: Metadata, info: ModelInfo): Remarks | undefined {
	const own = new Set([...ownFields, ...Object.keys(info)]);
	const remarks = [...metadata].filter(([name]) => !own.has(name));
	return remarks.length === 0 ? undefined : Object.fromEntries(remarks);
}

/** @throws {Failure} modelUnsupported */
export function parsePrecision(metadata: Metadata): Precision {
	const name = metadata.get("precision") ?? "float32";
	if (name === "float32" || name === "int8") return name;
	throw new Failure("modelUnsupported", `its precision is ${JSON.stringify(name.slice(0, 60))}`);
}

/** Whether Inkling wrote the file. */
export function isOurs(metadata: Metadata): boolean {
	return metadata.get("format") === format;
}

/**
 * Checks that this version of Inkling can read the file, and that it holds what is wanted.
 *
 * @throws {Failure} modelNewer or modelBroken
 */
export function requireReadable(metadata: Metadata, wanted: Content): void {
	const found = integer(metadata, "version");
	if (found > version) {
		throw new Failure("modelNewer", `its format has version ${found}, this Inkling reads version ${version}`);
	}
	if (found < 1) throw wrong("version");
	if (metadata.get("content") === wanted) return;
	const [is, isNot] = wanted === "model" ? ["a training state", "a model"] : ["a model", "a training state"];
	throw new Failure("modelBroken", `it holds ${is}, not ${isNot}`);
}

/** @throws {Failure} modelUnsupported or modelBroken */
export function parseNetwork(metadata: Metadata): Network {
	const shape = parseShape(metadata);
	const words = metadata.get("vocabulary");
	if (words === undefined) return { shape };
	if (shape.direction === "both") throw new Failure("modelUnsupported", "it reads words in both directions");
	const vocabulary = parseVocabulary(words);
	const cutoffs = parseCutoffs(metadata.get("cutoffs") ?? "", vocabulary.size);
	return { shape: { ...shape, words: { symbols: vocabulary.size, cutoffs } }, vocabulary };
}

function parseCutoffs(text: string, symbols: number): number[] {
	const cutoffs = text === "" ? [] : text.split(" ").map(Number);
	let least = SYMBOLS;
	for (const cutoff of cutoffs) {
		if (!Number.isInteger(cutoff) || cutoff < least || cutoff >= symbols) throw wrong("cutoffs");
		least = cutoff + 1;
	}
	return cutoffs;
}

/** @throws {Failure} modelUnsupported or modelBroken */
export function parseShape(metadata: Metadata): NetworkShape {
	const name = metadata.get("cell");
	const cell = cells.find((one) => one === name);
	if (cell === undefined) {
		throw new Failure("modelUnsupported", `its cell is ${JSON.stringify(name?.slice(0, 60) ?? "unknown")}`);
	}
	const hidden = integer(metadata, "hidden");
	const layers = integer(metadata, "layers");
	if (hidden < 1 || hidden > maxHidden) {
		throw new Failure("modelUnsupported", `it has ${hidden} units, not 1 to ${maxHidden}`);
	}
	if (layers < 1 || layers > maxLayers) {
		throw new Failure("modelUnsupported", `it has ${layers} layers, not 1 to ${maxLayers}`);
	}
	// Not in files of older versions, nor where there is one direction.
	const given = metadata.get("direction") ?? "forward";
	const direction = directions.find((one) => one === given);
	if (direction === undefined) {
		throw new Failure("modelUnsupported", `its direction is ${JSON.stringify(given.slice(0, 60))}`);
	}
	return { cell, hidden, layers, ...(direction === "forward" ? {} : { direction }) };
}

/** @throws {Failure} modelBroken */
export function parseInfo(metadata: Metadata): ModelInfo {
	const time = Date.parse(metadata.get("trainedAt") ?? "");
	if (Number.isNaN(time)) throw wrong("trainedAt");
	return {
		// Written anew, as the text of an untrusted file must not reach the user's eyes.
		trainedAt: new Date(time).toISOString(),
		characters: amount(metadata, "characters"),
		corpusCharacters: amount(metadata, "corpusCharacters"),
		files: amount(metadata, "files"),
		cpuSeconds: amount(metadata, "cpuSeconds"),
		validationBpc: amountOrNull(metadata, "validationBpc"),
		initialBpc: amountOrNull(metadata, "initialBpc"),
		// Not in files of older versions.
		mixtureBpc: metadata.has("mixtureBpc") ? amountOrNull(metadata, "mixtureBpc") : null,
		initialMixtureBpc: metadata.has("initialMixtureBpc") ? amountOrNull(metadata, "initialMixtureBpc") : null,
	};
}

function integer(metadata: Metadata, name: string): number {
	const value = amount(metadata, name);
	if (!Number.isSafeInteger(value)) throw wrong(name);
	return value;
}

/** A number as JavaScript writes it, finite and not negative. */
function amount(metadata: Metadata, name: string): number {
	const text = metadata.get(name) ?? "";
	const value = Number(text);
	if (!/^\d/.test(text) || !Number.isFinite(value)) throw wrong(name);
	return value;
}

function amountOrNull(metadata: Metadata, name: string): number | null {
	return metadata.get(name) === "null" ? null : amount(metadata, name);
}

function wrong(name: string): Failure {
	return new Failure("modelBroken", `its metadata ${JSON.stringify(name)} is missing or wrong`);
}
