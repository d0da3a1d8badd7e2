/**
 * What the memory costs and gives: CPU time to index a byte, and time by the clock where another thread helps, and bits per character of what was typed in the last commits and of files
 * left out, by the mixture with the base model. To compare two builds, run it in both, in turns.
 */
import { rm } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { Repository } from "../src/cli/measure/edits/git.ts";
import { type FileEdits, typedCommits } from "../src/cli/measure/edits/history.ts";
import { WorkspaceCopy } from "../src/cli/measure/edits/workspaceCopy.ts";
import { count, table } from "../src/cli/terminal/format.ts";
import { number, UsageError, type Values } from "../src/cli/terminal/options.ts";
import { readBase } from "../src/cli/training.ts";
import { collectFolder } from "../src/cli/workspace.ts";
import { changed, offsetOf } from "../src/domain/text.ts";
import { createEngine } from "../src/engines/registry.ts";
import { countCharacters, documentHeader, type EncodedDocument, encodeDocument } from "../src/model/document.ts";
import type { AdaptiveModel, LanguageModel } from "../src/model/languageModel.ts";
import { createMemory, type Memory } from "../src/model/memory/index.ts";
import { createMixture } from "../src/model/mixture.ts";
import { createLoadedModel } from "../src/server/loader.ts";
import { cpuSeconds } from "../src/trainer/composition.ts";
import { describeMachine } from "./machine.ts";
import { geometricMean, publish, resultOptions } from "./results.ts";

export const memoryOptions = {
	commits: number("N", "commits whose edits are typed (default: 25)", { min: 1, max: 10_000, whole: true }),
	rounds: number("N", "how often all files are indexed; the least time counts (default: 5)", {
		min: 1,
		max: 1000,
		whole: true,
	}),
	...resultOptions,
};

/** What the editor gives the memory by default, for a workspace of some megabytes. */
const size = { mebibytes: 64, expectedBytes: 4e6 };
/** One file in so many is left out of what is indexed; so much of each, and of all, is predicted. */
const leftOutOf = 12;
const bytesOfFile = 8_000;
const bytesOfFiles = 60_000;
/** UTF-16 units that are read before an edit, and of a long edit typed. */
const unitsBefore = 2_560;
const unitsTyped = 400;

interface Figures {
	readonly repository: string;
	readonly bytes: number;
	/** Microseconds of CPU time to index a byte. */
	readonly indexing: number;
	/** Microseconds by the clock, with another thread. */
	readonly withAnother: number;
	/** Bits per character; null if there is nothing to predict. */
	readonly edits: number | null;
	readonly files: number | null;
}

/** `given`: folders of git repositories. */
export async function memory(values: Values<typeof memoryOptions>, given: readonly string[]): Promise<void> {
	if (given.length === 0) throw new UsageError("Name the folders of git repositories");
	const { commits = 25, rounds = 5 } = values;
	const network = await createLoadedModel(await createEngine(), await readBase());
	const results: Figures[] = [];
	for (const folder of given) results.push(await measure(network.model, resolve(folder), commits, rounds));
	network.dispose();
	const mean = (name: "indexing" | "withAnother" | "edits" | "files") => geometricMean(results.map((one) => one[name]));
	const cell = (value: number | null, digits: number) => value?.toFixed(digits) ?? "–";
	const rows = [
		[
			"",
			"indexed, bytes",
			"µs of CPU time a byte",
			"by the clock, two threads",
			"edits, bits per character",
			"files left out",
		],
		...results.map(({ repository, bytes, indexing, withAnother, edits, files }) => [
			repository,
			count(bytes),
			cell(indexing, 3),
			cell(withAnother, 3),
			cell(edits, 4),
			cell(files, 4),
		]),
		[
			"geometric mean",
			"",
			cell(mean("indexing"), 3),
			cell(mean("withAnother"), 3),
			cell(mean("edits"), 4),
			cell(mean("files"), 4),
		],
	];
	publish("memory", await describeMachine(), { commits, rounds, results }, table(rows), values);
}

async function measure(network: LanguageModel, folder: string, commits: number, rounds: number): Promise<Figures> {
	const repository = await Repository.open(folder);
	const { commits: typed } = await typedCommits(repository, commits, () => undefined);
	const [first] = typed;
	if (first === undefined) throw new UsageError(`${folder} has no commit that a person may have typed`);
	const place = await WorkspaceCopy.make();
	try {
		const copy = await WorkspaceCopy.lay(place, repository, first.parent);
		const { files } = await collectFolder(copy.folder, () => undefined);
		const documents = files.map(({ path, text }) => encodeDocument(path, text));
		const isLeftOut = (_: unknown, index: number) => index % leftOutOf === leftOutOf - 1;
		const known = documents.filter((document, index) => !isLeftOut(document, index));
		let indexing = Number.POSITIVE_INFINITY;
		let withAnother = Number.POSITIVE_INFINITY;
		let filled: Memory | undefined;
		for (let round = 0; round < rounds; round++) {
			const helped = await createMemory({ ...size, threads: 2 });
			const start = performance.now();
			index(helped, known);
			withAnother = Math.min(withAnother, performance.now() - start);
			filled = await createMemory(size);
			const since = cpuSeconds();
			index(filled, known);
			indexing = Math.min(indexing, cpuSeconds() - since);
		}
		const bytes = known.reduce((sum, document) => sum + document.bytes.length, 0);
		const model = createMixture(network, filled as Memory);
		return {
			repository: basename(folder),
			bytes,
			indexing: (1e6 * indexing) / bytes,
			withAnother: (1e3 * withAnother) / bytes,
			files: ofFiles(model, documents.filter(isLeftOut)),
			edits: ofEdits(
				model,
				typed.flatMap((commit) => commit.files),
			),
		};
	} finally {
		await rm(place, { recursive: true, force: true });
	}
}

function index(memory: Memory, documents: readonly EncodedDocument[]): void {
	for (const { bytes } of documents) memory.index(memory.start(), bytes);
	// What another thread still counts is waited for.
	memory.snapshot();
}

/** Bits per character of the beginnings of documents, each learned once it was predicted. */
function ofFiles(model: AdaptiveModel, documents: readonly EncodedDocument[]): number | null {
	let nats = 0;
	let characters = 0;
	let left = bytesOfFiles;
	for (const { bytes, skip } of documents) {
		if (left <= 0) break;
		const text = bytes.subarray(skip, Math.min(bytes.length - 1, skip + bytesOfFile));
		nats += model.learn(model.read(model.start(), bytes.subarray(0, skip)), text).nats;
		characters += countCharacters(text);
		left -= text.length;
	}
	return characters === 0 ? null : nats / Math.LN2 / characters;
}

/** Bits per character of what was typed, each edit learned once it was predicted. */
function ofEdits(model: AdaptiveModel, files: readonly FileEdits[]): number | null {
	let nats = 0;
	let characters = 0;
	for (const { path, before, edits } of files) {
		let text = before;
		for (const edit of edits) {
			if (!edit.isDone && edit.text !== "") {
				const at = offsetOf(text, edit.start);
				const typed = Buffer.from(edit.text.slice(0, unitsTyped));
				const header = model.read(model.start(), documentHeader(path));
				const context = model.read(header, Buffer.from(text.slice(Math.max(0, at - unitsBefore), at)));
				nats += model.learn(context, typed).nats;
				characters += countCharacters(typed);
			}
			text = changed(text, edit);
		}
	}
	return characters === 0 ? null : nats / Math.LN2 / characters;
}
