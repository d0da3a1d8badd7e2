/** Every number that decides how a network is trained, with the reason for it. All measurements: bench/NOTES.md. */
import type { Softmax, TokenScheme } from "../domain/words.ts";
import type { Cell, Direction, MixtureWeights, NetworkShape, OptimizerName } from "../engines/engine.ts";
import { cellLayout } from "../engines/shapes.ts";
import type { Initialization } from "../model/initialize.ts";

export interface Recipe {
	readonly shape: NetworkShape;
	/** Streams, and time steps per update. */
	readonly batch: number;
	readonly unroll: number;
	/** Bytes behind a segment that a network of both directions reads in a validation; an update begins at the end of its segment. */
	readonly lookahead: number;
	/** Length of the pieces that a stream reads before it goes on elsewhere. */
	readonly segmentBytes: number;
	/** Highest learning rate, of a new model and of one that is trained further. */
	readonly learningRate: { readonly cold: number; readonly warm: number };
	/** Updates over which the rate rises to its highest. */
	readonly warmUpUpdates: number;
	/** Share of the highest rate that is left at the end of the cosine. */
	readonly finalRate: number;
	readonly optimizer: OptimizerName;
	/** Of a word model. */
	readonly softmax: Softmax;
	readonly beta1: number;
	readonly beta2: number;
	readonly epsilon: number;
	readonly weightDecay: number;
	readonly clip: number;
	/** Passes over the text after which more do harm; the schedule ends there if time does not end it before. */
	readonly maxEpochs: number;
	/**
	 * Share of the parameters that a model was trained on from, in the model that comes of it: so it keeps more of what it
	 * knew (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
	 */
	readonly shareOfStart: number;
	/** Other shares that are tried in the end; the one that predicts the validation text best is taken. */
	readonly sharesToTry: readonly number[];
	/**
	 * Segments of which the memory knows most are left out: those kept hold this share, 0–1, of all that it does not know. Without
	 * advice of the memory all are kept.
	 */
	readonly surpriseShare: number;
	/** How the network is mixed with the memory while it is trained. */
	readonly mixtureWeights: MixtureWeights;
	readonly initialization: Initialization;
	readonly seed: number;
}

/**
 * The recipe of a workspace's model. Figures are bits per character of rxjs's held-out files after 60 CPU-seconds from random
 * weights; two seeds differ by about 0.01.
 */
export const defaultRecipe: Recipe = {
	// `recipeOf` chooses the size by the time. Two layers are as good as one larger one, and too slow for suggestions.
	shape: { cell: "gru", hidden: 256, layers: 1 },
	// At equal characters 8 streams gave 1.53 and 32 gave 1.98: small updates learn faster. The kernels compute 8 at a time.
	batch: 8,
	// 1.301; 64 steps gave 1.307 at their best rate: they learn from further back, with half as many updates.
	unroll: 32,
	lookahead: 0,
	// 1.252; 1.293 with 400, where too much is read without context, and with 4,096, where the streams read much alike.
	segmentBytes: 768,
	learningRate: {
		// With 3.3e-3 it was 1.265 instead of 1.249; with 8e-3, while there was momentum, 1.340 instead of 1.301.
		cold: 4.5e-3,
		// The gradient of the mixture's loss is small beside its noise: 2e-3 gave 1.2 % fewer bits, 5e-4 1.9 %.
		warm: 5e-4,
	},
	// One in a hundred of the 6,000 updates of a minute. Adam's second moments are no good before (chosen, not measured).
	warmUpUpdates: 50,
	// The cosine ends near zero, so that the last weights need no averaging: that gained nothing (1.232 and 1.231).
	finalRate: 0.02,
	optimizer: "adamw",
	softmax: "adaptive",
	// Without momentum 1.294, with 0.9 1.301; a base gave 2.370 and 2.423.
	beta1: 0,
	// With 0.999 it was 1.258 instead of 1.249: a short training has to forget its first gradients.
	beta2: 0.99,
	// PyTorch's default.
	epsilon: 1e-8,
	// 1.275; with 0.1 1.320.
	weightDecay: 0.02,
	// Norm of the gradient. It keeps one odd segment from undoing many updates (Pascanu et al. 2013); the usual value.
	clip: 1,
	// In a folder of 0.4 million characters the best validation came after five passes of eleven.
	maxEpochs: 12,
	// A mean with the start takes noise out, too: see bench/NOTES.md, "Trained as a part of the mixture".
	shareOfStart: 0.2,
	sharesToTry: [0, 0.5],
	// 2.1 % fewer bits after 12 CPU-seconds; 1.9 with all segments.
	surpriseShare: 0.8,
	// Real mixture after 10 CPU-seconds, two projects: 0.7 and 0.8 % fewer bits; with weights fitted to the base (0.37 to 0.57, and
	// 0.8) 0.7; with 0.8 and 0.45 0.6; with 1 and 0.6 0.5; without the memory 0.1 (bench/NOTES.md).
	mixtureWeights: mixtureWeights((odds) => [0.6, 0.6 * odds]),
	// Update gate: 1.294 with 0, 1.258 with 1, 1.249 with 2. Recurrent weights 0.6 times as large: 1.261. Input table with 0.15:
	// no difference.
	initialization: { inputDeviation: 0.5, recurrentGain: 1, keepBias: 2 },
	seed: 1,
};

