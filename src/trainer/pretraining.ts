/**
 * The training of a base model: one pass, or less, over a corpus of many languages. It takes long, so it can be interrupted
 * and continued. The last model counts, not the best one.
 */

import type { TrainingPhase, TrainingProgress } from "../domain/training.ts";
import type { Engine, NetworkTrainer } from "../engines/engine.ts";
import type { Model, TrainingState } from "../model/checkpoint.ts";
import { countCharacters } from "../model/document.ts";
import { initialize } from "../model/initialize.ts";
import { Failure } from "../platform/failure.ts";
import { runLoop } from "./loop.ts";
import { areFinite } from "./measures.ts";
import { byteCounts, type Language, type PretrainingCorpus, sampleOf } from "./pretrainingCorpus.ts";
import { type PretrainingRecipe, rateAt } from "./recipe.ts";
import { Pieces, RandomSource, type SamplerPosition, Streams } from "./sampler.ts";

/** The end of the schedule: whichever comes first; null is no limit. */
export interface PretrainingBudget {
	readonly characters: number | null;
	/** By the clock of the task. */
	readonly seconds: number | null;
}

export interface PretrainingTask {
	readonly corpus: PretrainingCorpus;
	readonly recipe: PretrainingRecipe;
	readonly budget: PretrainingBudget;
	readonly threads: number;
	/** The state of an interrupted training with the same recipe and corpus, which is continued. */
	readonly state: TrainingState | undefined;
	/** Updates between two saved states. All streams then begin new pieces, as they do after continuing from there. */
	readonly saveUpdates: number;
	/** Seconds since the start of the process. */
	readonly clock: () => number;
	readonly cpuSeconds: () => number;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
}

/** Bits per character of one language's held-out text, frozen. */
export interface HeldOutScore {
	readonly name: string;
	/** Null without held-out text. */
	readonly bpc: number | null;
	readonly characters: number;
}

export interface PretrainingHooks {
	progress(progress: TrainingProgress): void;
	/** Called between updates; false ends training. */
	proceed(): Promise<boolean>;
	/** Called between the steps of scoring; false breaks it off. Without this hook nothing does. */
	validating?(): Promise<boolean>;
	/** The state to continue from, and scores on a small part of the held-out text. */
	save(state: TrainingState, heldOut: readonly HeldOutScore[]): Promise<void>;
}

/** `diverged`: the network no longer gives probabilities. */
export type PretrainingEnd = "budget" | "stopped" | "diverged";

export interface PretrainingOutcome {
	readonly end: PretrainingEnd;
	/** Null if the network has diverged; what was saved before that holds. */
	readonly model: Model | null;
	/** Scores on the held-out text, up to 256 KiB of each language. */
	readonly heldOut: readonly HeldOutScore[];
	/** Of the process. */
	readonly cpuSeconds: number;
	readonly seconds: number;
}

/** Held-out bytes of each language that are scored whenever the state is saved, and at the end. */
const GLANCE_BYTES = 8192;
const FULL_BYTES = 262_144;
/** Who stops a training waits no longer than this for its last scores. */
const LAST_SCORES_SECONDS = 0.5;
const PROGRESS_SECONDS = 1;
/** Updates over which the loss and the speed that are shown are taken. */
const SHOWN_UPDATES = 500;

/** What a state says beyond the network and the optimiser. */
export interface PretrainingPosition {
	readonly pretraining: true;
	readonly digest: string;
	readonly recipe: PretrainingRecipe;
	readonly budget: PretrainingBudget;
	readonly updates: number;
	readonly characters: number;
	readonly seconds: number;
	readonly cpuSeconds: number;
	/** Of the source from which languages are drawn. */
	readonly random: number;
	/** Of each language. */
	readonly pieces: readonly SamplerPosition[];
}

/**
 * What a saved state says of its training.
 *
 * @throws {Failure} modelBroken if the state is not that of a pretraining
 */
export function positionOf({ position }: TrainingState): PretrainingPosition {
	// Only its kind is checked: the file's checksum says that it is as it was written.
	if (position["pretraining"] !== true) throw new Failure("modelBroken", "it is not the state of a pretraining");
	return position as unknown as PretrainingPosition;
}

/** @throws {Failure} badArgument if the state is of another corpus */
export async function pretrain(
	engine: Engine,
	task: PretrainingTask,
	hooks: PretrainingHooks,
): Promise<PretrainingOutcome> {
	const run = await Run.begin(engine, task, hooks);
	try {
		return await run.train();
	} finally {
		run.dispose();
	}
}

class Run {
	readonly #task: PretrainingTask;
	readonly #hooks: PretrainingHooks;
	readonly #trainer: NetworkTrainer;
	readonly #random: RandomSource;
	readonly #pieces: readonly Pieces[];
	readonly #streams: Streams;
	readonly #before: { readonly seconds: number; readonly cpuSeconds: number };
	readonly #shown: Shown[] = [];
	#updates: number;
	#characters: number;

