/** The parameters of an untrained network. */
import { type NetworkShape, type Parameters, SYMBOLS, type Tensor } from "../engines/engine.ts";

/** Bits of freedom in how a network starts; the values that trained best are the recipe's. */
export interface Initialization {
	/** Standard deviation of the input table's rows. */
	readonly inputDeviation: number;
	/** Of the recurrent weights, times √hidden. */
	readonly recurrentGain: number;
	/** Added to the update gate's bias: > 0 makes units keep their state at first. */
	readonly keepBias: number;
}

/**
 * A GRU whose output bias is the logarithm of the byte frequencies, so that training need not first learn these.
 * `counts` is `[256]`, how often each byte occurs.
 */
export function initializeGru(
	shape: NetworkShape,
	counts: Float64Array,
	initialization: Initialization,
	random: () => number,
): Parameters {
	const { hidden, layers } = shape;
	const normal = () => {
		// Box and Muller 1958.
		const radius = Math.sqrt(-2 * Math.log(1 - random()));
		return radius * Math.cos(2 * Math.PI * random());
	};
	const parameters = new Map<string, Tensor>();
	const add = (name: string, dimensions: readonly number[], fill: (index: number) => number) => {
		const data = new Float32Array(dimensions.reduce((product, size) => product * size, 1));
		for (let i = 0; i < data.length; i++) data[i] = fill(i);
		parameters.set(name, { shape: dimensions, data });
	};
	const recurrent = initialization.recurrentGain / Math.sqrt(hidden);
	for (let layer = 0; layer < layers; layer++) {
		const columns = layer === 0 ? SYMBOLS : hidden;
		const deviation = layer === 0 ? initialization.inputDeviation : 1 / Math.sqrt(hidden);
		add(`gru.weight_ih_l${layer}`, [3 * hidden, columns], () => normal() * deviation);
		add(`gru.weight_hh_l${layer}`, [3 * hidden, hidden], () => normal() * recurrent);
		add(`gru.bias_ih_l${layer}`, [3 * hidden], (i) => (Math.floor(i / hidden) === 1 ? initialization.keepBias : 0));
		add(`gru.bias_hh_l${layer}`, [3 * hidden], () => 0);
	}
	add("head.weight", [SYMBOLS, hidden], () => 0);
	const logFrequencies = byteLogFrequencies(counts);
	add("head.bias", [SYMBOLS], (i) => logFrequencies[i] as number);
	return parameters;
}

/** Natural logarithms of the frequencies of the byte values; each keeps a little probability: half a count. */
export function byteLogFrequencies(counts: Float64Array): Float64Array {
	const total = counts.reduce((sum, count) => sum + count, 0);
	return counts.map((count) => Math.log((count + 0.5) / (total + SYMBOLS / 2)));
}
