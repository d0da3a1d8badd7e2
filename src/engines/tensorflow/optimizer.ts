/**
 * The optimisers, with the gradient clipped to a global norm (Pascanu et al. 2013), in few operations on whole tensors. They
 * are those of Inkling's own engine, so that either goes on where the other stopped; TensorFlow.js's own differ from PyTorch's.
 */
import {
	type NetworkShape,
	type OptimizerName,
	type OptimizerState,
	SYMBOLS,
	type Tensor,
	type TrainerOptions,
} from "../engine.ts";
import { type StepScalars, stepScalars, TRACE } from "../optimizers.ts";
import { directionCount, layerNames } from "../shapes.ts";
import type { TensorFlow, TfTensor, TfVariable } from "./api.ts";
import { type Rows, TrainedWeights } from "./tables.ts";
import type { Weights } from "./weights.ts";

export type OptimizerOptions = Pick<
	TrainerOptions,
	"optimizer" | "beta1" | "beta2" | "epsilon" | "weightDecay" | "clip"
>;

/** What of the parameters an update is about. */
export interface UpdatedPart {
	/** The bytes that each direction has read. */
	readonly read: readonly Iterable<number>[];
	/** The rows of tables that were borrowed. */
	readonly rows: Rows;
	/** Names of parameters that stay as they are. */
	readonly untouched: ReadonlySet<string>;
}

export class Optimizer {
	readonly #tf: TensorFlow;
	readonly #options: OptimizerOptions;
	readonly #first: TrainedWeights;
	readonly #second: TrainedWeights;
	/** By the names of the input tables: by byte value, 1 where updates have read it. The input weights of others do not decay. */
	readonly #seen: ReadonlyMap<string, Uint8Array>;
	/** By byte value, 1 where the row of the output layer is learned; undefined: all are. */
	readonly #learned: Uint8Array | undefined;
	#updates: number;

	/**
	 * @param learned byte values, as in `learnedSymbols`; undefined: all symbols are learned
	 * @param tables names of the parameters that `TrainedWeights` keeps as tables
	 * @throws {Failure} modelBroken if a moment is missing or of another shape
	 */
	constructor(
		tf: TensorFlow,
		shape: NetworkShape,
		options: OptimizerOptions,
		learned: readonly number[] | undefined,
		tables: ReadonlySet<string>,
		state: OptimizerState | undefined,
	) {
		this.#tf = tf;
		this.#options = options;
		if (learned !== undefined && learned.length < SYMBOLS) {
			this.#learned = Uint8Array.from({ length: SYMBOLS }, (_, symbol) => (learned.includes(symbol) ? 1 : 0));
		}
		const inputTables = [false, true]
			.slice(0, shape.words === undefined ? directionCount(shape) : 0)
			.map((isReverse) => layerNames(shape.cell, 0, isReverse));
		this.#seen = new Map(inputTables.map(({ weightIh }) => [weightIh, new Uint8Array(SYMBOLS)]));
		this.#updates = state?.updates ?? 0;
		this.#first = new TrainedWeights(tf, shape, tables, state?.first);
		try {
			this.#second = new TrainedWeights(tf, shape, tables, state?.second);
		} catch (error) {
			this.#first.dispose();
			throw error;
		}
		if (state !== undefined) this.#markSeen();
	}

