/**
 * Parameters of a GRU that was not trained but wired: after each byte of `chain` it expects the one that follows there,
 * and little else. So a real engine and a real model file can be tested with suggestions that are known beforehand.
 */
import { type NetworkShape, type Parameters, SYMBOLS, type Tensor } from "../../../src/engines/engine.ts";
import { expectedShapes } from "../../../src/engines/shapes.ts";
import type { Model } from "../../../src/model/checkpoint.ts";
import { randomNumbers } from "../reference/random.ts";

const shape: NetworkShape = { cell: "gru", hidden: 64, layers: 1 };

/** No byte may occur twice in `chain`; the last is followed by the first. */
export function chainModel(chain: string): Model {
	const { hidden } = shape;
	const bytes = Buffer.from(chain);
	const random = randomNumbers(1);
	// Of random signs each byte has its own; two of them are nearly orthogonal.
	const codes = new Map(
		[...bytes].map((byte) => [byte, Array.from({ length: hidden }, () => (random() < 0.5 ? -1 : 1))]),
	);
	const parameters = new Map<string, Tensor>();
	for (const [name, dimensions] of expectedShapes(shape)) {
		const data = new Float32Array(dimensions.reduce((product, dimension) => product * dimension, 1));
		parameters.set(name, { shape: dimensions, data });
	}
	const tensor = (name: string): Float32Array => parameters.get(name)?.data as Float32Array;
	// z = 0: the state is the code of the last byte and forgets what came before.
	tensor("gru.bias_ih_l0").fill(-20, hidden, 2 * hidden);
	for (const [i, byte] of bytes.entries()) {
		const code = codes.get(byte) as readonly number[];
		const next = bytes[(i + 1) % bytes.length] as number;
		for (const [unit, sign] of code.entries()) {
			tensor("gru.weight_ih_l0")[(2 * hidden + unit) * SYMBOLS + byte] = 2 * sign;
			tensor("head.weight")[next * hidden + unit] = sign / 4;
		}
	}
	const info = {
		trainedAt: "2026-01-01T00:00:00.000Z",
		characters: chain.length,
		corpusCharacters: chain.length,
		files: 1,
		cpuSeconds: 1,
		validationBpc: null,
		initialBpc: null,
		mixtureBpc: null,
		initialMixtureBpc: null,
	};
	return { shape, parameters: parameters satisfies Parameters, info };
}
