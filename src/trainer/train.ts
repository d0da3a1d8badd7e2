/** The training of a workspace's network: updates, validation, checkpoints, budget. Knows no files and no processes. */
import type { TrainingEnd, TrainingPhase, TrainingProgress } from "../domain/training.ts";
import type { Engine, NetworkTrainer, Parameters } from "../engines/engine.ts";
import type { Model, TrainingState } from "../model/checkpoint.ts";
import { initialize } from "../model/initialize.ts";
import { runLoop } from "./loop.ts";
import { isPossible, isSound, measure, type TextMeasures, type TrainingText } from "./measures.ts";
import type { Before, Position } from "./position.ts";
import { type Recipe, rateAt } from "./recipe.ts";
import { RandomSource, Sampler } from "./sampler.ts";
import { Throughput } from "./throughput.ts";

/** The network that training starts from. */
export type TrainingStart =
	| { readonly kind: "new" }
	/** A model of other text, from which a new model starts. */
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

/** Called during a training; those that return promises are awaited. */
export interface TrainingHooks {
	progress(progress: TrainingProgress): void;
	/** A model that predicts the validation text better than any before. */
	improved(model: Model): Promise<void>;
	/** The state from which training can go on after a kill or a stop. */
	save(state: TrainingState): Promise<void>;
	/** Called between updates; resolves when training may go on. False stops it. */
	proceed(): Promise<boolean>;
	/** Called between the steps of a validation; false breaks it off. Without this hook nothing does. */
	validating?(): Promise<boolean>;
}

export interface TrainingOutcome {
	readonly end: TrainingEnd;
	/** The best model, also the one on disk; none if training was stopped before it had begun, or diverged. */
	readonly model: Model | undefined;
	/** Whether a model was found that predicts better than what training started from. */
	readonly hasImproved: boolean;
	readonly cpuSeconds: number;
	readonly epochs: number;
	readonly updates: number;
}

/** Seconds between saved states: what a kill can cost. */
const SAVE_SECONDS = 20;
/** The first validation comes soon, as a first model is wanted; later ones at growing intervals, the longest a minute. */
const FIRST_VALIDATION_SECONDS = 5;
const VALIDATION_GROWTH = 1.6;
const MAX_VALIDATION_SECONDS = 60;
/** Share of the time that validations take, at most. */
const VALIDATION_SHARE = 0.03;
/** Validations in a row without gain, in the second half of the schedule, that end training. */
const PATIENCE = 4;
/** Who stops a training waits no longer than this for its last validation; what was learned is in the saved state. */
const LAST_VALIDATION_SECONDS = 0.6;
const PROGRESS_SECONDS = 0.5;
/** Weight of the newest update in the running mean of the training loss. */
const LOSS_WEIGHT = 0.02;

export async function train(engine: Engine, task: TrainingTask, hooks: TrainingHooks): Promise<TrainingOutcome> {
	const run = await Run.begin(engine, task, hooks);
	try {
		return await run.train();
	} finally {
		run.dispose();
	}
}

