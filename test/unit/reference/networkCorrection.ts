/** The correction of a network written for reading, in float64: an output layer beside the network's own, which learns each byte. */

const symbols = 256;
const units = 384;

export class ReferenceCorrection {
	#network = 0;
	#weights = Array.from({ length: symbols }, () => new Float64Array(units));

	/** `[256]` natural logarithms of probabilities: of the network, and half of what was learned about its state. */
	correct(said: ArrayLike<number>, state: ArrayLike<number>, network: number): Float64Array {
		return logSoftmax(this.#with(said, state, network, 0.5));
	}

	/** As a softmax of both together would learn from its error, by normalised least mean squares. */
	learn(said: ArrayLike<number>, state: ArrayLike<number>, network: number, byte: number): void {
		const own = logSoftmax(this.#with(said, state, network, 1)).map(Math.exp);
		if (network !== this.#network) for (const row of this.#weights) row.fill(0);
		this.#network = network;
		const units = Array.from(state);
		const step = 1.3 / (1 + units.reduce((sum, value) => sum + value * value, 0));
		for (const [symbol, row] of this.#weights.entries()) {
			const p = own[symbol] as number;
			if (symbol !== byte && p < 0.01) continue;
			const error = (symbol === byte ? 1 : 0) - p;
			for (const [i, value] of units.entries()) row[i] = (row[i] as number) + step * error * value;
		}
	}

	#with(said: ArrayLike<number>, state: ArrayLike<number>, network: number, share: number): Float64Array {
		const products = this.#weights.map((row) => row.reduce((sum, weight, i) => sum + weight * (state[i] as number), 0));
		const isOwn = network === this.#network;
		return Float64Array.from(products, (learned, i) => (said[i] as number) + (isOwn ? share * learned : 0));
	}
}

function logSoftmax(logits: Float64Array): Float64Array {
	const most = Math.max(...logits);
	const all = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
	return logits.map((logit) => logit - most - Math.log(all));
}
