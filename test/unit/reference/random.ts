/** Reproducible random test data. */
import type { NetworkShape, Parameters } from "../../../src/engines/engine.ts";
import { expectedShapes, layerNames } from "../../../src/engines/shapes.ts";
import type { Weights } from "./network.ts";

/** Uniform numbers in [0, 1): a 32-bit linear congruential generator, its high bits stirred. */
export function randomNumbers(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		const stirred = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
		return ((stirred ^ (stirred >>> 13)) >>> 0) / 2 ** 32;
	};
}

export function randomBytes(length: number, random: () => number): Uint8Array {
	return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** As PyTorch initialises them: uniform in ±1/√hidden. The values are exact in float32. */
export function randomWeights(shape: NetworkShape, random: () => number): Map<string, Float64Array> {
	const bound = 1 / Math.sqrt(shape.hidden);
	const weights = new Map(
		[...expectedShapes(shape)].map(([name, dimensions]) => {
			const length = dimensions.reduce((product, dimension) => product * dimension, 1);
			return [name, Float64Array.from({ length }, () => Math.fround((2 * random() - 1) * bound))];
		}),
	);
	if (shape.direction === "both") separate(shape, weights);
	return weights;
}

/** Zeroes the weights by which a layer would read the other direction. */
function separate({ cell, hidden, layers }: NetworkShape, weights: Weights): void {
	for (let layer = 1; layer < layers; layer++) {
		for (const isReverse of [false, true]) {
			const matrix = weights.get(layerNames(cell, layer, isReverse).weightIh) as Float64Array;
			for (let i = 0; i < matrix.length; i++) {
				const isRight = i % (2 * hidden) >= hidden;
				if (isRight !== isReverse) matrix[i] = 0;
			}
		}
	}
}

/** The same weights as an engine takes them. */
export function parametersOf(shape: NetworkShape, weights: Weights): Parameters {
	return new Map(
		[...expectedShapes(shape)].map(([name, dimensions]) => [
			name,
			{ shape: dimensions, data: Float32Array.from(weights.get(name) ?? []) },
		]),
	);
}
