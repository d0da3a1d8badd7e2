/** What the trainer of a network of words tells its threads of the targets of a segment, and what comes back. */
import { CandidateSource } from "../../candidates.ts";
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

/** Tells the threads of the symbols that take part in a sampled softmax. */
export class CandidateRows {
	readonly #plan: CandidatePlan;
	readonly #source: CandidateSource;
	readonly #words: Uint32Array;
	readonly #floats: Float32Array;

	constructor(plan: CandidatePlan, sampled: SampledSoftmax, buffer: ArrayBufferLike) {
		this.#plan = plan;
		this.#source = new CandidateSource(sampled);
		this.#words = new Uint32Array(buffer);
		this.#floats = new Float32Array(buffer);
	}

	/**
	 * Draws the symbols for a segment. Returns the row of each symbol among them; −1 if it takes no part.
	 *
	 * @param biases of all symbols
	 */
	load(targets: ArrayLike<number>, mask: Uint8Array, biases: Float32Array): Int32Array {
		const { symbols, corrections, rowOf } = this.#source.draw(targets, mask);
		this.#words.set(symbols, this.#plan.symbols / 4);
		this.#words[this.#plan.count / 4] = symbols.length;
		for (const [row, symbol] of symbols.entries()) {
			const bias = biases[symbol] as number;
			this.#floats[this.#plan.bias / 4 + row] = bias;
			this.#floats[this.#plan.corrected / 4 + row] = bias - (corrections[row] as number);
		}
		return rowOf;
	}
}
