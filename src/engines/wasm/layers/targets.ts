/** What the trainer of a network of words tells its threads of the targets of a segment, and what comes back. */
import type { SampledSoftmax } from "../../engine.ts";
import { LOSS_BYTES, STREAMS } from "./blocks.ts";
import type { CandidatePlan, TailPlan } from "./wordPlan.ts";

/** −ln p of the target of a stream, from what `crossEntropy` wrote for its block. */
export function natsAt(floats: Float32Array, losses: number, place: number, logit?: number): number {
	const parts = (losses + Math.floor(place / STREAMS) * LOSS_BYTES) / 4 + (place % STREAMS);
	const logSum = (floats[parts] as number) + Math.log(floats[parts + STREAMS] as number);
	return logSum - (logit ?? (floats[parts + 2 * STREAMS] as number));
}

/** Which targets of a segment are in which cluster. */
export class ClusterTargets {
	readonly #tails: readonly TailPlan[];
	readonly #words: Uint32Array;
	readonly #bytes: Uint8Array;
	readonly #floats: Float32Array;

	constructor(tails: readonly TailPlan[], buffer: ArrayBufferLike) {
		this.#tails = tails;
		this.#words = new Uint32Array(buffer);
		this.#bytes = new Uint8Array(buffer);
		this.#floats = new Float32Array(buffer);
	}

	/** @param targets symbols, in the order of `Plan.targets`; those with a `mask` of 0 do not count */
	load(targets: ArrayLike<number>, mask: Uint8Array): void {
		for (const { first, rows, count, places, targets: to, mask: counts } of this.#tails) {
			let found = 0;
			for (let place = 0; place < targets.length; place++) {
				const row = (targets[place] as number) - first;
				if (row < 0 || row >= rows || mask[place] === 0) continue;
				this.#words[places / 4 + found] = place;
				this.#words[to / 4 + found] = row;
				this.#bytes[counts + found] = 1;
				found++;
			}
			this.#words[count / 4] = found;
			for (let rest = found; rest % STREAMS !== 0; rest++) {
				this.#words[to / 4 + rest] = 0;
				this.#bytes[counts + rest] = 0;
			}
		}
	}

	/** −ln p of the targets in clusters given these, summed. */
	nats(): number {
		let nats = 0;
		for (const { count, losses } of this.#tails) {
			const found = this.#words[count / 4] as number;
			for (let index = 0; index < found; index++) nats += natsAt(this.#floats, losses, index);
		}
		return nats;
	}
}

/** Draws the symbols that take part in a sampled softmax. */
export class CandidateSource {
	readonly #plan: CandidatePlan;
	readonly #draws: number;
	/** Of each symbol and those before it. */
	readonly #cumulative: Float64Array;
	readonly #weights: Float64Array;
	readonly #words: Uint32Array;
	readonly #floats: Float32Array;
	#random: number;
	/** `[symbols]`: row of each symbol among the candidates; −1 if it is none. */
	readonly rowOf: Int32Array;

	constructor(plan: CandidatePlan, { draws, weights, seed }: SampledSoftmax, buffer: ArrayBufferLike) {
		this.#plan = plan;
		this.#draws = draws;
		this.#weights = weights;
		this.#cumulative = weights.slice();
		for (let i = 1; i < weights.length; i++) {
			this.#cumulative[i] = (this.#cumulative[i - 1] as number) + (weights[i] as number);
		}
		this.#words = new Uint32Array(buffer);
		this.#floats = new Float32Array(buffer);
		this.#random = seed >>> 0;
		this.rowOf = new Int32Array(weights.length).fill(-1);
	}

	/**
	 * The targets that count and as many further symbols as are drawn, each once. A target comes about as often as if it were drawn,
	 * so that each symbol takes part with the probability 1 − (1 − p)ⁿ, where n counts draws and targets.
	 *
	 * @param biases of all symbols
	 */
	draw(targets: ArrayLike<number>, mask: Uint8Array, biases: Float32Array): void {
		this.rowOf.fill(-1);
		let count = 0;
		let trials = this.#draws;
		const total = this.#cumulative.at(-1) as number;
		const symbols = this.#words.subarray(this.#plan.symbols / 4, this.#plan.symbols / 4 + this.#plan.most);
		const take = (symbol: number) => {
			if (this.rowOf[symbol] !== -1) return;
			this.rowOf[symbol] = count;
			symbols[count++] = symbol;
		};
		for (let place = 0; place < targets.length; place++) {
			if (mask[place] === 0) continue;
			take(targets[place] as number);
			trials++;
		}
		for (let i = 0; i < this.#draws; i++) take(this.#symbolAt(this.#next() * total));
		this.#words[this.#plan.count / 4] = count;
		for (let row = 0; row < count; row++) {
			const symbol = symbols[row] as number;
			const bias = biases[symbol] as number;
			const missed = trials * Math.log1p(-Math.min(1 - 1e-12, (this.#weights[symbol] as number) / total));
			this.#floats[this.#plan.bias / 4 + row] = bias;
			this.#floats[this.#plan.corrected / 4 + row] = bias - (missed === 0 ? 0 : Math.log(-Math.expm1(missed)));
		}
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
