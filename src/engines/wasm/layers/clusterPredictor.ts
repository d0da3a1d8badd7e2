/** The output of a network in prediction: of an adaptive softmax, the log-probabilities of the symbols in clusters, too. */
import type { NetworkShape, Precision } from "../../engine.ts";
import { type Cluster, clusterNames, clustersOf } from "../../shapes.ts";
import { type Arena, roundUp } from "../arena.ts";
import type { Kernels } from "../bindings.ts";
import { Matrix, type Operand, type Rounding } from "./matrix.ts";

interface ClusterWeights extends Cluster {
	readonly projection: Matrix;
	readonly weight: Matrix;
}

export class ClusterPredictor {
	readonly #hidden: number;
	readonly #clusters: readonly ClusterWeights[];
	readonly #projected: number;
	readonly #logits: number;

	/**
	 * @param units of a state, as they are padded
	 * @param states what the states are
	 */
	constructor(shape: NetworkShape, units: number, precision: Precision, states: Operand, arena: Arena) {
		this.#hidden = shape.hidden;
		this.#clusters = clustersOf(shape).map((cluster) => {
			// The kernels take 4 rows at a time, and 4 columns or, to round, 16.
			const width = roundUp(cluster.width, precision === "int8" ? 16 : 4);
			return {
				...cluster,
				projection: new Matrix(arena, width, units, precision, states),
				weight: new Matrix(arena, roundUp(cluster.last - cluster.first, 4), width, precision, "any"),
			};
		});
		this.#projected = arena.floats(Math.max(0, ...this.#clusters.map(({ projection }) => projection.rows)));
		this.#logits = arena.floats(Math.max(0, ...this.#clusters.map(({ weight }) => weight.rows)));
	}

	load(kernels: Kernels, floats: Float32Array, rounding: Rounding, named: (name: string) => Float32Array): void {
		for (const [index, { projection, weight, width }] of this.#clusters.entries()) {
			const names = clusterNames(index);
			projection.load(kernels, floats, rounding, named(names.projection), this.#hidden, (row) => row);
			weight.load(kernels, floats, rounding, named(names.weight), width, (row) => row);
		}
	}

	/**
	 * @param output logits of the output layer: of symbols, then of the clusters
	 * @param state address of the top state
	 * @param to `[symbols]`; log-probabilities if there are clusters, else the logits as they are
	 */
	logProbabilities(
		kernels: Kernels,
		floats: Float32Array,
		rounding: Rounding,
		output: Float32Array,
		state: number,
		to: Float32Array,
	): void {
		if (this.#clusters.length === 0) {
			to.set(output);
			return;
		}
		const single = output.length - this.#clusters.length;
		const all = logSum(output);
		for (let i = 0; i < single; i++) to[i] = (output[i] as number) - all;
		// Of a single vector the distances do not matter.
		const one = { toStride: 0, xStride: 0, count: 1 };
		for (const [index, { first, last, projection, weight }] of this.#clusters.entries()) {
			projection.multiply(kernels, floats, rounding, { ...one, to: this.#projected, x: state });
			weight.multiply(kernels, floats, rounding, { ...one, to: this.#logits, x: this.#projected });
			const logits = floats.subarray(this.#logits / 4, this.#logits / 4 + last - first);
			const own = logSum(logits) + all - (output[single + index] as number);
			for (let i = 0; i < last - first; i++) to[first + i] = (logits[i] as number) - own;
		}
	}
}

/** ln Σ eˣ. */
function logSum(values: Float32Array): number {
	let greatest = -Infinity;
	for (const value of values) if (value > greatest) greatest = value;
	let sum = 0;
	for (const value of values) sum += Math.exp(value - greatest);
	return greatest + Math.log(sum);
}