export interface PretrainingRecipe
	extends Omit<
		Recipe,
		"learningRate" | "maxEpochs" | "shareOfStart" | "sharesToTry" | "surpriseShare" | "mixtureWeights"
	> {
	/** The highest. */
	readonly learningRate: number;
}

/**
 * What differs from the recipe above for other cells. Figures are bits per character of this project's held-out files after 10
 * CPU-seconds (bench/NOTES.md, "Cells"), where the GRU had 2.029 with its rate and 1.947 with 8e-3: a longer training wants
 * lower rates, so each rate here is somewhat below the best one there.
 */
const cellRecipes: Readonly<Record<Cell, Partial<Recipe>>> = {
	gru: {},
	lstm: {
		// 2.142 with 4.5e-3, 1.974 with 8e-3, 1.953 with 1.2e-2.
		learningRate: { cold: 6e-3, warm: 2.5e-3 },
		// 2.142; with a forget bias of 2 it was 2.242. Jozefowicz et al. 2015 found 1 best, too.
		initialization: { inputDeviation: 0.5, recurrentGain: 1, keepBias: 1 },
	},
	rnn_tanh: {
		// 2.300 with 3e-3, 2.191 with 6e-3, 2.330 with 1e-2.
		learningRate: { cold: 4e-3, warm: 1.5e-3 },
		// With a gain of 0.7 2.190, with 1 2.191.
		initialization: { inputDeviation: 0.5, recurrentGain: 1, keepBias: 0 },
	},
	rnn_relu: {
		// 2.134 with 3e-3, 2.031 with 6e-3, 2.075 with 1e-2.
		learningRate: { cold: 4e-3, warm: 1.5e-3 },
		// Half the identity forgets within some bytes, so that no state grows without end: 2.702, and 2.768 with 0.9. Larger
		// inputs (0.3) gained 0.008.
		initialization: { inputDeviation: 0.1, recurrentGain: 0.5, keepBias: 0 },
	},
};

/**
 * What differs for a network of both directions. Figures are bits per character, each given all others, of ky's and httpie's held-out
 * files after 20 CPU-seconds (bench/NOTES.md, "Both directions").
 */
const bothDirections = {
	// 1.50 on ky; 64 steps gave 1.61, as with a GRU. An update that reads 16 bytes behind its segment, or 32, takes a tenth or a sixth longer:
	// 1.52 and 1.55, and on httpie 1.76 and 1.80 instead of 1.74.
	unroll: 32,
	// A validation need not count what an update must: what stands far behind a byte hardly matters.
	lookahead: 64,
} satisfies Partial<Recipe>;

