import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
	encodeSafetensors,
	type ReadableFile,
	readHeader,
	readTensors,
	type StoredTensor,
} from "../../../src/model/safetensors.ts";
import { Failure } from "../../../src/platform/failure.ts";
import { formatFile } from "./modelFixture.ts";

/** A file in memory. */
function fileOf(bytes: Uint8Array): ReadableFile {
	const file = {
		stat: async () => ({ size: bytes.length }),
		read: async (buffer: Uint8Array, offset: number, length: number, position: number) => {
			const piece = bytes.subarray(position, position + length);
			buffer.set(piece, offset);
			return { bytesRead: piece.length, buffer };
		},
	};
	return file as unknown as ReadableFile;
}

/** Four bytes of data, as one float. */
const tensor = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
const withMember = (member: string): string => `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],${member}}}`;
const withShape = (shape: string): string => `{"a":{"dtype":"F32","shape":${shape},"data_offsets":[0,4]}}`;
const ofType = (dtype: string): string =>
	`{"a":{"dtype":"${dtype}","shape":[0],"data_offsets":[0,0]},"b":${bytes(0, 4)}}`;
const bytes = (begin: number, end: number): string =>
	`{"dtype":"U8","shape":[${end - begin}],"data_offsets":[${begin},${end}]}`;

type Row = readonly [what: string, header: string, reference: "takes" | "refuses", here: "takes" | RegExp];

/**
 * What the reference reader (the Python package safetensors, `deserialize`) does with a header over four bytes of data:
 * 0.4.5, 0.6.2 and 0.8.0 agree on each.
 */
