/**
 * Converts between PyTorch's tensors and the engine's. The engine pads the units to whole panels with zeros, which stay
 * zero, as the padding units neither receive nor give anything; and it has the first layer's input matrix as a table of
 * rows.
 */
import { type NetworkShape, type Parameters, SYMBOLS, type Tensor } from "../engine.ts";
import { tensorOf } from "../parameters.ts";
import {
	type Cluster,
	clusterNames,
	clustersOf,
	embeddingName,
	expectedShapes,
	headNames,
	layerNames,
	outputWidth,
} from "../shapes.ts";
import type { RowOrder } from "./bindings.ts";
import type { EmbeddingPlan, TailPlan } from "./layers/wordPlan.ts";
import type { LayerOffsets } from "./plan.ts";

/**
 * `columns` columns of a matrix `[gates · hidden, rowLength]`, from `column` on, and the same padded: `[gates · units, width]`.
 */
interface MatrixSizes {
	readonly gates: number;
	readonly hidden: number;
	readonly units: number;
	readonly columns: number;
	readonly rowLength: number;
	readonly column: number;
	readonly width: number;
}

type Move = (padded: Float32Array, plain: Float32Array, sizes: MatrixSizes) => void;

const padRows: Move = (padded, plain, sizes) => {
	forEachRow(sizes, (from, to) => padded.set(plain.subarray(from, from + sizes.columns), to));
};

const unpadRows: Move = (padded, plain, sizes) => {
	forEachRow(sizes, (to, from) => plain.set(padded.subarray(from, from + sizes.columns), to));
};

/** Where each row begins in the plain matrix and in the padded one. */
function forEachRow(
	{ gates, hidden, units, rowLength, column, width }: MatrixSizes,
	visit: (plain: number, padded: number) => void,
): void {
	for (let gate = 0; gate < gates; gate++) {
		for (let unit = 0; unit < hidden; unit++) {
			visit((gate * hidden + unit) * rowLength + column, (gate * units + unit) * width);
		}
	}
}

/** Where the row of a gate and a unit stands in panel order. */
function panelSlot(gate: number, unit: number, { gates, groupUnits }: RowOrder): number {
	const group = Math.floor(unit / groupUnits);
	return (group * gates + gate) * groupUnits + (unit % groupUnits);
}

interface Region {
	readonly units: number;
	readonly gates: number;
	/** Of the table, which is in panel order. */
	readonly rows: number;
	readonly rowOrder: RowOrder;
	/** Rows of the output layer that are there; of a network of bytes, their byte values. */
	readonly symbols: readonly number[];
	readonly stacks: readonly { readonly layers: readonly LayerOffsets[]; readonly headWeight: number }[];
	readonly headBias: number;
	readonly embedding: Pick<EmbeddingPlan, "table"> | undefined;
	readonly tails: readonly Pick<TailPlan, "projection" | "weight" | "width">[];
}

