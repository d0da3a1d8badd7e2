/**
 * The parameters of a trainer, or what its optimiser remembers of them. Of some an update changes a few rows only: of embeddings
 * those that a segment reads, of a sampled output layer those that take part. The API of TensorFlow.js cannot change single rows, so
 * such *tables* stay outside of it, and an update borrows the rows that it needs.
 */
import type { NetworkShape, Parameters, Tensor } from "../engine.ts";
import { tensorOf } from "../parameters.ts";
import { expectedShapes } from "../shapes.ts";
import type { TensorFlow, TfTensor, TfVariable } from "./api.ts";
import { disposeWeights, turned, turnedShape, variableOf, type Weights } from "./weights.ts";

/** Rows of tables, by their names, each once. */
export type Rows = ReadonlyMap<string, Uint32Array>;

export class TrainedWeights {
	readonly #tf: TensorFlow;
	readonly #shapes: ReadonlyMap<string, readonly number[]>;
	readonly #dense: Weights<TfVariable>;
	/** In PyTorch's layout, row after row. */
	readonly #tables: ReadonlyMap<string, Float32Array>;

	/**
	 * @param tables names of parameters
	 * @param parameters zeros if undefined
	 * @throws {Failure} modelBroken if a parameter is missing or of another shape
	 */
	constructor(tf: TensorFlow, shape: NetworkShape, tables: ReadonlySet<string>, parameters?: Parameters) {
		this.#tf = tf;
		this.#shapes = expectedShapes(shape);
		// All are looked at before the first is made, so that none is left behind if one is wrong.
		const found = [...this.#shapes].map(([name, size]) => ({
			name,
			size,
			data: parameters === undefined ? new Float32Array(sizeOf(size)) : tensorOf(parameters, name, size),
		}));
		this.#tables = new Map(found.filter(({ name }) => tables.has(name)).map(({ name, data }) => [name, data.slice()]));
		this.#dense = new Map(
			found
				.filter(({ name }) => !tables.has(name))
				.map(({ name, size, data }) => [name, variableOf(tf, turned(name, data, size), turnedShape(name, size))]),
		);
	}

	/**
	 * All parameters by PyTorch's names; tables have these rows only, in this order, or all if nothing is said. `restore` or `release`
	 * must follow.
	 */
	borrow(rows?: Rows): Weights<TfVariable> {
		if (this.#tables.size === 0) return this.#dense;
		const borrowed = new Map(this.#dense);
		for (const [name, table] of this.#tables) {
			const size = this.#shapes.get(name) as readonly number[];
			const part = rows === undefined ? table : gathered(table, columnsOf(size), rows.get(name) as Uint32Array);
			const shape = size.with(0, part.length / columnsOf(size));
			borrowed.set(name, variableOf(this.#tf, turned(name, part, shape), turnedShape(name, shape)));
		}
		return borrowed;
	}

	/** Takes borrowed rows back as they are now. */
	restore(borrowed: Weights, rows: Rows): void {
		for (const [name, table] of this.#tables) {
			const columns = columnsOf(this.#shapes.get(name) as readonly number[]);
			const tensor = borrowed.get(name) as TfTensor;
			const part = turned(name, tensor.dataSync(), tensor.shape);
			for (const [at, row] of (rows.get(name) as Uint32Array).entries()) {
				table.set(part.subarray(at * columns, (at + 1) * columns), row * columns);
			}
		}
		this.release(borrowed);
	}

	/** Disposes of borrowed rows. */
	release(borrowed: Weights): void {
		for (const name of this.#tables.keys()) borrowed.get(name)?.dispose();
	}

	/** Copies in PyTorch's shapes. */
	export(): Parameters {
		return new Map(
			[...this.#shapes].map(([name, size]): [string, Tensor] => {
				const table = this.#tables.get(name)?.slice();
				if (table !== undefined) return [name, { shape: size, data: table }];
				const tensor = this.#dense.get(name) as TfTensor;
				return [name, { shape: size, data: turned(name, tensor.dataSync(), tensor.shape) }];
			}),
		);
	}

	dispose(): void {
		disposeWeights(this.#dense);
	}
}

function sizeOf(shape: readonly number[]): number {
	return shape.reduce((product, length) => product * length, 1);
}

/** Numbers in a row; a vector has one. */
function columnsOf(shape: readonly number[]): number {
	return shape[1] ?? 1;
}

function gathered(table: Float32Array, columns: number, rows: Uint32Array): Float32Array {
	const part = new Float32Array(rows.length * columns);
	for (const [at, row] of rows.entries()) part.set(table.subarray(row * columns, (row + 1) * columns), at * columns);
	return part;
}