const table: readonly Row[] = [
	["no metadata", `{${tensor}}`, "takes", "takes"],
	["metadata that is null", `{"__metadata__":null,${tensor}}`, "takes", "takes"],
	["empty metadata", `{"__metadata__":{},${tensor}}`, "takes", "takes"],
	["metadata after the tensors", `{${tensor},"__metadata__":{"k":"v"}}`, "takes", "takes"],
	["metadata that is a list", `{"__metadata__":[],${tensor}}`, "refuses", /metadata is not a JSON object/],
	["metadata that is false", `{"__metadata__":false,${tensor}}`, "refuses", /metadata is not a JSON object/],
	["a number in the metadata", `{"__metadata__":{"k":1},${tensor}}`, "refuses", /"k" is not a string/],
	["null in the metadata", `{"__metadata__":{"k":null},${tensor}}`, "refuses", /"k" is not a string/],
	["metadata twice", `{"__metadata__":{},"__metadata__":{},${tensor}}`, "refuses", /"__metadata__" twice/],
	["a member that is not known", withMember('"color":"red"'), "takes", "takes"],
	["a member that is an object", withMember('"x":{"y":[1,null]}'), "takes", "takes"],
	["a type twice", withMember('"dtype":"F32"'), "refuses", /"dtype" twice/],
	["null instead of a tensor", `{${tensor},"b":null}`, "refuses", /"b" is not described by a JSON object/],
	["no type", '{"a":{"shape":[1],"data_offsets":[0,4]}}', "refuses", /"a" has no proper type/],
	["a scalar", withShape("[]"), "takes", "takes"],
	["a shape that is too small", withShape("[0]"), "refuses", /size of its shape/],
	["three offsets", withMember('"x":0').replace("[0,4]", "[0,4,4]"), "refuses", /no proper place/],
	["an empty tensor in front", `{"z":${bytes(0, 0)},${tensor}}`, "takes", "takes"],
	["an empty tensor at the end", `{"z":${bytes(4, 4)},${tensor}}`, "takes", "takes"],
	["an empty tensor inside another", `{"z":${bytes(2, 2)},${tensor}}`, "refuses", /overlaps/],
	["an empty tensor beyond the end", `{"z":${bytes(5, 5)},${tensor}}`, "refuses", /beyond its end/],
	["tensors in another order than their data", `{"b":${bytes(2, 4)},"a":${bytes(0, 2)}}`, "takes", "takes"],
	["a hole", `{"a":${bytes(2, 4)}}`, "refuses", /hole/],
	["data that belongs to no tensor", `{"a":${bytes(0, 2)}}`, "refuses", /bytes after the last tensor/],
	["overlapping tensors", `{"a":${bytes(0, 4)},"b":${bytes(2, 4)}}`, "refuses", /overlaps/],
	["a byte order mark", `\ufeff{${tensor}}`, "refuses", /not JSON/],
	["blanks in front", `  {${tensor}}`, "takes", "takes"],
	["white space at the end", `{${tensor}}\n\t `, "takes", "takes"],
	["NUL at the end", `{${tensor}}\0`, "refuses", /not JSON/],
	["an empty name", `{"":${bytes(0, 4)}}`, "takes", "takes"],
	["the name __proto__", `{"__proto__":${bytes(0, 4)}}`, "takes", "takes"],
	["half a surrogate pair in a name", `{"\\ud800":${bytes(0, 4)}}`, "refuses", /valid Unicode/],
	["half a surrogate pair in the metadata", `{"__metadata__":{"k":"\\ud800"},${tensor}}`, "refuses", /valid Unicode/],
	["an array", "[]", "refuses", /not a JSON object/],
	...[
		"BOOL",
		"U8",
		"I8",
		"F8_E5M2",
		"F8_E4M3",
		"I16",
		"U16",
		"F16",
		"BF16",
		"I32",
		"U32",
		"F32",
		"F64",
		"I64",
		"U64",
	].map((dtype): Row => [`the type ${dtype}`, ofType(dtype), "takes", "takes"]),
	["a type in small letters", ofType("f32"), "refuses", /unknown type "f32"/],
	// Refused on purpose: models/README.md names these.
	["a tensor twice", `{${tensor},${tensor}}`, "takes", /"a" twice/],
	["a key of the metadata twice", `{"__metadata__":{"k":"v","k":"w"},${tensor}}`, "takes", /"k" twice/],
	["a member twice that is not known", withMember('"x":1,"x":2'), "takes", /"x" twice/],
	["a tensor described by a list", '{"a":["F32",[1],[0,4]]}', "takes", /"a" is not described by a JSON object/],
	// JavaScript cannot tell 1.0 from 1; no number means anything else for it.
	["a whole number with a point", withShape("[1.0]"), "refuses", "takes"],
	["a whole number with an exponent", withShape("[1e0]"), "refuses", "takes"],
	["JSON nested 200 deep", withMember(`"x":${"[".repeat(200)}${"]".repeat(200)}`), "refuses", /nested too deeply/],
	["a number that is too large, in a member that is not known", withMember('"x":1e999'), "refuses", "takes"],
];

describe("the safetensors header", () => {
	for (const [what, header, reference, here] of table) {
		const note = reference === "takes" && here !== "takes" ? ", which the reference reader takes" : "";
		it(`${here === "takes" ? "takes" : "refuses"} ${what}${note}`, async () => {
			const file = fileOf(formatFile(header, Buffer.alloc(4)));
			if (here === "takes") await readHeader(file);
			else await assert.rejects(readHeader(file), (error) => error instanceof Failure && here.test(error.detail));
		});
	}
});

/** Names and metadata as any program could write them; `__metadata__` is no name. */
const words = fc.string({ unit: "binary", maxLength: 12 });
const names = fc
	.oneof(words, fc.constantFrom("__proto__", "constructor", "1", ""))
	.filter((name) => name !== "__metadata__");

const tensors: fc.Arbitrary<StoredTensor> = fc
	.record({ shape: fc.array(fc.nat(4), { maxLength: 3 }), small: fc.boolean() })
	.chain(({ shape, small }) => {
		const size = shape.reduce((product, length) => product * length, 1);
		const bounds = { minLength: size, maxLength: size };
		return (small ? fc.int8Array(bounds) : fc.float32Array(bounds)).map((data) => ({ shape, data }));
	});

