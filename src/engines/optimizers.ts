/** What the optimisers of all engines have in common. */
import type { OptimizerName } from "./engine.ts";

/**
 * A second moment whose root is far below any ε. In an optimiser's state it says that updates have met a byte, where nothing
 * else is remembered of it.
 */
export const TRACE = 1e-30;

/** What depends on the optimiser: the rate and the like of an update, as src/kernels/optimizer.ts writes the steps down. */
export interface StepScalars {
	readonly rate: number;
	readonly decay: number;
	readonly keep: number;
	readonly beta1: number;
	readonly rootCorrection: number;
}

interface Given {
	readonly optimizer: OptimizerName;
	readonly learningRate: number;
	readonly weightDecay: number;
	readonly beta1: number;
	readonly beta2: number;
	/** Number of the update, from 1. */
	readonly update: number;
}

/** The scalars of one update. */
export function stepScalars({ optimizer, learningRate, weightDecay, beta1, beta2, update }: Given): StepScalars {
	const plain = { rate: learningRate, decay: weightDecay, keep: 1, beta1: 0, rootCorrection: 1 };
	const corrected = {
		...plain,
		rate: learningRate / (1 - beta1 ** update),
		beta1,
		rootCorrection: 1 / Math.sqrt(1 - beta2 ** update),
	};
	switch (optimizer) {
		case "sgd":
		case "rmsprop":
			return plain;
		case "momentum":
			return { ...plain, beta1 };
		case "adam":
			return corrected;
		case "adamw":
			return { ...corrected, decay: 0, keep: 1 - learningRate * weightDecay };
	}
}
