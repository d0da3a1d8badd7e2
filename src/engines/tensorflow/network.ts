/** The recurrent network over a segment: forward, and its gradient in two ways. Positions are `p = t · batch + b`. */
import { type NetworkShape, SYMBOLS } from "../engine.ts";
import { embeddingName, layerNames } from "../shapes.ts";
import type { TensorFlow, TfTensor, TfVariable } from "./api.ts";
import type { Backend, Operations } from "./backend.ts";
import type { Behind, Reading } from "./behind.ts";
import { type CellOutput, item, type Tape, type TfCell } from "./cells/cell.ts";
import { cells } from "./cells/index.ts";
import { Output, type Targets } from "./output.ts";
import { productTransposed, sumRows, transposedProduct } from "./products.ts";
import type { Weights } from "./weights.ts";

/** `[layer][state vector]`, each `[batch, hidden]`. */
export type States = readonly (readonly TfTensor[])[];

/** What a segment is to teach. */
export interface Lesson extends Targets {
	/** `[unroll · batch]`, as are the targets: byte values, or rows of the embeddings. */
	readonly inputs: Int32Array;
	readonly batch: number;
	readonly states: States;
	/** For a network of both directions. */
	readonly behind?: Behind | undefined;
}

export interface Gradients {
	/** By PyTorch's names, in the shapes of the weights. */
	readonly weights: Weights;
	/** The cross-entropies of all positions, each times its scale, summed. */
	readonly loss: number;
	/** The states after the segment, kept. */
	readonly states: States;
}

export class Network {
	readonly shape: NetworkShape;
	readonly stateVectors: number;
	readonly output: Output;
	readonly #backend: Backend;
	readonly #cell: TfCell;
	readonly #tf: TensorFlow;

	/** `shape.cell` must be one that the engine has. */
	constructor(backend: Backend, shape: NetworkShape) {
		this.shape = shape;
		this.#backend = backend;
		this.#tf = backend.tf;
		this.#cell = cells[shape.cell];
		this.output = new Output(backend, shape);
		this.stateVectors = this.#cell.stateVectors;
	}

