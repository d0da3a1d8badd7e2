/** `Predictor` on TensorFlow.js, for scores and samples; it is too slow for suggestions. */
import type { NetworkShape, Parameters, Predictor, Symbols } from "../engine.ts";
import { symbolCount } from "../shapes.ts";
import type { TensorFlow, TfVariable } from "./api.ts";
import type { Backend } from "./backend.ts";
import { guarded } from "./failures.ts";
import { Network, type States } from "./network.ts";
import { disposeWeights, importWeights, type Weights } from "./weights.ts";

/** Symbols that `read` takes at a time: enough to make the input products of many at once, and still little memory. */
const readSymbols = 256;

export class TfPredictor implements Predictor {
	readonly shape: NetworkShape;
	readonly stateSize: number;
	readonly maxBatch: number;
	readonly #tf: TensorFlow;
	readonly #network: Network;
	readonly #weights: Weights<TfVariable>;

	/** @throws {Failure} modelBroken if a parameter is missing or of another shape */
	constructor(backend: Backend, shape: NetworkShape, parameters: Parameters, maxBatch: number) {
		this.shape = shape;
		this.maxBatch = maxBatch;
		this.#tf = backend.tf;
		this.#network = new Network(backend, shape);
		this.stateSize = shape.layers * this.#network.stateVectors * shape.hidden;
		this.#weights = importWeights(backend.tf, shape, parameters);
	}

	step(count: number, states: Float32Array, symbols: Symbols, logits?: Float32Array): void {
		guarded(() =>
			this.#tf.tidy(() => {
				const inputs = Int32Array.from(symbols.subarray(0, count));
				const { output, states: next } = this.#network.read(this.#weights, inputs, this.#load(states, count));
				this.#store(next, states, count);
				logits?.set(
					this.#network.output
						.logits(this.#weights, output)
						.dataSync()
						.subarray(0, count * symbolCount(this.shape)),
				);
			}),
		);
	}

	read(state: Float32Array, symbols: Symbols): void {
		for (let from = 0; from < symbols.length; from += readSymbols) {
			guarded(() =>
				this.#tf.tidy(() => {
					const inputs = Int32Array.from(symbols.subarray(from, from + readSymbols));
					this.#store(this.#network.read(this.#weights, inputs, this.#load(state, 1)).states, state, 1);
				}),
			);
		}
	}

	dispose(): void {
		disposeWeights(this.#weights);
	}

	/** Tensors of `count` states `[layers · state vectors · hidden]`. */
	#load(states: Float32Array, count: number): States {
		const { hidden, layers } = this.shape;
		const { stateVectors } = this.#network;
		return Array.from({ length: layers }, (_, layer) =>
			Array.from({ length: stateVectors }, (_, vector) => {
				const values = new Float32Array(count * hidden);
				for (let i = 0; i < count; i++) {
					const from = this.#offset(i, layer, vector);
					values.set(states.subarray(from, from + hidden), i * hidden);
				}
				return this.#tf.tensor(values, [count, hidden], "float32");
			}),
		);
	}

	#store(tensors: States, states: Float32Array, count: number): void {
		const { hidden } = this.shape;
		for (const [layer, vectors] of tensors.entries()) {
			for (const [vector, tensor] of vectors.entries()) {
				const values = tensor.dataSync();
				for (let i = 0; i < count; i++) {
					states.set(values.subarray(i * hidden, (i + 1) * hidden), this.#offset(i, layer, vector));
				}
			}
		}
	}

	#offset(index: number, layer: number, vector: number): number {
		return index * this.stateSize + (layer * this.#network.stateVectors + vector) * this.shape.hidden;
	}
}
