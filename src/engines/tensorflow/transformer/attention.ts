/** Causal attention in several heads (Vaswani et al. 2017): every position looks at itself and at those before it. */
import type { TensorFlow, TfTensor } from "../api.ts";

/** Of the positions read so far, `[batch · heads, positions, size]`. */
export interface Attended {
	readonly keys: TfTensor;
	readonly values: TfTensor;
}

type Product = (a: TfTensor, b: TfTensor) => TfTensor;

/** Added to the score of a position that may not be seen: e to this power is 0 in float32. */
const UNSEEN = -1e9;

/**
 * @param product as `productOf` gives it
 * @param parts queries, keys and values of the new positions side by side, `[batch · length, 3 · heads · size]`
 * @param past what was attended to before; the new positions come after it
 * @returns what the new positions see, `[batch · length, heads · size]`
 */
export function attend(
	tf: TensorFlow,
	product: Product,
	parts: TfTensor,
	{ batch, heads }: { readonly batch: number; readonly heads: number },
	past?: Attended,
): { readonly output: TfTensor; readonly attended: Attended } {
	const [rows, columns] = parts.shape as [number, number];
	const [length, width, size] = [rows / batch, columns / 3, columns / 3 / heads];
	const [queries, newKeys, newValues] = tf.split(parts, 3, 1).map((part) => {
		const byHead = tf.transpose(tf.reshape(part, [batch, length, heads, size]), [0, 2, 1, 3]);
		return tf.reshape(byHead, [batch * heads, length, size]);
	}) as [TfTensor, TfTensor, TfTensor];
	const keys = past === undefined ? newKeys : tf.concat([past.keys, newKeys], 1);
	const values = past === undefined ? newValues : tf.concat([past.values, newValues], 1);
	const scores = tf.mul(product(queries, tf.transpose(keys, [0, 2, 1])), 1 / Math.sqrt(size));
	const shares = tf.softmax(tf.add(scores, causalMask(tf, length, keys.shape[1] as number)));
	const byHead = tf.reshape(product(shares, values), [batch, heads, length, size]);
	const output = tf.reshape(tf.transpose(byHead, [0, 2, 1, 3]), [batch * length, width]);
	return { output, attended: { keys, values } };
}

/** `[length, total]`, to be added to the scores of the last `length` of `total` positions. */
function causalMask(tf: TensorFlow, length: number, total: number): TfTensor {
	const data = new Float32Array(length * total);
	for (let t = 0; t < length; t++) data.fill(UNSEEN, t * total + total - length + t + 1, (t + 1) * total);
	return tf.tensor(data, [length, total], "float32");
}

/**
 * The product of matrices, or of as many side by side, with a gradient that has no transposed factor: TensorFlow.js's own has,
 * which takes up to twenty times as long.
 */
export function productOf(tf: TensorFlow): Product {
	const flipped = (x: TfTensor) => tf.transpose(x, x.shape.length === 2 ? [1, 0] : [0, 2, 1]);
	return tf.customGrad((a, b, save) => {
		save([a, b]);
		return {
			value: tf.matMul(a, b),
			gradFunc: (d, [a, b]) => [tf.matMul(d, flipped(b as TfTensor)), tf.matMul(flipped(a as TfTensor), d)],
		};
	});
}
