/**
 * Makes the prior of the memory (`node node24.cjs models/pretrain/memoryPrior.ts`) by reading some packages of the training
 * text like workspaces.
 */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { explain, flag, parseOptions, text, UsageError } from "../../src/cli/terminal/options.ts";
import { collectFolder } from "../../src/cli/workspace.ts";
import { createEngine } from "../../src/engines/registry.ts";
import { readModel } from "../../src/model/checkpoint.ts";
import { encodeDocument } from "../../src/model/document.ts";
import { encodeMemoryPrior } from "../../src/model/memory/prior.ts";
import { createNetwork } from "../../src/model/network.ts";
import { fetchPackages } from "./fetch.ts";
import { learnPrior, type SampleWorkspace } from "./learnPrior.ts";
import { idOf, type Package, readDigests, readPackages } from "./packages.ts";

const usage = `Usage: node node24.cjs models/pretrain/memoryPrior.ts [OPTIONS]

Learns what the memory begins with, with and without the base model.
`;

const models = resolve(import.meta.dirname, "..");

const options = {
	cache: text("DIR", "where packages are kept (default: cache, beside this file)"),
	model: text("FILE", "the base model (default: models/base.safetensors)"),
	out: text("FILE", "default: models/memory.prior"),
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

/** Bytes read of each; mixer weights and adaptive probabilities settle much sooner. */
const mostBytes = 150_000;

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

async function main(args: readonly string[]): Promise<void> {
	const { values } = parseOptions(options, { least: 0, most: 0 }, args);
	if (values.help) {
		process.stdout.write(`${usage}\n${explain(options)}`);
		return;
	}
	const cache = resolve(values.cache ?? join(import.meta.dirname, "cache"));
	const model = await readModel(values.model ?? join(models, "base.safetensors"));
	const engine = await createEngine();
	const network = createNetwork(await engine.createPredictor(model.shape, model.parameters, "int8", 1));

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

	const samples: SampleWorkspace[] = [];
	for (const one of wanted) {
		samples.push({ name: idOf(one), documents: await documentsOf(folders.get(one) as string) });
	}
	const bytes = encodeMemoryPrior(await learnPrior(samples, network, say));
	await writeFile(values.out ?? join(models, "memory.prior"), bytes);
	say(`${bytes.length} bytes`);
}

try {
	await main(process.argv.slice(2));
} catch (error) {
	say((error as Error).message);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}
