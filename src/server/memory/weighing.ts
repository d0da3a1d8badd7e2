/**
 * How a memory is weighed against a network that was just trained. How far each of the two is to be trusted shows only on
 * text that neither has seen: what the network was validated on. The memory in use knows that text, so another, small one
 * is made for it, of the files edited last, and what that finds out holds for the one in use: the weights are much the
 * same for any memory of the same text. There it also shows how often suggestions are right.
 */

import type { LogisticCalibration } from "../../completion/calibration.ts";
import type { EncodedDocument } from "../../model/document.ts";
import type { AdaptiveModel } from "../../model/languageModel.ts";
import type { Memory } from "../../model/memory/index.ts";
import type { MemoryPrior } from "../../model/memory/prior.ts";
import { leastExpectedBytes } from "../../model/memory/sizes.ts";
import { fitCalibration } from "../../tuning/calibrationFit.ts";
import { rehearsing } from "../../tuning/typingSimulation.ts";
import type { IdleWork } from "../idleWork.ts";
import { Lesson, memoryPupil } from "./lesson.ts";

export interface Weights {
	readonly mixer: MemoryPrior;
	/** Of what the network states together with a memory that weighs so. */
	readonly calibration: LogisticCalibration;
}

/** Documents, and what a memory of them takes. */
export interface Sample {
	/** What the network was trained on, the most recently edited last. */
	readonly seen: readonly EncodedDocument[];
	/** What it was not. */
	readonly unseen: readonly EncodedDocument[];
	readonly mebibytes: number;
	readonly expectedBytes: number;
}

/** Of what was trained on. What less and more of it gives: bench/NOTES.md, "Memory and mixture". */
const mostBytes = 2 ** 20;
/** For so much text. */
const mostMebibytes = 24;

/**
 * @param trained what the network was trained on, the most recently edited first
 * @param unseen what it was not
 * @param memoryMiB ceiling of the memory in use
 */
export function sampleOf(
	trained: Iterable<EncodedDocument>,
	unseen: readonly EncodedDocument[],
	memoryMiB: number,
): Sample {
	const seen: EncodedDocument[] = [];
	let bytes = 0;
	for (const document of trained) {
		bytes += document.bytes.length;
		if (bytes > mostBytes && seen.length > 0) break;
		seen.unshift(document);
	}
	const total = [...seen, ...unseen].reduce((sum, document) => sum + document.bytes.length, 0);
	return {
		seen,
		unseen,
		mebibytes: Math.min(memoryMiB, mostMebibytes),
		expectedBytes: Math.max(leastExpectedBytes, total),
	};
}

export class Weighing implements IdleWork {
	readonly #steps: Generator<undefined, Weights>;
	readonly #done: (weights: Weights) => void;

	/**
	 * @param memory knows nothing yet
	 * @param model over that memory, with the network
	 * @param prior what its probabilities are taken for before anything is known of them
	 */
	constructor(
		sample: Sample,
		memory: Memory,
		model: AdaptiveModel,
		prior: LogisticCalibration,
		done: (weights: Weights) => void,
	) {
		this.#steps = weighing(sample, memory, model, prior);
		this.#done = done;
	}

	work(isOver: () => boolean): boolean {
		do {
			const step = this.#steps.next();
			if (step.done) {
				this.#done(step.value);
				return true;
			}
		} while (!isOver());
		return true;
	}
}

/** Yields after a millisecond or two of work. */
function* weighing(
	{ seen, unseen }: Sample,
	memory: Memory,
	model: AdaptiveModel,
	prior: LogisticCalibration,
): Generator<undefined, Weights> {
	const pupil = memoryPupil(memory);
	for (const { bytes, skip } of seen) {
		const lesson = new Lesson([{ before: bytes.subarray(0, skip), text: bytes.subarray(skip) }]);
		for (; !lesson.isOver; yield) lesson.step(pupil);
	}
	const outcomes = yield* rehearsing(model, unseen, prior);
	return { mixer: memory.mixerState(), calibration: fitCalibration(outcomes, prior) };
}
