/** A recurrent cell in steps of TensorFlow.js operations: TensorFlow.js's own layers are other cells than PyTorch's. */
import type { TensorFlow, TfTensor } from "../api.ts";
import type { Operations } from "../backend.ts";

/** All tensors of a step are `[batch, …]`. */
export interface CellOutput {
	/** The state vectors after the step, each `[batch, hidden]`. */
	readonly state: readonly TfTensor[];
	/** What the way back needs besides, always the same number of tensors. */
	readonly kept: readonly TfTensor[];
}

/** A layer's forward pass over a whole segment: rows are positions `p = t · batch + b`. */
export interface Tape {
	/** The state vectors before each step, `[unroll · batch, hidden]`. */
	readonly before: readonly TfTensor[];
	/** h after each step. */
	readonly output: TfTensor;
	/** What the steps kept, `[unroll · batch, …]`. */
	readonly kept: readonly TfTensor[];
}

export interface WayBack {
	readonly tf: TensorFlow;
	readonly operations: Operations;
	readonly unroll: number;
	readonly batch: number;
	readonly hidden: number;
	/** The gradient of h that comes from the layer above, `[unroll · batch, hidden]`. */
	readonly above: TfTensor;
	/** Of the recurrent products of one step, to the gradient of the h that they were made of. */
	through(gradient: TfTensor): TfTensor;
}

/** Gradients of a layer's two products, `[unroll · batch, gates · hidden]`. */
export interface ProductGradients {
	readonly input: TfTensor;
	readonly recurrent: TfTensor;
}

export interface TfCell {
	/** Vectors of a unit's state, h first. */
	readonly stateVectors: number;
	/**
	 * One step from the input products and the recurrent products, both `[batch, gates · hidden]` with their bias and with
	 * PyTorch's order of the gates.
	 */
	step(tf: TensorFlow, input: TfTensor, recurrent: TfTensor, state: readonly TfTensor[], hidden: number): CellOutput;
	/**
	 * The gradients of a whole segment. What a step's gradient is multiplied by is computed for all steps at once; the
	 * steps themselves only pass it on.
	 */
	backward(tape: Tape, way: WayBack): ProductGradients;
}

/** Splits `[unroll · batch, …]` into steps of `[batch, …]`. */
export function stepsOf({ tf, operations, unroll, batch }: WayBack, x: TfTensor): TfTensor[] {
	return operations.parts(tf.reshape(x, [unroll, batch, ...x.shape.slice(1)]));
}

/** The element, which is known to exist. */
export function item<T>(array: readonly T[], index: number): T {
	return array[index] as T;
}
