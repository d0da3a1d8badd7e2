/** AdamW in float64, as the engines make it; compared with PyTorch's in golden.test.ts. */
import type { TrainerOptions } from "../../../src/engines/engine.ts";
import type { Weights } from "./network.ts";

/**
 * Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019) and the gradient clipped to a
 * global norm. The input weights of bytes that have not occurred yet do not decay.
 */
export class AdamW {
	readonly first: Map<string, Float64Array>;
	readonly second: Map<string, Float64Array>;
	readonly #weights: Weights;
	readonly #options: Omit<TrainerOptions, "batch" | "unroll" | "threads" | "symbols">;
	readonly #seen = new Set<number>();
	#updates = 0;

	/** Changes `weights` with each update. */
	constructor(weights: Weights, options: Omit<TrainerOptions, "batch" | "unroll" | "threads" | "symbols">) {
		this.#weights = weights;
		this.#options = options;
		this.first = new Map([...weights].map(([name, w]) => [name, new Float64Array(w.length)]));
		this.second = new Map([...weights].map(([name, w]) => [name, new Float64Array(w.length)]));
	}

	/** `inputs` are the bytes that the gradient came from. Returns the norm of the gradient before clipping. */
	update(gradients: Weights, inputs: Uint8Array, rate: number): number {
		const { beta1, beta2, epsilon, weightDecay, clip } = this.#options;
		const t = ++this.#updates;
		for (const byte of inputs) this.#seen.add(byte);
		const norm = Math.hypot(...[...gradients.values()].map((g) => Math.hypot(...g)));
		const scale = Math.min(1, clip / norm);
		for (const [name, w] of this.#weights) {
			const m = this.first.get(name) as Float64Array;
			const v = this.second.get(name) as Float64Array;
			for (let i = 0; i < w.length; i++) {
				const g = (gradients.get(name)?.[i] as number) * scale;
				m[i] = beta1 * (m[i] as number) + (1 - beta1) * g;
				v[i] = beta2 * (v[i] as number) + (1 - beta2) * g * g;
				const step = (m[i] as number) / (1 - beta1 ** t);
				const root = Math.sqrt((v[i] as number) / (1 - beta2 ** t));
				const untouched = name.endsWith("weight_ih_l0") && !this.#seen.has(i % 256);
				const keep = untouched ? 1 : 1 - rate * weightDecay;
				w[i] = keep * (w[i] as number) - (rate * step) / (root + epsilon);
			}
		}
		return norm;
	}
}