/** What differs for a word model, whose steps are words, not bytes: a segment is of about as many characters. */
const wordRecipe: Pick<Recipe, "segmentBytes"> = { segmentBytes: 256 };

/** What an optimiser needs besides; its rate in multiples of that of AdamW. */
interface OptimizerRecipe extends Pick<Recipe, "beta1" | "beta2" | "weightDecay"> {
	readonly rates: number;
}

/**
 * The others have no weight decay, as it belongs to their gradient, which Adam and RMSProp scale. Figures as above, of the GRU:
 * AdamW 2.029.
 */
const optimizerRecipes: Readonly<Record<OptimizerName, OptimizerRecipe>> = {
	adamw: { rates: 1, beta1: defaultRecipe.beta1, beta2: defaultRecipe.beta2, weightDecay: defaultRecipe.weightDecay },
	// PyTorch's decay rates: 2.147.
	adam: { rates: 1, beta1: 0.9, beta2: 0.999, weightDecay: 0 },
	// 2.062; 1.938 with the rate at which AdamW gives 1.947.
	rmsprop: { rates: 1, beta1: 0, beta2: 0.99, weightDecay: 0 },
	// 2.389 with a rate of 0.14, 2.086 with 0.4.
	momentum: { rates: 90, beta1: 0.9, beta2: 0, weightDecay: 0 },
	// 2.487 with a rate of 0.9, 2.079 with 3.
	sgd: { rates: 600, beta1: 0, beta2: 0, weightDecay: 0 },
};

/**
 * @param of the weight of the network's log-odds, and what is added to it, by the log-odds of the memory, nats
 */
function mixtureWeights(of: (odds: number) => readonly [weight: number, offset: number]): MixtureWeights {
	const network = new Float32Array(256);
	const offset = new Float32Array(256);
	for (let i = 0; i < 256; i++) [network[i], offset[i]] = of((i - 128) / 10);
	return { network, offset };
}

/** Parts of the recipe that a caller may set; the rest is the default's. */
export interface RecipeOptions {
	readonly cell?: Cell | undefined;
	readonly direction?: Direction | undefined;
	readonly optimizer?: OptimizerName | undefined;
	/** `byte` if absent. */
	readonly tokens?: TokenScheme | undefined;
	/** Most words of the vocabulary of a new word model. */
	readonly words?: number | undefined;
	readonly softmax?: Softmax | undefined;
	readonly hidden?: number | undefined;
	readonly layers?: number | undefined;
	readonly batch?: number | undefined;
	readonly unroll?: number | undefined;
	readonly seed?: number | undefined;
}

/** For a training of so many CPU-seconds; a longer one is worth a larger network. */
export function recipeOf(options: RecipeOptions, cpuSeconds: number): Recipe {
	const { shape } = defaultRecipe;
	const cell = options.cell ?? shape.cell;
	const optimizer = options.optimizer ?? defaultRecipe.optimizer;
	const { rates, ...optimizerRecipe } = optimizerRecipes[optimizer];
	const isBoth = options.direction === "both";
	const recipe = {
		...defaultRecipe,
		...cellRecipes[cell],
		...(isBoth ? bothDirections : {}),
		...(options.tokens === "word" ? wordRecipe : {}),
	};
	const { cold, warm } = recipe.learningRate;
	return {
		...recipe,
		...optimizerRecipe,
		optimizer,
		softmax: options.softmax ?? recipe.softmax,
		learningRate: { cold: cold * rates, warm: warm * rates },
		shape: {
			cell,
			hidden: options.hidden ?? unitsAtCostOf(hiddenFor(cpuSeconds), cell, isBoth),
			layers: options.layers ?? shape.layers,
			...(isBoth ? { direction: "both" } : {}),
		},
		batch: options.batch ?? recipe.batch,
		unroll: options.unroll ?? recipe.unroll,
		seed: options.seed ?? defaultRecipe.seed,
	};
}

