/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate: Gers et al. 2000) with PyTorch's order of the gates:
 *
 *     i, f, o = σ(a + u)   g = tanh(a_g + u_g)   c' = f c + i g   h' = o tanh(c')
 */
import type { TfTensor } from "../api.ts";
import { item, stepsOf, type TfCell } from "./cell.ts";

export const lstm: TfCell = {
	stateVectors: 2,

	step(tf, input, recurrent, state, hidden) {
		const [aInputForget, aNew, aOutput] = tf.split(tf.add(input, recurrent), [2 * hidden, hidden, hidden], 1) as [
			TfTensor,
			TfTensor,
			TfTensor,
		];
		const inputForget = tf.sigmoid(aInputForget);
		const [i, f] = tf.split(inputForget, 2, 1) as [TfTensor, TfTensor];
		const g = tf.tanh(aNew);
		const o = tf.sigmoid(aOutput);
		const c = tf.add(tf.mul(f, item(state, 1)), tf.mul(i, g));
		const tanhC = tf.tanh(c);
		return { state: [tf.mul(o, tanhC), c], kept: [inputForget, g, o, tanhC] };
	},

	backward({ before, kept }, way) {
		const { tf, unroll, batch, hidden, above } = way;
		const [inputForget, g, o, tanhC] = kept as [TfTensor, TfTensor, TfTensor, TfTensor];
		const [i, f] = tf.split(inputForget, 2, 1) as [TfTensor, TfTensor];
		// The gradient of h' times the first is that of o's products, times the second goes to c'; that of c' times the
		// others is that of the products of i, f and g.
		const slopeOutput = tf.mul(tf.mul(tanhC, o), tf.sub(1, o));
		const slopeCell = tf.mul(o, tf.sub(1, tf.square(tanhC)));
		const slopeInput = tf.mul(tf.mul(g, i), tf.sub(1, i));
		const slopeForget = tf.mul(tf.mul(item(before, 1), f), tf.sub(1, f));
		const slopeNew = tf.mul(i, tf.sub(1, tf.square(g)));

		const slopes = stepsOf(way, tf.stack([slopeInput, slopeForget, slopeNew], 1));
		const [cells, outputSlopes, keeps, fromAbove] = [slopeCell, slopeOutput, f, above].map((x) => stepsOf(way, x)) as [
			TfTensor[],
			TfTensor[],
			TfTensor[],
			TfTensor[],
		];
		const products: TfTensor[] = new Array(unroll);
		let carriedH: TfTensor | undefined;
		let carriedC: TfTensor | undefined;
		for (let t = unroll - 1; t >= 0; t--) {
			const dh: TfTensor = carriedH === undefined ? item(fromAbove, t) : tf.add(item(fromAbove, t), carriedH);
			const fromH = tf.mul(dh, item(cells, t));
			const dc: TfTensor = carriedC === undefined ? fromH : tf.add(fromH, carriedC);
			const ofCell = tf.reshape(tf.mul(item(slopes, t), tf.reshape(dc, [batch, 1, hidden])), [batch, 3 * hidden]);
			const d = tf.concat([ofCell, tf.mul(dh, item(outputSlopes, t))], 1);
			products[t] = d;
			if (t === 0) break;
			carriedH = way.through(d);
			carriedC = tf.mul(dc, item(keeps, t));
		}
		const all = tf.concat(products, 0);
		return { recurrent: all, input: all };
	},
};
