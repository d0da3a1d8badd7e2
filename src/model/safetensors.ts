/**
 * The safetensors format: 8 bytes of header length (little-endian), a JSON header that gives each tensor's type, shape
 * and place in the data, then the data, without gaps. See https://github.com/huggingface/safetensors#format.
 *
 * The reader trusts nothing in the header: it checks the header's own length, that tensors lie inside the file, and
 * that they fit their shapes. It takes the files that the format's own library takes, but for those that
 * models/README.md lists. The code assumes a little-endian machine, as WebAssembly's memory is.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { Failure } from "../platform/failure.ts";
import { JsonDepth } from "../platform/shallowJson.ts";

/** Row-major, F32 or I8. */
export interface StoredTensor {
	readonly shape: readonly number[];
	readonly data: Float32Array | Int8Array;
}

export interface TensorEntry {
	readonly dtype: string;
	readonly shape: readonly number[];
	/** Bytes from the start of the data. */
	readonly begin: number;
	readonly end: number;
}

export interface SafetensorsHeader {
	readonly metadata: ReadonlyMap<string, string>;
	/** By name, in the order of their data. */
	readonly tensors: ReadonlyMap<string, TensorEntry>;
	/** Where the data begins in the file, and its length; together they are the whole rest of the file. */
	readonly dataStart: number;
	readonly dataLength: number;
}

/** Headers of ours take some kilobytes; the format's own library allows 100 MB. */
export const maxHeaderBytes = 2 ** 20;

/** Objects and arrays in one another. Three are the format's; the format's own library takes so many. */
const deepestHeader = 127;

const lengthBytes = 8;
/** Blanks pad the header, so that the data is aligned for any type. */
const alignment = 8;

const elementBytes: Readonly<Record<string, number>> = {
	BOOL: 1,
	U8: 1,
	I8: 1,
	F8_E4M3: 1,
	F8_E5M2: 1,
	U16: 2,
	I16: 2,
	F16: 2,
	BF16: 2,
	U32: 4,
	I32: 4,
	F32: 4,
	U64: 8,
	I64: 8,
	F64: 8,
};

/** What reading needs of a file. */
export type ReadableFile = Pick<FileHandle, "stat" | "read">;

/**
 * Reads and checks the header of a file. Every tensor of the result lies in the file and fits its shape, and each byte
 * of the data belongs to exactly one tensor.
 *
 * @throws {Failure} modelBroken; modelUnsupported for a type of tensor that is not known here
 */
export async function readHeader(handle: ReadableFile): Promise<SafetensorsHeader> {
	const { size } = await handle.stat();
	if (size < lengthBytes) throw broken("it is too short");
	const length = (await readExactly(handle, 0, lengthBytes)).readBigUInt64LE();
	if (length > maxHeaderBytes) throw broken("its header is too long, so it is probably not a safetensors file");
	const dataStart = lengthBytes + Number(length);
	if (dataStart > size) throw broken("it is cut off within its header");
	const { metadata, entries } = parseHeader(await readExactly(handle, lengthBytes, Number(length)));

	const dataLength = size - dataStart;
	let expected = 0;
	for (const [name, { begin, end }] of entries) {
		if (end > dataLength) throw broken(`it is cut off: the tensor ${quote(name)} lies beyond its end`);
		if (begin < expected) throw broken(`the tensor ${quote(name)} overlaps another`);
		if (begin > expected) throw broken(`there is a hole before the tensor ${quote(name)}`);
		expected = end;
	}
	if (expected < dataLength) throw broken("there are bytes after the last tensor");
	return { metadata, tensors: new Map(entries), dataStart, dataLength };
}

/**
 * Reads the whole data of a file whose header was read; its tensors must have the types that `typeOf` gives.
 *
 * @returns the tensors, in the order of the header, and the SHA-256 of the data in hexadecimal digits
 * @throws {Failure} modelUnsupported for another type, modelBroken if the file became shorter in the meantime
 */
