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
import { directionCount, embeddingName, layerNames } from "../shapes.ts";
import type { TensorFlow, TfTensor, TfVariable } from "./api.ts";
import { flagsOf } from "./output.ts";
import { disposeWeights, exportWeights, importWeights, type Weights, zeroWeights } from "./weights.ts";

export type OptimizerOptions = Pick<
	TrainerOptions,
	"optimizer" | "beta1" | "beta2" | "epsilon" | "weightDecay" | "clip"
>;

type Assign = (variable: TfVariable, value: TfTensor) => void;

export class Optimizer {
	readonly #tf: TensorFlow;
	readonly #shape: NetworkShape;
	readonly #options: OptimizerOptions;
	readonly #first: Weights<TfVariable>;
	readonly #second: Weights<TfVariable>;
	/** By the names of the input tables: by byte value, 1 where updates have read it. The input weights of others do not decay. */
	readonly #seen: ReadonlyMap<string, Uint8Array>;
	/** By byte value, 1 where the row of the output layer is learned; undefined: all are. */
	readonly #learned: Uint8Array | undefined;
	#updates: number;

	/** @throws {Failure} modelBroken if a moment is missing or of another shape */
	constructor(
		tf: TensorFlow,
		shape: NetworkShape,
		options: OptimizerOptions,
		learned: readonly number[] | undefined,
		state: OptimizerState | undefined,
	) {
		this.#tf = tf;
		this.#shape = shape;
		this.#options = options;
		this.#learned = learned === undefined || learned.length === SYMBOLS ? undefined : flagsOf(SYMBOLS, learned);
		const tables = [false, true]
			.slice(0, shape.words === undefined ? directionCount(shape) : 0)
			.map((isReverse) => layerNames(shape.cell, 0, isReverse));
		this.#seen = new Map(tables.map(({ weightIh }) => [weightIh, new Uint8Array(SYMBOLS)]));
		this.#updates = state?.updates ?? 0;
		this.#first = state === undefined ? zeroWeights(tf, shape) : importWeights(tf, shape, state.first);
		try {
			this.#second = state === undefined ? zeroWeights(tf, shape) : importWeights(tf, shape, state.second);
		} catch (error) {
			disposeWeights(this.#first);
			throw error;
		}
		if (state !== undefined) this.#markSeen();
	}

	/**
	 * Changes `weights` by their gradient. A gradient that is not finite changes nothing. To be called inside of `tidy`. Returns the
	 * norm of the gradient before clipping.
	 *
	 * @param read the bytes that each direction has read
	 * @param changed 1 for each row that the update changes, by the names of PyTorch's parameters; of others it changes all
	 */
	update(
		weights: Weights<TfVariable>,
		gradients: Weights,
		{
			read,
			changed,
		}: { readonly read: readonly Iterable<number>[]; readonly changed: ReadonlyMap<string, Uint8Array> },
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
		for (const [name, variable] of weights) {
			const rows = changed.get(name);
			if (rows?.includes(1) === false) continue;
			const assign = this.#assigner(name, rows);
			const clipped = tf.mul(learned.get(name) as TfTensor, scale);
			const gradient = decay === 0 ? clipped : tf.add(clipped, this.#scaled(name, variable, 0, decay));
			const step = this.#step(optimizer, name, gradient, scalars, assign);
			assign(variable, tf.sub(keep === 1 ? variable : this.#scaled(name, variable, 1, keep), step));
		}
		return norm;
	}

	/** Copies of what is remembered. */
	state(): OptimizerState {
		const first = exportWeights(this.#shape, this.#first);
		const second = exportWeights(this.#shape, this.#second);
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
		disposeWeights(this.#first);
		disposeWeights(this.#second);
	}

	/** Bytes that updates had met before the state was saved are those with a second moment. */
	#markSeen(): void {
		for (const [name, seen] of this.#seen) {
			const table = (this.#second.get(name) as TfTensor).dataSync();
			const width = table.length / SYMBOLS;
			for (let byte = 0; byte < SYMBOLS; byte++) {
				if (table.subarray(byte * width, (byte + 1) * width).some((moment) => moment !== 0)) seen[byte] = 1;
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
		name: string,
		gradient: TfTensor,
		{ rate, beta1, rootCorrection }: StepScalars,
		assign: Assign,
	): TfTensor {
		const tf = this.#tf;
		const { beta2, epsilon } = this.#options;
		const first = this.#first.get(name) as TfVariable;
		if (optimizer === "sgd") return tf.mul(gradient, rate);
		if (optimizer === "momentum") {
			assign(first, tf.add(tf.mul(first, beta1), gradient));
			return tf.mul(first, rate);
		}
		const second = this.#second.get(name) as TfVariable;
		assign(first, beta1 === 0 ? gradient : tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
		assign(second, tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
		return tf.mul(tf.div(first, tf.add(tf.mul(tf.sqrt(second), rootCorrection), epsilon)), rate);
	}

	/** Gives a variable of the shape of a parameter its new value, where `rows` is 1; everywhere if it is undefined. */
	#assigner(name: string, rows: Uint8Array | undefined): Assign {
		if (rows === undefined) return (variable, value) => variable.assign(value);
		const tf = this.#tf;
		// The embeddings are as PyTorch has them, other matrices transposed.
		const shape = name === embeddingName ? [rows.length, 1] : [rows.length];
		const isNew = tf.tensor(Float32Array.from(rows), shape, "float32");
		const isOld = tf.sub(1, isNew);
		return (variable, value) => variable.assign(tf.add(tf.mul(value, isNew), tf.mul(variable, isOld)));
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
