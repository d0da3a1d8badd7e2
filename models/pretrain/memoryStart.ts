/**
 * What the memory begins with, as `node node24.cjs models/pretrain/memoryStart.ts`: some packages of the training text are
 * read like workspaces, one after the other, and what the memory concludes about itself is carried over; what it remembers
 * of the text is not.
 */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { flag, parseOptions, text, UsageError } from "../../src/cli/options.ts";
import { collectFolder } from "../../src/cli/workspace.ts";
import { createWasmEngine } from "../../src/engines/wasm/index.ts";
import { readModel } from "../../src/model/checkpoint.ts";
import { encodeDocument } from "../../src/model/document.ts";
import { createGru } from "../../src/model/gru.ts";
import type { LanguageModel } from "../../src/model/languageModel.ts";
import { createMemory } from "../../src/model/memory/index.ts";
import { encodeMemoryStart, inputsPerRow, type MemoryStart } from "../../src/model/memory/start.ts";
import { createMixture } from "../../src/model/mixture.ts";
import { fetchPackages } from "./fetch.ts";
import { idOf, type Package, readDigests, readPackages } from "./packages.ts";

const usage = `Usage: node node24.cjs models/pretrain/memoryStart.ts [OPTIONS]

Learns what the memory begins with, with and without the base model.
`;

const models = resolve(import.meta.dirname, "..");

const options = {
	cache: text("DIR", "where packages are kept (default: cache, beside this file)"),
	model: text("FILE", "the base model (default: models/base.safetensors)"),
	out: text("FILE", "default: models/memory.start"),
	help: flag("print this"),
};

/** Workspaces of the usual size in many languages, the last of which counts most. */
const workspaces: readonly string[] = [
	"npm:bootstrap",
	"debian:cjson",
	"debian:php-twig",
	"debian:puma",
	"debian:newtonsoft-json",
	"debian:ironic",
	"debian:lz4",
	"debian:catch2",
	"debian:picocli",
	"crates:ndarray",
	"go:github.com/caddyserver/caddy/v2",
	"pypi:luigi",
	"npm:knex",
	"npm:hls.js",
	"debian:libuv1",
	"crates:ripgrep",
	"go:github.com/urfave/cli/v2",
	"npm:pino",
	"pypi:wagtail",
	"npm:@reduxjs/toolkit",
];

/** Of each; what a memory concludes settles much sooner. */
const mostBytes = 150_000;

/** So that what was never met the first time can begin with what all others have learned. */
const rounds = 2;

function say(line: string): void {
	process.stderr.write(`${line}\n`);
}

/** The documents of a package, at most `mostBytes` of them. */
async function documentsOf(folder: string): Promise<Uint8Array[]> {
	const { files } = await collectFolder(folder, () => undefined);
	const documents: Uint8Array[] = [];
	let bytes = 0;
	for (const { path, text: content } of files) {
		const document = encodeDocument(path, content).bytes;
		if (bytes + document.length > mostBytes) continue;
		documents.push(document);
		bytes += document.length;
	}
	return documents;
}

/** Learns the documents with and without a network, and says how well it did. */
async function learn(
	name: string,
	documents: readonly Uint8Array[],
	network: LanguageModel,
	start: MemoryStart | null,
): Promise<MemoryStart> {
	const bytes = documents.reduce((sum, { length }) => sum + length, 0);
	const learned = await Promise.all(
		[null, network].map(async (used) => {
			const memory = await createMemory({ mebibytes: 64, expectedBytes: bytes, start });
			const model = createMixture(used, memory, 1);
			let nats = 0;
			for (const document of documents) nats += model.learn(model.start(), document).nats;
			return { experience: memory.experience(), bits: nats / Math.LN2 / bytes };
		}),
	);
	const [alone, both] = learned as [(typeof learned)[0], (typeof learned)[0]];
	say(`${name}: ${bytes} bytes, ${alone.bits.toFixed(4)} bits a byte, with the network ${both.bits.toFixed(4)}`);
	return {
		entries: alone.experience.entries,
		weights: halves(alone.experience.weights, both.experience.weights),
		finals: halves(alone.experience.finals, both.experience.finals),
	};
}

/** The first half of one and the second of the other. */
function halves(one: Float32Array, other: Float32Array): Float32Array {
	const joined = one.slice();
	joined.set(other.subarray(other.length / 2), other.length / 2);
	return joined;
}

/** Gives rows of weights that have not been used the mean of those that have, in each half. */
function spread({ weights, ...others }: MemoryStart, before: MemoryStart): MemoryStart {
	const spreaded = weights.slice();
	const rowsPerHalf = weights.length / 2 / inputsPerRow;
	for (const half of [0, 1]) {
		const rows = Array.from({ length: rowsPerHalf }, (_, row) => {
			const at = (half * rowsPerHalf + row) * inputsPerRow;
			return {
				at,
				isUsed: weights.subarray(at, at + inputsPerRow).some((weight, i) => weight !== before.weights[at + i]),
			};
		});
		const used = rows.filter(({ isUsed }) => isUsed);
		const mean = Float32Array.from(
			{ length: inputsPerRow },
			(_, i) => used.reduce((sum, { at }) => sum + (weights[at + i] as number), 0) / used.length,
		);
		for (const { at, isUsed } of rows) if (!isUsed) spreaded.set(mean, at);
	}
	return { ...others, weights: spreaded };
}

async function main(args: readonly string[]): Promise<void> {
	const { values } = parseOptions(options, { least: 0, most: 0 }, args);
	if (values.help) {
		process.stdout.write(usage);
		return;
	}
	const cache = resolve(values.cache ?? join(import.meta.dirname, "cache"));
	const model = await readModel(values.model ?? join(models, "base.safetensors"));
	const engine = await createWasmEngine();
	const network = createGru(await engine.createPredictor(model.shape, model.parameters, "int8", 1), 1);

	const wanted = workspaces.map((id) => {
		const found = readPackages().find(({ registry, name }) => `${registry}:${name}` === id);
		if (found === undefined) throw new Error(`${id} is not in the list of packages`);
		return found;
	});
	const folders = new Map<Package, string>();
	await fetchPackages(wanted, cache, readDigests(), 1, (one, result) => {
		if (result instanceof Error) throw result;
		folders.set(one, result.folder);
	});

	let start: MemoryStart | null = null;
	const untaught = (await createMemory({ mebibytes: 64, expectedBytes: 1, start })).experience();
	for (let round = 1; round <= rounds; round++) {
		for (const one of wanted) {
			start = await learn(
				`${round}/${rounds} ${idOf(one)}`,
				await documentsOf(folders.get(one) as string),
				network,
				start,
			);
		}
		if (round < rounds) start = spread(start as MemoryStart, untaught);
	}
	const bytes = encodeMemoryStart(start as MemoryStart);
	await writeFile(values.out ?? join(models, "memory.start"), bytes);
	say(`${bytes.length} bytes`);
}

try {
	await main(process.argv.slice(2));
} catch (error) {
	say((error as Error).message);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}