/** Visits every tensor with the part of the region that holds it. */
function moveAll(
	memory: Float32Array,
	start: number,
	region: Region,
	shape: NetworkShape,
	tensor: (name: string, shape: readonly number[]) => Float32Array,
	move: Move,
	moveTable: (table: Float32Array, plain: Float32Array, slot: number, row: number) => void,
): void {
	const { hidden } = shape;
	const { units, gates, rows, rowOrder } = region;
	const at = (offset: number, count: number) => memory.subarray((start + offset) / 4, (start + offset) / 4 + count);
	const square = { gates, hidden, units, columns: hidden, rowLength: hidden, column: 0, width: units };
	const vector = { gates, hidden, units, columns: 1, rowLength: 1, column: 0, width: 1 };
	const one = { gates: 1, hidden: 1, units: 1 };
	const rowLength = outputWidth(shape);
	const shapes = expectedShapes(shape);
	const named = (name: string) => tensor(name, shapes.get(name) as readonly number[]);
	for (let index = 0; index < shape.layers; index++) {
		for (const [direction, stack] of region.stacks.entries()) {
			const layer = stack.layers[index] as LayerOffsets;
			const names = layerNames(shape.cell, index, direction === 1);
			const ih = named(names.weightIh);
			if (index === 0 && region.embedding === undefined) {
				const table = at(layer.weightIh, SYMBOLS * rows);
				for (let gate = 0; gate < gates; gate++) {
					for (let unit = 0; unit < hidden; unit++) {
						moveTable(table, ih, panelSlot(gate, unit, rowOrder), gate * hidden + unit);
					}
				}
			} else {
				const own = { ...square, rowLength, column: direction * hidden };
				move(at(layer.weightIh, gates * units * units), ih, own);
			}
			const hh = at(layer.weightHh, gates * units * units);
			move(hh, named(names.weightHh), square);
			move(at(layer.biasIh, gates * units), named(names.biasIh), vector);
			move(at(layer.biasHh, gates * units), named(names.biasHh), vector);
		}
	}
	const head = headNames(shape);
	const [headWeight, headBias] = [named(head.weight), named(head.bias)];
	for (const [row, symbol] of region.symbols.entries()) {
		const weights = headWeight.subarray(symbol * rowLength, (symbol + 1) * rowLength);
		for (const [direction, stack] of region.stacks.entries()) {
			const own = { ...one, columns: hidden, rowLength, column: direction * hidden, width: units };
			move(at(stack.headWeight + row * units * 4, units), weights, own);
		}
		const bias = headBias.subarray(symbol, symbol + 1);
		move(at(region.headBias + row * 4, 1), bias, { ...one, columns: 1, rowLength: 1, column: 0, width: 1 });
	}
	/** A matrix without gates. */
	const matrix = (offset: number, name: string, count: number, columns: number, width: number) => {
		const sizes = { gates: 1, hidden: count, units: count, columns, rowLength: columns, column: 0, width };
		move(at(offset, count * width), named(name), sizes);
	};
	if (region.embedding !== undefined) {
		matrix(region.embedding.table, embeddingName, shapes.get(embeddingName)?.[0] ?? 0, hidden, units);
	}
	for (const [index, tail] of region.tails.entries()) {
		const names = clusterNames(index);
		const { first, last, width } = clustersOf(shape)[index] as Cluster;
		matrix(tail.projection, names.projection, width, hidden, units);
		matrix(tail.weight, names.weight, last - first, width, tail.width);
	}
}

/** Writes tensors into the region of `memory` that begins at byte `start`; the region is zeroed by the caller. */
export function importParameters(
	memory: Float32Array,
	start: number,
	region: Region,
	shape: NetworkShape,
	parameters: Parameters,
): void {
	const { rows } = region;
	moveAll(
		memory,
		start,
		region,
		shape,
		(name, expected) => tensorOf(parameters, name, expected),
		padRows,
		(table, plain, slot, row) => {
			for (let byte = 0; byte < SYMBOLS; byte++) {
				table[byte * rows + slot] = plain[row * SYMBOLS + byte] as number;
			}
		},
	);
}

/**
 * Copies of the tensors in the region of `memory` that begins at byte `start`; rows of the output layer that it lacks are
 * those of `rest`, or 0.
 */
export function exportParameters(
	memory: Float32Array,
	start: number,
	region: Region,
	shape: NetworkShape,
	rest?: Parameters,
): Parameters {
	const { rows } = region;
	const parameters = new Map<string, Tensor>();
	moveAll(
		memory,
		start,
		region,
		shape,
		(name, expected) => {
			const kept = name.startsWith("head.") ? rest?.get(name)?.data : undefined;
			const data = kept?.slice() ?? new Float32Array(expected.reduce((product, size) => product * size, 1));
			parameters.set(name, { shape: expected, data });
			return data;
		},
		unpadRows,
		(table, plain, slot, row) => {
			for (let byte = 0; byte < SYMBOLS; byte++) {
				plain[row * SYMBOLS + byte] = table[byte * rows + slot] as number;
			}
		},
	);
	return parameters;
}
