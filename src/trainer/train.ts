/** The training loop: updates, validation, checkpoints, budget. Knows no files and no processes. */

import type { TrainingEnd, TrainingProgress } from "../domain/training.ts";
import { type Engine, type NetworkTrainer, type Parameters, SYMBOLS } from "../engines/engine.ts";
import type { Model, TrainingState } from "../model/checkpoint.ts";
import { countCharacters, type EncodedDocument } from "../model/document.ts";
import { byteLogFrequencies, initializeGru } from "../model/initialize.ts";
import { type Recipe, rateAt } from "./recipe.ts";
import { RandomSource, Sampler, type SamplerPosition } from "./sampler.ts";

export interface TrainingText {
	readonly training: readonly EncodedDocument[];
	/** Held out: never trained on. May be empty. */
	readonly validation: readonly EncodedDocument[];
}

/** What training starts from. */
export type TrainingStart =
	| { readonly kind: "new" }
	/** A model of other text, which is the beginning of a new one. */
	| { readonly kind: "base"; readonly model: Model }
	/** A finished model, trained further with a fresh optimiser and schedule. */
	| { readonly kind: "model"; readonly model: Model }
	/** An interrupted training; `best` is the model on disk that a better one replaces. */
	| { readonly kind: "state"; readonly state: TrainingState; readonly best: Model | undefined };

export interface TrainingTask {
	readonly text: TrainingText;
	readonly recipe: Recipe;
	readonly threads: number;
	readonly start: TrainingStart;
	readonly budgetSeconds: number;
	/** Seconds of the budget used so far, by the clock that the budget is meant in; pauses do not count. */
	readonly clock: () => number;
	/** Seconds of CPU used, for the record. */
	readonly cpuSeconds: () => number;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
}

/** What happens meanwhile; all are awaited. */
export interface TrainingHooks {
	progress(progress: TrainingProgress): void;
	/** A model that predicts the validation text better than any before. */
	improved(model: Model): Promise<void>;
	/** The state to go on from after a kill. */
	save(state: TrainingState): Promise<void>;
	/** Called between updates, returns when to go on; false ends training. */
	proceed(): Promise<boolean>;
}

export interface TrainingOutcome {
	readonly end: TrainingEnd;
	/** The best model, also the one on disk; none if training was stopped before it had begun. */
	readonly model: Model | undefined;
	readonly cpuSeconds: number;
	readonly epochs: number;
	readonly updates: number;
}

/** Seconds between saved states: what a kill can cost. */
const SAVE_SECONDS = 20;
/** The first model is wanted soon; later ones at growing intervals, the longest a minute. */
const FIRST_VALIDATION_SECONDS = 5;
const VALIDATION_GROWTH = 1.6;
const MAX_VALIDATION_SECONDS = 60;
/** Of the time, at most. */
const VALIDATION_SHARE = 0.03;
/** Validations in a row without gain, in the second half of the schedule, that end training. */
const PATIENCE = 4;
const PROGRESS_SECONDS = 0.5;
/** Weight of the newest update in the running mean of the training loss. */
const LOSS_WEIGHT = 0.02;

interface Position {
	readonly sampler: SamplerPosition;
	readonly usedSeconds: number;
	readonly updates: number;
	readonly characters: number;
	readonly bestBpc: number | null;
	readonly initialBpc: number | null;
	readonly rate: number;
	readonly before: Before;
}

/** What the model had behind it when this training first began, or what an interrupted one had used when it was saved. */
interface Before {
	readonly characters: number;
	readonly cpuSeconds: number;
}

/** Whether a saved position is one that this version wrote. */
export function isPosition(value: Readonly<Record<string, unknown>>): boolean {
	const numbers = (part: unknown, names: readonly string[]) =>
		typeof part === "object" &&
		part !== null &&
		names.every((name) => Number.isFinite((part as Record<string, unknown>)[name]));
	const figure = (name: string) => value[name] === null || Number.isFinite(value[name]);
	return (
		numbers(value, ["usedSeconds", "updates", "characters", "rate"]) &&
		numbers(value["sampler"], ["random", "epoch", "offset", "next"]) &&
		numbers(value["before"], ["characters", "cpuSeconds"]) &&
		figure("bestBpc") &&
		figure("initialBpc")
	);
}

