/**
 * The file of a memory and of the records of what it has learned. The format is Inkling's own, as no other program could
 * use a memory:
 *
 *     "INKMEM1\n"
 *     uint32      length of the header
 *     header      JSON in UTF-8
 *     hashes      uint32 each: the lines of all records, one record after the other
 *     snapshot    the state of the memory, see src/model/memory/snapshot.ts
 *     uint32      CRC-32 of all bytes before it
 *
 * Numbers are little-endian, as on every machine that an editor with WebAssembly SIMD runs on.
 */
import { Buffer } from "node:buffer";
import * as nodeFileSystem from "node:fs/promises";
import { crc32 } from "node:zlib";
import { inSlices, pauseForOthers } from "../../corpus/concurrency.ts";
import type { Workspace } from "../../domain/memory.ts";
import { errorCode, type FileSystem, writeAtomically } from "../../platform/atomicFile.ts";
import type { LineRecord } from "./lines/lineRecords.ts";

export interface StoredMemory {
	/** The options of the memory, see `MemoryOptions`. */
	readonly mebibytes: number;
	readonly expectedBytes: number;
	/** Number of characters learned. */
	readonly characters: number;
	/** See `scopeOf`. */
	readonly scope: string;
	/** Names the network that the memory was tuned to; "" if there was none. */
	readonly network: string;
	/** Of memory and network together, as JSON; see `LogisticCalibration`. Null or missing: there was no text to find it on. */
	readonly calibration?: unknown;
	readonly records: readonly (readonly [key: string, record: LineRecord])[];
	readonly snapshot: Uint8Array;
}

/** Names the folders and rules that say what may be learned. */
export function scopeOf({ folders, rules }: Workspace): string {
	return JSON.stringify([folders, rules]);
}

/** Says why a memory file cannot be used, and quotes nothing of its content. */
export class UnusableMemory extends Error {}

type Header = Omit<StoredMemory, "records" | "snapshot"> & {
	readonly snapshotBytes: number;
	readonly records: readonly (Omit<LineRecord, "lines"> & { readonly key: string; readonly lines: number })[];
};

const magic = Buffer.from("INKMEM1\n");
const countBytes = 4;

/** Taking the checksum of so many bytes takes about a millisecond. */
const chunkBytes = 2 ** 21;

/** More than the largest memory and its records take. A larger file is not read. */
const largestFile = 2 ** 30;

/**
 * @throws {Failure} storageFull, storageReadOnly or storageFailed; the earlier file is then untouched
 */
export function writeMemory(file: string, stored: StoredMemory, fileSystem?: FileSystem): Promise<void> {
	return writeAtomically(file, chunks(stored), fileSystem);
}

function* chunks({ records, snapshot, ...about }: StoredMemory): Generator<Uint8Array> {
	const header: Header = {
		...about,
		snapshotBytes: snapshot.length,
		records: records.map(([key, { lines, ...record }]) => ({ key, ...record, lines: lines.length })),
	};
	const json = Buffer.from(JSON.stringify(header));
	const hashes = Buffer.concat(
		records.map(([, { lines }]) => new Uint8Array(lines.buffer, lines.byteOffset, lines.byteLength)),
	);

	let checksum = 0;
	for (const part of [magic, uint32(json.length), json, hashes, snapshot]) {
		for (let start = 0; start < part.length; start += chunkBytes) {
			const chunk = part.subarray(start, start + chunkBytes);
			checksum = crc32(chunk, checksum);
			yield chunk;
		}
	}
	yield uint32(checksum);
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(countBytes);
	bytes.writeUInt32LE(value);
	return bytes;
}

/**
 * Null if there is no file.
 *
 * @throws {UnusableMemory} if this version did not write it, or if it is damaged
 * @throws the system's error if it cannot be read
 */
export async function readMemory(
	file: string,
	fileSystem: Pick<typeof nodeFileSystem, "open"> = nodeFileSystem,
): Promise<StoredMemory | null> {
	let bytes: Buffer;
	try {
		const handle = await fileSystem.open(file, "r");
		try {
			const { size } = await handle.stat();
			if (size > largestFile) throw new UnusableMemory("it is too large");
			bytes = Buffer.allocUnsafeSlow(size);
			for (let filled = 0; filled < size; ) {
				const { bytesRead } = await handle.read(bytes, filled, size - filled);
				if (bytesRead === 0) throw new UnusableMemory("it was cut off while it was read");
				filled += bytesRead;
			}
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (errorCode(error) === "ENOENT") return null;
		throw error;
	}
	return parse(bytes);
}

async function parse(bytes: Buffer): Promise<StoredMemory> {
	const start = magic.length + countBytes;
	if (bytes.length < start + countBytes || !bytes.subarray(0, magic.length).equals(magic))
		throw new UnusableMemory("it is of another kind or version");
	const end = bytes.length - countBytes;
	let checksum = 0;
	for (let at = 0; at < end; at += chunkBytes) {
		checksum = crc32(bytes.subarray(at, Math.min(end, at + chunkBytes)), checksum);
		await pauseForOthers();
	}
	if (checksum !== bytes.readUInt32LE(end)) throw new UnusableMemory("it is damaged");
	const headerEnd = start + bytes.readUInt32LE(magic.length);
	// With the right checksum it is what was written, so its parts need no proof one by one.
	const { records, snapshotBytes, ...about } = JSON.parse(bytes.toString("utf8", start, headerEnd)) as Header;
	const hashBytes = 4 * records.reduce((sum, { lines }) => sum + lines, 0);
	// A copy, as the hashes need not begin where a number may.
	const hashes = new Uint32Array(new Uint8Array(bytes.subarray(headerEnd, headerEnd + hashBytes)).buffer);
	const read: (readonly [string, LineRecord])[] = [];
	let from = 0;
	for await (const slice of inSlices(records)) {
		for (const { key, lines, ...record } of slice) {
			read.push([key, { ...record, lines: hashes.subarray(from, from + lines) }]);
			from += lines;
		}
	}
	const at = headerEnd + hashBytes;
	return { ...about, records: read, snapshot: bytes.subarray(at, at + snapshotBytes) };
}
