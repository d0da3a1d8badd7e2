/** Products with a transposed factor, and sums of rows, as they are fastest on every back end. */
import type { TensorFlow, TfTensor } from "./api.ts";

/** aᵀ b. A transposed copy first is many times as fast as a product with a transposed factor. */
export function transposedProduct(tf: TensorFlow, a: TfTensor, b: TfTensor): TfTensor {
	return tf.matMul(tf.transpose(a), b);
}

/** a bᵀ */
export function productTransposed(tf: TensorFlow, a: TfTensor, b: TfTensor): TfTensor {
	return tf.matMul(a, tf.transpose(b));
}

/**
 * The gradient of a table of `count` rows of which those of `indices` were looked up, `[count, columns]`: the rows of `gradient` that
 * belong to the same index, summed. No back end is as fast with it as this loop.
 */
export function sumRows(tf: TensorFlow, indices: Int32Array, gradient: TfTensor, count: number): TfTensor {
	const width = gradient.shape[1] as number;
	const from = gradient.dataSync();
	const sums = new Float32Array(count * width);
	for (const [row, index] of indices.entries()) {
		const at = index * width;
		for (let column = 0; column < width; column++) {
			sums[at + column] = (sums[at + column] as number) + (from[row * width + column] as number);
		}
	}
	return tf.tensor(sums, [count, width], "float32");
}