export async function train(engine: Engine, task: TrainingTask, hooks: TrainingHooks): Promise<TrainingOutcome> {
	const run = await Run.begin(engine, task, hooks);
	try {
		return await run.train();
	} finally {
		run.dispose();
	}
}

class Run {
	readonly #task: TrainingTask;
	readonly #hooks: TrainingHooks;
	readonly #trainer: NetworkTrainer;
	readonly #sampler: Sampler;
	readonly #rate: number;
	readonly #measures: TextMeasures;
	/** Seconds of the budget used by the training that this one continues. */
	readonly #usedBefore: number;
	readonly #before: Before;
	/** The parameters that it began with, if they were a model's. */
	readonly #start: Parameters | undefined;
	#updates = 0;
	#characters = 0;
	#loss: number | null = null;
	#best: Model | undefined;
	#validationBpc: number | null = null;
	/** What the last validation took. */
	#validationSeconds = 0;
	#initialBpc: number | null = null;

	private constructor(
		task: TrainingTask,
		hooks: TrainingHooks,
		trainer: NetworkTrainer,
		measures: TextMeasures,
		position: Position | undefined,
	) {
		const { recipe, start } = task;
		this.#task = task;
		this.#hooks = hooks;
		this.#trainer = trainer;
		this.#measures = measures;
		this.#sampler = new Sampler(task.text.training, recipe, recipe.seed, position?.sampler);
		this.#rate = position?.rate ?? (start.kind === "new" ? recipe.learningRate.cold : recipe.learningRate.warm);
		this.#usedBefore = position?.usedSeconds ?? 0;
		this.#updates = position?.updates ?? 0;
		this.#characters = position?.characters ?? 0;
		this.#initialBpc = position?.initialBpc ?? null;
		this.#best = start.kind === "model" ? start.model : start.kind === "state" ? start.best : undefined;
		// The best may have been a base, which is nowhere kept as a model of this text.
		this.#validationBpc = this.#best === undefined ? null : (position?.bestBpc ?? null);
		this.#start =
			start.kind === "new" ? undefined : start.kind === "state" ? start.state.start : start.model.parameters;
		this.#before = position?.before ?? (start.kind === "model" ? start.model.info : { characters: 0, cpuSeconds: 0 });
	}

	static async begin(engine: Engine, task: TrainingTask, hooks: TrainingHooks): Promise<Run> {
		const { recipe, start, text } = task;
		const measures = measure(text);
		const random = new RandomSource(recipe.seed);
		const source = start.kind === "new" ? undefined : start.kind === "state" ? start.state.model : start.model;
		const shape = source?.shape ?? recipe.shape;
		const parameters =
			source?.parameters ?? initializeGru(shape, measures.byteCounts, recipe.initialization, () => random.next());
		const trainer = await engine.createTrainer(
			shape,
			parameters,
			{ ...recipe, threads: task.threads, symbols: measures.symbols },
			start.kind === "state" ? start.state.optimizer : undefined,
		);
		const position = start.kind === "state" ? (start.state.position as unknown as Position) : undefined;
		const run = new Run({ ...task, recipe: { ...recipe, shape } }, hooks, trainer, measures, position);
		if (position === undefined) {
			run.#initialBpc = start.kind === "new" ? measures.unigramBpc : await run.#validate(parameters);
			if (start.kind !== "new") run.#validationBpc = run.#initialBpc;
			// The base may be as good as it gets; it is then the model of this text.
			if (start.kind === "base") run.#best = run.#model(parameters, run.#initialBpc);
		}
		return run;
	}

	dispose(): void {
		this.#trainer.dispose();
	}

