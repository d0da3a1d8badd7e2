/**
 * Converts between PyTorch's tensors and the engine's. The engine pads the units to whole panels with zeros, which stay
 * zero, as the padding units neither receive nor give anything; and it has the first layer's input matrix as a table of
 * rows.
 */
import { Failure } from "../../platform/failure.ts";
import { type NetworkShape, type Parameters, SYMBOLS, type Tensor } from "../engine.ts";
import { expectedShapes, layerNames } from "../shapes.ts";
import { type LayerOffsets, PANEL_ROWS } from "./plan.ts";

/** @throws {Failure} modelBroken if there is no such tensor of this shape */
export function tensorOf(parameters: Parameters, name: string, shape: readonly number[]): Float32Array {
	const tensor = parameters.get(name);
	if (tensor === undefined) throw new Failure("modelBroken", `${name} is missing`);
	if (tensor.shape.join() !== shape.join()) throw new Failure("modelBroken", `${name} has shape [${tensor.shape}]`);
	return tensor.data;
}

/** Copies a `[gates·hidden, columns]` matrix into one of `[gates·units, width]`, gate by gate. */
function padRows(
	to: Float32Array,
	from: Float32Array,
	gates: number,
	hidden: number,
	units: number,
	columns: number,
	width: number,
): void {
	for (let gate = 0; gate < gates; gate++) {
		for (let unit = 0; unit < hidden; unit++) {
			const start = (gate * hidden + unit) * columns;
			to.set(from.subarray(start, start + columns), (gate * units + unit) * width);
		}
	}
}

function unpadRows(
	to: Float32Array,
	from: Float32Array,
	gates: number,
	hidden: number,
	units: number,
	columns: number,
	width: number,
): void {
	for (let gate = 0; gate < gates; gate++) {
		for (let unit = 0; unit < hidden; unit++) {
			const start = (gate * units + unit) * width;
			to.set(from.subarray(start, start + columns), (gate * hidden + unit) * columns);
		}
	}
}

/** Where the row of a gate and a unit stands in panel order. */
function panelSlot(gate: number, unit: number, unitsPerPanel: number): number {
	const panel = Math.floor(unit / unitsPerPanel);
	return panel * PANEL_ROWS + gate * unitsPerPanel + (unit % unitsPerPanel);
}

interface Region {
	readonly units: number;
	readonly gates: number;
	readonly unitsPerPanel: number;
	/** Byte values of the rows of the output layer. */
	readonly symbols: readonly number[];
	readonly layers: readonly LayerOffsets[];
	readonly headWeight: number;
	readonly headBias: number;
}

type Move = (
	padded: Float32Array,
	plain: Float32Array,
	gates: number,
	hidden: number,
	units: number,
	columns: number,
	width: number,
) => void;

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
	const { units, gates, unitsPerPanel } = region;
	const at = (offset: number, count: number) => memory.subarray((start + offset) / 4, (start + offset) / 4 + count);
	const shapes = expectedShapes(shape);
	const named = (name: string) => tensor(name, shapes.get(name) as readonly number[]);
	for (const [index, layer] of region.layers.entries()) {
		const names = layerNames(shape.cell, index);
		const ih = named(names.weightIh);
		if (index === 0) {
			const table = at(layer.weightIh, SYMBOLS * gates * units);
			for (let gate = 0; gate < gates; gate++) {
				for (let unit = 0; unit < hidden; unit++) {
					moveTable(table, ih, panelSlot(gate, unit, unitsPerPanel), gate * hidden + unit);
				}
			}
		} else {
			move(at(layer.weightIh, gates * units * units), ih, gates, hidden, units, hidden, units);
		}
		const hh = at(layer.weightHh, gates * units * units);
		move(hh, named(names.weightHh), gates, hidden, units, hidden, units);
		move(at(layer.biasIh, gates * units), named(names.biasIh), gates, hidden, units, 1, 1);
		move(at(layer.biasHh, gates * units), named(names.biasHh), gates, hidden, units, 1, 1);
	}
	const [headWeight, headBias] = [named("head.weight"), named("head.bias")];
	for (const [row, symbol] of region.symbols.entries()) {
		const weights = headWeight.subarray(symbol * hidden, (symbol + 1) * hidden);
		move(at(region.headWeight + row * units * 4, units), weights, 1, 1, 1, hidden, units);
		move(at(region.headBias + row * 4, 1), headBias.subarray(symbol, symbol + 1), 1, 1, 1, 1, 1);
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
	const rows = region.gates * region.units;
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
	const rows = region.gates * region.units;
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
		(padded, plain, ...sizes) => unpadRows(plain, padded, ...sizes),
		(table, plain, slot, row) => {
			for (let byte = 0; byte < SYMBOLS; byte++) {
				plain[row * SYMBOLS + byte] = table[byte * rows + slot] as number;
			}
		},
	);
	return parameters;
}
