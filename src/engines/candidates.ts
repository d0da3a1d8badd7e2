/** Draws the symbols that take part in a sampled softmax, the same for every engine. */
import type { SampledSoftmax } from "./engine.ts";

/** What takes part in one segment. */
export interface Candidates {
	/** The symbols, each once. */
	readonly symbols: Uint32Array;
	/** Of each of them, the logarithm of the probability that it takes part: it is subtracted from the logit. */
	readonly corrections: Float64Array;
	/** `[all symbols]`: the place of each among the candidates; −1 if it is none. The next draw overwrites it. */
	readonly rowOf: Int32Array;
}

export class CandidateSource {
	readonly #draws: number;
	/** Of each symbol and those before it. */
	readonly #cumulative: Float64Array;
	readonly #weights: Float64Array;
	readonly #rowOf: Int32Array;
	#random: number;

	constructor({ draws, weights, seed }: SampledSoftmax) {
		this.#draws = draws;
		this.#weights = weights;
		this.#cumulative = weights.slice();
		for (let i = 1; i < weights.length; i++) {
			this.#cumulative[i] = (this.#cumulative[i - 1] as number) + (weights[i] as number);
		}
		this.#random = seed >>> 0;
		this.#rowOf = new Int32Array(weights.length).fill(-1);
	}

	/**
	 * The targets that count and as many further symbols as are drawn. A target comes about as often as if it were drawn, so that
	 * each symbol takes part with the probability 1 − (1 − p)ⁿ, where n counts draws and targets.
	 *
	 * @param targets those with a `mask` of 0 do not count
	 */
	draw(targets: ArrayLike<number>, mask: ArrayLike<number>): Candidates {
		const rowOf = this.#rowOf.fill(-1);
		const symbols: number[] = [];
		let trials = this.#draws;
		const total = this.#cumulative.at(-1) as number;
		const take = (symbol: number) => {
			if (rowOf[symbol] !== -1) return;
			rowOf[symbol] = symbols.length;
			symbols.push(symbol);
		};
		for (let place = 0; place < targets.length; place++) {
			if (mask[place] === 0) continue;
			take(targets[place] as number);
			trials++;
		}
		for (let i = 0; i < this.#draws; i++) take(this.#symbolAt(this.#next() * total));
		const corrections = Float64Array.from(symbols, (symbol) => {
			const missed = trials * Math.log1p(-Math.min(1 - 1e-12, (this.#weights[symbol] as number) / total));
			return missed === 0 ? 0 : Math.log(-Math.expm1(missed));
		});
		return { symbols: Uint32Array.from(symbols), corrections, rowOf };
	}

	/** The symbol on whose part of the cumulative weights a number lies. */
	#symbolAt(weight: number): number {
		let low = 0;
		let high = this.#cumulative.length - 1;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((this.#cumulative[middle] as number) > weight) high = middle;
			else low = middle + 1;
		}
		return low;
	}

	/** In [0, 1): Mulberry32. */
	#next(): number {
		this.#random = (this.#random + 0x6d2b79f5) >>> 0;
		let t = this.#random;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}
}
