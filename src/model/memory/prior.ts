/**
 * The prior of a memory: mixer weights and adaptive probabilities, which are much the same for all text. They are learned once
 * from other text (models/pretrain/memoryPrior.ts) and shipped. The prior holds no text and no counts of any.
 */
import { readFile } from "node:fs/promises";
import { Failure } from "../../platform/failure.ts";
import { shippedFile } from "../../platform/shipped.ts";
import { layoutVersion } from "./snapshot.ts";

/** The first part of a memory's state, see `make` in src/kernels/memory/index.ts. */
export interface MemoryPrior {
	/** Probabilities with 22 bits, counts with 10. */
	readonly entries: Uint32Array;
	/** `[rows, 44]` of the first layer of the mixer: without a network, then with one. */
	readonly weights: Float32Array;
	/** Those of the second layer, and the shares of the correction after it. */
	readonly finals: Float32Array;
}

/** "IKMS", little-endian. */
const magic = 0x534d4b49;
const headerBytes = 20;
export const inputsPerRow = 44;
const mostWeight = 127;
/** Greatest count kept, so that entries go on moving by at least 1/256.5 of their error. */
const mostCount = 255;

/**
 * Header of five uint32 (magic, version of the layout, how many entries, weights, final weights); then per entry the 16
 * highest bits of its probability (uint16), per entry its count (uint8), per row of weights its scale (float32), the
 * weights in units of their row's scale (int8), and the final weights (float32). Little-endian, without gaps.
 */
export function encodeMemoryPrior({ entries, weights, finals }: MemoryPrior): Uint8Array {
	const rows = weights.length / inputsPerRow;
	const bytes = new Uint8Array(headerBytes + 3 * entries.length + 4 * rows + weights.length + 4 * finals.length);
	const view = new DataView(bytes.buffer);
	const header = [magic, layoutVersion, entries.length, weights.length, finals.length];
	for (const [index, word] of header.entries()) view.setUint32(4 * index, word, true);
	let at = headerBytes;
	for (const entry of entries) {
		view.setUint16(at, entry >>> 16, true);
		at += 2;
	}
	for (const entry of entries) view.setUint8(at++, Math.min(entry & 1023, mostCount));
	const scales = Float32Array.from({ length: rows }, (_, row) => {
		const own = weights.subarray(row * inputsPerRow, (row + 1) * inputsPerRow);
		return own.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0) / mostWeight;
	});
	for (const scale of scales) {
		view.setFloat32(at, scale, true);
		at += 4;
	}
	for (const [index, weight] of weights.entries()) {
		const scale = scales[Math.floor(index / inputsPerRow)] as number;
		view.setInt8(at++, scale === 0 ? 0 : Math.round(weight / scale));
	}
	for (const weight of finals) {
		view.setFloat32(at, weight, true);
		at += 4;
	}
	return bytes;
}

/** @throws {Failure} `memoryBroken` */
export function decodeMemoryPrior(bytes: Uint8Array): MemoryPrior {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < headerBytes || view.getUint32(0, true) !== magic) throw broken("it is no prior of a memory");
	if (view.getUint32(4, true) !== layoutVersion) throw broken("it is of another version");
	const [entryCount, weightCount, finalCount] = [8, 12, 16].map((at) => view.getUint32(at, true)) as [
		number,
		number,
		number,
	];
	const rows = weightCount / inputsPerRow;
	if (bytes.length !== headerBytes + 3 * entryCount + 4 * rows + weightCount + 4 * finalCount) {
		throw broken("it is cut off");
	}
	const counts = headerBytes + 2 * entryCount;
	const scales = counts + entryCount;
	const steps = scales + 4 * rows;
	const last = steps + weightCount;
	// Loops: with `from` a folder that is being opened waits 43 ms for this instead of 10.
	const entries = new Uint32Array(entryCount);
	for (let i = 0; i < entryCount; i++) {
		entries[i] = (view.getUint16(headerBytes + 2 * i, true) << 16) | view.getUint8(counts + i);
	}
	const weights = new Float32Array(weightCount);
	for (let row = 0; row < rows; row++) {
		const scale = view.getFloat32(scales + 4 * row, true);
		const end = (row + 1) * inputsPerRow;
		for (let i = row * inputsPerRow; i < end; i++) weights[i] = view.getInt8(steps + i) * scale;
	}
	const finals = Float32Array.from({ length: finalCount }, (_, i) => view.getFloat32(last + 4 * i, true));
	return { entries, weights, finals };
}

function broken(detail: string): Failure {
	return new Failure("memoryBroken", detail);
}

/** Loads once, and gives the same to all. What fails is tried again the next time: the disk may have been busy. */
export function loadedOnce<T>(load: () => Promise<T>): () => Promise<T> {
	let loading: Promise<T> | undefined;
	return () => {
		loading ??= load().catch((error: unknown) => {
			loading = undefined;
			throw error;
		});
		return loading;
	};
}

/** @throws if it is not there; {Failure} `memoryBroken` */
export const shippedMemoryPrior = loadedOnce(async () =>
	decodeMemoryPrior(await readFile(shippedFile("memory.prior"))),
);