const contents = fc.record({
	metadata: fc.array(fc.tuple(words, words), { maxLength: 4 }).map((entries) => new Map(entries)),
	tensors: fc.array(fc.tuple(names, tensors), { maxLength: 5 }).map((entries) => new Map(entries)),
});

/** Reads a file, or says why it cannot be read; any error that is not a failure for the user passes through. */
async function read(bytes: Uint8Array): Promise<{ tensors: number } | Failure> {
	try {
		const { tensors, dataLength } = await readHeader(fileOf(bytes));
		let end = 0;
		for (const entry of tensors.values()) {
			assert.equal(entry.begin, end);
			assert.ok(entry.begin <= entry.end);
			end = entry.end;
		}
		assert.equal(end, dataLength);
		return { tensors: tensors.size };
	} catch (error) {
		if (error instanceof Failure) return error;
		throw error;
	}
}

function assertRefusedClearly(result: { tensors: number } | Failure): void {
	if (!(result instanceof Failure)) return;
	assert.match(result.code, /^model(Broken|Unsupported)$/);
	// One clause for the sentence of the code: no line ends, no full stop, not a whole header.
	assert.match(result.detail, /^[a-z][^\n\r]{5,400}[^.]$/);
}

/** JSON in which one value, or one key, was put in another's place. */
function withPart(value: unknown, path: readonly number[], part: unknown): unknown {
	const [step, ...further] = path;
	if (step === undefined || typeof value !== "object" || value === null) return part;
	const entries = Object.entries(value);
	const chosen = entries[step % (entries.length || 1)];
	if (chosen === undefined) return part;
	const changed = entries.map((entry) => (entry === chosen ? [entry[0], withPart(entry[1], further, part)] : entry));
	return Array.isArray(value) ? changed.map(([, element]) => element) : Object.fromEntries(changed);
}

describe("a safetensors file of any content", () => {
	it("is read as it was written", async () => {
		await fc.assert(
			fc.asyncProperty(contents, async ({ metadata, tensors }) => {
				const bytes = Buffer.concat(encodeSafetensors(metadata, tensors));
				const header = await readHeader(fileOf(bytes));
				assert.deepEqual(header.metadata, metadata);
				const typeOf = (name: string) => (tensors.get(name)?.data instanceof Int8Array ? "I8" : "F32");
				assert.deepEqual((await readTensors(fileOf(bytes), header, typeOf)).tensors, tensors);
			}),
		);
	});

	it("is read or refused in one sentence when bytes of it are lost, added or changed", async () => {
		const change = fc.record({ at: fc.nat(), lost: fc.nat(9), added: fc.uint8Array({ maxLength: 9 }) });
		await fc.assert(
			fc.asyncProperty(contents, fc.array(change, { minLength: 1, maxLength: 3 }), async (content, changes) => {
				let bytes = Buffer.concat(encodeSafetensors(content.metadata, content.tensors));
				for (const { at, lost, added } of changes) {
					const begin = at % (bytes.length + 1);
					bytes = Buffer.concat([bytes.subarray(0, begin), added, bytes.subarray(begin + lost)]);
				}
				assertRefusedClearly(await read(bytes));
			}),
			{ numRuns: 300 },
		);
	});

	it("is read or refused in one sentence when its header has any JSON in place of a part", async () => {
		const parts = fc.oneof(
			fc.jsonValue(),
			fc.maxSafeInteger(),
			fc.constantFrom(null, "F32", "I8", -0, 1e300, [0, 4], [0, 0], { dtype: "F32", shape: [], data_offsets: [0, 4] }),
		);
		await fc.assert(
			fc.asyncProperty(contents, fc.array(fc.nat(9), { maxLength: 4 }), parts, async (content, path, part) => {
				const bytes = Buffer.concat(encodeSafetensors(content.metadata, content.tensors));
				const length = Number(bytes.readBigUInt64LE());
				const header = JSON.parse(bytes.toString("utf8", 8, 8 + length));
				const changed = JSON.stringify(withPart(header, path, part));
				assertRefusedClearly(await read(formatFile(changed, bytes.subarray(8 + length))));
			}),
			{ numRuns: 300 },
		);
	});
});
