/** What PyTorch computes for one small network of each cell; golden.py says what is stored and how it was made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type {
	Cell,
	Direction,
	NetworkShape,
	OptimizerName,
	Segment,
	TrainerOptions,
} from "../../../src/engines/engine.ts";
import type { Weights } from "./network.ts";
import { randomBytes, randomNumbers, randomWeights } from "./random.ts";

/** Of a tensor: L2 norm, inner product with random numbers, six elements. */
export type Summary = readonly number[];

interface GoldenCell {
	readonly updates: readonly { readonly loss: number; readonly norm: number }[];
	/** Of the first segment, before any update: `[T, B, 256]`. */
	readonly logits: Summary;
	/** Of the first segment, before clipping. */
	readonly gradients: Readonly<Record<string, Summary>>;
	/** After all updates. */
	readonly parameters: Readonly<Record<string, Summary>>;
}

interface GoldenFile {
	readonly madeBy: string;
	readonly hidden: number;
	readonly layers: number;
	readonly batch: number;
	readonly unroll: number;
	readonly seed: number;
	readonly rate: number;
	readonly beta1: number;
	readonly beta2: number;
	readonly epsilon: number;
	readonly weightDecay: number;
	readonly clip: number;
	readonly cells: Readonly<Record<Cell, GoldenCell>>;
}

export const golden: GoldenFile = JSON.parse(readFileSync(join(import.meta.dirname, "golden.json"), "utf8"));

interface GoldenOptimizer extends Pick<GoldenCell, "updates" | "parameters"> {
	readonly rate: number;
}

/** The same of the GRU with other optimisers than AdamW, by which those of all cells are made. */
export const goldenOptimizers: {
	readonly madeBy: string;
	readonly optimizers: Readonly<Record<Exclude<OptimizerName, "adamw">, GoldenOptimizer>>;
} = JSON.parse(readFileSync(join(import.meta.dirname, "goldenOptimizers.json"), "utf8"));

/** The same of networks of both directions. */
export const goldenBoth: {
	readonly madeBy: string;
	readonly lookahead: number;
	readonly cells: Readonly<Record<Cell, GoldenCell>>;
} = JSON.parse(readFileSync(join(import.meta.dirname, "goldenBoth.json"), "utf8"));

export interface GoldenCase {
	readonly shape: NetworkShape;
	readonly weights: Weights;
	readonly segments: readonly Segment[];
	readonly options: Omit<TrainerOptions, "threads">;
	readonly expected: GoldenCell;
}

/** The network and the segments that PyTorch got. */
export function goldenCase(cell: Cell, direction: Direction = "forward"): GoldenCase {
	const { hidden, layers, batch, unroll, seed, beta1, beta2, epsilon, weightDecay, clip } = golden;
	const isBoth = direction === "both";
	const lookahead = isBoth ? goldenBoth.lookahead : 0;
	const shape: NetworkShape = { cell, hidden, layers, direction };
	const random = randomNumbers(seed);
	const weights = randomWeights(shape, random);
	const expected = (isBoth ? goldenBoth : golden).cells[cell];
	const flags = (count: number, below: number) => Uint8Array.from({ length: count }, () => (random() < below ? 1 : 0));
	const segments = expected.updates.map((_, update): Segment => {
		const inputs = randomBytes(unroll * batch, random);
		const targets = randomBytes(unroll * batch, random);
		const mask = flags(unroll * batch, 0.8);
		const reset = flags(batch, 0.3);
		if (update === 0) reset.fill(1);
		if (!isBoth) return { inputs, targets, mask, reset };
		const lengths = new Uint32Array(batch).fill(unroll + lookahead);
		return { inputs, targets, mask, reset, following: { bytes: randomBytes(lookahead * batch, random), lengths } };
	});
	const options = { batch, unroll, lookahead, beta1, beta2, epsilon, weightDecay, clip };
	return { shape, weights, segments, options, expected };
}

/** As `summary` in golden.py. */
export function summarize(values: ArrayLike<number>): Summary {
	const random = randomNumbers(values.length);
	const numbers = Array.from(values);
	const picked = Array.from({ length: 6 }, (_, i) => numbers[(i * 7919 + 37) % numbers.length] as number);
	return [Math.hypot(...numbers), numbers.reduce((sum, value) => sum + value * random(), 0), ...picked];
}

/** Largest difference, relative for numbers above 1. */
export function difference(actual: Summary, expected: Summary): number {
	if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
	return Math.max(
		...expected.map((value, i) => Math.abs((actual[i] as number) - value) / Math.max(1, Math.abs(value))),
	);
}