/**
 * The size that gave the lowest bits per character for a time: 112 units at 15 CPU-seconds, 192 at a minute, 288 at three, 384
 * from six minutes and a half on.
 */
function hiddenFor(cpuSeconds: number): number {
	const units = 8 * Math.round((HIDDEN_AT_A_MINUTE / 8) * (cpuSeconds / 60) ** HIDDEN_GROWTH);
	return Math.min(MOST_HIDDEN, Math.max(LEAST_HIDDEN, units));
}

/**
 * So many units that a character costs as much as with a GRU of `units`, counted in multiplications: H² for each gate, H for
 * each byte value that occurs, and what the functions of a unit take; all of that twice with both directions.
 */
function unitsAtCostOf(units: number, cell: Cell, isBoth: boolean): number {
	if (cell === "gru" && !isBoth) return units;
	const perUnit = (kind: Cell) => USUAL_SYMBOLS + FUNCTION_COST * functionsOf[kind];
	const { gates } = cellLayout[cell];
	const cost = ((cellLayout.gru.gates * units + perUnit("gru")) * units) / (isBoth ? 2 : 1);
	const rest = perUnit(cell);
	const same = (Math.sqrt(rest ** 2 + 4 * gates * cost) - rest) / (2 * gates);
	return 8 * Math.round(same / 8);
}

/** Byte values that occur in a workspace of source code. */
const USUAL_SYMBOLS = 100;
/** What a sigmoid or a tanh takes, in multiplications of the products, of which a processor does sixteen at a time. */
const FUNCTION_COST = 20;
/** Sigmoids and hyperbolic tangents of one unit in one step. */
const functionsOf: Readonly<Record<Cell, number>> = { gru: 3, lstm: 5, rnn_tanh: 1, rnn_relu: 0 };

/** On a machine with other work: 192, 216 and 256 units gave 1.265, 1.281 and 1.305. */
const HIDDEN_AT_A_MINUTE = 192;
/** Fitted to the best sizes at 5, 15 and 60 CPU-seconds; see bench/NOTES.md, "Training recipe". */
const HIDDEN_GROWTH = 0.37;
/** At 5 CPU-seconds 128 units gave 1.855, and 192 gave 1.997. Fewer than 96 save hardly any time. */
const LEAST_HIDDEN = 96;
/** One step takes 19 µs; a suggestion may take no more than 20. */
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

/**
 * The recipe of a base model, which reads far more text than a workspace has, and hardly any of it twice. Figures are mean bits
 * per character of six languages after 60 CPU-seconds (bench/NOTES.md, "Pretraining").
 */
export function pretrainingRecipe(options: RecipeOptions & { readonly rate?: number | undefined }): PretrainingRecipe {
	// The largest network that suggestions allow comes of the longest training.
	const {
		maxEpochs: _epochs,
		shareOfStart: _share,
		sharesToTry: _shares,
		surpriseShare: _surprise,
		mixtureWeights: _mixture,
		...recipe
	} = recipeOf(options, Number.POSITIVE_INFINITY);
	const share = recipe.learningRate.cold / defaultRecipe.learningRate.cold;
	return {
		...recipe,
		// 16 streams gave 2.539, 8 gave 2.370.
		batch: options.batch ?? 8,
		// 32 steps gave 2.313 instead of 2.272, and a long training can use the longer reach.
		unroll: options.unroll ?? 64,
		// Segments of 768 bytes gave 2.394 instead of 2.370.
		segmentBytes: 2048,
		// 4e-3 gave 2.272 and 2e-3 gave 2.370; a long training gets a little less than a short one.
		learningRate: options.rate ?? 3.5e-3 * share,
		// Ten times as long as in a workspace: there is time, and the first updates decide more (chosen, not measured).
		warmUpUpdates: 500,
		seed: options.seed ?? recipe.seed,
	};
}