	private constructor(task: PretrainingTask, hooks: PretrainingHooks, trainer: NetworkTrainer) {
		const { corpus, recipe, state } = task;
		const position = state && positionOf(state);
		this.#task = task;
		this.#hooks = hooks;
		this.#trainer = trainer;
		this.#random = new RandomSource(position?.random ?? recipe.seed);
		this.#pieces = corpus.languages.map(
			({ training }, index) =>
				new Pieces(training, recipe.segmentBytes, recipe.seed + 1 + index, position?.pieces[index]),
		);
		this.#streams = new Streams({ next: () => this.#drawn().next() }, recipe);
		this.#before = position ?? { seconds: 0, cpuSeconds: 0 };
		this.#updates = position?.updates ?? 0;
		this.#characters = position?.characters ?? 0;
	}

	static async begin(engine: Engine, task: PretrainingTask, hooks: PretrainingHooks): Promise<Run> {
		const { corpus, recipe, state } = task;
		if (state !== undefined && positionOf(state).digest !== corpus.digest) {
			throw new Failure("badArgument", "The training to go on with had another corpus");
		}
		const counts = byteCounts(corpus.languages);
		const random = new RandomSource(recipe.seed);
		const trainer = await engine.createTrainer(
			recipe.shape,
			state?.model.parameters ?? initialize(recipe.shape, counts, recipe.initialization, () => random.next()),
			{
				...recipe,
				threads: task.threads,
				symbols: Uint8Array.from([...counts.keys()].filter((byte) => counts[byte] !== 0)),
			},
			state?.optimizer,
		);
		return new Run(task, hooks, trainer);
	}

	dispose(): void {
		this.#trainer.dispose();
	}

	async train(): Promise<PretrainingOutcome> {
		const reached = await runLoop<PretrainingEnd>({
			proceed: () => this.#hooks.proceed(),
			end: () => (this.#fraction() >= 1 && this.#updates > 0 ? "budget" : undefined),
			update: () => this.#update(this.#fraction()),
			afterUpdate: async () => {
				return this.#updates % this.#task.saveUpdates === 0 ? await this.#save() : undefined;
			},
			report: () => this.#report("training"),
			now: this.#task.now,
			reportSeconds: PROGRESS_SECONDS,
		});
		const heldOut = await this.#finalScores(reached);
		const model = await this.#model(heldOut);
		const hasDiverged = !isUsable(model, heldOut);
		return {
			end: hasDiverged ? "diverged" : reached,
			model: hasDiverged ? null : model,
			heldOut,
			cpuSeconds: this.#before.cpuSeconds + this.#task.cpuSeconds(),
			seconds: this.#elapsed(),
		};
	}

	async #update(fraction: number): Promise<void> {
		const { recipe } = this.#task;
		const segment = this.#streams.segment();
		const rate = recipe.learningRate * rateAt(recipe, this.#updates, fraction);
		const { loss } = await this.#trainer.update(segment, rate);
		// The engine has learned nothing from a loss that is not a number; its states may be lost, too.
		if (!Number.isFinite(loss)) this.#streams.restart();
		this.#updates++;
		let characters = 0;
		for (const [i, target] of segment.targets.entries()) {
			if (segment.mask[i] && (target & 0xc0) !== 0x80) characters++;
		}
		this.#characters += characters;
		this.#shown.push({ at: this.#task.now(), characters, nats: loss * segment.learned });
		if (this.#shown.length > SHOWN_UPDATES) this.#shown.shift();
	}

	/** A language, drawn by its share. */
	#drawn(): Pieces {
		let left = this.#random.next();
		let drawn = 0;
		for (const [index, { share }] of this.#task.corpus.languages.entries()) {
			drawn = index;
			left -= share;
			if (left < 0) break;
		}
		return this.#pieces[drawn] as Pieces;
	}

	/** Scoring all takes long, and whoever stops a training wants it to end. */
	async #finalScores(reached: PretrainingEnd): Promise<readonly HeldOutScore[]> {
		const goesOn = async () => (await this.#hooks.validating?.()) ?? true;
		if (reached !== "stopped") {
			this.#report("validating");
			return await this.#score(FULL_BYTES, goesOn);
		}
		const deadline = this.#task.now() + LAST_SCORES_SECONDS * 1000;
		const heldOut = await this.#score(GLANCE_BYTES, async () => this.#task.now() < deadline);
		await this.#saveWith(heldOut);
		return heldOut;
	}

	async #save(): Promise<"diverged" | undefined> {
		this.#report("saving");
		let isBrokenOff = false;
		const heldOut = await this.#score(GLANCE_BYTES, async () => {
			isBrokenOff ||= !((await this.#hooks.validating?.()) ?? true);
			return !isBrokenOff;
		});
		// The training is being stopped, and is saved then.
		return isBrokenOff ? undefined : await this.#saveWith(heldOut);
	}

	/** Saves nothing if the network has diverged: the state before is worth more. */
	async #saveWith(heldOut: readonly HeldOutScore[]): Promise<"diverged" | undefined> {
		this.#streams.restart();
		const model = await this.#model(heldOut);
		if (!isUsable(model, heldOut)) return "diverged";
		const { corpus, recipe, budget } = this.#task;
		const position: PretrainingPosition = {
			pretraining: true,
			digest: corpus.digest,
			recipe,
			budget,
			updates: this.#updates,
			characters: this.#characters,
			seconds: this.#elapsed(),
			cpuSeconds: this.#before.cpuSeconds + this.#task.cpuSeconds(),
			random: this.#random.state,
			pieces: this.#pieces.map(({ position }) => position),
		};
		const optimizer = await this.#trainer.optimizer();
		await this.#hooks.save({ model, optimizer, position: { ...position } }, heldOut);
		return undefined;
	}

	/** What `goesOn` breaks off has no score. */
	async #score(bytes: number, goesOn: () => Promise<boolean>): Promise<HeldOutScore[]> {
		const scores: HeldOutScore[] = [];
		let isBrokenOff = false;
		for (const { name, heldOut } of this.#task.corpus.languages) {
			const sample = sampleOf(heldOut, bytes);
			let characters = 0;
			for (const { text, skip } of sample) characters += countCharacters(text.subarray(skip));
			if (characters === 0 || isBrokenOff) {
				scores.push({ name, bpc: null, characters });
				continue;
			}
			const steps = this.#trainer.evaluation(
				sample.map(({ text }) => text),
				sample.map(({ skip }) => skip),
			);
			let step = await steps.next();
			for (; !step.done && !isBrokenOff; step = await steps.next()) isBrokenOff = !(await goesOn());
			if (!step.done) await steps.return({ nats: 0, mixtureNats: 0, bytes: 0 });
			scores.push({ name, bpc: step.done ? step.value.nats / Math.LN2 / characters : null, characters });
		}
		return scores;
	}

	async #model(heldOut: readonly HeldOutScore[]): Promise<Model> {
		const { recipe, corpus } = this.#task;
		let files = 0;
		let corpusCharacters = 0;
		for (const { training } of corpus.languages) {
			files += training.starts.length;
			corpusCharacters += training.bytes.length;
		}
		return {
			shape: recipe.shape,
			parameters: await this.#trainer.parameters(),
			info: {
				trainedAt: new Date(this.#task.now()).toISOString(),
				characters: this.#characters,
				corpusCharacters,
				files,
				cpuSeconds: Math.round(this.#before.cpuSeconds + this.#task.cpuSeconds()),
				validationBpc: meanBpc(corpus.languages, heldOut),
				initialBpc: null,
				mixtureBpc: null,
				initialMixtureBpc: null,
			},
		};
	}

	#elapsed(): number {
		return this.#before.seconds + this.#task.clock();
	}

	#fraction(): number {
		const { characters, seconds } = this.#task.budget;
		return Math.max(this.#characters / (characters ?? Infinity), this.#elapsed() / (seconds ?? Infinity));
	}

	#report(phase: TrainingPhase): void {
		const first = this.#shown[0];
		const last = this.#shown.at(-1);
		if (first === undefined || last === undefined) return;
		const sum = (pick: (one: Shown) => number) => this.#shown.reduce((total, one) => total + pick(one), 0);
		const characters = sum((one) => one.characters);
		const elapsed = this.#elapsed();
		const fraction = Math.min(1, this.#fraction());
		this.#hooks.progress({
			phase,
			characters: this.#characters,
			charactersPerSecond:
				last.at <= first.at ? 0 : Math.round(((characters - first.characters) / (last.at - first.at)) * 1000),
			trainBpc: characters === 0 ? null : sum((one) => one.nats) / Math.LN2 / characters,
			validationBpc: null,
			measuredBpc: null,
			initialBpc: null,
			elapsedSeconds: elapsed,
			leftSeconds: fraction > 0 ? elapsed / fraction - elapsed : 0,
			fraction,
		});
	}
}

/** Whether the network still gives probabilities. */
function isUsable({ parameters }: Model, heldOut: readonly HeldOutScore[]): boolean {
	return heldOut.every(({ bpc }) => bpc === null || Number.isFinite(bpc)) && areFinite(parameters);
}

/** One update, for the display. */
interface Shown {
	readonly at: number;
	readonly characters: number;
	readonly nats: number;
}

/** Weighted as the languages are in training; null if nothing was held out. */
export function meanBpc(languages: readonly Language[], heldOut: readonly HeldOutScore[]): number | null {
	let sum = 0;
	let shares = 0;
	for (const [index, { bpc }] of heldOut.entries()) {
		const share = languages[index]?.share ?? 0;
		if (bpc === null) continue;
		sum += bpc * share;
		shares += share;
	}
	return shares === 0 ? null : sum / shares;
}
