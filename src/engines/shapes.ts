/** The parameters of each kind of network, as PyTorch names and shapes them. */
import { type Cell, type NetworkShape, SYMBOLS, type WordShape } from "./engine.ts";

/** Gates per unit (each has its rows in the weight matrices), and the name of PyTorch's module. */
export const cellLayout: Readonly<Record<Cell, { readonly module: string; readonly gates: number }>> = {
	gru: { module: "gru", gates: 3 },
	lstm: { module: "lstm", gates: 4 },
	rnn_tanh: { module: "rnn", gates: 1 },
	rnn_relu: { module: "rnn", gates: 1 },
};

/** PyTorch's names of one layer's parameters, of the network that reads forward or of the one that reads backward. */
export function layerNames(cell: Cell, layer: number, isReverse = false) {
	const { module } = cellLayout[cell];
	const suffix = `l${layer}${isReverse ? "_reverse" : ""}`;
	return {
		weightIh: `${module}.weight_ih_${suffix}`,
		weightHh: `${module}.weight_hh_${suffix}`,
		biasIh: `${module}.bias_ih_${suffix}`,
		biasHh: `${module}.bias_hh_${suffix}`,
	} as const;
}

/** Networks that read, each in its direction. */
export function directionCount({ direction }: Pick<NetworkShape, "direction">): number {
	return direction === "both" ? 2 : 1;
}

/** Columns of `head.weight`, and of `weight_ih` above the first layer: the states of all directions. */
export function outputWidth(shape: Pick<NetworkShape, "hidden" | "direction">): number {
	return shape.hidden * directionCount(shape);
}

/** What a network reads and predicts: the byte values, or these and words. */
export function symbolCount({ words }: Pick<NetworkShape, "words">): number {
	return words?.symbols ?? SYMBOLS;
}

/** A cluster of an adaptive softmax: the symbols from `first` to `last`, exclusive, by a projection to `width` numbers. */
export interface Cluster {
	readonly first: number;
	readonly last: number;
	readonly width: number;
}

/** The least width of a cluster. */
const leastWidth = 8;
/** PyTorch's default for `div_value`. */
const usualDivision = 4;

/**
 * `div_value` of PyTorch's `AdaptiveLogSoftmaxWithLoss`: cluster i, from 0, has the width ⌊hidden / divisionᶦ⁺¹⌋. It is PyTorch's default
 * of 4 unless that would make the last cluster narrower than 8, or even 0 wide.
 */
export function clusterDivision(hidden: number, clusters: number): number {
	const widest = (hidden / leastWidth) ** (1 / Math.max(1, clusters));
	// Down to hundredths: a number that can be written down, and that leaves the last width its 8.
	return Math.max(1, Math.min(usualDivision, Math.floor(100 * widest) / 100));
}

/** The clusters of an adaptive softmax; none of a softmax over all symbols. */
export function clustersOf({ hidden, words }: Pick<NetworkShape, "hidden" | "words">): Cluster[] {
	const { cutoffs, symbols }: WordShape = words ?? { cutoffs: [], symbols: SYMBOLS };
	const division = clusterDivision(hidden, cutoffs.length);
	return cutoffs.map((first, index) => ({
		first,
		last: cutoffs[index + 1] ?? symbols,
		width: Math.max(1, Math.floor(hidden / division ** (index + 1))),
	}));
}

/** Rows of the output layer: a row for each symbol, or of an adaptive softmax for those before the first cluster and for each cluster. */
export function headRows(shape: Pick<NetworkShape, "words">): number {
	const { cutoffs = [] } = shape.words ?? {};
	return cutoffs.length === 0 ? symbolCount(shape) : (cutoffs[0] as number) + cutoffs.length;
}

/** PyTorch's names of the output layer, of which an adaptive softmax is a module of several. */
export function headNames({ words }: Pick<NetworkShape, "words">) {
	const module = (words?.cutoffs.length ?? 0) > 0 ? "head.head" : "head";
	return { weight: `${module}.weight`, bias: `${module}.bias` } as const;
}

/** PyTorch's names of a cluster's projection and of its output weights. */
export function clusterNames(index: number) {
	return { projection: `head.tail.${index}.0.weight`, weight: `head.tail.${index}.1.weight` } as const;
}

export const embeddingName = "embedding.weight";

/** The parameters of a network by PyTorch's names, in the order in which they stand in a file, with their shapes. */
export function expectedShapes(shape: NetworkShape): Map<string, readonly number[]> {
	const { cell, hidden, layers } = shape;
	const { gates } = cellLayout[cell];
	const width = outputWidth(shape);
	const shapes = new Map<string, readonly number[]>();
	if (shape.words !== undefined) shapes.set(embeddingName, [shape.words.symbols, hidden]);
	for (let layer = 0; layer < layers; layer++) {
		for (let direction = 0; direction < directionCount(shape); direction++) {
			const names = layerNames(cell, layer, direction === 1);
			shapes.set(names.weightIh, [gates * hidden, layer === 0 && shape.words === undefined ? SYMBOLS : width]);
			shapes.set(names.weightHh, [gates * hidden, hidden]);
			shapes.set(names.biasIh, [gates * hidden]);
			shapes.set(names.biasHh, [gates * hidden]);
		}
	}
	const head = headNames(shape);
	shapes.set(head.weight, [headRows(shape), width]);
	shapes.set(head.bias, [headRows(shape)]);
	for (const [index, cluster] of clustersOf(shape).entries()) {
		const names = clusterNames(index);
		shapes.set(names.projection, [cluster.width, hidden]);
		shapes.set(names.weight, [cluster.last - cluster.first, cluster.width]);
	}
	return shapes;
}