	/**
	 * Changes `weights` by their gradient. A gradient that is not finite changes nothing. To be called inside of `tidy`. Returns the
	 * norm of the gradient before clipping.
	 */
	update(
		weights: Weights<TfVariable>,
		gradients: Weights,
		{ read, rows, untouched }: UpdatedPart,
		learningRate: number,
	): number {
		const { optimizer = "adamw", clip } = this.#options;
		for (const [direction, seen] of [...this.#seen.values()].entries()) {
			for (const byte of read[direction] ?? []) seen[byte] = 1;
		}
		const update = ++this.#updates;
		const learned = this.#withoutUnlearned(gradients);
		const norm = this.#norm(learned);
		if (!Number.isFinite(norm)) return norm;

		const tf = this.#tf;
		const scale = norm > clip ? clip / norm : 1;
		const scalars = stepScalars({ ...this.#options, optimizer, learningRate, update });
		const { decay, keep } = scalars;
		const [first, second] = [this.#first.borrow(rows), this.#second.borrow(rows)];
		for (const [name, variable] of weights) {
			if (untouched.has(name)) continue;
			const clipped = tf.mul(learned.get(name) as TfTensor, scale);
			const gradient = decay === 0 ? clipped : tf.add(clipped, this.#scaled(name, variable, 0, decay));
			const step = this.#step(
				optimizer,
				gradient,
				first.get(name) as TfVariable,
				second.get(name) as TfVariable,
				scalars,
			);
			variable.assign(tf.sub(keep === 1 ? variable : this.#scaled(name, variable, 1, keep), step));
		}
		this.#first.restore(first, rows);
		this.#second.restore(second, rows);
		return norm;
	}

	/** Copies of what is remembered. */
	state(): OptimizerState {
		const first = this.#first.export();
		const second = this.#second.export();
		// As in Inkling's own engine; `#markSeen` reads it.
		for (const [table, seen] of this.#seen) {
			const { data } = second.get(table) as Tensor;
			for (const [byte, flag] of seen.entries()) {
				if (flag && data.every((moment, i) => i % SYMBOLS !== byte || moment === 0)) data[byte] = TRACE;
			}
		}
		return { updates: this.#updates, first, second };
	}

	dispose(): void {
		this.#first.dispose();
		this.#second.dispose();
	}

	/** Bytes that updates had met before the state was saved are those with a second moment. */
	#markSeen(): void {
		const second = this.#second.export();
		for (const [name, seen] of this.#seen) {
			for (const [i, moment] of (second.get(name) as Tensor).data.entries()) {
				if (moment !== 0) seen[i % SYMBOLS] = 1;
			}
		}
	}

	#withoutUnlearned(gradients: Weights): Weights {
		if (this.#learned === undefined) return gradients;
		const mask = this.#tf.tensor(Float32Array.from(this.#learned), [SYMBOLS], "float32");
		return new Map(
			[...gradients].map(([name, gradient]) => [
				name,
				name.startsWith("head.") ? this.#tf.mul(gradient, mask) : gradient,
			]),
		);
	}

	#norm(gradients: Weights): number {
		const tf = this.#tf;
		const sums = [...gradients.values()].map((gradient) => tf.reshape(tf.sum(tf.square(gradient)), [1]));
		return Math.sqrt(
			tf
				.concat(sums, 0)
				.dataSync()
				.reduce((total, sum) => total + sum, 0),
		);
	}

	/** What the optimiser takes from a parameter, as src/kernels/optimizer.ts writes it down. */
	#step(
		optimizer: OptimizerName,
		gradient: TfTensor,
		first: TfVariable,
		second: TfVariable,
		{ rate, beta1, rootCorrection }: StepScalars,
	): TfTensor {
		const tf = this.#tf;
		const { beta2, epsilon } = this.#options;
		if (optimizer === "sgd") return tf.mul(gradient, rate);
		if (optimizer === "momentum") {
			first.assign(tf.add(tf.mul(first, beta1), gradient));
			return tf.mul(first, rate);
		}
		first.assign(beta1 === 0 ? gradient : tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
		second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
		return tf.mul(tf.div(first, tf.add(tf.mul(tf.sqrt(second), rootCorrection), epsilon)), rate);
	}

	/** `variable` times `factor`, but times `other` where nothing may decay. */
	#scaled(name: string, variable: TfVariable, other: number, factor: number): TfTensor {
		const tf = this.#tf;
		const factors = (flags: Uint8Array) => Float32Array.from(flags, (flag) => (flag ? factor : other));
		if (name.startsWith("head.") && this.#learned !== undefined) {
			return tf.mul(variable, tf.tensor(factors(this.#learned), [SYMBOLS], "float32"));
		}
		const seen = this.#seen.get(name);
		if (seen === undefined) return tf.mul(variable, factor);
		return tf.mul(variable, tf.tensor(factors(seen), [SYMBOLS, 1], "float32"));
	}
}
