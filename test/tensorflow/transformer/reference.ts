/** The Transformer written for reading, in float64 and one text at a time: what the one on TensorFlow.js is compared with. */
import type { TransformerShape } from "../../../src/engines/tensorflow/transformer/transformer.ts";

/** By the names of `Transformer.weights`; matrices are `[inputs, outputs]`. */
export type Weights = ReadonlyMap<string, Float64Array>;

/** What enters the first block, `[position][width]`. */
export function embed({ width }: TransformerShape, weights: Weights, bytes: Uint8Array): Float64Array[] {
	return Array.from(bytes, (byte, t) =>
		Float64Array.from({ length: width }, (_, i) => {
			return of(weights, "bytes", byte * width + i) + of(weights, "positions", t * width + i);
		}),
	);
}

/** Logits behind each position, `[position][256]`, from what enters the first block. */
export function read(
	{ width, heads, blocks }: TransformerShape,
	weights: Weights,
	entry: readonly Float64Array[],
): Float64Array[] {
	let x = entry;
	for (let block = 0; block < blocks; block++) {
		const parts = x.map((one) => times(normalized(one, weights, `${block}.norm1`), weights, `${block}.attention`));
		const size = width / heads;
		const mixed = x.map((_, t) => {
			const result = new Float64Array(width);
			for (let head = 0; head < heads; head++) {
				const part = (position: number, kind: number) => {
					const from = kind * width + head * size;
					return (parts[position] as Float64Array).subarray(from, from + size);
				};
				const scores = Array.from({ length: t + 1 }, (_, s) => dot(part(t, 0), part(s, 1)) / Math.sqrt(size));
				for (const [s, share] of softmax(scores).entries()) {
					for (const [i, value] of part(s, 2).entries()) {
						result[head * size + i] = (result[head * size + i] as number) + share * value;
					}
				}
			}
			return result;
		});
		x = x.map((one, t) => plus(one, times(mixed[t] as Float64Array, weights, `${block}.projection`)));
		x = x.map((one) => {
			const inner = times(normalized(one, weights, `${block}.norm2`), weights, `${block}.up`);
			const positive = inner.map((value) => Math.max(0, value));
			return plus(one, times(positive, weights, `${block}.down`));
		});
	}
	const bias = weights.get("bias") as Float64Array;
	return x.map((one) => plus(times(normalized(one, weights, "norm"), weights, "head"), bias));
}

/** −ln p of a byte by its logits. */
export function nats(logits: Float64Array, target: number): number {
	return -Math.log(softmax([...logits])[target] as number);
}

function normalized(x: Float64Array, weights: Weights, gain: string): Float64Array {
	const root = Math.sqrt(dot(x, x) / x.length + 1e-5);
	return x.map((value, i) => (value / root) * of(weights, gain, i));
}

function times(x: Float64Array, weights: Weights, name: string): Float64Array {
	const matrix = weights.get(name) as Float64Array;
	const columns = matrix.length / x.length;
	return Float64Array.from({ length: columns }, (_, column) =>
		x.reduce((sum, value, row) => sum + value * (matrix[row * columns + column] as number), 0),
	);
}

function softmax(scores: readonly number[]): number[] {
	const largest = Math.max(...scores);
	const exps = scores.map((score) => Math.exp(score - largest));
	const total = exps.reduce((sum, value) => sum + value, 0);
	return exps.map((value) => value / total);
}

function dot(a: Float64Array, b: Float64Array): number {
	return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function plus(a: Float64Array, b: Float64Array): Float64Array {
	return a.map((value, i) => value + (b[i] as number));
}

function of(weights: Weights, name: string, index: number): number {
	return (weights.get(name) as Float64Array)[index] as number;
}
