/** The pieces of the engine, each at its own speed. */
import type {
	Engine,
	NetworkShape,
	NetworkTrainer,
	Parameters,
	Precision,
	Predictor,
	Segment,
} from "../src/engines/engine.ts";
import { SYMBOLS } from "../src/engines/engine.ts";
import { cellLayout } from "../src/engines/shapes.ts";
import { createMemory, instantiateKernels } from "../src/engines/wasm/kernels.ts";
import { initialize } from "../src/model/initialize.ts";
import type { CompiledModule } from "../src/platform/wasmModules.ts";
import { recipeOf } from "../src/trainer/recipe.ts";
import { RandomSource } from "../src/trainer/sampler.ts";
import { type Rate, rateOf } from "./statistics.ts";

/** What is measured unless it says otherwise. */
export const shape: NetworkShape = { cell: "gru", hidden: 256, layers: 1 };
export const batch = 8;
export const unroll = 64;

/** Multiplications and additions to learn one character: two each for forward pass, backward pass and gradient. */
export function flopPerCharacter({ cell, hidden }: NetworkShape): number {
	return 6 * (cellLayout[cell].gates * hidden ** 2 + SYMBOLS * hidden);
}

/** A measurement that can be repeated. */
export interface Probe {
	/** Takes about so many seconds. */
	measure(seconds: number): Promise<Rate>;
	dispose(): void;
}

/** GFLOP/s of the product that training consists of: `[3H, H] × [H, 8]`. */
export function gemmProbe({ module }: CompiledModule): Probe {
	const rows = 3 * shape.hidden;
	const { hidden } = shape;
	const [a, x, c] = [0, rows * hidden * 4, (rows + batch) * hidden * 4];
	const memory = createMemory(c + rows * batch * 4);
	const kernels = instantiateKernels(module, memory);
	const random = new RandomSource(1);
	const floats = new Float32Array(memory.buffer, 0, (rows + batch) * hidden);
	for (let i = 0; i < floats.length; i++) floats[i] = random.next() - 0.5;
	const products = 100;
	const product = {
		to: c,
		toStride: rows * batch * 4,
		weights: a,
		x,
		xStride: 0,
		panels: rows / 6,
		k: hidden,
		blocks: 1,
		accumulate: false,
	};
	return {
		measure: (seconds) =>
			rateOf(
				() => {
					for (let i = 0; i < products; i++) kernels.panelMultiply(product);
				},
				seconds,
				(products * 2 * rows * hidden * batch) / 1e9,
			),
		dispose: () => undefined,
	};
}

export function newParameters(network: NetworkShape, text: Uint8Array): Parameters {
	const counts = new Float64Array(SYMBOLS);
	for (const byte of text) counts[byte] = (counts[byte] as number) + 1;
	const random = new RandomSource(1);
	const { initialization } = recipeOf({ cell: network.cell }, 0);
	return initialize(network, counts, initialization, () => random.next());
}

/** The values that are trained do not matter here, but no cell may come to numbers that are not finite. */
const measuredRate = 1e-3;

/** Characters learned in a second, on segments of real text. */
export async function trainingProbe(
	engine: Engine,
	text: Uint8Array,
	threads: number,
	network: NetworkShape = shape,
): Promise<Probe> {
	const options = { ...recipeOf({ cell: network.cell }, 0), batch, unroll, threads };
	const trainer: NetworkTrainer = await engine.createTrainer(network, newParameters(network, text), options);
	const segments = segmentsOf(text, batch, unroll);
	let next = 0;
	return {
		measure: (seconds) =>
			rateOf(
				() => trainer.update(segments[next++ % segments.length] as Segment, measuredRate),
				seconds,
				batch * unroll,
			),
		dispose: () => trainer.dispose(),
	};
}

/** Segments of text: each stream reads on from its own place in the text. */
export function segmentsOf(text: Uint8Array, batch: number, unroll: number): Segment[] {
	const stretch = Math.floor(text.length / batch);
	const mask = new Uint8Array(unroll * batch).fill(1);
	return Array.from({ length: Math.floor((stretch - 1) / unroll) }, (_, index) => {
		const at = (i: number) => (i % batch) * stretch + index * unroll + Math.floor(i / batch);
		return {
			inputs: Uint8Array.from(mask, (_, i) => text[at(i)] as number),
			targets: Uint8Array.from(mask, (_, i) => text[at(i) + 1] as number),
			mask,
			reset: new Uint8Array(batch).fill(index === 0 ? 1 : 0),
		};
	});
}

/** Characters read in a second, each by a call of its own in which the next is predicted, or, if only `reading`, many at once. */
export async function stepProbe(
	engine: Engine,
	text: Uint8Array,
	precision: Precision,
	{ network = shape, reading = false }: { readonly network?: NetworkShape; readonly reading?: boolean } = {},
): Promise<Probe> {
	const parameters = newParameters(network, text);
	const predictor: Predictor = await engine.createPredictor(network, parameters, precision, 1);
	const state = new Float32Array(predictor.stateSize);
	const logits = new Float32Array(SYMBOLS);
	const steps = 200;
	const read = text.subarray(0, steps);
	let at = 0;
	return {
		measure: (seconds) =>
			rateOf(
				() => {
					if (reading) return predictor.read(state, read);
					for (let i = 0; i < steps; i++, at = (at + 1) % text.length) {
						predictor.step(1, state, text.subarray(at, at + 1), logits);
					}
				},
				seconds,
				steps,
			),
		dispose: () => predictor.dispose(),
	};
}
