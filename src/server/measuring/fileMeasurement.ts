/**
 * Measures, in idle time, how well network and memory predict each file that was held out. The memory in use knows these
 * files, so two small memories learn a sample of the others: one stands alone, one is mixed with the network.
 */
import type { FilePerplexity } from "../../domain/perplexities.ts";
import { countCharacters, type EncodedDocument } from "../../model/document.ts";
import type { AdaptiveModel, Context, LanguageModel } from "../../model/languageModel.ts";
import type { Memory } from "../../model/memory/index.ts";
import type { MemoryPrior } from "../../model/memory/prior.ts";
import { LearningTask, memoryLearner } from "../memory/lines/learningTask.ts";
import type { MemoryHost } from "../memory/memoryHost.ts";
import type { TuningSample } from "../memory/tuningSample.ts";

export interface MeasuringHost extends Pick<MemoryHost, "createMemory" | "mix"> {
	/** There is new work to do. */
	wake(): void;
	/** All files are measured. */
	measured(files: readonly FilePerplexity[]): void;
	failed(error: unknown): void;
}

export class FileMeasurement {
	readonly #host: MeasuringHost;
	/** Null while the memories are made, and when all is done. */
	#work: Generator<undefined, FilePerplexity[]> | null = null;
	#isStopped = false;

	/** @param mixer what the memory in use weighs with, which suits the network */
	constructor(host: MeasuringHost, sample: TuningSample, network: LanguageModel, mixer: MemoryPrior) {
		this.#host = host;
		void this.#begin(sample, network, mixer);
	}

	stop(): void {
		this.#isStopped = true;
		this.#work = null;
	}

	/** Works until the time is over; returns whether it has done anything. */
	work(isOver: () => boolean): boolean {
		const work = this.#work;
		if (work === null) return false;
		try {
			do {
				const step = work.next();
				if (!step.done) continue;
				this.stop();
				this.#host.measured(step.value);
				return true;
			} while (!isOver());
		} catch (error) {
			this.stop();
			this.#host.failed(error);
		}
		return true;
	}

	async #begin(sample: TuningSample, network: LanguageModel, mixer: MemoryPrior): Promise<void> {
		const { mebibytes, expectedBytes } = sample;
		try {
			const alone = await this.#host.createMemory({ mebibytes, expectedBytes });
			const mixed = await this.#host.createMemory({ mebibytes, expectedBytes });
			if (this.#isStopped) return;
			const models = { network, memory: this.#host.mix(null, alone), mixture: this.#host.mix(network, mixed) };
			this.#work = measuring(sample, { alone, mixed }, models, mixer);
			this.#host.wake();
		} catch (error) {
			if (!this.#isStopped) this.#host.failed(error);
		}
	}
}

interface Models {
	readonly network: LanguageModel;
	readonly memory: AdaptiveModel;
	readonly mixture: AdaptiveModel;
}

/** Yields after each millisecond or two of work. */
export function* measuring(
	{ seen, unseen, unseenPaths }: TuningSample,
	memories: { readonly alone: Memory; readonly mixed: Memory },
	models: Models,
	mixer: MemoryPrior,
): Generator<undefined, FilePerplexity[]> {
	for (const memory of [memories.alone, memories.mixed]) yield* learning(memory, seen);
	memories.mixed.restoreMixer(mixer);
	const files: FilePerplexity[] = [];
	for (const [at, document] of unseen.entries()) {
		const path = unseenPaths[at];
		const characters = countCharacters(document.bytes.subarray(document.skip, -1));
		if (path === undefined || characters === 0) continue;
		const inBits = (nats: number): number => nats / Math.LN2 / characters;
		files.push({
			path,
			characters,
			network: inBits(yield* reading(models.network, document)),
			memory: inBits(yield* typing(models.memory, document, memorySlice)),
			mixture: inBits(yield* typing(models.mixture, document, mixtureSlice)),
		});
	}
	return files;
}

/** Bytes that take a millisecond or two. */
const networkSlice = 64;
const memorySlice = 256;
const mixtureSlice = 32;

function* learning(memory: Memory, documents: readonly EncodedDocument[]): Generator<undefined, void> {
	const learner = memoryLearner(memory);
	for (const { bytes, skip } of documents) {
		const task = new LearningTask([{ before: bytes.subarray(0, skip), text: bytes.subarray(skip) }]);
		for (; !task.isOver; yield) task.step(learner);
	}
}

/** −ln p of the text, of which nothing is learned. */
function* reading(model: LanguageModel, { bytes, skip }: EncodedDocument): Generator<undefined, number> {
	let context = model.read(model.start(), bytes.subarray(0, skip));
	let nats = 0;
	for (const [at, byte] of bytes.subarray(skip, -1).entries()) {
		nats -= context.logProbabilities[byte] as number;
		context = model.advance([context], [byte])[0] as Context;
		if (at % networkSlice === networkSlice - 1) yield;
	}
	return nats;
}

/** −ln p of the text, of which each character is learned once it is predicted. */
function* typing(model: AdaptiveModel, { bytes, skip }: EncodedDocument, slice: number): Generator<undefined, number> {
	let { context } = model.learn(model.start(), bytes.subarray(0, skip));
	let nats = 0;
	const text = bytes.subarray(skip, -1);
	for (let from = 0; from < text.length; from += slice) {
		const learned = model.learn(context, text.subarray(from, from + slice));
		context = learned.context;
		nats += learned.nats;
		yield;
	}
	model.learn(context, bytes.subarray(-1));
	return nats;
}
