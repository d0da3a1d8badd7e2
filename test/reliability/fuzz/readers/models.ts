/** Readers of models and memories. What is taken must give probabilities that sum to 1. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as nodeFileSystem from "node:fs/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { LogisticCalibration, toEdits } from "../../../../src/completion/calibration.ts";
import type { Engine } from "../../../../src/engines/engine.ts";
import { createEngine } from "../../../../src/engines/registry.ts";
import {
	readModel,
	readModelInfo,
	readTrainingState,
	writeModel,
	writeTrainingState,
} from "../../../../src/model/checkpoint.ts";
import { createMemory, restoreMemory } from "../../../../src/model/memory/index.ts";
import { decodeMemoryPrior } from "../../../../src/model/memory/prior.ts";
import { createTriedNetwork } from "../../../../src/model/triedNetwork.ts";
import type { FileSystem } from "../../../../src/platform/atomicFile.ts";
import { readMemory, writeMemory } from "../../../../src/server/memory/memoryFile.ts";
import { root } from "../../../harness/paths.ts";
import { exampleModel, formatFile, type Header, parseFile } from "../../../unit/model/modelFixture.ts";
import { ownRoom } from "../../../unit/support/ownRoom.ts";
import { damagedBytes, damagedValue, pick, type Random, type Supplies } from "../mutations.ts";
import type { Reader } from "./reader.ts";

/** A file system in which every file holds these bytes. */
export function holding(bytes: Buffer): FileSystem {
	const status = { size: bytes.length, isFile: () => true, mtime: new Date(0), mtimeMs: 0 };
	const handle = {
		stat: async () => status,
		read: async (into: Buffer, offset: number, length: number, position: number | null = null) => ({
			bytesRead: bytes.copy(into, offset, position ?? offset, (position ?? offset) + length),
		}),
		close: async () => undefined,
	};
	return {
		...nodeFileSystem,
		stat: async () => status,
		open: async () => handle,
		readFile: async () => bytes.toString(),
	} as unknown as FileSystem;
}

