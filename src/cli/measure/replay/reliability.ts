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

/** Several tables as one. */
export function pooled(tables: readonly (readonly ReliabilityBin[])[]): readonly ReliabilityBin[] {
	const all = tables.flat();
	return [...new Set(all.map(({ from }) => from))].sort().map((from) => {
		const parts = all.filter((bin) => bin.from === from);
		const shown = sum(parts.map((bin) => bin.shown));
		const mean = (of: (bin: ReliabilityBin) => number) => sum(parts.map((bin) => of(bin) * bin.shown)) / shown;
		return { from, shown, meanProbability: mean((bin) => bin.meanProbability), right: mean((bin) => bin.right) };
	});
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0);
}