	/** States of zeros, kept. */
	zeroStates(batch: number): States {
		const { hidden, layers } = this.shape;
		const zeros = () => this.#tf.tensor(new Float32Array(batch * hidden), [batch, hidden], "float32");
		const vectors = () => Array.from({ length: this.stateVectors }, () => this.#tf.keep(zeros()));
		return Array.from({ length: layers }, vectors);
	}

	/**
	 * Reads a segment. `output` is the last layer's h, `[unroll · batch, hidden]`; with both directions that of the forward network and
	 * of the backward one at each target, `[unroll · batch, 2 · hidden]`.
	 */
	read(
		weights: Weights,
		inputs: Int32Array,
		states: States,
		behind?: Behind,
	): { readonly output: TfTensor; readonly states: States } {
		const { direct } = this.#backend;
		const { output, layers } = this.#forward(weights, inputs, states, direct);
		const after = layers.map(lastState);
		if (behind === undefined) return { output, states: after };
		const batch = batchOf(states);
		const start = this.#readBehind(weights, behind.following, batch);
		return { output: this.#tf.concat([output, this.#fromRight(weights, behind, start, direct)], 1), states: after };
	}

	/** The states of the backward network at the end of a segment, after what stands behind it. */
	#readBehind(weights: Weights, { bytes, present }: Reading, batch: number): States {
		const { hidden, layers } = this.shape;
		const zeros = () => this.#tf.tensor(new Float32Array(batch * hidden), [batch, hidden], "float32");
		const states = Array.from({ length: layers }, () => Array.from({ length: this.stateVectors }, zeros));
		if (bytes.length === 0) return states;
		return this.#forward(weights, bytes, states, this.#backend.direct, present).layers.map(lastState);
	}

	/** The last layer's h of the backward network behind each target, `[unroll · batch, hidden]`. */
	#fromRight(weights: Weights, { targets }: Behind, start: States, operations: Operations): TfTensor {
		const { layers } = this.#forward(weights, targets.bytes, start, operations, targets.present);
		const { steps, first } = layers.at(-1) as LayerPass;
		// Behind the last target is the start; the state after a target stands behind the one before it.
		const states = [first, ...steps.slice(0, -1).map(({ state }) => state)];
		return this.#tf.concat(
			states.reverse().map((state) => item(state, 0)),
			0,
		);
	}

	/** The gradient as TensorFlow.js finds it. To be called inside of `tidy`. */
	differentiate(weights: Weights<TfVariable>, lesson: Lesson): Gradients {
		const tf = this.#tf;
		const { inputs, states, batch, behind } = lesson;
		// Outside of what is differentiated, as it has no gradient.
		const start = behind && this.#readBehind(weights, behind.following, batch);
		let last: States = [];
		const variables = [...weights.values()];
		const { value, grads } = tf.variableGrads(() => {
			const { differentiable } = this.#backend;
			const { output: fromLeft, layers } = this.#forward(weights, inputs, states, differentiable);
			const output =
				behind && start ? tf.concat([fromLeft, this.#fromRight(weights, behind, start, differentiable)], 1) : fromLeft;
			// Without `keep` they would go with everything else that was made in here.
			last = layers.map((layer) => lastState(layer).map((vector) => tf.keep(vector)));
			return this.output.loss(weights, output, lesson, differentiable);
		}, variables);
		return {
			// Weights have no part in it where a segment has one step, or no target in their cluster.
			weights: new Map([...weights].map(([name, variable]) => [name, grads[variable.name] ?? tf.mul(variable, 0)])),
			loss: value.dataSync()[0] as number,
			states: last,
		};
	}

	/**
	 * The same gradient by hand: each step back is one product, and the gradients of the weights are one product a segment.
	 * To be called inside of `tidy`.
	 */
	backPropagate(weights: Weights, lesson: Lesson): Gradients {
		const tf = this.#tf;
		const { inputs, batch, states } = lesson;
		const { cell, hidden } = this.shape;
		const rows = inputs.length;
		const { output, layers } = this.#forward(weights, inputs, states, this.#backend.direct);
		const gradients = new Map<string, TfTensor>();
		const { loss, above: ofOutput } = this.output.backward(weights, output, lesson, gradients);
		let above = ofOutput;
		for (const [layer, pass] of [...layers.entries()].reverse()) {
			const names = layerNames(cell, layer);
			const tape = this.#tape(pass);
			const recurrentWeights = tf.transpose(weights.get(names.weightHh) as TfTensor);
			const { input, recurrent } = this.#cell.backward(tape, {
				tf,
				operations: this.#backend.direct,
				unroll: rows / batch,
				batch,
				hidden,
				above,
				through: (gradient) => tf.matMul(gradient, recurrentWeights),
			});
			gradients.set(names.weightHh, transposedProduct(tf, item(tape.before, 0), recurrent));
			gradients.set(names.biasHh, tf.sum(recurrent, 0));
			gradients.set(names.biasIh, tf.sum(input, 0));
			if (pass.below === undefined) {
				gradients.set(names.weightIh, sumRows(tf, inputs, input, SYMBOLS));
			} else {
				gradients.set(names.weightIh, transposedProduct(tf, pass.below, input));
				above = productTransposed(tf, input, weights.get(names.weightIh) as TfTensor);
			}
		}
		if (this.shape.words !== undefined) {
			const { shape } = weights.get(embeddingName) as TfTensor;
			gradients.set(embeddingName, sumRows(tf, inputs, above, item(shape, 0)));
		}
		return {
			weights: gradients,
			loss: loss.dataSync()[0] as number,
			states: layers.map((layer) => lastState(layer).map((vector) => tf.keep(vector))),
		};
	}

	#forward(
		weights: Weights,
		inputs: Int32Array,
		states: States,
		operations: Operations,
		present?: Uint8Array,
	): { readonly output: TfTensor; readonly layers: readonly LayerPass[] } {
		const tf = this.#tf;
		const { cell, hidden } = this.shape;
		const batch = batchOf(states);
		const isReverse = present !== undefined;
		const layers: LayerPass[] = [];
		let below = weights.has(embeddingName)
			? operations.rows(weights.get(embeddingName) as TfTensor, inputs)
			: undefined;
		for (const [layer, first] of states.entries()) {
			const names = layerNames(cell, layer, isReverse);
			const matrix = weights.get(names.weightIh) as TfTensor;
			const products = tf.add(
				below === undefined ? operations.rows(matrix, inputs) : tf.matMul(this.#widened(below, isReverse), matrix),
				weights.get(names.biasIh) as TfTensor,
			);
			const steps: CellOutput[] = [];
			let state = first;
			const shape = [inputs.length / batch, batch, products.shape[1] as number];
			for (const input of operations.parts(tf.reshape(products, shape))) {
				const recurrent = this.#affine(item(state, 0), weights, names.weightHh, names.biasHh);
				const step = this.#cell.step(tf, input, recurrent, state, hidden);
				state = this.#present(step.state, present?.subarray(steps.length * batch, (steps.length + 1) * batch));
				steps.push({ ...step, state });
			}
			const output = tf.concat(
				steps.map((step) => item(step.state, 0)),
				0,
			);
			layers.push({ below, first, steps, output });
			below = output;
		}
		return { output: below as TfTensor, layers };
	}

	/** With both directions, zeros in the place of the direction that a layer does not read. */
	#widened(below: TfTensor, isReverse: boolean): TfTensor {
		if (this.shape.direction !== "both") return below;
		const tf = this.#tf;
		const zeros = tf.tensor(new Float32Array(below.shape.reduce((a, b) => a * b, 1)), below.shape, "float32");
		return tf.concat(isReverse ? [zeros, below] : [below, zeros], 1);
	}

	/** A state with zeros in the streams that have no text. */
	#present(state: readonly TfTensor[], present: Uint8Array | undefined): readonly TfTensor[] {
		if (present === undefined || !present.includes(0)) return state;
		const keep = this.#tf.tensor(Float32Array.from(present), [present.length, 1], "float32");
		return state.map((vector) => this.#tf.mul(vector, keep));
	}

	#tape({ first, steps, output }: LayerPass): Tape {
		const tf = this.#tf;
		const together = (tensors: TfTensor[]) => tf.concat(tensors, 0);
		const states = [first, ...steps.map(({ state }) => state)];
		return {
			before: first.map((_, vector) => together(states.slice(0, -1).map((state) => item(state, vector)))),
			output,
			kept: (steps[0]?.kept ?? []).map((_, index) => together(steps.map(({ kept }) => item(kept, index)))),
		};
	}

	#affine(x: TfTensor, weights: Weights, weight: string, bias: string): TfTensor {
		return this.#tf.add(this.#tf.matMul(x, weights.get(weight) as TfTensor), weights.get(bias) as TfTensor);
	}
}

/** What one layer did with a segment. */
interface LayerPass {
	/** The h of the layer below, or the embeddings of words, `[unroll · batch, hidden]`; undefined where a layer reads bytes. */
	readonly below: TfTensor | undefined;
	/** The state vectors before the segment. */
	readonly first: readonly TfTensor[];
	readonly steps: readonly CellOutput[];
	/** Its own h after each step. */
	readonly output: TfTensor;
}

function batchOf(states: States): number {
	return item(item(states, 0), 0).shape[0] as number;
}

function lastState({ steps, first }: LayerPass): readonly TfTensor[] {
	return steps.at(-1)?.state ?? first;
}