	async train(): Promise<TrainingOutcome> {
		let nextSave = this.#elapsed() + SAVE_SECONDS;
		let nextValidation = this.#elapsed() + FIRST_VALIDATION_SECONDS;
		let nextProgress = 0;
		let withoutGain = 0;
		let end: TrainingEnd = "budget";
		const recent = new Throughput(this.#task.now);
		this.#report("training", recent);
		for (;;) {
			if (!(await this.#hooks.proceed())) {
				end = "stopped";
				break;
			}
			const elapsed = this.#elapsed();
			// The last model has to be validated, too; and however slow the machine, something is learned.
			if (elapsed + this.#validationSeconds >= this.#task.budgetSeconds && this.#updates > 0) break;
			const fraction = this.#fraction();
			if (fraction >= 1) {
				end = "converged";
				break;
			}
			if (elapsed >= nextValidation) {
				this.#report("validating", recent);
				withoutGain = (await this.#checkpoint()) ? 0 : withoutGain + 1;
				if (withoutGain >= PATIENCE && fraction > 0.5) {
					end = "converged";
					break;
				}
				const used = this.#elapsed();
				const pause = Math.min(used * (VALIDATION_GROWTH - 1), MAX_VALIDATION_SECONDS);
				nextValidation = used + Math.max(pause, this.#validationSeconds / VALIDATION_SHARE);
			}
			if (elapsed >= nextSave) {
				this.#report("saving", recent);
				await this.#hooks.save(await this.#state());
				nextSave = this.#elapsed() + SAVE_SECONDS;
			}
			await this.#update(fraction, recent);
			if (this.#task.now() >= nextProgress) {
				this.#report("training", recent);
				nextProgress = this.#task.now() + PROGRESS_SECONDS * 1000;
			}
		}
		if (this.#updates > 0) await this.#checkpoint();
		return {
			end,
			model: this.#best,
			cpuSeconds: this.#task.cpuSeconds(),
			epochs: this.#sampler.epochs,
			updates: this.#updates,
		};
	}

	async #update(fraction: number, recent: Throughput): Promise<void> {
		const segment = this.#sampler.segment();
		const rate = this.#rate * rateAt(this.#task.recipe, this.#updates, fraction);
		const { loss } = await this.#trainer.update(segment, rate);
		this.#updates++;
		const characters = segment.learned / this.#measures.bytesPerCharacter;
		this.#characters += characters;
		recent.add(characters);
		this.#loss = this.#loss === null ? loss : this.#loss + (loss - this.#loss) * LOSS_WEIGHT;
	}

	/** Validates, and hands the model over if it is the best so far; true if it is. */
	async #checkpoint(): Promise<boolean> {
		const parameters = await this.#averaged();
		const bpc = await this.#validate(parameters);
		if (bpc !== null && this.#validationBpc !== null && bpc >= this.#validationBpc) return false;
		this.#validationBpc = bpc;
		this.#best = this.#model(parameters, bpc);
		await this.#hooks.improved(this.#best);
		return true;
	}

	/** The present parameters, and their share of those that it began with. */
	async #averaged(): Promise<Parameters> {
		const parameters = await this.#trainer.parameters();
		if (this.#start === undefined) return parameters;
		const { shareOfStart } = this.#task.recipe;
		for (const [name, { data }] of parameters) {
			const before = this.#start.get(name)?.data as Float32Array;
			for (let i = 0; i < data.length; i++) {
				data[i] = shareOfStart * (before[i] as number) + (1 - shareOfStart) * (data[i] as number);
			}
		}
		return parameters;
	}

	/** Bits per character of the validation text, frozen; null without one. */
	async #validate(parameters: Parameters): Promise<number | null> {
		const { validation } = this.#task.text;
		const { validationCharacters } = this.#measures;
		if (validationCharacters === 0) return null;
		const began = this.#task.clock();
		const { nats } = await this.#trainer.evaluate(
			validation.map(({ bytes }) => bytes.subarray(0, -1)),
			validation.map(({ skip }) => skip),
			parameters,
		);
		this.#validationSeconds = this.#task.clock() - began;
		return nats / Math.LN2 / validationCharacters;
	}

	#model(parameters: Parameters, validationBpc: number | null): Model {
		return {
			shape: this.#task.recipe.shape,
			parameters,
			info: {
				trainedAt: new Date(this.#task.now()).toISOString(),
				characters: Math.round(this.#characters) + this.#before.characters,
				corpusCharacters: this.#measures.trainingCharacters,
				files: this.#task.text.training.length,
				cpuSeconds: Math.round(this.#task.cpuSeconds() + this.#before.cpuSeconds),
				validationBpc,
				initialBpc: this.#initialBpc,
			},
		};
	}

	async #state(): Promise<TrainingState> {
		const position: Position = {
			sampler: this.#sampler.position,
			usedSeconds: this.#elapsed(),
			updates: this.#updates,
			characters: this.#characters,
			bestBpc: this.#validationBpc,
			initialBpc: this.#initialBpc,
			rate: this.#rate,
			before: {
				characters: this.#before.characters,
				cpuSeconds: this.#before.cpuSeconds + this.#task.cpuSeconds(),
			},
		};
		return {
			model: this.#model(await this.#trainer.parameters(), null),
			optimizer: await this.#trainer.optimizer(),
			start: this.#start,
			position: { ...position },
		};
	}

	#elapsed(): number {
		return this.#usedBefore + this.#task.clock();
	}

	/** How far the schedule is: by time, or by passes over a small text. */
	#fraction(): number {
		return Math.max(this.#elapsed() / this.#task.budgetSeconds, this.#sampler.epochs / this.#task.recipe.maxEpochs);
	}

	#report(phase: TrainingProgress["phase"], recent: Throughput): void {
		const elapsed = this.#elapsed();
		const fraction = Math.min(1, this.#fraction());
		this.#hooks.progress({
			phase,
			characters: Math.round(this.#characters),
			charactersPerSecond: Math.round(recent.perSecond()),
			trainBpc: this.#loss === null ? null : (this.#loss / Math.LN2) * this.#measures.bytesPerCharacter,
			validationBpc: this.#validationBpc,
			initialBpc: this.#initialBpc,
			elapsedSeconds: elapsed,
			leftSeconds:
				fraction > 0
					? Math.min(this.#task.budgetSeconds - elapsed, elapsed / fraction - elapsed)
					: this.#task.budgetSeconds,
			fraction,
		});
	}
}

interface TextMeasures {
	readonly byteCounts: Float64Array;
	/** Byte values that occur in the training text. */
	readonly symbols: Uint8Array;
	readonly trainingCharacters: number;
	readonly bytesPerCharacter: number;
	readonly validationCharacters: number;
	/** Bits per character of the validation text by the byte frequencies alone, which is where a new model starts. */
	readonly unigramBpc: number | null;
}

function measure(text: TrainingText): TextMeasures {
	const byteCounts = new Float64Array(SYMBOLS);
	let characters = 0;
	let bytes = 0;
	for (const document of text.training) {
		for (const byte of document.bytes) byteCounts[byte] = (byteCounts[byte] as number) + 1;
		characters += countCharacters(bodyOf(document));
		bytes += bodyOf(document).length;
	}
	const validationCharacters = text.validation.reduce((sum, document) => sum + countCharacters(bodyOf(document)), 0);
	const logFrequencies = byteLogFrequencies(byteCounts);
	let nats = 0;
	for (const document of text.validation) for (const byte of bodyOf(document)) nats -= logFrequencies[byte] as number;
	return {
		byteCounts,
		symbols: Uint8Array.from([...byteCounts.keys()].filter((byte) => byteCounts[byte] !== 0)),
		trainingCharacters: characters,
		bytesPerCharacter: characters === 0 ? 1 : bytes / characters,
		validationCharacters,
		unigramBpc: validationCharacters === 0 ? null : nats / Math.LN2 / validationCharacters,
	};
}

function bodyOf({ bytes, skip }: EncodedDocument): Uint8Array {
	return bytes.subarray(skip, -1);
}

/** Characters per second over the last seconds. */
class Throughput {
	static readonly #WINDOW_MS = 3000;
	readonly #now: () => number;
	#samples: { readonly at: number; readonly characters: number }[] = [];
	#total = 0;

	constructor(now: () => number) {
		this.#now = now;
	}

	add(characters: number): void {
		this.#total += characters;
		const at = this.#now();
		this.#samples.push({ at, characters: this.#total });
		while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > Throughput.#WINDOW_MS) this.#samples.shift();
	}

	perSecond(): number {
		const [first, last] = [this.#samples[0], this.#samples.at(-1)];
		if (first === undefined || last === undefined || last.at === first.at) return 0;
		return ((last.characters - first.characters) / (last.at - first.at)) * 1000;
	}
}
