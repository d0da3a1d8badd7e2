/** Every number that decides how a network is trained, in one place. How they were found: bench/NOTES.md. */
import type { NetworkShape } from "../engines/engine.ts";
import type { Initialization } from "../model/initialize.ts";

export interface Recipe {
	readonly shape: NetworkShape;
	/** Streams, and time steps per update. */
	readonly batch: number;
	readonly unroll: number;
	/** Length of the pieces that a stream reads before it goes on elsewhere. */
	readonly segmentBytes: number;
	/** Highest learning rate, of a new model and of one that is trained further. */
	readonly learningRate: { readonly cold: number; readonly warm: number };
	/** Updates over which the rate rises to its highest. */
	readonly warmUpUpdates: number;
	/** Share of the highest rate that is left at the end of the cosine. */
	readonly finalRate: number;
	readonly beta1: number;
	readonly beta2: number;
	readonly epsilon: number;
	readonly weightDecay: number;
	readonly clip: number;
	/** Passes over the text after which more do harm; the schedule ends there if time does not end it before. */
	readonly maxEpochs: number;
	/**
	 * Share of the parameters that a model was trained on from, in the model that comes of it: so it keeps more of what it
	 * knew (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models"). The memory knows the workspace itself.
	 */
	readonly shareOfStart: number;
	readonly initialization: Initialization;
	readonly seed: number;
}

export const defaultRecipe: Recipe = {
	shape: { cell: "gru", hidden: 256, layers: 1 },
	batch: 8,
	unroll: 32,
	segmentBytes: 768,
	learningRate: { cold: 4.5e-3, warm: 2e-3 },
	warmUpUpdates: 50,
	finalRate: 0.02,
	beta1: 0,
	beta2: 0.99,
	epsilon: 1e-8,
	weightDecay: 0.02,
	clip: 1,
	maxEpochs: 12,
	shareOfStart: 0.5,
	initialization: { inputDeviation: 0.5, recurrentGain: 1, keepBias: 2 },
	seed: 1,
};

export interface PretrainingRecipe extends Omit<Recipe, "learningRate" | "maxEpochs" | "shareOfStart"> {
	/** The highest. */
	readonly learningRate: number;
}

/** Parts of the recipe that a caller may set; the rest is the default's. */
export interface RecipeOptions {
	readonly hidden?: number | undefined;
	readonly layers?: number | undefined;
	readonly batch?: number | undefined;
	readonly unroll?: number | undefined;
	readonly seed?: number | undefined;
}

/** For a training of so many CPU-seconds; a longer one is worth a larger network. */
export function recipeOf(options: RecipeOptions, cpuSeconds: number): Recipe {
	const { shape } = defaultRecipe;
	return {
		...defaultRecipe,
		shape: { ...shape, hidden: options.hidden ?? hiddenFor(cpuSeconds), layers: options.layers ?? shape.layers },
		batch: options.batch ?? defaultRecipe.batch,
		unroll: options.unroll ?? defaultRecipe.unroll,
		seed: options.seed ?? defaultRecipe.seed,
	};
}

/**
 * Units that gave the lowest bits per character for a time, between what is worth completing with and what completes at
 * once: 112 at 15 CPU-seconds, 192 at a minute, 288 at three, 384 from six minutes and a half on.
 */
function hiddenFor(cpuSeconds: number): number {
	const units = 8 * Math.round((HIDDEN_AT_A_MINUTE / 8) * (cpuSeconds / 60) ** HIDDEN_GROWTH);
	return Math.min(MOST_HIDDEN, Math.max(LEAST_HIDDEN, units));
}

const HIDDEN_AT_A_MINUTE = 192;
const HIDDEN_GROWTH = 0.37;
const LEAST_HIDDEN = 96;
const MOST_HIDDEN = 384;

export type Schedule = Pick<Recipe, "warmUpUpdates" | "finalRate">;

/**
 * The learning rate as a share of the highest: a linear rise, then half a cosine over `fraction` (0–1) of the budget.
 */
export function rateAt(recipe: Schedule, update: number, fraction: number): number {
	const warmUp = Math.min(1, (update + 1) / recipe.warmUpUpdates);
	const cosine = (1 + Math.cos(Math.PI * Math.min(1, fraction))) / 2;
	return warmUp * (recipe.finalRate + (1 - recipe.finalRate) * cosine);
}

/** Of a base model, which sees far more text than a workspace has, and hardly any of it twice. */
export function pretrainingRecipe(options: RecipeOptions & { readonly rate?: number | undefined }): PretrainingRecipe {
	const { maxEpochs: _epochs, shareOfStart: _share, ...recipe } = defaultRecipe;
	return {
		...recipe,
		shape: { ...recipe.shape, hidden: options.hidden ?? 384, layers: options.layers ?? 1 },
		batch: options.batch ?? 8,
		unroll: options.unroll ?? 64,
		segmentBytes: 2048,
		learningRate: options.rate ?? 3.5e-3,
		warmUpUpdates: 500,
		seed: options.seed ?? recipe.seed,
	};
}
