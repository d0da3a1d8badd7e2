/** Whether suggestions are right as often as they say. */

/** The suggestions shown with a probability from `from` on, up to the next tenth. */
export interface ReliabilityBin {
	readonly from: number;
	readonly shown: number;
	/** Of the stated probabilities. */
	readonly meanProbability: number;
	/** Share of those that were right to their end. */
	readonly right: number;
}

const bins = 10;

export class Reliability {
	readonly #shown = new Uint32Array(bins);
	readonly #right = new Uint32Array(bins);
	readonly #probability = new Float64Array(bins);

	/** `probability`: from 0 to 1, 1 included. */
	add(probability: number, right: boolean): void {
		const bin = Math.min(bins - 1, Math.floor(probability * bins));
		this.#shown[bin] = (this.#shown[bin] as number) + 1;
		this.#right[bin] = (this.#right[bin] as number) + Number(right);
		this.#probability[bin] = (this.#probability[bin] as number) + probability;
	}

	/** Those that are not empty. */
	get table(): readonly ReliabilityBin[] {
		return Array.from(this.#shown, (shown, bin) => ({
			from: bin / bins,
			shown,
			meanProbability: (this.#probability[bin] as number) / shown,
			right: (this.#right[bin] as number) / shown,
		})).filter(({ shown }) => shown > 0);
	}
}
