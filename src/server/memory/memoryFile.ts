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
import { snapshotHeaderBytes } from "../../model/memory/snapshot.ts";
import { errorCode, type FileSystem, writeAtomically } from "../../platform/atomicFile.ts";
import { Failure } from "../../platform/failure.ts";
import { JsonDepth } from "../../platform/shallowJson.ts";
import { leftOutReason } from "../../protocol/domainShapes.ts";
import {
	anything,
	count,
	list,
	nullable,
	number,
	object,
	optional,
	type Shape,
	text,
	yes,
} from "../../protocol/shape.ts";
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

type RecordHead = Omit<LineRecord, "lines"> & { readonly key: string; readonly lines: number };

type Header = Omit<StoredMemory, "records" | "snapshot"> & {
	readonly snapshotBytes: number;
	readonly records: readonly RecordHead[];
};

/** Another program may have written a file with the right checksum. */
const headerShape: Shape<Header> = object<Header>({
	mebibytes: number,
	expectedBytes: number,
	characters: number,
	scope: text,
	network: text,
	calibration: anything,
	snapshotBytes: count,
	records: list(
		object<RecordHead>({
			key: text,
			modified: number,
			size: number,
			digest: text,
			bytes: number,
			reason: nullable(leftOutReason),
			lines: count,
			isGone: optional(yes),
		}),
	),
});

/** Objects and arrays in one another: the header, its records, one of them. */
const deepestHeader = 3;

/** The heads of some hundred thousand records. */
const longestHeader = 2 ** 26;

const magic = Buffer.from("INKMEM1\n");
const countBytes = 4;

/** Taking the checksum of so many bytes takes about a millisecond. */
const chunkBytes = 2 ** 21;

/** Chunks that are read side by side: Node reads four at once, and goes on with the others while this thread is busy. */
const readsAhead = 8;

/** More than the largest memory and its records take. A larger file is not read. */
const largestFile = 2 ** 30;

/**
 * @throws {Failure} storageFull, storageReadOnly or storageFailed; the earlier file is then untouched
 */
export function writeMemory(file: string, stored: StoredMemory, fileSystem?: FileSystem): Promise<void> {
	return writeAtomically(file, chunks(stored), fileSystem);
}

function* chunks(stored: StoredMemory): Generator<Uint8Array> {
	const { records: all, snapshot } = stored;
	const whole = headerOf(stored, all);
	// Of files that nothing was learned of, it is found out again why.
	const records = whole.length <= longestHeader ? all : all.filter(([, { lines }]) => lines.length > 0);
	const json = records === all ? whole : headerOf(stored, records);
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

function headerOf({ records: _, snapshot, ...about }: StoredMemory, records: StoredMemory["records"]): Buffer {
	const header: Header = {
		...about,
		snapshotBytes: snapshot.length,
		records: records.map(([key, { lines, ...record }]) => ({ key, ...record, lines: lines.length })),
	};
	return Buffer.from(JSON.stringify(header));
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(countBytes);
	bytes.writeUInt32LE(value);
	return bytes;
}

/** Gives room for a snapshot of `length` bytes, `head` first, of a memory with a ceiling of so many MiB. */
export type RoomForSnapshot = (head: Uint8Array, length: number, mebibytes: number) => Promise<Uint8Array>;

/**
 * Null if there is no file. The snapshot is read into its room, so that it is never held twice; what lies there is of no use
 * if this throws.
 *
 * @throws {Failure} memoryBroken if this version did not write it, or if it is damaged; what `room` throws
 * @throws the system's error if it cannot be read
 */
export async function readMemory(
	file: string,
	room: RoomForSnapshot,
	fileSystem: Pick<typeof nodeFileSystem, "open"> = nodeFileSystem,
): Promise<StoredMemory | null> {
	let handle: nodeFileSystem.FileHandle;
	try {
		handle = await fileSystem.open(file, "r");
	} catch (error) {
		if (errorCode(error) === "ENOENT") return null;
		throw error;
	}
	try {
		const { size } = await handle.stat();
		if (size > largestFile) throw broken("it is too large");
		return await readParts(new CheckedReader(handle, size), room);
	} finally {
		await handle.close();
	}
}

/** Reads a file from its beginning, and takes the checksum of all that it has read. */
class CheckedReader {
	readonly #handle: nodeFileSystem.FileHandle;
	readonly size: number;
	at = 0;
	checksum = 0;

	constructor(handle: nodeFileSystem.FileHandle, size: number) {
		this.#handle = handle;
		this.size = size;
	}

	/** Fills `into` with the next bytes; those after a chunk are read while its checksum is taken. */
	async fill<Bytes extends Uint8Array>(into: Bytes): Promise<Bytes> {
		const underWay: Promise<Uint8Array>[] = [];
		for (let begun = 0; begun < into.length || underWay.length > 0; ) {
			while (begun < into.length && underWay.length < readsAhead) {
				const chunk = into.subarray(begun, begun + chunkBytes);
				const reading = this.#read(chunk, this.at + begun);
				// Where an earlier one fails, nobody waits for this one.
				reading.catch(() => undefined);
				underWay.push(reading);
				begun += chunk.length;
			}
			this.checksum = crc32((await underWay.shift()) as Uint8Array, this.checksum);
			await pauseForOthers();
		}
		this.at += into.length;
		return into;
	}

	/** Fills `chunk` with what is at `position`. */
	async #read(chunk: Uint8Array, position: number): Promise<Uint8Array> {
		for (let filled = 0; filled < chunk.length; ) {
			const { bytesRead } = await this.#handle.read(chunk, filled, chunk.length - filled, position + filled);
			if (bytesRead === 0) throw broken("it is cut off");
			filled += bytesRead;
		}
		return chunk;
	}
}

