/**
 * Between PyTorch's tensors and the engine's: units are padded to a multiple of 8 with zeros (which stay zero, as the
 * padding units neither receive nor give anything), and the first layer's input matrix becomes a table of rows.
 */
import { Failure } from "../../platform/failure.ts";
import { type NetworkShape, type Parameters, SYMBOLS, type Tensor } from "../engine.ts";
import { expectedShapes } from "../shapes.ts";
import { GATES, type LayerOffsets, UNITS_PER_PANEL } from "./plan.ts";

export function assertGru(shape: NetworkShape): void {
	if (shape.cell !== "gru") throw new Failure("modelUnsupported", shape.cell);
}

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

/** Where row `gate`, `unit` of the gates stands in panel order. */
function panelSlot(gate: number, unit: number): number {
	const panel = Math.floor(unit / UNITS_PER_PANEL);
	return (panel * GATES + gate) * UNITS_PER_PANEL + (unit % UNITS_PER_PANEL);
}

interface Region {
	readonly units: number;
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
	const { units } = region;
	const at = (offset: number, count: number) => memory.subarray((start + offset) / 4, (start + offset) / 4 + count);
	const shapes = expectedShapes(shape);
	const named = (name: string) => tensor(name, shapes.get(name) as readonly number[]);
	for (const [index, layer] of region.layers.entries()) {
		const ih = named(`gru.weight_ih_l${index}`);
		if (index === 0) {
			const table = at(layer.weightIh, SYMBOLS * GATES * units);
			for (let gate = 0; gate < GATES; gate++) {
				for (let unit = 0; unit < hidden; unit++) {
					moveTable(table, ih, panelSlot(gate, unit), gate * hidden + unit);
				}
			}
		} else {
			move(at(layer.weightIh, GATES * units * units), ih, GATES, hidden, units, hidden, units);
		}
		const hh = at(layer.weightHh, GATES * units * units);
		move(hh, named(`gru.weight_hh_l${index}`), GATES, hidden, units, hidden, units);
		move(at(layer.biasIh, GATES * units), named(`gru.bias_ih_l${index}`), GATES, hidden, units, 1, 1);
		move(at(layer.biasHh, GATES * units), named(`gru.bias_hh_l${index}`), GATES, hidden, units, 1, 1);
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
	const rows = GATES * region.units;
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
	const rows = GATES * region.units;
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
