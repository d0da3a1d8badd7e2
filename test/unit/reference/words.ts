/**
 * The output layers of networks of words, in float64: a softmax over all symbols, or an adaptive one as PyTorch's
 * `AdaptiveLogSoftmaxWithLoss` with `head_bias=True` defines it.
 */
import type { WordShape } from "../../../src/engines/engine.ts";
import { affine, affineBack, tensor, type Weights } from "./affine.ts";

/** Logits of all symbols or, with clusters, their log-probabilities. */
export function outputLayer(words: WordShape, parameters: Weights, h: Float64Array): Float64Array {
	const { symbols, cutoffs } = words;
	if (cutoffs.length === 0) return affine(parameters, "head.weight", "head.bias", h);
	const head = logSoftmax(affine(parameters, "head.head.weight", "head.head.bias", h));
	const [single = 0] = cutoffs;
	const result = new Float64Array(symbols);
	result.set(head.subarray(0, single));
	for (const [i, first] of cutoffs.entries()) {
		const own = logSoftmax(
			linear(parameters, `head.tail.${i}.1.weight`, linear(parameters, `head.tail.${i}.0.weight`, h)),
		);
		result.set(
			own.map((value) => value + (head[single + i] as number)),
			first,
		);
	}
	return result;
}

/** Adds the gradients of scale · −ln p(target) to `gradients`, and returns that of h. */
export function outputBack(
	words: WordShape,
	parameters: Weights,
	gradients: Weights,
	h: Float64Array,
	target: number,
	scale: number,
): Float64Array {
	const { cutoffs } = words;
	const [weight, bias] = cutoffs.length === 0 ? ["head.weight", "head.bias"] : ["head.head.weight", "head.head.bias"];
	const cluster = cutoffs.findLastIndex((first) => target >= first);
	const row = cluster < 0 ? target : (cutoffs[0] as number) + cluster;
	const dh = affineBack(parameters, gradients, weight, bias, h, slope(affine(parameters, weight, bias, h), row, scale));
	if (cluster < 0) return dh;
	const [projection, output] = [`head.tail.${cluster}.0.weight`, `head.tail.${cluster}.1.weight`];
	const x = linear(parameters, projection, h);
	const dLogits = slope(linear(parameters, output, x), target - (cutoffs[cluster] as number), scale);
	const dx = linearBack(parameters, gradients, output, x, dLogits);
	return linearBack(parameters, gradients, projection, h, dx).map((value, j) => value + (dh[j] as number));
}

/** scale · ∂(−ln p(row))/∂logits. */
function slope(logits: Float64Array, row: number, scale: number): Float64Array {
	return logSoftmax(logits).map((value, i) => scale * (Math.exp(value) - (i === row ? 1 : 0)));
}

export function logSoftmax(logits: Float64Array): Float64Array {
	const largest = Math.max(...logits);
	const normalizer = largest + Math.log(logits.reduce((sum, value) => sum + Math.exp(value - largest), 0));
	return logits.map((value) => value - normalizer);
}

/** `W x`. */
function linear(parameters: Weights, weight: string, x: Float64Array): Float64Array {
	return affine(withoutBias(parameters, weight, x.length), weight, noBias, x);
}

function linearBack(
	parameters: Weights,
	gradients: Weights,
	weight: string,
	x: Float64Array,
	dy: Float64Array,
): Float64Array {
	return affineBack(parameters, withoutBias(gradients, weight, x.length), weight, noBias, x, dy);
}

const noBias = "none";

function withoutBias(parameters: Weights, weight: string, columns: number): Weights {
	const matrix = tensor(parameters, weight);
	return new Map([
		[weight, matrix],
		[noBias, new Float64Array(matrix.length / columns)],
	]);
}
