/** Small models, and the bytes of model files to be spoilt. */
import { Buffer } from "node:buffer";
import type { ModelInfo } from "../../../src/domain/model.ts";
import type { NetworkShape, Parameters } from "../../../src/engines/engine.ts";
import type { Model } from "../../../src/model/checkpoint.ts";
import { parametersOf, randomNumbers, randomWeights } from "../reference/random.ts";

export const info: ModelInfo = {
	trainedAt: "2026-02-03T04:05:06.789Z",
	characters: 1_234_567,
	corpusCharacters: 98_765,
	files: 12,
	cpuSeconds: 60.5,
	validationBpc: 1.25,
	initialBpc: null,
	mixtureBpc: null,
	initialMixtureBpc: null,
};

export function exampleModel(shape: NetworkShape = { cell: "gru", hidden: 4, layers: 1 }): Model {
	return { shape, parameters: randomParameters(shape, 7), info };
}

export function randomParameters(shape: NetworkShape, seed: number): Parameters {
	return parametersOf(shape, randomWeights(shape, randomNumbers(seed)));
}

export interface Entry {
	dtype: string;
	shape: number[];
	data_offsets: number[];
}

/** A header as it stands in the JSON. */
export type Header = { __metadata__?: Record<string, string> } & Record<string, Entry | Record<string, string>>;

export function parseFile(bytes: Buffer): { header: Header; data: Buffer } {
	const length = Number(bytes.readBigUInt64LE());
	return { header: JSON.parse(bytes.toString("utf8", 8, 8 + length)), data: bytes.subarray(8 + length) };
}

/** The bytes of a file; a header given as text stands in it as it is. */
export function formatFile(header: Header | string | Buffer, data: Buffer, claimedLength?: bigint): Buffer {
	const json = Buffer.isBuffer(header)
		? header
		: Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(claimedLength ?? BigInt(json.length));
	return Buffer.concat([length, json, data]);
}