async function readParts(reader: CheckedReader, room: RoomForSnapshot): Promise<StoredMemory> {
	const start = magic.length + countBytes;
	const end = reader.size - countBytes;
	if (end < start) throw broken("it is of another kind or version");
	const first = await reader.fill(Buffer.alloc(start));
	if (!first.subarray(0, magic.length).equals(magic)) throw broken("it is of another kind or version");
	const headerBytes = first.readUInt32LE(magic.length);
	if (headerBytes > longestHeader || start + headerBytes > end) throw broken("its header is too long");
	const { records, snapshotBytes, ...about } = await parseHeader(await reader.fill(Buffer.allocUnsafe(headerBytes)));
	const hashCount = records.reduce((sum, { lines }) => sum + lines, 0);
	if (reader.at + countBytes * hashCount + snapshotBytes !== end) throw broken("its parts do not fit its length");
	const hashes = new Uint32Array(hashCount);
	await reader.fill(new Uint8Array(hashes.buffer));
	const read: (readonly [string, LineRecord])[] = [];
	let from = 0;
	for await (const slice of inSlices(records)) {
		for (const { key, lines, ...record } of slice) {
			read.push([key, { ...record, lines: hashes.subarray(from, from + lines) }]);
			from += lines;
		}
	}
	const head = await reader.fill(new Uint8Array(Math.min(snapshotHeaderBytes, snapshotBytes)));
	const snapshot = await room(head, snapshotBytes, about.mebibytes);
	snapshot.set(head);
	await reader.fill(snapshot.subarray(head.length));
	const { checksum } = reader;
	if ((await reader.fill(Buffer.alloc(countBytes))).readUInt32LE() !== checksum) throw broken("it is damaged");
	return { ...about, records: read, snapshot };
}

async function parseHeader(bytes: Buffer): Promise<Header> {
	const depth = new JsonDepth();
	for (let at = 0; at < bytes.length; at += chunkBytes) {
		depth.read(bytes.subarray(at, at + chunkBytes));
		await pauseForOthers();
	}
	if (depth.deepest > deepestHeader) throw broken("its header is nested too deeply");
	let header: unknown;
	try {
		header = JSON.parse(bytes.toString());
	} catch (error) {
		throw broken("its header is no JSON", error);
	}
	const fault = headerShape.fault(header);
	if (fault !== undefined) throw broken(`its header is wrong in ${fault === "" ? "all" : fault}`);
	return header as Header;
}

/** Says why a memory file cannot be used, and quotes nothing of its content. */
function broken(detail: string, cause?: unknown): Failure {
	return new Failure("memoryBroken", detail, { cause });
}
