/**
 * Everything that reads bytes which others may have written. Each reader is given damaged files; it takes them, or refuses them by
 * a `Failure`. What is taken must work: no probability behind it is NaN.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as nodeFileSystem from "node:fs/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { decode } from "../../src/corpus/content/decode.ts";
import { readNotebook } from "../../src/corpus/content/notebook.ts";
import { Effort } from "../../src/corpus/ignore/automaton.ts";
import { parseConfig } from "../../src/corpus/ignore/gitConfig.ts";
import { GitPatterns } from "../../src/corpus/ignore/gitPatterns.ts";
import { globMatcher } from "../../src/corpus/ignore/globs.ts";
import { maskSecrets } from "../../src/corpus/secrets/mask.ts";
import { checkSetting } from "../../src/editor/settings/check.ts";
import { type SettingName, settings } from "../../src/editor/settings/names.ts";
import { createEngine } from "../../src/engines/registry.ts";
import { readModel, readTrainingState, writeModel, writeTrainingState } from "../../src/model/checkpoint.ts";
import { createMemory, restoreMemory } from "../../src/model/memory/index.ts";
import { decodeMemoryPrior } from "../../src/model/memory/prior.ts";
import { createTriedNetwork } from "../../src/model/triedNetwork.ts";
import type { FileSystem } from "../../src/platform/atomicFile.ts";
import { serverMessages, serverRequests } from "../../src/protocol/serverShapes.ts";
import { trainerMessages, trainerRequests } from "../../src/protocol/trainerShapes.ts";
import { readMemory, writeMemory } from "../../src/server/memory/memoryFile.ts";
import { root } from "../harness/paths.ts";
import { exampleModel, formatFile, type Header, parseFile } from "../unit/model/modelFixture.ts";
import {
	serverMessageSamples,
	serverRequestSamples,
	trainerMessageSamples,
	trainerRequestSamples,
} from "../unit/protocol/samples.ts";
import { notebookJson } from "../unit/support/notebookText.ts";
import { damagedBytes, damagedValue, pick, type Random } from "./mutations.ts";

export interface Reader {
	readonly name: string;
	/** How often it is tried, as a share; those that take longer less often. */
	readonly share: number;
	/** A damaged input. */
	input(random: Random): Buffer;
	/** Throws a `Failure` if it refuses the input; true if it takes it. */
	read(input: Buffer): Promise<boolean>;
}

/** A file system in which every file holds these bytes. */
function holding(bytes: Buffer): FileSystem {
	const status = { size: bytes.length, isFile: () => true, mtime: new Date(0), mtimeMs: 0 };
	const handle = {
		stat: async () => status,
		read: async (into: Buffer, offset: number, length: number, position: number | null = null) => ({
			bytesRead: bytes.copy(into, offset, position ?? offset, (position ?? offset) + length),
		}),
		close: async () => undefined,
	};
	return { ...nodeFileSystem, stat: async () => status, open: async () => handle } as unknown as FileSystem;
}