/** The bytes that `write` writes. */
async function written(write: (file: string) => Promise<void>): Promise<Buffer> {
	const folder = await mkdtemp(join(tmpdir(), "inkling-fuzz-"));
	try {
		await write(join(folder, "file"));
		return readFileSync(join(folder, "file"));
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** A model's file with its bytes, its header or its numbers damaged; in most of them the checksum fits again. */
function damagedModel(file: Buffer, random: Random, supplies: Supplies): Buffer {
	const parts = random() < 0.2 ? undefined : parsedModel(file);
	if (parts === undefined) return damagedBytes(file, random, supplies);
	const { header, data } = parts;
	const changed = random() < 0.4 ? damagedNumbers(data, random) : data;
	const damaged = (random() < 0.7 ? damagedValue(header, random, supplies.dictionary) : header) as Header;
	const metadata = damaged?.__metadata__;
	if (typeof metadata === "object" && metadata !== null && random() < 0.9)
		metadata["sha256"] = createHash("sha256").update(changed).digest("hex");
	const json = Buffer.from(JSON.stringify(damaged) ?? "");
	return formatFile(random() < 0.2 ? damagedBytes(json, random, supplies) : json, changed);
}

function parsedModel(file: Buffer): { header: Header; data: Buffer } | undefined {
	try {
		return parseFile(file);
	} catch {
		return undefined;
	}
}

/** Some float32 replaced by others, of which few are usual. */
function damagedNumbers(data: Buffer, random: Random): Buffer {
	const numbers = new Float32Array(Uint8Array.from(data).buffer, 0, Math.floor(data.length / 4));
	const greatest = pick([1, 10, 100, 1e6, 1e20, 3e38], random);
	const share = pick([0.001, 0.1, 1], random);
	for (let i = 0; i < numbers.length; i++) {
		if (random() < share) numbers[i] = (2 * random() - 1) * greatest;
	}
	if (random() < 0.1) numbers[0] = Number.NaN;
	return Buffer.from(numbers.buffer);
}

const checksumBytes = 4;

/** With the checksum that belongs to it. */
function sealed(content: Buffer): Buffer {
	const checksum = Buffer.alloc(checksumBytes);
	checksum.writeUInt32LE(crc32(content));
	return Buffer.concat([content, checksum]);
}

/** Where the length of the header of a memory file stands, and where the header begins. */
const memoryHead = { length: 8, header: 12 };

/** A memory's file with its bytes or its header damaged; in most of them length and checksum fit again. */
function damagedMemoryFile(file: Buffer, random: Random, supplies: Supplies): Buffer {
	const content = file.subarray(0, -checksumBytes);
	const length = content.length > memoryHead.header ? content.readUInt32LE(memoryHead.length) : 0;
	const end = memoryHead.header + length;
	if (random() < 0.4 || length === 0 || end > content.length) {
		const damaged = damagedBytes(content, random, supplies);
		return random() < 0.9 ? sealed(damaged) : damaged;
	}
	const json = content.subarray(memoryHead.header, end);
	let header: Buffer;
	try {
		header = Buffer.from(JSON.stringify(damagedValue(JSON.parse(json.toString()), random, supplies.dictionary)) ?? "");
	} catch {
		header = damagedBytes(json, random, supplies);
	}
	const start = Buffer.from(content.subarray(0, memoryHead.header));
	start.writeUInt32LE(header.length, memoryHead.length);
	return sealed(Buffer.concat([start, header, content.subarray(end)]));
}

const text = Buffer.from("src/a.ts\nconst answer = question === undefined ? 42 : compute(question);\n");

function assertDistribution(logProbabilities: Float32Array): void {
	const sum = logProbabilities.reduce((all, one) => all + Math.exp(one), 0);
	assert.ok(Math.abs(sum - 1) < 1e-2, `probabilities that sum to ${sum}`);
}

/** Whether a network gives probabilities on other text than that which it was tried on. */
async function assertUsable(engine: Engine, file: Buffer): Promise<void> {
	const network = await createTriedNetwork(engine, await readModel("file", holding(file)), "float32", 1);
	let context = network.model.start();
	for (const byte of text) {
		context = network.model.read(context, Uint8Array.of(byte));
		assertDistribution(context.logProbabilities);
	}
	network.dispose();
}

/** Of a network of eight units with its kernels, of the smallest memory, and of the smallest memory twice. */
const networkBytes = 2 ** 23;
const memoryBytes = 2 ** 25;

export async function modelReaders(): Promise<readonly Reader[]> {
	const engine = await createEngine();
	const model = exampleModel({ cell: "gru", hidden: 3, layers: 1 });
	const zero = new Map(
		[...model.parameters].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }]),
	);
	const state = { model, optimizer: { updates: 3, first: zero, second: zero }, position: { a: [1] } };
	const small = exampleModel({ cell: "lstm", hidden: 2, layers: 2 });
	const plain = parseFile(await written((file) => writeModel(file, small)));
	delete plain.header.__metadata__;
	const modelFiles = [
		await written((file) => writeModel(file, model)),
		await written((file) => writeModel(file, { ...model, precision: "int8" })),
		await written((file) => writeModel(file, exampleModel({ cell: "rnn_relu", hidden: 3, layers: 1 }))),
		await written((file) => writeModel(file, small)),
		formatFile(plain.header, plain.data),
	];
	const memory = await createMemory({ mebibytes: 8, expectedBytes: 1 });
	memory.learn(memory.start(), text);
	const lines = Uint32Array.of(1, 2, 3);
	const record = { modified: 1, size: 2, digest: "d", bytes: 3, reason: null, lines };
	const memoryFile = await written((file) =>
		writeMemory(file, {
			mebibytes: 64,
			expectedBytes: 1,
			characters: 2,
			scope: "[]",
			network: "",
			calibration: { intercept: 0, slope: 1 },
			records: [
				["/a.ts", record],
				["/b.ts", { ...record, reason: "binary", lines: new Uint32Array() }],
			],
			snapshot: new Uint8Array(40),
		}),
	);

	return [
		{
			name: "head of a model file",
			share: 4,
			seeds: modelFiles,
			damage: damagedModel,
			async read(file) {
				await readModelInfo("file", holding(file));
				return true;
			},
		},
		{
			name: "model file",
			share: 0.5,
			seeds: modelFiles,
			fixedAllocation: networkBytes,
			damage: damagedModel,
			async read(file) {
				await assertUsable(engine, file);
				return true;
			},
		},
		{
			name: "training state",
			share: 1,
			seeds: [
				await written((file) => writeTrainingState(file, state)),
				await written((file) => writeTrainingState(file, { ...state, start: model.parameters })),
			],
			damage: damagedModel,
			async read(file) {
				await readTrainingState("file", holding(file));
				return true;
			},
		},
		{
			name: "memory file",
			share: 4,
			seeds: [memoryFile],
			damage: damagedMemoryFile,
			async read(file) {
				const stored = await readMemory("file", ownRoom, holding(file));
				const calibration = LogisticCalibration.read(stored?.calibration)?.followedBy(toEdits);
				for (const stated of [0, 0.5, 1]) {
					const calibrated = calibration?.calibrated(stated) ?? stated;
					assert.ok(calibrated >= 0 && calibrated <= 1, `the probability ${calibrated}`);
				}
				return true;
			},
		},
		{
			name: "memory",
			share: 0.01,
			seeds: [Buffer.from(memory.snapshot())],
			isLarge: true,
			fixedAllocation: memoryBytes,
			damage: (snapshot, random) => {
				const damaged = Buffer.from(snapshot);
				const from = random() < 0.3 ? 0 : Math.floor(random() * snapshot.length);
				const length = Math.floor(random() * pick([32, 4096, snapshot.length], random));
				for (let i = from; i < Math.min(snapshot.length, from + length); i++) damaged[i] = Math.floor(random() * 256);
				return damaged;
			},
			async read(file) {
				const restored = await restoreMemory(file, { mebibytes: 8 });
				let cursor = restored.start();
				for (const byte of text) {
					assertDistribution(restored.predict(cursor, null));
					({ cursor } = restored.learnByte(cursor, byte, null));
				}
				return true;
			},
		},
		{
			name: "memory prior",
			share: 0.01,
			seeds: [readFileSync(join(root, "models", "memory.prior"))],
			isLarge: true,
			fixedAllocation: memoryBytes,
			async read(file) {
				const made = await createMemory({ mebibytes: 8, expectedBytes: 1, prior: decodeMemoryPrior(file) });
				assertDistribution(made.predict(made.read(made.start(), text), null));
				return true;
			},
		},
	];
}
