/**
 * Parameters as the engine multiplies with them: every matrix transposed, `[columns, rows]` of PyTorch's, so that no product
 * has a transposed factor (which takes up to twenty times as long) and the first layer's input weights are a table of rows. The
 * embeddings of words are such a table as they are.
 */
import type { NetworkShape, Parameters } from "../engine.ts";
import { tensorOf } from "../parameters.ts";
import { embeddingName, expectedShapes } from "../shapes.ts";
import type { TensorFlow, TfTensor, TfVariable } from "./api.ts";

/** By PyTorch's names. */
export type Weights<T extends TfTensor = TfTensor> = ReadonlyMap<string, T>;

/** @throws {Failure} modelBroken if a parameter is missing or of another shape */
export function importWeights(tf: TensorFlow, shape: NetworkShape, parameters: Parameters): Weights<TfVariable> {
	// All are looked at before the first is made, so that none is left behind if one is wrong.
	const found = [...expectedShapes(shape)].map(([name, size]) => ({
		name,
		size,
		data: tensorOf(parameters, name, size),
	}));
	return new Map(
		found.map(({ name, size, data }) => [name, variableOf(tf, turned(name, data, size), turnedShape(name, size))]),
	);
}

export function disposeWeights(weights: Weights): void {
	for (const tensor of weights.values()) tensor.dispose();
}

export function variableOf(tf: TensorFlow, data: Float32Array, shape: readonly number[]): TfVariable {
	return tf.tidy(() => tf.variable(tf.tensor(data, shape, "float32")));
}

function isTable(name: string): boolean {
	return name === embeddingName;
}

/** From PyTorch's shape to the engine's, and back. */
export function turnedShape(name: string, shape: readonly number[]): readonly number[] {
	return isTable(name) ? shape : shape.toReversed();
}

/** A copy of what has `shape`, in the other one. */
export function turned(name: string, data: Float32Array, shape: readonly number[]): Float32Array {
	return isTable(name) ? data.slice() : transposed(data, shape);
}

/** A copy of a row-major matrix with rows and columns exchanged; of a vector a mere copy. */
function transposed(data: Float32Array, [rows = 1, columns = 1]: readonly number[]): Float32Array {
	const result = new Float32Array(data.length);
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			result[column * rows + row] = data[row * columns + column] as number;
		}
	}
	return result;
}
