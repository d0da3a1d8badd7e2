import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { beforeEach, describe, it } from "mocha";
import type { Cell, NetworkShape, Parameters } from "../../../src/engines/engine.ts";
import { expectedShapes } from "../../../src/engines/shapes.ts";
import {
	readModel,
	readModelInfo,
	readTrainingState,
	summarize,
	type TrainingState,
	writeModel,
	writeTrainingState,
} from "../../../src/model/checkpoint.ts";
import { maxHeaderBytes } from "../../../src/model/safetensors.ts";
import type { FileSystem } from "../../../src/platform/atomicFile.ts";
import { Failure, type FailureCode } from "../../../src/platform/failure.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import {
	type Entry,
	exampleModel,
	formatFile,
	type Header,
	info,
	parseFile,
	randomParameters,
} from "./modelFixture.ts";

const cells: Cell[] = ["gru", "lstm", "rnn_tanh", "rnn_relu"];
const shapes: NetworkShape[] = cells.flatMap((cell) => [
	{ cell, hidden: 5, layers: 1 },
	{ cell, hidden: 3, layers: 3 },
]);

describe("model file", () => {
	const path = useTemporaryFolder();

	for (const shape of shapes) {
		it(`holds all of a model: ${shape.cell}, ${shape.layers} layers of ${shape.hidden}`, async () => {
			const model = exampleModel(shape);
			await writeModel(path("m.safetensors"), model);
			assert.deepEqual(await readModel(path("m.safetensors")), model);
			assert.deepEqual(await readModelInfo(path("m.safetensors")), summarize(model));
		});
	}

	it("counts the parameters of its summary", () => {
		assert.deepEqual(summarize(exampleModel({ cell: "gru", hidden: 4, layers: 2 })), {
			cell: "gru",
			hidden: 4,
			layers: 2,
			parameters: 12 * 256 + 12 * 4 + 24 + (12 * 4 + 12 * 4 + 24) + 256 * 4 + 256,
			...info,
		});
	});

	it("begins its data at a multiple of eight bytes, in the order of the names", async () => {
		await writeModel(path("m.safetensors"), exampleModel());
		const { header } = parseFile(await readFile(path("m.safetensors")));
		const { __metadata__: metadata = {}, ...tensors } = header;
		assert.deepEqual(Object.keys(tensors), [...expectedShapes(exampleModel().shape).keys()]);
		assert.equal((await readFile(path("m.safetensors"))).readBigUInt64LE() % 8n, 0n);
		const { format, version } = metadata;
		assert.deepEqual({ format, version }, { format: "inkling", version: "1" });
	});

	it("writes parameters that come in another order as those in the usual one", async () => {
		const model = exampleModel();
		await writeModel(path("one"), model);
		await writeModel(path("other"), { ...model, parameters: new Map([...model.parameters].reverse()) });
		assert.deepEqual(await readFile(path("one")), await readFile(path("other")));
	});

	it("can be read by its owner only", async function () {
		if (process.platform === "win32") return this.skip();
		await writeModel(path("m.safetensors"), exampleModel());
		assert.equal((await stat(path("m.safetensors"))).mode & 0o777, 0o600);
	});

	it("takes a file of another program with exactly the parameters of one network, in any order", async () => {
		for (const shape of shapes) {
			const model = exampleModel(shape);
			await writeModel(path("m.safetensors"), model);
			const { header, data } = parseFile(await readFile(path("m.safetensors")));
			const { __metadata__, ...tensors } = header;
			const foreign = Object.fromEntries([["__metadata__", { format: "pt" }], ...Object.entries(tensors).reverse()]);
			await writeFile(path("foreign"), formatFile(foreign, data));
			await utimes(path("foreign"), new Date(info.trainedAt), new Date(info.trainedAt));
			const read = await readModel(path("foreign"));
			// A ReLU network cannot be told from its parameters.
			assert.deepEqual(read.shape, { ...shape, cell: shape.cell.startsWith("rnn") ? "rnn_tanh" : shape.cell });
			assert.deepEqual(read.parameters, model.parameters);
			assert.equal(read.info.trainedAt, info.trainedAt);
			assert.equal(read.info.validationBpc, null);
		}
	});

	it("takes an rnn of another program for one with ReLU if its file says so", async () => {
		await writeModel(path("m.safetensors"), exampleModel({ cell: "rnn_relu", hidden: 4, layers: 2 }));
		const { header, data } = parseFile(await readFile(path("m.safetensors")));
		for (const says of [{ nonlinearity: "relu" }, { cell: "rnn_relu" }, { nonlinearity: "tanh" }, {}]) {
			await writeFile(path("foreign"), formatFile({ ...header, __metadata__: { format: "pt", ...says } }, data));
			const isRelu = Object.values(says).some((value) => value.includes("relu"));
			assert.equal((await readModelInfo(path("foreign"))).cell, isRelu ? "rnn_relu" : "rnn_tanh");
		}
	});

	it("takes a file with null for metadata, and one whose tensors have members that it does not know", async () => {
		const model = exampleModel();
		await writeModel(path("m.safetensors"), model);
		const { header, data } = parseFile(await readFile(path("m.safetensors")));
		const { __metadata__, ...tensors } = header;
		const entries = Object.entries(tensors);
		const described = Object.fromEntries(entries.map(([name, entry]) => [name, { ...entry, color: "red" }]));
		for (const foreign of [{ __metadata__: null, ...tensors }, described]) {
			await writeFile(path("foreign"), formatFile(JSON.stringify(foreign), data));
			assert.deepEqual((await readModel(path("foreign"))).parameters, model.parameters);
		}
	});

	const unwritable: [string, (parameters: Map<string, { shape: readonly number[]; data: Float32Array }>) => unknown][] =
		[
			["a parameter is missing", (parameters) => parameters.delete("head.bias")],
			["there is one too many", (parameters) => parameters.set("more", { shape: [1], data: new Float32Array(1) })],
			["a shape is wrong", (parameters) => parameters.set("head.bias", { shape: [255], data: new Float32Array(255) })],
			[
				"an array is too short",
				(parameters) => parameters.set("head.bias", { shape: [256], data: new Float32Array(9) }),
			],
			["training has diverged", (parameters) => parameters.get("head.bias")?.data.fill(Number.NaN)],
		];
	for (const [what, spoil] of unwritable) {
		it(`is not replaced when ${what}`, async () => {
			await writeModel(path("m.safetensors"), exampleModel());
			const spoilt = exampleModel({ cell: "gru", hidden: 4, layers: 1 });
			const parameters = new Map(spoilt.parameters);
			spoil(parameters);
			await assert.rejects(
				writeModel(path("m.safetensors"), { ...spoilt, parameters }),
				failure("internal", /cannot be saved/),
			);
			assert.deepEqual(await readModel(path("m.safetensors")), exampleModel());
		});
	}

	describe("is refused in one sentence", () => {
		let good = Buffer.alloc(0);
		beforeEach(async () => {
			await writeModel(path("good"), exampleModel());
			good = await readFile(path("good"));
		});

		/** A file whose header is changed; the data and its checksum stay. */
		const changed = (change: (header: Header) => Header | undefined) => () => {
			const { header, data } = parseFile(good);
			return formatFile(change(header) ?? header, data);
		};
		const withMetadata = (fields: Record<string, string | undefined>) =>
			changed((header) => {
				const metadata = Object.entries({ ...header.__metadata__, ...fields }).filter(
					(field) => field[1] !== undefined,
				);
				return { ...header, __metadata__: Object.fromEntries(metadata) as Record<string, string> };
			});
		const entry = (header: Header, name: string) => header[name] as Entry;
		const withValue = (value: number) => () => {
			const { header, data } = parseFile(good);
			data.writeFloatLE(value, 40);
			return formatFile({ ...header, __metadata__: {} }, data);
		};

		const cases: [string, () => Buffer, FailureCode, RegExp][] = [
			["an empty file", () => Buffer.alloc(0), "modelBroken", /too short/],
			["seven bytes", () => good.subarray(0, 7), "modelBroken", /too short/],
			["a file cut off in its header", () => good.subarray(0, 100), "modelBroken", /cut off within its header/],
			["a file cut off in its data", () => good.subarray(0, -1), "modelBroken", /cut off/],
			["a file of another kind", () => Buffer.from("PK\x03\x04 this is not a model at all"), "modelBroken", /too long/],
			["a huge header length", () => formatFile("{}", Buffer.alloc(0), 2n ** 64n - 1n), "modelBroken", /too long/],
			[
				"a header length over the limit",
				() => formatFile(`{}${" ".repeat(maxHeaderBytes)}`, Buffer.alloc(0)),
				"modelBroken",
				/too long/,
			],
			["a header that is not JSON", () => formatFile("{'a': 1}", Buffer.alloc(0)), "modelBroken", /not JSON/],
			["an empty header", () => formatFile("", Buffer.alloc(0)), "modelBroken", /not JSON/],
			[
				"a header that is not UTF-8",
				() => formatFile(Buffer.from([0xff, 0xfe]), Buffer.alloc(0)),
				"modelBroken",
				/not JSON/,
			],
			["a header with a byte order mark", () => formatFile("\ufeff{}", Buffer.alloc(0)), "modelBroken", /not JSON/],
			["a header that is an array", () => formatFile("[]", Buffer.alloc(0)), "modelBroken", /JSON object/],
			["a header that is null", () => formatFile("null", Buffer.alloc(0)), "modelBroken", /JSON object/],
			[
				"deeply nested JSON",
				() => formatFile("[".repeat(500_000) + "]".repeat(500_000), Buffer.alloc(0)),
				"modelBroken",
				/./,
			],
			["no tensors", () => formatFile("{}", Buffer.alloc(0)), "modelBroken", /no recurrent network/],
			[
				"a tensor named twice",
				() => {
					const { header, data } = parseFile(good);
					const twice = `{"head.bias":${JSON.stringify(header["head.bias"])},`;
					return formatFile(JSON.stringify(header).replace("{", twice), data);
				},
				"modelBroken",
				/"head.bias" twice/,
			],
			[
				"a tensor named twice, once with an escape",
				() => {
					const { header, data } = parseFile(good);
					const twice = `{"head\\u002ebias" :${JSON.stringify(header["head.bias"])},`;
					return formatFile(JSON.stringify(header).replace("{", twice), data);
				},
				"modelBroken",
				/"head.bias" twice/,
			],
			[
				"a field named twice",
				() => {
					const { header, data } = parseFile(good);
					return formatFile(JSON.stringify(header).replace('"dtype"', '"dtype":"F32","dtype"'), data);
				},
				"modelBroken",
				/"dtype" twice/,
			],
			[
				"metadata that are not strings",
				() => formatFile('{"__metadata__":{"version":1}}', Buffer.alloc(0)),
				"modelBroken",
				/metadata "version" is not a string/,
			],
			["metadata that are a list", () => formatFile('{"__metadata__":[]}', Buffer.alloc(0)), "modelBroken", /metadata/],
			["a tensor that is a number", changed((header) => ({ ...header, more: 1 as never })), "modelBroken", /"more"/],
			[
				"a tensor called __proto__",
				() => formatFile('{"__proto__":{}}', Buffer.alloc(0)),
				"modelBroken",
				/"__proto__"/,
			],
			["an unknown type", tensorWith({ dtype: "F33" }), "modelUnsupported", /unknown type "F33"/],
			["a type called as a method", tensorWith({ dtype: "toString" }), "modelUnsupported", /unknown type/],
			["a type that is no string", tensorWith({ dtype: 32 }), "modelBroken", /no proper type/],
			["a shape that is no list", tensorWith({ shape: "256" }), "modelBroken", /shape/],
			["a negative size", tensorWith({ shape: [-256] }), "modelBroken", /shape/],
			["a fractional size", tensorWith({ shape: [256.5] }), "modelBroken", /shape/],
			["a size beyond all numbers", tensorWith({ shape: [1e300, 1e300] }), "modelBroken", /shape/],
			["a product beyond all numbers", tensorWith({ shape: new Array(99).fill(2 ** 52) }), "modelBroken", /size/],
			["a shape that does not fit the data", tensorWith({ shape: [255] }), "modelBroken", /size of its shape/],
			["a place of one number", tensorWith({ data_offsets: [0] }), "modelBroken", /place/],
			["a place of three numbers", tensorWith({ data_offsets: [0, 1024, 2048] }), "modelBroken", /place/],
			["a place with its end first", tensorWith({ data_offsets: [1024, 0] }), "modelBroken", /place/],
			["a negative place", tensorWith({ data_offsets: [-1024, 0] }), "modelBroken", /place/],
			["a fractional place", tensorWith({ data_offsets: [0.5, 1024.5] }), "modelBroken", /place/],
			[
				"a place beyond the end",
				tensorWith({ data_offsets: [2 ** 40, 2 ** 40 + 1024] }),
				"modelBroken",
				/beyond its end/,
			],
			["overlapping tensors", tensorWith({ data_offsets: [0, 1024] }), "modelBroken", /overlaps/],
			["a hole", changed((header) => without(header, "gru.bias_ih_l0")), "modelBroken", /hole/],
			["bytes after the last tensor", () => Buffer.concat([good, Buffer.alloc(4)]), "modelBroken", /after the last/],
			[
				"a missing tensor",
				changed((header) => rename(header, "gru.bias_ih_l0", "b")),
				"modelBroken",
				/bias_ih_l0 is missing/,
			],
			[
				"a tensor too many",
				() => {
					const { header, data } = parseFile(good);
					const more = { dtype: "F32", shape: [0], data_offsets: [data.length, data.length] };
					return formatFile({ ...header, more }, data);
				},
				"modelBroken",
				/does not belong: "more"/,
			],
			[
				"a tensor with its sizes swapped",
				changed((header) => {
					entry(header, "head.weight").shape.reverse();
					return header;
				}),
				"modelBroken",
				/head.weight is not 256 × 4/,
			],
			[
				"a tensor of another type",
				changed((header) => {
					entry(header, "head.bias").dtype = "I32";
					return header;
				}),
				"modelUnsupported",
				/"head.bias" is I32/,
			],
			["metadata of another size", withMetadata({ hidden: "5" }), "modelBroken", /is not 15 × 256/],
			["metadata of another cell", withMetadata({ cell: "lstm" }), "modelBroken", /lstm.weight_ih_l0 is missing/],
			["metadata of another number of layers", withMetadata({ layers: "2" }), "modelBroken", /l1 is missing/],
			["an unknown cell", withMetadata({ cell: "mamba" }), "modelUnsupported", /"mamba"/],
			["a cell called as a method", withMetadata({ cell: "constructor" }), "modelUnsupported", /"constructor"/],
			["no cell", withMetadata({ cell: undefined }), "modelUnsupported", /"unknown"/],
			["no units", withMetadata({ hidden: "0" }), "modelUnsupported", /0 units/],
			["very many units", withMetadata({ hidden: "1e9" }), "modelUnsupported", /1000000000 units/],
			["half a unit", withMetadata({ hidden: "4.5" }), "modelBroken", /"hidden"/],
			["very many layers", withMetadata({ layers: "1000000" }), "modelUnsupported", /1000000 layers/],
			["too many parameters", withMetadata({ hidden: "4096", layers: "8" }), "modelUnsupported", /67 million/],
			["a newer version", withMetadata({ version: "2" }), "modelNewer", /version 2/],
			["no version", withMetadata({ version: undefined }), "modelBroken", /"version"/],
			["version zero", withMetadata({ version: "0" }), "modelBroken", /"version"/],
			["a version that is no number", withMetadata({ version: "one" }), "modelBroken", /"version"/],
			["a training state", withMetadata({ content: "training" }), "modelBroken", /a training state, not a model/],
			["no time", withMetadata({ trainedAt: "yesterday" }), "modelBroken", /"trainedAt"/],
			["a negative number of files", withMetadata({ files: "-1" }), "modelBroken", /"files"/],
			["endless training", withMetadata({ cpuSeconds: "Infinity" }), "modelBroken", /"cpuSeconds"/],
			["no validation figure", withMetadata({ validationBpc: "" }), "modelBroken", /"validationBpc"/],
			["another checksum", withMetadata({ sha256: "0".repeat(64) }), "modelBroken", /checksum/],
			["no checksum", withMetadata({ sha256: undefined }), "modelBroken", /checksum/],
			[
				"a changed bit",
				() => {
					const copy = Buffer.from(good);
					copy[copy.length - 100] = (copy[copy.length - 100] ?? 0) ^ 1;
					return copy;
				},
				"modelBroken",
				/checksum/,
			],
			["a value that is no number", withValue(Number.NaN), "modelBroken", /not a finite number/],
			["an infinite value", withValue(-Infinity), "modelBroken", /not a finite number/],
			[
				"another program's network without an output layer",
				changed((header) => rename({ ...header, __metadata__: {} }, "head.weight", "fc.weight")),
				"modelBroken",
				/"hidden"/,
			],
		];
		for (const [what, bytes, code, sentence] of cases) {
			it(what, async () => {
				await writeFile(path("bad"), bytes());
				await assert.rejects(readModel(path("bad")), failure(code, sentence));
			});
		}

		/** `head.bias`, alone in a file of its size. */
		function tensorWith(fields: Record<string, unknown>): () => Buffer {
			const good: Entry = { dtype: "F32", shape: [256], data_offsets: [0, 1024] };
			const other: Entry = { dtype: "F32", shape: [4], data_offsets: [1024, 1040] };
			const changed = { "head.bias": { ...good, ...fields } as Entry, other };
			return () =>
				formatFile("data_offsets" in fields ? { "head.weight": good, ...changed } : changed, Buffer.alloc(1040));
		}
	});

	it("is told to be missing, from a cheap look too", async () => {
		for (const read of [readModel, readModelInfo, readTrainingState]) {
			await assert.rejects(read(path("none")), failure("modelMissing", /none/));
		}
		await writeFile(path("file"), "");
		await assert.rejects(readModel(path("file", "below")), failure("modelMissing", /below/));
	});

	it("is not waited for when it is a folder or a FIFO", async function () {
		await assert.rejects(readModel(path()), failure("modelBroken", /not a file/));
		if (process.platform === "win32") return this.skip();
		execFileSync("mkfifo", [path("fifo")]);
		await assert.rejects(readModel(path("fifo")), failure("modelBroken", /not a file/));
	});

	it("is told to be unreadable", async () => {
		await writeModel(path("m"), exampleModel());
		const refusing: FileSystem = { ...nodeFileSystem, open: () => Promise.reject(systemError("EACCES")) };
		await assert.rejects(readModel(path("m"), refusing), failure("modelBroken", /cannot be read \(EACCES\)/));
	});

	it("is refused when it shrinks while it is read", async () => {
		await writeModel(path("m"), exampleModel());
		const shrinking: FileSystem = {
			...nodeFileSystem,
			open: async (...args) => {
				const handle = await nodeFileSystem.open(...args);
				const { size } = await handle.stat();
				await truncate(path("m"), size - 100);
				return new Proxy(handle, {
					get(target, property) {
						if (property === "stat") return async () => ({ ...(await target.stat()), size });
						const value = Reflect.get(target, property, target);
						return typeof value === "function" ? value.bind(target) : value;
					},
				});
			},
		};
		await assert.rejects(readModel(path("m"), shrinking), failure("modelBroken", /cut off/));
	});

	it("is measured before anything of its claimed size is allocated", async () => {
		const before = process.memoryUsage().arrayBuffers;
		const shape = { cell: "gru", hidden: 4096, layers: 1 } as const;
		let end = 0;
		const tensors = [...expectedShapes(shape)].map(([name, dimensions]): [string, Entry] => {
			const begin = end;
			end += dimensions.reduce((product, size) => product * size, 4);
			return [name, { dtype: "F32", shape: [...dimensions], data_offsets: [begin, end] }];
		});
		await writeFile(path("huge"), formatFile(Object.fromEntries(tensors), Buffer.alloc(100)));
		await assert.rejects(readModel(path("huge")), failure("modelBroken", /cut off/));
		assert.ok(process.memoryUsage().arrayBuffers - before < 50e6);
	});
});

