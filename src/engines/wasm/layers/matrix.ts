/** Weight matrices in prediction, in float32 or in 8 bits with one scale per row, and their products with a few vectors. */
import type { Precision } from "../../engine.ts";
import { type Arena, CACHE_LINE, roundUp } from "../arena.ts";
import type { Kernels } from "../bindings.ts";

/**
 * What the vectors are that a matrix is multiplied by, which says how they are rounded for weights of 8 bits: numbers in [−1, 1], numbers
 * that are nowhere negative, or any.
 */
export type Operand = "bounded" | "positive" | "any";

/** Below this a vector counts as zero: one over it must stay finite. */
const smallest = 1e-30;

/** Where the matrices of a predictor round the vectors that they are multiplied by, one after the other. */
export class Rounding {
	readonly quantized: number;
	readonly stride: number;
	/** A row of weights that is rounded. For vectors without a bound: a copy within it, and what its product is to be multiplied by. */
	readonly copy: number;
	readonly factors: Float32Array;

	/** @param columns of the widest matrix */
	constructor(arena: Arena, columns: number, maxBatch: number) {
		this.stride = roundUp(columns * 2, CACHE_LINE);
		this.quantized = arena.take(maxBatch * this.stride);
		this.copy = arena.floats(columns);
		this.factors = new Float32Array(maxBatch);
	}
}

/** `count` vectors at `x`, `xStride` bytes apart, whose products go to `to`, `toStride` bytes apart. */
export interface Vectors {
	readonly to: number;
	readonly toStride: number;
	readonly x: number;
	readonly xStride: number;
	readonly count: number;
}

export class Matrix {
	readonly rows: number;
	readonly columns: number;
	readonly #operand: Operand;
	readonly #weights: number;
	/** Per row, 8 bits only: what the sum of products is multiplied by, then what is added; −1 in float32. */
	readonly #scales: number;
	readonly #offsets: number;

	/**
	 * @param rows a multiple of 4
	 * @param columns a multiple of 4; of 16 with 8 bits, as `quantize` rounds so many numbers at a time
	 */
	constructor(arena: Arena, rows: number, columns: number, precision: Precision, operand: Operand) {
		const isInt8 = precision === "int8";
		this.rows = rows;
		this.columns = columns;
		this.#operand = operand;
		this.#weights = arena.take(rows * columns * (isInt8 ? 1 : 4));
		this.#scales = isInt8 ? arena.floats(rows) : -1;
		this.#offsets = isInt8 ? arena.floats(rows) : -1;
	}

	/** Takes rows of `width` weights; row i of `data` becomes row `placeOf(i)`. */
	load(
		kernels: Kernels,
		floats: Float32Array,
		{ copy }: Rounding,
		data: Float32Array,
		width: number,
		placeOf: (row: number) => number,
	): void {
		for (let i = 0; i < data.length / width; i++) {
			const row = placeOf(i);
			const source = data.subarray(i * width, (i + 1) * width);
			if (this.#scales === -1) {
				floats.set(source, this.#weights / 4 + row * this.columns);
				continue;
			}
			floats.set(source, copy / 4);
			floats.fill(0, copy / 4 + width, copy / 4 + this.columns);
			kernels.roundWeights({
				to: this.#weights + row * this.columns,
				scale: this.#scales + row * 4,
				offset: this.#offsets + row * 4,
				x: copy,
				k: this.columns,
				isPositive: this.#operand === "positive",
			});
		}
	}

	multiply(kernels: Kernels, floats: Float32Array, rounding: Rounding, vectors: Vectors): void {
		const { to, toStride, x, xStride, count } = vectors;
		const { rows, columns } = this;
		if (this.#scales === -1) {
			for (let j = 0; j < count; j++) {
				kernels.multiplyF32({ to: to + j * toStride, weights: this.#weights, x: x + j * xStride, rows, k: columns });
			}
			return;
		}
		for (let j = 0; j < count; j++) this.#round(kernels, floats, rounding, j, x + j * xStride);
		kernels.multiplyI8({
			to,
			toStride,
			weights: this.#weights,
			scales: this.#scales,
			offsets: this.#offsets,
			x: rounding.quantized,
			xStride: rounding.stride,
			rows,
			k: columns,
			count,
		});
		if (this.#operand === "bounded") return;
		for (let j = 0; j < count; j++) kernels.scaleF32(to + j * toStride, rounding.factors[j] as number, rows);
	}

	/** Rounds vector `index`, which is at `x`, and notes the factor of its product. */
	#round(
		kernels: Kernels,
		floats: Float32Array,
		{ quantized, stride, copy, factors }: Rounding,
		index: number,
		x: number,
	): void {
		const { columns } = this;
		const to = quantized + index * stride;
		if (this.#operand === "bounded") {
			kernels.quantize(to, x, columns);
			return;
		}
		if (this.#operand === "positive") {
			factors[index] = kernels.quantizePositive(to, x, columns);
			return;
		}
		let largest = 0;
		for (let i = x / 4; i < x / 4 + columns; i++) largest = Math.max(largest, Math.abs(floats[i] as number));
		const isZero = largest < smallest;
		floats.copyWithin(copy / 4, x / 4, x / 4 + columns);
		kernels.scaleF32(copy, isZero ? 0 : 1 / largest, columns);
		kernels.quantize(to, copy, columns);
		factors[index] = isZero ? 0 : largest;
	}
}
