/**
 * Tunes an ensemble whose network was just trained: how far to trust memory and network, and how often suggestions are
 * right. Both show only on text that neither of them has seen, such as the text that training held out. The memory in use
 * knows that text, so a small second memory learns a sample of the files and is then tested on the text held out. Its
 * mixer state also suits the memory in use: mixer weights are much the same for any memory of the same text.
 */

import type { LogisticCalibration } from "../../completion/calibration.ts";
import type { AdaptiveModel } from "../../model/languageModel.ts";
import type { Memory, MixerState } from "../../model/memory/index.ts";
import type { MemoryPrior } from "../../model/memory/prior.ts";
import { fitCalibration } from "../../tuning/calibrationFit.ts";
import { simulatingTyping } from "../../tuning/typingSimulation.ts";
import type { Network } from "../ensemble.ts";
import { FileMeasurement } from "../measuring/fileMeasurement.ts";
import { LearningTask, memoryLearner } from "./lines/learningTask.ts";
import { type MemoryHost, type MemoryOutput, messageOf } from "./memoryHost.ts";
import type { TuningSample } from "./tuningSample.ts";

export type TuningHost = Pick<MemoryHost, "createMemory" | "mix" | "calibration"> &
	Pick<MemoryOutput, "wake" | "log" | "measured">;

export interface TuningResult {
	readonly mixer: MemoryPrior;
	/** Of the network; see `MixerState`. */
	readonly correction: Uint8Array;
	/** Of what the tuned ensemble states. */
	readonly calibration: LogisticCalibration;
}

interface Run {
	readonly network: Network;
	readonly end: AbortController;
	/** All null while the sample is being read. */
	sample: TuningSample | null;
	memory: Memory | null;
	steps: Generator<undefined, TuningResult> | null;
}

export class EnsembleTuning {
	readonly #host: TuningHost;
	#run: Run | null = null;
	/** Of the files that were held out; follows a tuning. */
	#measurement: FileMeasurement | null = null;
	/** The name of the network with which tuning failed; it is not tried again. */
	#failedWith = "";
	/** The name of the network that the memory in use was tuned to; "" if there was none. */
	#tunedTo = "";
	/** Found by that tuning; null if there was no text for it. */
	#calibration: LogisticCalibration | null = null;
	#count = 0;

	constructor(host: TuningHost) {
		this.#host = host;
	}

	/** The network that the ensemble is being tuned to; null: none. */
	get network(): Network | null {
		return this.#run?.network ?? null;
	}

	/** Number of tunings that were completed. */
	get count(): number {
		return this.#count;
	}

	/** As the memory's file keeps it. */
	get result(): { readonly network: string; readonly calibration: LogisticCalibration | null } {
		return { network: this.#tunedTo, calibration: this.#calibration };
	}

	/** Whether the memory is yet to be tuned to this network. */
	isDue({ name }: Network): boolean {
		return name !== this.#tunedTo && name !== this.#failedWith;
	}

	/** Corrects what this network states together with the memory. */
	calibration(network: Network | null): LogisticCalibration {
		return (network?.name === this.#tunedTo ? this.#calibration : null) ?? this.#host.calibration;
	}

	/** The memory in use is one that was tuned before. */
	recall(network: string, calibration: LogisticCalibration | null): void {
		this.#tunedTo = network;
		this.#calibration = calibration;
	}

	/** The memory in use is not tuned. */
	forget(): void {
		this.stop();
		this.recall("", null);
	}

	stop(): void {
		this.#run?.end.abort();
		this.#run = null;
		this.#measurement?.stop();
		this.#measurement = null;
	}

	/** @param read reads the sample */
	begin(network: Network, read: () => Promise<TuningSample>): void {
		this.stop();
		const run: Run = { network, end: new AbortController(), sample: null, memory: null, steps: null };
		this.#run = run;
		this.#prepare(run, read).catch((error: unknown) => {
			if (!run.end.signal.aborted) this.#fail(run, error);
		});
	}

	async #prepare(run: Run, read: () => Promise<TuningSample>): Promise<void> {
		const sample = await read();
		if (run.end.signal.aborted) return;
		const { mebibytes, expectedBytes } = sample;
		const memory = await this.#host.createMemory({ mebibytes, expectedBytes });
		if (run.end.signal.aborted) return;
		const model = this.#host.mix(run.network.model, memory);
		run.sample = sample;
		run.memory = memory;
		run.steps = tuning(sample, memory, model, this.#host.calibration);
		this.#host.wake();
	}

	/** Works until the time is over. Returns what the memory in use takes over, once it is there, else whether it has done anything. */
	work(isOver: () => boolean): MixerState | boolean {
		const run = this.#run;
		if (run === null || run.steps === null || run.sample === null || run.memory === null) return false;
		try {
			do {
				const step = run.steps.next();
				if (!step.done) continue;
				this.stop();
				this.recall(run.network.name, step.value.calibration);
				this.#count++;
				this.#host.log("debug", "The memory is tuned to the model.");
				const { mixer, correction } = step.value;
				this.#measurement = new FileMeasurement(this.#measuring, run.sample, run.network.model, mixer, run.memory);
				return { ...mixer, correction };
			} while (!isOver());
		} catch (error) {
			this.#fail(run, error);
			return false;
		}
		return true;
	}

	/** Goes on measuring the files that were held out, if that was begun with this network; returns whether it has done anything. */
	measure(network: Network | null, isOver: () => boolean): boolean {
		if (this.#measurement === null) return false;
		if (network?.name === this.#tunedTo) return this.#measurement.work(isOver);
		this.#measurement.stop();
		this.#measurement = null;
		return false;
	}

	get #measuring() {
		const { log } = this.#host;
		const failed = (error: unknown): void => log("warn", `The files cannot be measured: ${messageOf(error)}`);
		return { ...this.#host, failed };
	}

	#fail({ network }: Run, error: unknown): void {
		this.stop();
		this.#failedWith = network.name;
		this.#host.log("warn", `The memory cannot be tuned to the model: ${messageOf(error)}`);
	}
}

/**
 * Yields after each millisecond or two of work.
 *
 * @param memory knows nothing yet
 * @param model the mixture of the network and that memory
 * @param prior the calibration where the sample says nothing
 */
export function* tuning(
	{ seen, unseen }: TuningSample,
	memory: Memory,
	model: AdaptiveModel,
	prior: LogisticCalibration,
): Generator<undefined, TuningResult> {
	const learner = memoryLearner(memory);
	for (const { bytes, skip } of seen) {
		const task = new LearningTask([{ before: bytes.subarray(0, skip), text: bytes.subarray(skip) }]);
		for (; !task.isOver; yield) task.step(learner);
	}
	const outcomes = yield* simulatingTyping(model, unseen, prior);
	const [mixer, correction] = [memory.mixerState(), memory.networkCorrection()];
	return { mixer, correction, calibration: fitCalibration(outcomes, prior) };
}
