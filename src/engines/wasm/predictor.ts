/** `Predictor` on the WebAssembly kernels: float32 weights, or int8 weights with one scale per row. */
import type { CompiledModule } from "../../platform/wasmModules.ts";
import {
	type NetworkShape,
	type Parameters,
	type Precision,
	type Predictor,
	SYMBOLS,
	type Symbols,
} from "../engine.ts";
import { tensorOf } from "../parameters.ts";
import { embeddingName, expectedShapes, headNames, headRows, layerNames, symbolCount } from "../shapes.ts";
import { Arena, CACHE_LINE, roundUp } from "./arena.ts";
import type { Kernels } from "./bindings.ts";
import type { CellKernels } from "./cells/cell.ts";
import { cellOf } from "./cells/index.ts";
import { createMemory, instantiateKernels } from "./kernels.ts";
import { ClusterPredictor } from "./layers/clusterPredictor.ts";
import { Matrix, type Operand, Rounding } from "./layers/matrix.ts";

interface Layer {
	/** `[256][gates · units]`, the input products with their bias; only in layer 0 of bytes. */
	readonly table: number;
	/** Not in layer 0 of bytes. */
	readonly ih: Matrix | undefined;
	readonly biasIh: number;
	readonly hh: Matrix;
	readonly biasHh: number;
}

export class WasmPredictor implements Predictor {
	readonly shape: NetworkShape;
	readonly stateSize: number;
	readonly maxBatch: number;
	readonly #kernels: Kernels;
	readonly #cell: CellKernels;
	readonly #gates: number;
	readonly #stateVectors: number;
	readonly #units: number;
	readonly #layers: readonly Layer[];
	readonly #head: Matrix;
	readonly #headBias: number;
	/** Of a network of words: `[symbols][units]`, and the embedding of each hypothesis, as far apart as the states. */
	readonly #embeddings: number;
	readonly #embedded: number;
	readonly #clusters: ClusterPredictor;
	/** Per hypothesis: states `[layers][state vectors][units]`; then what one step computes on the way. */
	readonly #states: number;
	readonly #stateStride: number;
	readonly #rounding: Rounding;
	readonly #products: number;
	readonly #inputs: number;
	readonly #productStride: number;
	readonly #floats: Float32Array;