describe("training state file", () => {
	const path = useTemporaryFolder();
	const shape: NetworkShape = { cell: "gru", hidden: 3, layers: 2 };
	const squared = (parameters: Parameters): Parameters =>
		new Map(
			[...parameters].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.map((value) => value ** 2) }]),
		);
	const state: TrainingState = {
		model: { ...exampleModel(shape), info: { ...info, validationBpc: null, initialBpc: 7.5 } },
		optimizer: { updates: 1234, first: randomParameters(shape, 2), second: squared(randomParameters(shape, 3)) },
		position: { elapsed: 12.5, streams: [1, 2, 3], random: "é\n" },
	};

	it("holds all of a training state", async () => {
		await writeTrainingState(path("t"), state);
		assert.deepEqual(await readTrainingState(path("t")), state);
	});

	it("holds what the training began with, if it was a model", async () => {
		const began = { ...state, start: randomParameters(shape, 4) };
		await writeTrainingState(path("t"), began);
		assert.deepEqual(await readTrainingState(path("t")), began);
		const { header, data } = parseFile(await readFile(path("t")));
		await writeFile(
			path("t"),
			formatFile({ ...header, "start.other": { dtype: "F32", shape: [0], data_offsets: [0, 0] } }, data),
		);
		await assert.rejects(readTrainingState(path("t")), failure("modelBroken", /start\.other/));
	});

	it("is not taken for a model, nor a model for it", async () => {
		await writeTrainingState(path("t"), state);
		await writeModel(path("m"), state.model);
		await assert.rejects(readModel(path("t")), failure("modelBroken", /holds a training state, not a model/));
		await assert.rejects(readModelInfo(path("t")), failure("modelBroken", /holds a training state, not a model/));
		await assert.rejects(readTrainingState(path("m")), failure("modelBroken", /holds a model, not a training state/));
		await writeFile(path("m"), formatFile("{}", Buffer.alloc(0)));
		await assert.rejects(readTrainingState(path("m")), failure("modelBroken", /not a training state/));
	});

	const spoiltMetadata: [string, Record<string, string>, RegExp][] = [
		["a negative number of updates", { updates: "-1" }, /number of updates/],
		["a fractional number of updates", { updates: "1.5" }, /number of updates/],
		["a number of updates that is none", { updates: "many" }, /number of updates/],
		["a position that is not JSON", { position: "{" }, /position/],
		["a position that is a list", { position: "[]" }, /position/],
		["a position that is null", { position: "null" }, /position/],
	];
	for (const [what, fields, sentence] of spoiltMetadata) {
		it(`is refused with ${what}`, async () => {
			await writeTrainingState(path("t"), state);
			const { header, data } = parseFile(await readFile(path("t")));
			await writeFile(path("t"), formatFile({ ...header, __metadata__: { ...header.__metadata__, ...fields } }, data));
			await assert.rejects(readTrainingState(path("t")), failure("modelBroken", sentence));
		});
	}

	it("is refused with a negative second moment", async () => {
		const optimizer = { ...state.optimizer, second: randomParameters(shape, 3) };
		await writeTrainingState(path("t"), { ...state, optimizer });
		await assert.rejects(readTrainingState(path("t")), failure("modelBroken", /second moment .* negative/));
	});

	it("is not written with a moment missing or a position beyond measure", async () => {
		const first = new Map([...state.optimizer.first].slice(1));
		await assert.rejects(
			writeTrainingState(path("t"), { ...state, optimizer: { ...state.optimizer, first } }),
			failure("internal", /optimizer.first.gru.weight_ih_l0 is missing/),
		);
		await assert.rejects(
			writeTrainingState(path("t"), { ...state, position: { text: "x".repeat(maxHeaderBytes) } }),
			failure("internal", /too long/),
		);
		assert.deepEqual(await readdir(path()), []);
	});

	it("lies in a folder that need not exist before", async () => {
		await mkdir(path("a"));
		await writeTrainingState(path("a", "b", "c", "t"), state);
		assert.deepEqual(await readdir(path("a", "b", "c")), ["t"]);
	});
});

function failure(code: FailureCode, sentence: RegExp): (error: unknown) => true {
	return (error) => {
		assert.ok(error instanceof Failure, String(error));
		assert.equal(error.code, code, error.message);
		assert.match(error.message, sentence);
		assert.match(error.message, /^[^\n]{1,300}\.$/);
		return true;
	};
}

function systemError(code: string): Error {
	return Object.assign(new Error(code), { code });
}

function without(header: Header, name: string): Header {
	return Object.fromEntries(Object.entries(header).filter(([other]) => other !== name));
}

function rename(header: Header, from: string, to: string): Header {
	return Object.fromEntries(Object.entries(header).map(([name, value]) => [name === from ? to : name, value]));
}
