/**
 * The gated recurrent unit (Cho et al. 2014) as PyTorch has it, with the reset gate behind the recurrent product:
 *
 *     r = σ(a_r + u_r)   z = σ(a_z + u_z)   n = tanh(a_n + r u_n)   h' = n + z (h − n)
 *
 * with the input products a and the recurrent products u, both with bias.
 */
import type { TfTensor } from "../api.ts";
import { item, stepsOf, type TfCell } from "./cell.ts";

export const gru: TfCell = {
	stateVectors: 1,

	step(tf, input, recurrent, state, hidden) {
		const h = item(state, 0);
		const [aGates, aNew] = tf.split(input, [2 * hidden, hidden], 1) as [TfTensor, TfTensor];
		const [uGates, uNew] = tf.split(recurrent, [2 * hidden, hidden], 1) as [TfTensor, TfTensor];
		const gates = tf.sigmoid(tf.add(aGates, uGates));
		const [r, z] = tf.split(gates, 2, 1) as [TfTensor, TfTensor];
		const n = tf.tanh(tf.add(aNew, tf.mul(r, uNew)));
		return { state: [tf.add(n, tf.mul(z, tf.sub(h, n)))], kept: [gates, n, uNew] };
	},

	backward({ before, kept }, way) {
		const { tf, unroll, batch, hidden, above } = way;
		const [gates, n, uNew] = kept as [TfTensor, TfTensor, TfTensor];
		const [r, z] = tf.split(gates, 2, 1) as [TfTensor, TfTensor];
		// The gradient of h' times these is that of a_n, of u_n, of a_r and u_r, of a_z and u_z.
		const slopeNew = tf.mul(tf.sub(1, z), tf.sub(1, tf.square(n)));
		const slopeRecurrentNew = tf.mul(slopeNew, r);
		const slopeReset = tf.mul(tf.mul(slopeRecurrentNew, uNew), tf.sub(1, r));
		const slopeUpdate = tf.mul(tf.mul(tf.sub(item(before, 0), n), z), tf.sub(1, z));

		const slopes = stepsOf(way, tf.stack([slopeReset, slopeUpdate, slopeRecurrentNew], 1));
		const keeps = stepsOf(way, z);
		const fromAbove = stepsOf(way, above);
		const recurrent: TfTensor[] = new Array(unroll);
		const gradients: TfTensor[] = new Array(unroll);
		let carried: TfTensor | undefined;
		for (let t = unroll - 1; t >= 0; t--) {
			const dh: TfTensor = carried === undefined ? item(fromAbove, t) : tf.add(item(fromAbove, t), carried);
			const d = tf.reshape(tf.mul(item(slopes, t), tf.reshape(dh, [batch, 1, hidden])), [batch, 3 * hidden]);
			gradients[t] = dh;
			recurrent[t] = d;
			if (t > 0) carried = tf.add(tf.mul(dh, item(keeps, t)), way.through(d));
		}
		const all = tf.concat(recurrent, 0);
		const [dGates] = tf.split(all, [2 * hidden, hidden], 1) as [TfTensor];
		return { recurrent: all, input: tf.concat([dGates, tf.mul(tf.concat(gradients, 0), slopeNew)], 1) };
	},
};