export async function readTensors(
	handle: ReadableFile,
	header: SafetensorsHeader,
	typeOf: (name: string) => "F32" | "I8",
): Promise<{ tensors: Map<string, StoredTensor>; sha256: string }> {
	for (const [name, { dtype }] of header.tensors) {
		const wanted = typeOf(name);
		if (dtype === wanted) continue;
		throw new Failure("modelUnsupported", `the tensor ${quote(name)} is ${dtype}, not ${wanted}`);
	}
	const data = await readExactly(handle, header.dataStart, header.dataLength);
	const tensors = new Map<string, StoredTensor>();
	for (const [name, { shape, dtype, begin, end }] of header.tensors) {
		tensors.set(name, { shape, data: dtype === "I8" ? bytesAt(data, begin, end) : floatsAt(data, begin, end) });
	}
	return { tensors, sha256: createHash("sha256").update(data).digest("hex") };
}

function bytesAt(data: Buffer<ArrayBuffer>, begin: number, end: number): Int8Array {
	return new Int8Array(data.buffer, data.byteOffset + begin, end - begin);
}

function floatsAt(data: Buffer<ArrayBuffer>, begin: number, end: number): Float32Array {
	const at = data.byteOffset + begin;
	const bytes = Float32Array.BYTES_PER_ELEMENT;
	// After tensors of bytes, floats may begin at an address that a Float32Array cannot have.
	return at % bytes === 0
		? new Float32Array(data.buffer, at, (end - begin) / bytes)
		: new Float32Array(data.buffer.slice(at, data.byteOffset + end));
}

/** The SHA-256 of the data part of a file with these tensors, in hexadecimal digits. */
export function dataChecksum(tensors: ReadonlyMap<string, StoredTensor>): string {
	const hash = createHash("sha256");
	for (const { data } of tensors.values()) hash.update(bytesOf(data));
	return hash.digest("hex");
}

/** The bytes of a file with these tensors, in their order. */
export function encodeSafetensors(
	metadata: ReadonlyMap<string, string>,
	tensors: ReadonlyMap<string, StoredTensor>,
): Uint8Array[] {
	let end = 0;
	const entries = [...tensors].map(([name, { shape, data }]) => {
		const begin = end;
		end += data.byteLength;
		return [name, { dtype: data instanceof Int8Array ? "I8" : "F32", shape, data_offsets: [begin, end] }];
	});
	// Not assigned one by one: that would take the name __proto__ for something else.
	const header = Object.fromEntries([["__metadata__", Object.fromEntries(metadata)], ...entries]);
	const json = Buffer.from(JSON.stringify(header));
	const padded = Buffer.alloc(Math.ceil(json.length / alignment) * alignment, " ");
	json.copy(padded);
	if (padded.length > maxHeaderBytes) throw new Failure("internal", "the header of the model file became too long");
	const length = Buffer.alloc(lengthBytes);
	length.writeBigUInt64LE(BigInt(padded.length));
	return [length, padded, ...[...tensors.values()].map(({ data }) => bytesOf(data))];
}

