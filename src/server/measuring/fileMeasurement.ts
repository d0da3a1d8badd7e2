/**
 * Measures, in idle time, how well network and memory predict each file that was held out. The memory in use knows these
 * files, so a small memory learns a sample of the others: first it stands alone, then it forgets all, learns the sample again, and is
 * mixed with the network. Two memories would be faster, and take twice the room.
 */
import type { FilePerplexity } from "../../domain/perplexities.ts";
import { countCharacters, type EncodedDocument } from "../../model/document.ts";
import type { AdaptiveModel, Context, LanguageModel } from "../../model/languageModel.ts";
import type { Memory } from "../../model/memory/index.ts";
import type { MemoryPrior } from "../../model/memory/prior.ts";
import { LearningTask, memoryLearner } from "../memory/lines/learningTask.ts";
import type { MemoryHost } from "../memory/memoryHost.ts";
import type { TuningSample } from "../memory/tuningSample.ts";

export interface MeasuringHost extends Pick<MemoryHost, "mix"> {
	/** All files are measured. */
	measured(files: readonly FilePerplexity[]): void;
	failed(error: unknown): void;
}

export class FileMeasurement {
	readonly #host: MeasuringHost;
	/** Null when all is done. */
	#work: Generator<undefined, FilePerplexity[]> | null;

	/**
	 * @param mixer what the memory in use weighs with, which suits the network
	 * @param memory a small one that nobody else needs any more; it forgets what it knows
	 */
	constructor(host: MeasuringHost, sample: TuningSample, network: LanguageModel, mixer: MemoryPrior, memory: Memory) {
		this.#host = host;
		const models = { network, memory: host.mix(null, memory), mixture: host.mix(network, memory) };
		this.#work = measuring(sample, memory, models, mixer);
	}

	stop(): void {
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
}

interface Models {
	readonly network: LanguageModel;
	readonly memory: AdaptiveModel;
	readonly mixture: AdaptiveModel;
}

/** Yields after each millisecond or two of work. */
export function* measuring(
	{ seen, unseen, unseenPaths }: TuningSample,
	memory: Memory,
	models: Models,
	mixer: MemoryPrior,
): Generator<undefined, FilePerplexity[]> {
	const files = unseen.flatMap((document, at) => {
		const path = unseenPaths[at];
		const characters = countCharacters(document.bytes.subarray(document.skip, -1));
		return path === undefined || characters === 0 ? [] : [{ path, characters, document }];
	});
	yield* learningAnew(memory, seen);
	const alone: number[] = [];
	for (const { document } of files) alone.push(yield* typing(models.memory, document, memorySlice));
	yield* learningAnew(memory, seen);
	memory.restoreMixer(mixer);
	const measured: FilePerplexity[] = [];
	for (const [at, { path, characters, document }] of files.entries()) {
		const inBits = (nats: number): number => nats / Math.LN2 / characters;
		measured.push({
			path,
			characters,
			network: inBits(yield* reading(models.network, document)),
			memory: inBits(alone[at] as number),
			mixture: inBits(yield* typing(models.mixture, document, mixtureSlice)),
		});
	}
	return measured;
}

/** Bytes that take a millisecond or two. */
const networkSlice = 64;
const memorySlice = 256;
const mixtureSlice = 32;

/** Has the memory forget everything but these documents. */
function* learningAnew(memory: Memory, documents: readonly EncodedDocument[]): Generator<undefined, void> {
	memory.forget();
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