/** What came of a validation. */
type Verdict = "better" | "notBetter" | "diverged" | "brokenOff";

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
	/** The parameters that training began with, if they were a model's. */
	readonly #start: Parameters | undefined;
	readonly #throughput: Throughput;
	#updates = 0;
	/** Made by the training that this one continues. */
	readonly #updatesBefore: number;
	#characters = 0;
	/** Running mean of the loss, nats per byte. */
	#loss: number | null = null;
	#best: Model | undefined;
	#hasImproved = false;
	#validationBpc: number | null = null;
	/** The last measurement, better or not. */
	#measuredBpc: number | null = null;
	/** Duration of the last validation. */
	#validationSeconds = 0;
	/** Bits per character before the first training of this model. */
	#initialBpc: number | null = null;
	#withoutGain = 0;
	#nextSave: number;
	#nextValidation: number;

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
		this.#throughput = new Throughput(task.now);
		this.#sampler = new Sampler(task.text.training, recipe, recipe.seed, position?.sampler);
		this.#rate = position?.rate ?? (start.kind === "new" ? recipe.learningRate.cold : recipe.learningRate.warm);
		this.#usedBefore = position?.usedSeconds ?? 0;
		this.#updatesBefore = position?.updates ?? 0;
		this.#updates = this.#updatesBefore;
		this.#characters = position?.characters ?? 0;
		this.#initialBpc = position?.initialBpc ?? null;
		this.#best = start.kind === "model" ? start.model : start.kind === "state" ? start.best : undefined;
		// The best may have been a base, which is nowhere kept as a model of this text.
		this.#validationBpc = this.#best === undefined ? null : (position?.bestBpc ?? null);
		this.#start =
			start.kind === "new" ? undefined : start.kind === "state" ? start.state.start : start.model.parameters;
		this.#before = position?.before ?? (start.kind === "model" ? start.model.info : { characters: 0, cpuSeconds: 0 });
		this.#nextSave = this.#elapsed() + SAVE_SECONDS;
		this.#nextValidation = this.#elapsed() + FIRST_VALIDATION_SECONDS;
	}

	static async begin(engine: Engine, task: TrainingTask, hooks: TrainingHooks): Promise<Run> {
		const { recipe, start, text } = task;
		const measures = measure(text);
		const random = new RandomSource(recipe.seed);
		const source = start.kind === "new" ? undefined : start.kind === "state" ? start.state.model : start.model;
		const shape = source?.shape ?? recipe.shape;
		const parameters =
			source?.parameters ?? initialize(shape, measures.byteCounts, recipe.initialization, () => random.next());
		const trainer = await engine.createTrainer(
			shape,
			parameters,
			{ ...recipe, threads: task.threads, symbols: measures.symbols },
			start.kind === "state" ? start.state.optimizer : undefined,
		);
		const position = start.kind === "state" ? (start.state.position as unknown as Position) : undefined;
		return new Run({ ...task, recipe: { ...recipe, shape } }, hooks, trainer, measures, position);
	}

	dispose(): void {
		this.#trainer.dispose();
	}

	async train(): Promise<TrainingOutcome> {
		const end = (await this.#measureStart()) ?? (await this.#learn());
		return {
			end,
			model: this.#best,
			hasImproved: this.#hasImproved,
			cpuSeconds: this.#task.cpuSeconds(),
			epochs: this.#sampler.epochs,
			updates: this.#updates,
		};
	}

	/** Validates the model that training starts from. */
	async #measureStart(): Promise<TrainingEnd | undefined> {
		const { start } = this.#task;
		if (start.kind === "state") return undefined;
		if (start.kind === "new") {
			this.#initialBpc = this.#measures.unigramBpc;
			return undefined;
		}
		this.#report("validating");
		const bpc = await this.#validate(start.model.parameters, async () => this.#goesOn());
		if (bpc === "brokenOff") return "stopped";
		this.#validationBpc = bpc;
		const first = start.kind === "model" ? start.model.info.initialBpc : null;
		this.#initialBpc = first ?? bpc;
		// The base may be as good as it gets; it is then the model of this text.
		if (start.kind === "base") this.#best = this.#model(start.model.parameters, bpc);
		return undefined;
	}

	async #learn(): Promise<TrainingEnd> {
		this.#report("training");
		const end = await runLoop<TrainingEnd>({
			proceed: () => this.#hooks.proceed(),
			end: () => this.#end(),
			update: () => this.#update(),
			afterUpdate: () => this.#afterUpdate(),
			report: () => this.#report("training"),
			now: this.#task.now,
			reportSeconds: PROGRESS_SECONDS,
		});
		if (this.#updates === 0 || end === "diverged") return end;
		if (end !== "stopped") return (await this.#checkpoint(async () => true)) === "diverged" ? "diverged" : end;
		const deadline = this.#task.now() + LAST_VALIDATION_SECONDS * 1000;
		const verdict = await this.#checkpoint(async () => this.#task.now() < deadline);
		if (verdict === "diverged") return "diverged";
		// Better a model that was not measured than none.
		if (verdict === "brokenOff") {
			const parameters = await this.#averaged();
			if (!(await isSound(this.#trainer, parameters))) return "diverged";
			if (this.#best === undefined) await this.#keep(parameters, null);
		}
		// So the next training goes on here, and not where the last state was saved.
		await this.#hooks.save(await this.#state());
		return "stopped";
	}

	#end(): TrainingEnd | undefined {
		// The last model has to be validated, too; and however slow the machine, something is learned.
		if (this.#updates === this.#updatesBefore) return undefined;
		if (this.#elapsed() + this.#validationSeconds >= this.#task.budgetSeconds) return "budget";
		return this.#fraction() >= 1 ? "passes" : undefined;
	}

	async #update(): Promise<void> {
		const { recipe } = this.#task;
		const segment = this.#sampler.segment();
		const { loss } = await this.#trainer.update(segment, this.#rate * rateAt(recipe, this.#updates, this.#fraction()));
		this.#updates++;
		const characters = segment.learned / this.#measures.bytesPerCharacter;
		this.#characters += characters;
		this.#throughput.add(characters);
		this.#loss = this.#loss === null ? loss : this.#loss + (loss - this.#loss) * LOSS_WEIGHT;
	}

	async #afterUpdate(): Promise<TrainingEnd | undefined> {
		if (this.#elapsed() >= this.#nextValidation) {
			this.#report("validating");
			const verdict = await this.#checkpoint(async () => this.#goesOn());
			if (verdict === "diverged") return "diverged";
			this.#withoutGain = verdict === "notBetter" ? this.#withoutGain + 1 : 0;
			if (this.#withoutGain >= PATIENCE && this.#fraction() > 0.5) return "converged";
			const used = this.#elapsed();
			const pause = Math.min(used * (VALIDATION_GROWTH - 1), MAX_VALIDATION_SECONDS);
			this.#nextValidation = used + Math.max(pause, this.#validationSeconds / VALIDATION_SHARE);
		}
		if (this.#elapsed() >= this.#nextSave) {
			this.#report("saving");
			await this.#hooks.save(await this.#state());
			this.#nextSave = this.#elapsed() + SAVE_SECONDS;
		}
		return undefined;
	}

	async #goesOn(): Promise<boolean> {
		return (await this.#hooks.validating?.()) ?? true;
	}

	/** Validates, and hands the model over if it is the best so far. */
	async #checkpoint(goesOn: () => Promise<boolean>): Promise<Verdict> {
		const parameters = await this.#averaged();
		const bpc = await this.#validate(parameters, goesOn);
		if (bpc === "brokenOff") return bpc;
		const { bytesPerCharacter } = this.#measures;
		const isUsable = bpc === null ? await isSound(this.#trainer, parameters) : isPossible(bpc / bytesPerCharacter);
		if (!isUsable) return "diverged";
		if (bpc !== null && this.#validationBpc !== null && bpc >= this.#validationBpc) return "notBetter";
		await this.#keep(parameters, bpc);
		return "better";
	}

	async #keep(parameters: Parameters, bpc: number | null): Promise<void> {
		this.#validationBpc = bpc;
		this.#best = this.#model(parameters, bpc);
		this.#hasImproved = true;
		await this.#hooks.improved(this.#best);
	}

	/** The mean of the present parameters and those that training began with (WiSE-FT), by `recipe.shareOfStart`. */
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
	async #validate(parameters: Parameters, goesOn: () => Promise<boolean>): Promise<number | null | "brokenOff"> {
		const { validation } = this.#task.text;
		const { validationCharacters } = this.#measures;
		if (validationCharacters === 0) return null;
		const began = this.#task.clock();
		const steps = this.#trainer.evaluation(
			validation.map(({ bytes }) => bytes.subarray(0, -1)),
			validation.map(({ skip }) => skip),
			parameters,
		);
		let step = await steps.next();
		for (; !step.done; step = await steps.next()) {
			if (await goesOn()) continue;
			await steps.return({ nats: 0, bytes: 0 });
			return "brokenOff";
		}
		this.#validationSeconds = this.#task.clock() - began;
		const bpc = step.value.nats / Math.LN2 / validationCharacters;
		if (Number.isFinite(bpc)) this.#measuredBpc = bpc;
		// The last measurement is followed by nothing else that would tell it.
		this.#report("validating");
		return bpc;
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

	/** How far the schedule is, 0–1: by time, or by passes over a small text. */
	#fraction(): number {
		return Math.max(this.#elapsed() / this.#task.budgetSeconds, this.#sampler.epochs / this.#task.recipe.maxEpochs);
	}

	#report(phase: TrainingPhase): void {
		const elapsed = this.#elapsed();
		const fraction = Math.min(1, this.#fraction());
		this.#hooks.progress({
			phase,
			characters: Math.round(this.#characters),
			charactersPerSecond: Math.round(this.#throughput.perSecond()),
			trainBpc: this.#loss === null ? null : (this.#loss / Math.LN2) * this.#measures.bytesPerCharacter,
			validationBpc: this.#validationBpc,
			measuredBpc: this.#measuredBpc,
			initialBpc: this.#initialBpc,
			elapsedSeconds: elapsed,
			// The last validation may take the training over its time.
			leftSeconds: Math.max(
				0,
				Math.min(this.#task.budgetSeconds, fraction > 0 ? elapsed / fraction : Infinity) - elapsed,
			),
			fraction,
		});
	}
}