/** Metadata, and the tensors sorted by place; each tensor is checked by itself. */
function parseHeader(bytes: Buffer): { metadata: Map<string, string>; entries: [string, TensorEntry][] } {
	const depth = new JsonDepth();
	depth.read(bytes);
	if (depth.deepest > deepestHeader) throw broken("its header is nested too deeply");
	let text: string;
	let header: unknown;
	try {
		// A TextDecoder takes milliseconds to be made, while a model is loaded.
		if (!isUtf8(bytes)) throw new TypeError("it is not UTF-8");
		text = bytes.toString();
		header = JSON.parse(text);
	} catch (error) {
		throw broken("its header is not JSON, so it is probably not a safetensors file", error);
	}
	if (!isObject(header)) throw broken("its header is not a JSON object");
	const repeated = repeatedKey(text);
	if (repeated !== undefined) throw broken(`its header has the key ${quote(repeated)} twice`);

	const metadata = new Map<string, string>();
	const entries: [string, TensorEntry][] = [];
	for (const [name, value] of Object.entries(header)) {
		if (name !== "__metadata__") {
			entries.push([name, parseEntry(name, value)]);
			continue;
		}
		// Some writers say so that there is none.
		if (value === null) continue;
		if (!isObject(value)) throw broken("its metadata is not a JSON object");
		for (const [key, content] of Object.entries(value)) {
			if (typeof content !== "string") throw broken(`its metadata ${quote(key)} is not a string`);
			if (!isWellFormed(key) || !isWellFormed(content)) throw broken(`its metadata ${quote(key)} is not valid Unicode`);
			metadata.set(key, content);
		}
	}
	entries.sort(([, one], [, other]) => one.begin - other.begin || one.end - other.end);
	return { metadata, entries };
}

function parseEntry(name: string, value: unknown): TensorEntry {
	const wrong = (what: string) => broken(`the tensor ${quote(name)} ${what}`);
	if (!isObject(value)) throw wrong("is not described by a JSON object");
	if (!isWellFormed(name)) throw wrong("has a name that is not valid Unicode");
	// Further members are allowed, and mean nothing here.
	const { dtype, shape, data_offsets: offsets } = value;
	if (typeof dtype !== "string") throw wrong("has no proper type");
	if (!Object.hasOwn(elementBytes, dtype)) {
		throw new Failure("modelUnsupported", `the tensor ${quote(name)} has the unknown type ${quote(dtype)}`);
	}
	if (!isSizes(shape)) throw wrong("has no proper shape");
	if (!isSizes(offsets)) throw wrong("has no proper place");
	const [begin, end, more] = offsets;
	if (begin === undefined || end === undefined || more !== undefined || end < begin) throw wrong("has no proper place");
	const bytes = shape.reduce((product, size) => product * size, elementBytes[dtype] ?? 0);
	if (bytes !== end - begin) throw wrong("does not have the size of its shape");
	return { dtype, shape, begin, end };
}

/** A key that stands twice in one object of `json`, which must be valid JSON; JSON.parse silently keeps the last. */
function repeatedKey(json: string): string | undefined {
	const open: Set<string>[] = [];
	for (let i = 0; i < json.length; i++) {
		const character = json[i];
		if (character === "{") open.push(new Set());
		else if (character === "}") open.pop();
		else if (character === '"') {
			const start = i;
			while (json[++i] !== '"') if (json[i] === "\\") i++;
			const end = i + 1;
			while (isBlank(json[i + 1])) i++;
			if (json[i + 1] !== ":") continue;
			const key: string = JSON.parse(json.slice(start, end));
			const keys = open.at(-1);
			if (keys?.has(key)) return key;
			keys?.add(key);
		}
	}
	return undefined;
}

/** Whether a string has no half of a surrogate pair, which UTF-8 cannot hold and other readers refuse. */
function isWellFormed(text: string): boolean {
	return !/\p{Surrogate}/u.test(text);
}

function isBlank(character: string | undefined): boolean {
	return character === " " || character === "\n" || character === "\r" || character === "\t";
}

/** Reads `length` bytes, in several reads if need be. The caller has compared `length` with the file's size. */
async function readExactly(handle: ReadableFile, position: number, length: number): Promise<Buffer<ArrayBuffer>> {
	const buffer = Buffer.from(new ArrayBuffer(length));
	let filled = 0;
	while (filled < length) {
		const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
		if (bytesRead === 0) throw broken("it is cut off");
		filled += bytesRead;
	}
	return buffer;
}

function bytesOf(data: Float32Array | Int8Array): Uint8Array {
	return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
	return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** A name from an untrusted file, short enough for a sentence. */
function quote(name: string): string {
	return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

function broken(detail: string, cause?: unknown): Failure {
	return new Failure("modelBroken", detail, { cause });
}