/** The bytes that `write` writes. */
async function written(write: (file: string) => Promise<void>): Promise<Buffer> {
	const folder = await mkdtemp(join(tmpdir(), "inkling-reliability-"));
	try {
		await write(join(folder, "file"));
		return readFileSync(join(folder, "file"));
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** A model's file with its bytes, its header or its numbers damaged; in half of them the checksum fits again. */
function damagedModel(file: Buffer, random: Random): Buffer {
	if (random() < 0.3) return damagedBytes(file, random);
	const { header, data } = parseFile(file);
	const changed = random() < 0.5 ? damagedNumbers(data, random) : data;
	const damaged = (random() < 0.6 ? damagedValue(header, random) : header) as Header;
	const metadata = damaged?.__metadata__;
	if (typeof metadata === "object" && metadata !== null && random() < 0.9)
		metadata["sha256"] = createHash("sha256").update(changed).digest("hex");
	return formatFile(JSON.stringify(damaged) ?? "", changed);
}

/** Some float32 replaced by others, of which few are usual. */
function damagedNumbers(data: Buffer, random: Random): Buffer {
	const numbers = new Float32Array(Uint8Array.from(data).buffer, 0, Math.floor(data.length / 4));
	const greatest = pick([1, 10, 1e6, 1e20, 3e38], random);
	const share = pick([0.001, 0.1, 1], random);
	for (let i = 0; i < numbers.length; i++) {
		if (random() < share) numbers[i] = (2 * random() - 1) * greatest;
	}
	if (random() < 0.1) numbers[0] = Number.NaN;
	return Buffer.from(numbers.buffer);
}

function sealed(content: Buffer): Buffer {
	const checksum = Buffer.alloc(4);
	checksum.writeUInt32LE(crc32(content));
	return Buffer.concat([content, checksum]);
}

function assertDistribution(logProbabilities: Float32Array): void {
	const sum = logProbabilities.reduce((all, one) => all + Math.exp(one), 0);
	assert.ok(Math.abs(sum - 1) < 1e-2, `probabilities that sum to ${sum}`);
}

const text = Buffer.from("src/a.ts\nconst answer = question === undefined ? 42 : compute(question);\n");

const ignoreFile = Buffer.from(
	"*.log\n!keep.log\n/build/\n**/tmp-*/x?\n[[:alpha:]]x[[:constructor:]]\n[a-c]*.[!d]\n\\#a\nb\\ \n# comment\nnode_modules\n",
);
const configFile = Buffer.from(
	'[core]\n\texcludesFile = "~/a b" ; c\n[includeIf "gitdir:x/**"]\n\tpath = ../y\n[a "b\\"c"]d=\\\n e\n',
);
const globs = ["**/*.js", "{a,b}/**", "[!a-c]?", "docs/**/*.md", "a{,b}{**/c,d}"];
const secretText = Buffer.from(
	'password = "hunter2hunter2"\nAPI_KEY=ghp_16C7e42F292c6912E7710c838347Ae178B4a\n<key>é</key>\r\n',
);

export async function allReaders(): Promise<readonly Reader[]> {
	const engine = await createEngine();
	const model = exampleModel({ cell: "gru", hidden: 8, layers: 1 });
	const zero = new Map(
		[...model.parameters].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }]),
	);
	const state = { model, optimizer: { updates: 3, first: zero, second: zero }, position: { a: [1] } };
	const modelFiles = [
		await written((file) => writeModel(file, model)),
		await written((file) => writeModel(file, { ...model, precision: "int8" })),
	];
	const stateFile = await written((file) => writeTrainingState(file, state));
	const memory = await createMemory({ mebibytes: 8, expectedBytes: 1 });
	memory.learn(memory.start(), text);
	const snapshot = Buffer.from(memory.snapshot());
	const lines = Uint32Array.of(1, 2, 3);
	const memoryFile = await written((file) =>
		writeMemory(file, {
			mebibytes: 64,
			expectedBytes: 1,
			characters: 2,
			scope: "[]",
			network: "",
			calibration: { intercept: 0, slope: 1 },
			records: [["/a.ts", { modified: 1, size: 2, digest: "d", bytes: 3, reason: null, lines }]],
			snapshot: new Uint8Array(40),
		}),
	);
	const prior = readFileSync(join(root, "models", "memory.prior"));
	const samples = [serverRequestSamples, serverMessageSamples, trainerRequestSamples, trainerMessageSamples].flatMap(
		(of) => Object.entries(of).map(([type, fields]) => ({ type, ...(fields as object) })),
	);

	/** Whether a network gives probabilities on other text than that which it was tried on. */
	const assertUsable = async (file: Buffer): Promise<void> => {
		const network = await createTriedNetwork(engine, await readModel("file", holding(file)), "float32", 1);
		let context = network.model.start();
		for (const byte of text) {
			context = network.model.read(context, Uint8Array.of(byte));
			assertDistribution(context.logProbabilities);
		}
		network.dispose();
	};

	return [
		{
			name: "model file",
			share: 1,
			input: (random) => damagedModel(pick(modelFiles, random), random),
			async read(file) {
				await assertUsable(file);
				return true;
			},
		},
		{
			name: "training state",
			share: 0.5,
			input: (random) => damagedModel(stateFile, random),
			async read(file) {
				await readTrainingState("file", holding(file));
				return true;
			},
		},
		{
			name: "memory file",
			share: 1,
			input: (random) => sealed(damagedBytes(memoryFile.subarray(0, -4), random)),
			async read(file) {
				assert.notEqual(await readMemory("file", holding(file)), null);
				return true;
			},
		},
		{
			name: "memory",
			share: 0.02,
			input: (random) => {
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
			share: 0.02,
			input: (random) => damagedBytes(prior, random),
			async read(file) {
				const made = await createMemory({ mebibytes: 8, expectedBytes: 1, prior: decodeMemoryPrior(file) });
				assertDistribution(made.predict(made.read(made.start(), text), null));
				return true;
			},
		},
		{
			name: "message",
			share: 1,
			input: (random) => Buffer.from(JSON.stringify(damagedValue(pick(samples, random), random)) ?? "null"),
			async read(file) {
				let isTaken = false;
				for (const messages of [serverRequests, serverMessages, trainerRequests, trainerMessages]) {
					messages.receive(
						JSON.parse(file.toString()),
						() => {
							isTaken = true;
						},
						() => undefined,
					);
				}
				return isTaken;
			},
		},
		{
			name: "ignore file",
			share: 1,
			input: (random) => damagedBytes(ignoreFile, random),
			async read(file) {
				for (const ignoreCase of [false, true]) {
					const patterns = new GitPatterns(file.toString("latin1"), { ignoreCase, effort: new Effort(2 ** 22) });
					for (const path of ["a", "build", "x/tmp-1/xy", "b ", "node_modules/a.log"]) patterns.ignores(path, true);
				}
				return true;
			},
		},
		{
			name: "git configuration",
			share: 1,
			input: (random) => damagedBytes(configFile, random),
			async read(file) {
				parseConfig(file.toString());
				return true;
			},
		},
		{
			name: "glob",
			share: 1,
			input: (random) => damagedBytes(Buffer.from(pick(globs, random)), random),
			async read(file) {
				const matches = globMatcher([file.toString()], false, new Effort(2 ** 22));
				for (const path of ["a", "a/b.js", "docs/x/y.md", "ab", ""]) matches(path);
				return true;
			},
		},
		{
			name: "notebook",
			share: 1,
			input: (random) => {
				const json = notebookJson(["a = 1\nb", { type: "markdown", source: "text" }]);
				if (random() < 0.4) return damagedBytes(Buffer.from(json), random);
				return Buffer.from(JSON.stringify(damagedValue(JSON.parse(json), random)) ?? "");
			},
			async read(file) {
				return readNotebook(file.toString()) !== null;
			},
		},
		{
			name: "text",
			share: 1,
			input: (random) => damagedBytes(secretText, random),
			async read(file) {
				const decoded = decode(file);
				if (!("text" in decoded)) return false;
				maskSecrets(decoded.text);
				return true;
			},
		},
		{
			name: "setting",
			share: 1,
			input: (random) => {
				const name = pick(Object.keys(settings) as SettingName[], random);
				return Buffer.from(JSON.stringify([name, damagedValue({ a: true, "**/b": false }, random)]));
			},
			async read(file) {
				const [name, value] = JSON.parse(file.toString()) as [SettingName, unknown];
				return checkSetting(name, value).fault === undefined;
			},
		},
	];
}
