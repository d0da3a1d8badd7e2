/** The optimisers in float64, as the engines make their steps; compared with PyTorch's in golden.test.ts. */
import type { TrainerOptions } from "../../../src/engines/engine.ts";
import type { Weights } from "./network.ts";

type Options = Omit<TrainerOptions, "batch" | "unroll" | "threads" | "symbols">;

/** One parameter with its gradient and what the optimiser remembers of it, and the same after the step. */
interface Step {
	readonly w: number;
	readonly m: number;
	readonly v: number;
}

/** As PyTorch's documentation writes them down; `t` is the number of the update, from 1. */
type Rule = (g: number, step: Step, rate: number, options: Options, t: number) => Step;

const rules: Readonly<Record<NonNullable<Options["optimizer"]>, Rule>> = {
	sgd: (g, { w, m, v }, rate, { weightDecay }) => ({ w: w - rate * (g + weightDecay * w), m, v }),
	momentum: (g, { w, m, v }, rate, { weightDecay, beta1 }) => {
		const buffer = beta1 * m + (g + weightDecay * w);
		return { w: w - rate * buffer, m: buffer, v };
	},
	rmsprop: (g, { w, m, v }, rate, { weightDecay, beta2, epsilon }) => {
		const decayed = g + weightDecay * w;
		const square = beta2 * v + (1 - beta2) * decayed ** 2;
		return { w: w - (rate * decayed) / (Math.sqrt(square) + epsilon), m, v: square };
	},
	adam: (g, step, rate, options, t) => adam(g + options.weightDecay * step.w, step, rate, options, t),
	adamw: (g, { w, m, v }, rate, options, t) =>
		adam(g, { w: w - rate * options.weightDecay * w, m, v }, rate, options, t),
};

/** Kingma and Ba 2015. */
function adam(g: number, { w, m, v }: Step, rate: number, { beta1, beta2, epsilon }: Options, t: number): Step {
	const mean = beta1 * m + (1 - beta1) * g;
	const square = beta2 * v + (1 - beta2) * g ** 2;
	const step = mean / (1 - beta1 ** t);
	const root = Math.sqrt(square / (1 - beta2 ** t));
	return { w: w - (rate * step) / (root + epsilon), m: mean, v: square };
}

/**
 * With the gradient clipped to a global norm. The input weights of bytes that have not occurred yet stay as they are, as
 * does what is remembered of them.
 */
export class ReferenceOptimizer {
	readonly first: Map<string, Float64Array>;
	readonly second: Map<string, Float64Array>;
	readonly #weights: Weights;
	readonly #options: Options;
	readonly #seen = new Set<number>();
	readonly #seenBehind = new Set<number>();
	#updates = 0;

	/** Changes `weights` with each update. */
	constructor(weights: Weights, options: Options) {
		this.#weights = weights;
		this.#options = options;
		this.first = new Map([...weights].map(([name, w]) => [name, new Float64Array(w.length)]));
		this.second = new Map([...weights].map(([name, w]) => [name, new Float64Array(w.length)]));
	}

	/**
	 * `inputs` are the bytes that the gradient came from; `behind` those that the backward network has read. Returns the norm of the
	 * gradient before clipping.
	 */
	update(gradients: Weights, inputs: Iterable<number>, rate: number, behind: Iterable<number> = []): number {
		const { optimizer = "adamw", clip } = this.#options;
		const rule = rules[optimizer];
		const t = ++this.#updates;
		for (const byte of inputs) this.#seen.add(byte);
		for (const byte of behind) this.#seenBehind.add(byte);
		const norm = Math.hypot(...[...gradients.values()].map((g) => Math.hypot(...g)));
		const scale = Math.min(1, clip / norm);
		for (const [name, weights] of this.#weights) {
			const first = this.first.get(name) as Float64Array;
			const second = this.second.get(name) as Float64Array;
			for (let i = 0; i < weights.length; i++) {
				if (name.endsWith("weight_ih_l0") && !this.#seen.has(i % 256)) continue;
				if (name.endsWith("weight_ih_l0_reverse") && !this.#seenBehind.has(i % 256)) continue;
				const g = (gradients.get(name)?.[i] as number) * scale;
				const before = { w: weights[i] as number, m: first[i] as number, v: second[i] as number };
				const { w, m, v } = rule(g, before, rate, this.#options, t);
				weights[i] = w;
				first[i] = m;
				second[i] = v;
			}
		}
		return norm;
	}
}
