/**
 * Matrices in 8 bits: each row is a row of integers from −127 to 127 and one scale, which is its largest weight's 127th.
 * It is how the int8 predictor holds the weights, so it loses nothing more by them.
 */
import type { Parameters, Tensor } from "../engines/engine.ts";
import type { StoredTensor } from "./safetensors.ts";

/** The scales of a matrix `[rows, columns]` are a tensor `[rows]` of this name. */
export function scaleName(matrix: string): string {
	return `${matrix}.scale`;
}

export interface StoredShape {
	readonly shape: readonly number[];
	readonly dtype: "F32" | "I8";
}

/** What stands in a file for tensors of these shapes: scales and vectors in F32, then matrices in I8. */
export function quantizedShapes(shapes: ReadonlyMap<string, readonly number[]>): Map<string, StoredShape> {
	const stored = new Map<string, StoredShape>();
	const matrices = [...shapes].filter(([, shape]) => shape.length === 2);
	for (const [name, [rows = 0]] of matrices) stored.set(scaleName(name), { shape: [rows], dtype: "F32" });
	for (const [name, shape] of shapes) if (shape.length !== 2) stored.set(name, { shape, dtype: "F32" });
	for (const [name, shape] of matrices) stored.set(name, { shape, dtype: "I8" });
	return stored;
}

/** In the order of `quantizedShapes`. */
export function quantize(parameters: Parameters): Map<string, StoredTensor> {
	const shapes = quantizedShapes(new Map([...parameters].map(([name, { shape }]) => [name, shape])));
	const stored = new Map<string, StoredTensor>();
	for (const [name, tensor] of parameters) {
		if (tensor.shape.length !== 2) stored.set(name, tensor);
		else {
			const { scales, rows } = quantizeRows(tensor);
			stored.set(scaleName(name), { shape: [scales.length], data: scales });
			stored.set(name, { shape: tensor.shape, data: rows });
		}
	}
	return new Map([...shapes.keys()].map((name) => [name, stored.get(name) as StoredTensor]));
}

/** The parameters of the given names, of which those that have scales are what `quantize` made of them. */
export function dequantize(stored: ReadonlyMap<string, StoredTensor>, names: Iterable<string>): Map<string, Tensor> {
	const parameters = new Map<string, Tensor>();
	for (const name of names) {
		const { shape, data } = stored.get(name) as StoredTensor;
		const scales = stored.get(scaleName(name))?.data;
		parameters.set(name, { shape, data: data instanceof Float32Array ? data : scaled(data, scales as Float32Array) });
	}
	return parameters;
}

function scaled(rows: Int8Array, scales: Float32Array): Float32Array {
	const columns = rows.length / scales.length;
	const values = new Float32Array(rows.length);
	for (let i = 0, row = 0; row < scales.length; row++) {
		const scale = scales[row] as number;
		for (let column = 0; column < columns; column++, i++) values[i] = (rows[i] as number) * scale;
	}
	return values;
}

function quantizeRows({ shape: [count = 0, columns = 0], data }: Tensor): { scales: Float32Array; rows: Int8Array } {
	const scales = new Float32Array(count);
	const rows = new Int8Array(data.length);
	for (let row = 0; row < count; row++) {
		const weights = data.subarray(row * columns, (row + 1) * columns);
		let largest = 0;
		for (const weight of weights) largest = Math.max(largest, Math.abs(weight));
		scales[row] = largest / 127;
		const scale = scales[row] as number;
		if (scale > 0)
			rows.set(
				Int8Array.from(weights, (weight) => Math.round(weight / scale)),
				row * columns,
			);
	}
	return { scales, rows };
}
