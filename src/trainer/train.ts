/** The training of a workspace's network: updates, validation, checkpoints, budget. Knows no files and no processes. */
import type { TrainingEnd, TrainingPhase, TrainingProgress } from "../domain/training.ts";
import type { Engine, NetworkTrainer, Parameters, Symbols } from "../engines/engine.ts";
import type { Model, TrainingState } from "../model/checkpoint.ts";
import { initialize } from "../model/initialize.ts";
import { runLoop } from "./loop.ts";
import { isPossible, isSound, meanOf, measure, type TextMeasures, type TrainingText } from "./measures.ts";
import { type Before, isNewer, type Position, type TrainingStart } from "./position.ts";
import { type Recipe, rateAt } from "./recipe.ts";
import { RandomSource, Sampler } from "./sampler.ts";
import { Throughput } from "./throughput.ts";
import { decisive, figuresOf, isBetter, type Measured, qualityOf, Validation } from "./validation.ts";
import { newShape, sampledOf } from "./words.ts";

export interface TrainingTask {
	readonly text: TrainingText<Symbols>;
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
	readonly #sampler: Sampler<Symbols>;
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
	readonly #validation: Validation;
	/** Of the best model so far, and of the model before its first training on this text. */
	#figures: Measured = null;
	#initial: Measured = null;
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
		this.#sampler = new Sampler(task.text.training, recipe, recipe.seed, position?.sampler, task.text.advice?.training);
		this.#validation = new Validation(trainer, task.text, measures.validationCharacters, task.clock);
		this.#rate = position?.rate ?? (start.kind === "new" ? recipe.learningRate.cold : recipe.learningRate.warm);
		this.#usedBefore = position?.usedSeconds ?? 0;
		this.#updatesBefore = position?.updates ?? 0;
		this.#updates = this.#updatesBefore;
		this.#characters = position?.characters ?? 0;
		this.#initial = figuresOf(position?.initialBpc, position?.initialMixtureBpc);
		this.#best = start.kind === "model" ? start.model : start.kind === "state" ? start.best : undefined;
		// The best may have been a base, which is nowhere kept as a model of this text.
		this.#figures = this.#best === undefined ? null : figuresOf(position?.bestBpc, position?.bestMixtureBpc);
		if (start.kind === "state" && isNewer(start.best, start.state))
			this.#figures = figuresOf(start.best.info.validationBpc, start.best.info.mixtureBpc) ?? this.#figures;
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
		const shape = source?.shape ?? newShape(recipe, text);
		const parameters =
			source?.parameters ?? initialize(shape, measures.symbolCounts, recipe.initialization, () => random.next());
		const trainer = await engine.createTrainer(
			shape,
			parameters,
			{
				...recipe,
				threads: task.threads,
				symbols: measures.symbols,
				...sampledOf(recipe.softmax, measures, recipe.seed),
				...(text.advice === undefined ? {} : { mixture: recipe.mixtureWeights }),
			},
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
		const { start, text } = this.#task;
		if (start.kind === "state") return undefined;
		if (start.kind === "new") {
			const { unigramBpc } = this.#measures;
			this.#initial = figuresOf(unigramBpc, null);
			return undefined;
		}
		this.#report("validating");
		const measured = await this.#validation.measure(start.model.parameters, async () => this.#goesOn());
		if (measured === "brokenOff") return "stopped";
		this.#figures = measured;
		const { initialBpc, initialMixtureBpc } = start.model.info;
		const isOfThisText = start.kind === "model" && text.isHeldOutAgain === true;
		const first = isOfThisText ? figuresOf(initialBpc, initialMixtureBpc) : null;
		this.#initial =
			first === null ? measured : { ...first, mixtureBpc: first.mixtureBpc ?? measured?.mixtureBpc ?? null };
		// The start may be as good as it gets; it is then the model of this text.
		if (start.kind === "base") this.#best = this.#model(start.model.parameters, measured);
		else if (!isOfThisText)
			this.#best = { ...start.model, info: { ...start.model.info, ...qualityOf(measured, this.#initial) } };
		return undefined;
	}

