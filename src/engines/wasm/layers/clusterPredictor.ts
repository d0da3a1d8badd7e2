/** The output of a network in prediction: of an adaptive softmax, the log-probabilities of the symbols in clusters, too. */
import type { NetworkShape } from "../../engine.ts";
import { type Cluster, clusterNames, clustersOf } from "../../shapes.ts";
import { type Arena, roundUp } from "../arena.ts";
import type { Kernels } from "../bindings.ts";

interface ClusterWeights extends Cluster {
	/** `[columns][units]` and `[rows][columns]`: the width and the number of symbols, rounded up as the kernels need it. */
	readonly projection: number;
	readonly weight: number;
	readonly columns: number;
	readonly rows: number;
}

export class ClusterPredictor {
	readonly #hidden: number;
	readonly #units: number;
	readonly #clusters: readonly ClusterWeights[];
	readonly #projected: number;
	readonly #logits: number;

	/** @param units of a state, as they are padded */
	constructor(shape: NetworkShape, units: number, arena: Arena) {
		this.#hidden = shape.hidden;
		this.#units = units;
		this.#clusters = clustersOf(shape).map((cluster) => {
			// The kernels take 4 rows or columns at a time.
			const columns = roundUp(cluster.width, 4);
			const rows = roundUp(cluster.last - cluster.first, 4);
			return {
				...cluster,
				columns,
				rows,
				projection: arena.floats(columns * units),
				weight: arena.floats(rows * columns),
			};
		});
		this.#projected = arena.floats(Math.max(0, ...this.#clusters.map(({ columns }) => columns)));
		this.#logits = arena.floats(Math.max(0, ...this.#clusters.map(({ rows }) => rows)));
	}

	load(floats: Float32Array, named: (name: string) => Float32Array): void {
		const matrix = (to: number, name: string, columns: number, padded: number) => {
			const data = named(name);
			for (let row = 0; row < data.length / columns; row++) {
				floats.set(data.subarray(row * columns, (row + 1) * columns), to / 4 + row * padded);
			}
		};
		for (const [index, { projection, weight, width, columns }] of this.#clusters.entries()) {
			const names = clusterNames(index);
			matrix(projection, names.projection, this.#hidden, this.#units);
			matrix(weight, names.weight, width, columns);
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
		for (const [index, { first, last, projection, weight, columns, rows }] of this.#clusters.entries()) {
			kernels.multiplyF32({ to: this.#projected, weights: projection, x: state, rows: columns, k: this.#units });
			kernels.multiplyF32({ to: this.#logits, weights: weight, x: this.#projected, rows, k: columns });
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
