/**
 * AdamW (Kingma and Ba 2015; Loshchilov and Hutter 2019), with the gradient clipped to a global norm (Pascanu et al. 2013), in
 * few operations on whole tensors. It is the optimiser of Inkling's own engine, so that either goes on where the other stopped.
 */
import { type NetworkShape, type OptimizerState, SYMBOLS, type TrainerOptions } from "../engine.ts";
import { layerNames } from "../shapes.ts";
import type { TensorFlow, TfTensor, TfVariable } from "./api.ts";
import { disposeWeights, exportWeights, importWeights, type Weights, zeroWeights } from "./weights.ts";

export type AdamOptions = Pick<TrainerOptions, "beta1" | "beta2" | "epsilon" | "weightDecay" | "clip">;

export class AdamW {
	readonly #tf: TensorFlow;
	readonly #shape: NetworkShape;
	readonly #options: AdamOptions;
	readonly #first: Weights<TfVariable>;
	readonly #second: Weights<TfVariable>;
	/** By byte value, 1 where updates have met the byte. The input weights of others do not decay. */
	readonly #seen = new Uint8Array(SYMBOLS);
	/** By byte value, 1 where the row of the output layer is learned. */
	readonly #learned: Float32Array;
	#updates: number;

	/** @throws {Failure} modelBroken if a moment is missing or of another shape */
	constructor(
		tf: TensorFlow,
		shape: NetworkShape,
		options: AdamOptions,
		learned: readonly number[],
		state: OptimizerState | undefined,
	) {
		this.#tf = tf;
		this.#shape = shape;
		this.#options = options;
		this.#learned = new Float32Array(SYMBOLS);
		for (const symbol of learned) this.#learned[symbol] = 1;
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
	 * Changes `weights` by their gradient, which came from `inputs`. A gradient that is not finite changes nothing. To be
	 * called inside of `tidy`. Returns the norm of the gradient before clipping.
	 */
	update(weights: Weights<TfVariable>, gradients: Weights, inputs: Uint8Array, rate: number): number {
		const tf = this.#tf;
		const { beta1, beta2, epsilon, weightDecay, clip } = this.#options;
		for (const byte of inputs) this.#seen[byte] = 1;
		const updates = ++this.#updates;
		const masked = this.#withoutUnlearned(gradients);
		const norm = this.#norm(masked);
		if (!Number.isFinite(norm)) return norm;

		const scale = norm > clip ? clip / norm : 1;
		const stepSize = rate / (1 - beta1 ** updates);
		const rootCorrection = 1 / Math.sqrt(1 - beta2 ** updates);
		for (const [name, variable] of weights) {
			const gradient = masked.get(name) as TfTensor;
			const first = this.#first.get(name) as TfVariable;
			const second = this.#second.get(name) as TfVariable;
			const scaled = tf.mul(gradient, scale * (1 - beta1));
			first.assign(beta1 === 0 ? scaled : tf.add(tf.mul(first, beta1), scaled));
			second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), scale * scale * (1 - beta2))));
			const root = tf.add(tf.mul(tf.sqrt(second), rootCorrection), epsilon);
			const step = tf.mul(tf.div(first, root), stepSize);
			variable.assign(tf.sub(weightDecay === 0 ? variable : this.#decayed(name, variable, rate * weightDecay), step));
		}
		return norm;
	}

	/** Copies of the moments. */
	state(): OptimizerState {
		return {
			updates: this.#updates,
			first: exportWeights(this.#shape, this.#first),
			second: exportWeights(this.#shape, this.#second),
		};
	}

	dispose(): void {
		disposeWeights(this.#first);
		disposeWeights(this.#second);
	}

	/** Bytes that updates had met before the state was saved are those with a second moment. */
	#markSeen(): void {
		const table = (this.#second.get(layerNames(this.#shape.cell, 0).weightIh) as TfTensor).dataSync();
		const width = table.length / SYMBOLS;
		for (let byte = 0; byte < SYMBOLS; byte++) {
			if (table.subarray(byte * width, (byte + 1) * width).some((moment) => moment !== 0)) this.#seen[byte] = 1;
		}
	}

	#withoutUnlearned(gradients: Weights): Weights {
		if (!this.#learned.includes(0)) return gradients;
		const mask = this.#tf.tensor(this.#learned.slice(), [SYMBOLS], "float32");
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

	/** `variable` less `share` of it, but for what is exempt. */
	#decayed(name: string, variable: TfVariable, share: number): TfTensor {
		const tf = this.#tf;
		const factors = (flags: ArrayLike<number>) => Float32Array.from(flags, (flag) => 1 - share * flag);
		if (name.startsWith("head.")) return tf.mul(variable, tf.tensor(factors(this.#learned), [SYMBOLS], "float32"));
		if (name !== layerNames(this.#shape.cell, 0).weightIh) return tf.mul(variable, 1 - share);
		return tf.mul(variable, tf.tensor(factors(this.#seen), [SYMBOLS, 1], "float32"));
	}
}
