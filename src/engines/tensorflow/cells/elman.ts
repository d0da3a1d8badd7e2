/** The simple recurrent network (Elman 1990): h' = φ(a + u) with φ = tanh or ReLU. */
import type { TensorFlow, TfTensor } from "../api.ts";
import { item, stepsOf, type TfCell } from "./cell.ts";

/** `slope` is the derivative of `activation`, given its value. */
function elman(
	activation: (tf: TensorFlow, x: TfTensor) => TfTensor,
	slope: (tf: TensorFlow, value: TfTensor) => TfTensor,
): TfCell {
	return {
		stateVectors: 1,
		step: (tf, input, recurrent) => ({ state: [activation(tf, tf.add(input, recurrent))], kept: [] }),
		backward({ output }, way) {
			const { tf, unroll, above } = way;
			const slopes = stepsOf(way, slope(tf, output));
			const fromAbove = stepsOf(way, above);
			const products: TfTensor[] = new Array(unroll);
			let carried: TfTensor | undefined;
			for (let t = unroll - 1; t >= 0; t--) {
				const dh: TfTensor = carried === undefined ? item(fromAbove, t) : tf.add(item(fromAbove, t), carried);
				const d = tf.mul(dh, item(slopes, t));
				products[t] = d;
				if (t > 0) carried = way.through(d);
			}
			const all = tf.concat(products, 0);
			return { recurrent: all, input: all };
		},
	};
}

export const rnnTanh = elman(
	(tf, x) => tf.tanh(x),
	(tf, h) => tf.sub(1, tf.square(h)),
);

export const rnnRelu = elman(
	(tf, x) => tf.relu(x),
	// At 0 PyTorch takes 0.
	(tf, h) => tf.cast(tf.greater(h, 0), "float32"),
);
