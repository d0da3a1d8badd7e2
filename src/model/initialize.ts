/** The parameters of an untrained network. */
import { type Cell, type NetworkShape, type Parameters, SYMBOLS, type Tensor } from "../engines/engine.ts";
import {
	type Cluster,
	cellLayout,
	clusterNames,
	clustersOf,
	directionCount,
	embeddingName,
	headNames,
	headRows,
	layerNames,
	outputWidth,
} from "../engines/shapes.ts";

/** Bits of freedom in how a network starts; the values that trained best are the recipe's. */
export interface Initialization {
	/** Standard deviation of the input table's rows, or of the embeddings of words. */
	readonly inputDeviation: number;
	/**
	 * Size of the recurrent weights. GRU and LSTM: their standard deviation times √hidden. `rnn_tanh`: they are this times
	 * a random orthogonal matrix. `rnn_relu`: this times the identity.
	 */
	readonly recurrentGain: number;
	/**
	 * Added to the bias of the gate that keeps the state, if the cell has one (the GRU's update gate, the LSTM's forget
	 * gate): > 0 makes units keep their state at first.
	 */
	readonly keepBias: number;
}

/** Fills a square matrix `[hidden, hidden]`, row after row. */
type RecurrentWeights = (hidden: number, normal: () => number) => Float64Array;

interface CellStart {
	/** Index of the gate that keeps the state, in PyTorch's order. */
	readonly keepGate?: number;
	/** Of each gate, before the gain. */
	readonly recurrent: RecurrentWeights;
}

const starts: Readonly<Record<Cell, CellStart>> = {
	gru: { keepGate: 1, recurrent: scaledNormal },
	lstm: { keepGate: 1, recurrent: scaledNormal },
	// An orthogonal matrix keeps the length of the state, and of a gradient that goes back through time (Saxe et al. 2014).
	rnn_tanh: { recurrent: orthogonal },
	// Le, Jaitly and Hinton 2015, "A Simple Way to Initialize Recurrent Networks of Rectified Linear Units".
	rnn_relu: { recurrent: identity },
};

/**
 * A network whose output bias is the logarithm of the frequencies of the symbols, so that training need not first learn these.
 * `counts` is `[symbols]`, how often each occurs.
 */
export function initialize(
	shape: NetworkShape,
	counts: Float64Array,
	{ inputDeviation, recurrentGain, keepBias }: Initialization,
	random: () => number,
): Parameters {
	const { cell, hidden, layers } = shape;
	const { gates } = cellLayout[cell];
	const { keepGate, recurrent } = starts[cell];
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
	const width = outputWidth(shape);
	const addLayer = (layer: number, direction: number) => {
		const names = layerNames(cell, layer, direction === 1);
		const isTable = layer === 0 && shape.words === undefined;
		const deviation = isTable ? inputDeviation : 1 / Math.sqrt(hidden);
		// A layer reads the states of its own direction only.
		const reads = (column: number) => isTable || Math.floor(column / hidden) === direction;
		const columns = isTable ? SYMBOLS : width;
		add(names.weightIh, [gates * hidden, columns], (i) => (reads(i % columns) ? normal() * deviation : 0));
		const matrices = Array.from({ length: gates }, () => recurrent(hidden, normal));
		const square = hidden * hidden;
		add(
			names.weightHh,
			[gates * hidden, hidden],
			(i) => recurrentGain * (matrices[Math.floor(i / square)]?.[i % square] as number),
		);
		add(names.biasIh, [gates * hidden], (i) => (Math.floor(i / hidden) === keepGate ? keepBias : 0));
		add(names.biasHh, [gates * hidden], () => 0);
	};
	if (shape.words !== undefined) {
		add(embeddingName, [shape.words.symbols, hidden], () => normal() * inputDeviation);
	}
	for (let layer = 0; layer < layers; layer++) {
		for (let direction = 0; direction < directionCount(shape); direction++) addLayer(layer, direction);
	}
	const clusters = clustersOf(shape);
	const head = headNames(shape);
	const rows = headRows(shape);
	const frequencies = logFrequencies(headCounts(counts, rows, clusters));
	add(head.weight, [rows, width], () => 0);
	add(head.bias, [rows], (i) => frequencies[i] as number);
	for (const [index, cluster] of clusters.entries()) {
		const names = clusterNames(index);
		add(names.projection, [cluster.width, hidden], () => normal() / Math.sqrt(hidden));
		add(names.weight, [cluster.last - cluster.first, cluster.width], () => 0);
	}
	return parameters;
}

/** How often each row of the output layer is the right one: that of a symbol, or that of a cluster. */
function headCounts(counts: Float64Array, rows: number, clusters: readonly Cluster[]): Float64Array {
	const single = rows - clusters.length;
	const sums = clusters.map(({ first, last }) => counts.subarray(first, last).reduce((sum, count) => sum + count, 0));
	const head = new Float64Array(rows);
	head.set(counts.subarray(0, single));
	head.set(sums, single);
	return head;
}

function scaledNormal(hidden: number, normal: () => number): Float64Array {
	const scale = 1 / Math.sqrt(hidden);
	return Float64Array.from({ length: hidden * hidden }, () => normal() * scale);
}

function identity(hidden: number): Float64Array {
	return Float64Array.from({ length: hidden * hidden }, (_, i) => (i % (hidden + 1) === 0 ? 1 : 0));
}

/** Rows of random numbers, each made perpendicular to those above it (Gram and Schmidt, in the modified order). */
function orthogonal(hidden: number, normal: () => number): Float64Array {
	const matrix = Float64Array.from({ length: hidden * hidden }, normal);
	const rows = Array.from({ length: hidden }, (_, row) => matrix.subarray(row * hidden, (row + 1) * hidden));
	for (const [index, row] of rows.entries()) {
		for (const above of rows.slice(0, index)) addMultiple(row, -dot(row, above), above);
		const length = Math.sqrt(dot(row, row));
		for (let i = 0; i < hidden; i++) row[i] = (row[i] as number) / length;
	}
	return matrix;
}

function dot(one: Float64Array, other: Float64Array): number {
	let sum = 0;
	for (let i = 0; i < one.length; i++) sum += (one[i] as number) * (other[i] as number);
	return sum;
}

function addMultiple(to: Float64Array, factor: number, of: Float64Array): void {
	for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + factor * (of[i] as number);
}

/** Natural logarithms of the frequencies of symbols; each keeps a little probability: half a count. */
export function logFrequencies(counts: Float64Array): Float64Array {
	const total = counts.reduce((sum, count) => sum + count, 0);
	return counts.map((count) => Math.log((count + 0.5) / (total + counts.length / 2)));
}