	async #learn(): Promise<TrainingEnd> {
		const { shareOfStart } = this.#task.recipe;
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
		// What was stopped before it has learned anything leaves all as it was: of a resumed training, the state that is saved.
		if (this.#updates === this.#updatesBefore || end === "diverged") return end;
		if (end !== "stopped")
			return (await this.#checkpoint(async () => true, this.#lastShares)) === "diverged" ? "diverged" : end;
		const deadline = this.#task.now() + LAST_VALIDATION_SECONDS * 1000;
		const verdict = await this.#checkpoint(async () => this.#task.now() < deadline, [shareOfStart]);
		if (verdict === "diverged") return "diverged";
		// Better a model that was not measured than none.
		if (verdict === "brokenOff") {
			const parameters = meanOf(this.#start, await this.#trainer.parameters(), shareOfStart);
			if (!(await isSound(this.#trainer, parameters, this.#task.text.vocabulary))) return "diverged";
			if (this.#best === undefined) {
				this.#keep(parameters, null);
				await this.#hooks.improved(this.#best as unknown as Model);
			}
		}
		// So the next training goes on here, and not where the last state was saved.
		await this.#hooks.save(await this.#state());
		return "stopped";
	}

	#end(): TrainingEnd | undefined {
		// The last model has to be validated, too; and however slow the machine, something is learned.
		if (this.#updates === this.#updatesBefore) return undefined;
		const last = this.#validation.seconds * this.#lastShares.length;
		if (this.#elapsed() + last >= this.#task.budgetSeconds) return "budget";
		return this.#fraction() >= 1 ? "passes" : undefined;
	}

	async #update(): Promise<void> {
		const { recipe } = this.#task;
		const segment = this.#sampler.segment();
		const { loss } = await this.#trainer.update(segment, this.#rate * rateAt(recipe, this.#updates, this.#fraction()));
		this.#updates++;
		const characters = segment.learned / this.#measures.symbolsPerCharacter;
		this.#characters += characters;
		this.#throughput.add(characters);
		this.#loss = this.#loss === null ? loss : this.#loss + (loss - this.#loss) * LOSS_WEIGHT;
	}

	async #afterUpdate(): Promise<TrainingEnd | undefined> {
		if (this.#elapsed() >= this.#nextValidation) {
			this.#report("validating");
			const verdict = await this.#checkpoint(async () => this.#goesOn(), [this.#task.recipe.shareOfStart]);
			if (verdict === "diverged") return "diverged";
			this.#withoutGain = verdict === "notBetter" ? this.#withoutGain + 1 : 0;
			if (this.#withoutGain >= PATIENCE && this.#fraction() > 0.5) return "converged";
			const used = this.#elapsed();
			const pause = Math.min(used * (VALIDATION_GROWTH - 1), MAX_VALIDATION_SECONDS);
			this.#nextValidation = used + Math.max(pause, this.#validation.seconds / VALIDATION_SHARE);
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

	/**
	 * Validates, and hands the model over if it is the best so far.
	 *
	 * @param shares of what training began with, to choose among
	 */
	async #checkpoint(goesOn: () => Promise<boolean>, shares: readonly number[]): Promise<Verdict> {
		const trained = await this.#trainer.parameters();
		let verdict: Verdict = "notBetter";
		for (const share of shares) {
			const parameters = meanOf(this.#start, trained, share);
			const measured = await this.#validation.measure(parameters, goesOn);
			if (measured === "brokenOff") return verdict === "better" ? verdict : measured;
			// The last measurement is followed by nothing else that would tell it.
			this.#report("validating");
			const { symbolsPerCharacter } = this.#measures;
			const { vocabulary } = this.#task.text;
			const isUsable =
				measured === null
					? await isSound(this.#trainer, parameters, vocabulary)
					: isPossible(measured.bpc / symbolsPerCharacter, vocabulary);
			if (!isUsable) return "diverged";
			if (measured !== null && this.#figures !== null && !isBetter(measured, this.#figures)) continue;
			this.#keep(parameters, measured);
			verdict = "better";
		}
		if (verdict === "better") await this.#hooks.improved(this.#best as Model);
		return verdict;
	}

	#keep(parameters: Parameters, measured: Measured): void {
		this.#figures = measured;
		this.#best = this.#model(parameters, measured);
		this.#hasImproved = true;
	}

	/** Shares of the start to choose among in the end; one if there is nothing to choose by. */
	get #lastShares(): readonly number[] {
		const { shareOfStart, sharesToTry } = this.#task.recipe;
		const canChoose = this.#start !== undefined && this.#measures.validationCharacters > 0;
		return canChoose ? [shareOfStart, ...sharesToTry] : [shareOfStart];
	}

	#model(parameters: Parameters, measured: Measured): Model {
		const { text, recipe } = this.#task;
		return {
			shape: recipe.shape,
			parameters,
			...(text.vocabulary === undefined ? {} : { vocabulary: text.vocabulary }),
			info: {
				trainedAt: new Date(this.#task.now()).toISOString(),
				characters: Math.round(this.#characters) + this.#before.characters,
				corpusCharacters: this.#measures.trainingCharacters,
				files: text.training.length,
				cpuSeconds: Math.round(this.#task.cpuSeconds() + this.#before.cpuSeconds),
				...qualityOf(measured, this.#initial),
			},
		};
	}

	async #state(): Promise<TrainingState> {
		const position: Position = {
			sampler: this.#sampler.position,
			usedSeconds: this.#elapsed(),
			updates: this.#updates,
			characters: this.#characters,
			bestBpc: this.#figures?.bpc ?? null,
			bestMixtureBpc: this.#figures?.mixtureBpc ?? null,
			initialBpc: this.#initial?.bpc ?? null,
			initialMixtureBpc: this.#initial?.mixtureBpc ?? null,
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
		const seconds = fraction > 0 ? Math.min(this.#task.budgetSeconds, elapsed / fraction) : this.#task.budgetSeconds;
		this.#hooks.progress({
			phase,
			characters: Math.round(this.#characters),
			charactersPerSecond: Math.round(this.#throughput.perSecond()),
			trainBpc: this.#loss === null ? null : (this.#loss / Math.LN2) * this.#measures.symbolsPerCharacter,
			validationBpc: decisive(this.#figures),
			measuredBpc: decisive(this.#validation.last),
			initialBpc: decisive(this.#initial),
			elapsedSeconds: elapsed,
			// The last validation may take the training over its time.
			leftSeconds: Math.max(0, seconds - elapsed),
			fraction,
		});
	}
}