	constructor(
		kernels: CompiledModule,
		shape: NetworkShape,
		parameters: Parameters,
		precision: Precision,
		maxBatch: number,
	) {
		this.shape = shape;
		const cell = cellOf(shape);
		this.#gates = cell.gates.length;
		this.#stateVectors = cell.stateVectors;
		this.stateSize = shape.layers * cell.stateVectors * shape.hidden;
		this.maxBatch = maxBatch;
		// `quantize` rounds 16 activations at a time.
		const units = roundUp(shape.hidden, 16);
		this.#units = units;

		const arena = new Arena();
		const rows = this.#gates * units;
		const matrix = (count: number, operand: Operand) => new Matrix(arena, count, units, precision, operand);
		const { words } = shape;
		this.#layers = Array.from({ length: shape.layers }, (_, index) => ({
			table: index === 0 && words === undefined ? arena.floats(SYMBOLS * rows) : -1,
			// Embeddings have no bounds.
			ih: index === 0 ? words && matrix(rows, "any") : matrix(rows, cell.outputs),
			biasIh: arena.floats(rows),
			hh: matrix(rows, cell.outputs),
			biasHh: arena.floats(rows),
		}));
		// The kernels take 4 rows at a time.
		const outputs = roundUp(headRows(shape), 4);
		this.#head = matrix(outputs, cell.outputs);
		this.#headBias = arena.floats(outputs);
		this.#clusters = new ClusterPredictor(shape, units, precision, cell.outputs, arena);
		this.#embeddings = words === undefined ? -1 : arena.floats(words.symbols * units);
		this.#stateStride = roundUp(shape.layers * cell.stateVectors * units * 4, CACHE_LINE);
		this.#productStride = roundUp(Math.max(rows, outputs) * 4, CACHE_LINE);
		this.#states = arena.take(maxBatch * this.#stateStride);
		this.#embedded = words === undefined ? -1 : arena.take(maxBatch * this.#stateStride);
		// No matrix is wider: clusters project to fewer numbers.
		this.#rounding = new Rounding(arena, units, maxBatch);
		this.#products = arena.take(maxBatch * this.#productStride);
		this.#inputs = arena.take(maxBatch * this.#productStride);

		const memory = createMemory(arena.bytes);
		this.#kernels = instantiateKernels(kernels.module, memory);
		this.#cell = cell.bind(this.#kernels.exports);
		this.#floats = new Float32Array(memory.buffer);
		this.#load(parameters);
	}

	step(count: number, states: Float32Array, symbols: Symbols, logits?: Float32Array): void {
		if (count > this.maxBatch) throw new RangeError(`${count} hypotheses, at most ${this.maxBatch} are possible`);
		for (let j = 0; j < count; j++) this.#loadState(j, states.subarray(j * this.stateSize, (j + 1) * this.stateSize));
		this.#advance(count, symbols, 0);
		for (let j = 0; j < count; j++) this.#storeState(j, states.subarray(j * this.stateSize, (j + 1) * this.stateSize));
		if (logits !== undefined) this.#output(count, logits);
	}

	read(state: Float32Array, symbols: Symbols): void {
		this.#loadState(0, state);
		for (let i = 0; i < symbols.length; i++) this.#advance(1, symbols, i);
		this.#storeState(0, state);
	}

	dispose(): void {
		// The memory goes with the object.
	}

	#advance(count: number, symbols: Symbols, first: number): void {
		const units = this.#units;
		const rows = this.#gates * units;
		const layerBytes = this.#stateVectors * units * 4;
		if (this.#embeddings >= 0) this.#embed(count, symbols, first);
		let below = this.#embedded;
		for (const [index, layer] of this.#layers.entries()) {
			const offset = index * layerBytes;
			if (layer.ih !== undefined) this.#multiply(this.#inputs, layer.ih, below, count);
			this.#multiply(this.#products, layer.hh, this.#states + offset, count);
			for (let j = 0; j < count; j++) {
				let input = this.#inputs + j * this.#productStride;
				if (layer.ih === undefined) input = layer.table + (symbols[first + j] as number) * rows * 4;
				else this.#kernels.addF32(input, layer.biasIh, rows);
				this.#cell.step({
					state: this.#states + j * this.#stateStride + offset,
					input,
					recurrent: this.#products + j * this.#productStride,
					recurrentBias: layer.biasHh,
					units,
				});
			}
			below = this.#states + offset;
		}
	}

	#embed(count: number, symbols: Symbols, first: number): void {
		for (let j = 0; j < count; j++) {
			const from = this.#embeddings / 4 + (symbols[first + j] as number) * this.#units;
			this.#floats.copyWithin((this.#embedded + j * this.#stateStride) / 4, from, from + this.#units);
		}
	}

	#output(count: number, logits: Float32Array): void {
		const top = (this.#layers.length - 1) * this.#stateVectors * this.#units * 4;
		this.#multiply(this.#products, this.#head, this.#states + top, count);
		for (let j = 0; j < count; j++) {
			const at = this.#products + j * this.#productStride;
			this.#kernels.addF32(at, this.#headBias, this.#head.rows);
			const output = this.#floats.subarray(at / 4, at / 4 + headRows(this.shape));
			const symbols = symbolCount(this.shape);
			const to = logits.subarray(j * symbols, (j + 1) * symbols);
			const state = this.#states + j * this.#stateStride + top;
			this.#clusters.logProbabilities(this.#kernels, this.#floats, this.#rounding, output, state, to);
		}
	}

	/** Products of a matrix with `count` vectors that lie `#stateStride` apart. */
	#multiply(to: number, matrix: Matrix, x: number, count: number): void {
		const vectors = { to, toStride: this.#productStride, x, xStride: this.#stateStride, count };
		matrix.multiply(this.#kernels, this.#floats, this.#rounding, vectors);
	}

	#loadState(hypothesis: number, state: Float32Array): void {
		const { hidden } = this.shape;
		const start = (this.#states + hypothesis * this.#stateStride) / 4;
		for (let at = 0, to = start; at < this.stateSize; at += hidden, to += this.#units) {
			this.#floats.set(state.subarray(at, at + hidden), to);
		}
	}

	#storeState(hypothesis: number, state: Float32Array): void {
		const { hidden } = this.shape;
		const start = (this.#states + hypothesis * this.#stateStride) / 4;
		for (let at = 0, from = start; at < this.stateSize; at += hidden, from += this.#units) {
			state.set(this.#floats.subarray(from, from + hidden), at);
		}
	}

	#load(parameters: Parameters): void {
		const { hidden } = this.shape;
		const units = this.#units;
		const shapes = expectedShapes(this.shape);
		const named = (name: string) => tensorOf(parameters, name, shapes.get(name) as readonly number[]);
		const bias = (at: number, name: string) => {
			const data = named(name);
			for (let i = 0; i < data.length; i++) {
				this.#floats[at / 4 + Math.floor(i / hidden) * units + (i % hidden)] = data[i] as number;
			}
		};
		/** `gateRows` rows of each gate, which begin `paddedRows` apart. */
		const matrix = (to: Matrix, name: string, gateRows: number, paddedRows: number) => {
			const placeOf = (row: number) => Math.floor(row / gateRows) * paddedRows + (row % gateRows);
			to.load(this.#kernels, this.#floats, this.#rounding, named(name), hidden, placeOf);
		};
		for (const [index, layer] of this.#layers.entries()) {
			const names = layerNames(this.shape.cell, index);
			bias(layer.biasIh, names.biasIh);
			bias(layer.biasHh, names.biasHh);
			matrix(layer.hh, names.weightHh, hidden, units);
			if (layer.ih === undefined) this.#loadTable(layer, named(names.weightIh));
			else matrix(layer.ih, names.weightIh, hidden, units);
		}
		const head = headNames(this.shape);
		matrix(this.#head, head.weight, this.#head.rows, this.#head.rows);
		this.#floats.set(named(head.bias), this.#headBias / 4);
		this.#clusters.load(this.#kernels, this.#floats, this.#rounding, named);
		if (this.#embeddings < 0) return;
		const embeddings = named(embeddingName);
		for (let i = 0; i < embeddings.length / hidden; i++) {
			const row = embeddings.subarray(i * hidden, (i + 1) * hidden);
			this.#floats.set(row, this.#embeddings / 4 + i * units);
		}
	}

	#loadTable(layer: Layer, weights: Float32Array): void {
		const { hidden } = this.shape;
		const units = this.#units;
		for (let i = 0; i < this.#gates * hidden; i++) {
			const slot = Math.floor(i / hidden) * units + (i % hidden);
			const bias = this.#floats[layer.biasIh / 4 + slot] as number;
			for (let byte = 0; byte < SYMBOLS; byte++) {
				const at = layer.table / 4 + byte * this.#gates * units + slot;
				this.#floats[at] = (weights[i * SYMBOLS + byte] as number) + bias;
			}
		}
	}
}
