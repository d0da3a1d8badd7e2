/**
 * The checks that stand before every engine: a number that is not whole, or out of range, would otherwise leave part of
 * a network without anyone to compute it.
 */
import { Failure } from "../platform/failure.ts";
import {
	type EngineCapabilities,
	type NetworkShape,
	type Precision,
	type Segment,
	SYMBOLS,
	type Symbols,
	type TrainerOptions,
	type WordShape,
} from "./engine.ts";

/** Above every size that fits into a model file (`maxModelBytes`: a GRU of 4,096 units takes 220 MB). */
const mostUnits = 8192;
/** A model has one or two layers; more than 16 is a mistake in a file. */
const mostLayers = 16;
/** A symbol is a number of 16 bits. */
const mostSymbols = 65_536;
/** The arrays of a segment (batch times unroll) must have addresses in a WebAssembly memory: 4 GiB. */
const mostStreams = 4096;
const mostSteps = 65_536;
/** A search follows eight hypotheses; see `maxBatch` in src/server/loader.ts. */
const mostHypotheses = 1024;

function requireWhole(value: number, what: string, most: number): void {
	if (Number.isInteger(value) && value >= 1 && value <= most) return;
	throw new Failure("badArgument", `The number of ${what} must be a whole number from 1 to ${most}, not ${value}`);
}

function requireNumber(value: number, what: string, fits: (value: number) => boolean): void {
	if (typeof value === "number" && fits(value)) return;
	throw new Failure("badArgument", `${what} cannot be ${value}`);
}

function requireShape({ cells }: EngineCapabilities, shape: NetworkShape): void {
	const { cell, hidden, layers, words, direction } = shape;
	if (!cells.has(cell)) throw new Failure("modelUnsupported", cell);
	requireWhole(hidden, "hidden units", mostUnits);
	requireWhole(layers, "layers", mostLayers);
	if (words === undefined) return;
	if (direction === "both") throw new Failure("badArgument", "A network of words cannot read in both directions");
	requireWords(words);
}

function requireWords({ symbols, cutoffs }: WordShape): void {
	requireWhole(symbols, "symbols", mostSymbols);
	let least = SYMBOLS;
	for (const cutoff of [...cutoffs, symbols]) {
		// The last is the number of symbols, and no cluster is empty.
		const fits = Number.isInteger(cutoff) && cutoff >= least && cutoff <= symbols;
		if (!fits) throw new Failure("badArgument", `The clusters of a softmax cannot begin at ${cutoffs.join(", ")}`);
		least = cutoff + 1;
	}
}

/** @throws {Failure} modelUnsupported or badArgument if the engine cannot train such a network in this way */
export function requireTrainable(capabilities: EngineCapabilities, shape: NetworkShape, options: TrainerOptions): void {
	const { batch, unroll, threads, optimizer = "adamw", beta1, beta2, epsilon, weightDecay, clip } = options;
	const { lookahead = 0 } = options;
	requireShape(capabilities, shape);
	const { direction = "forward" } = shape;
	if (!capabilities.directions.has(direction)) {
		throw new Failure("badArgument", "This engine cannot train a network that reads in both directions");
	}
	if (!capabilities.optimizers.has(optimizer)) {
		throw new Failure("badArgument", `This engine has no optimiser ${JSON.stringify(optimizer)}`);
	}
	if (options.mixture !== undefined && !capabilities.mixtures) {
		throw new Failure("badArgument", "This engine cannot train a network as a part of a mixture");
	}
	if (options.mixture !== undefined && direction === "both") {
		throw new Failure("badArgument", "A network that reads in both directions cannot be a part of a mixture");
	}
	if (shape.words !== undefined && options.mixture !== undefined) throw new Failure("wordsOnly");
	requireSampled(shape, options);
	requireWhole(batch, "streams in a batch", mostStreams);
	requireWhole(unroll, "time steps per update", mostSteps);
	requireWhole(threads, "threads", capabilities.threads);
	requireNumber(lookahead, "The lookahead", (value) => Number.isInteger(value) && value >= 0 && value <= mostSteps);
	requireNumber(beta1, "β₁", (value) => value >= 0 && value < 1);
	requireNumber(beta2, "β₂", (value) => value >= 0 && value < 1);
	requireNumber(epsilon, "ε", (value) => value > 0 && value < 1);
	requireNumber(weightDecay, "The weight decay", (value) => value >= 0 && value < Number.POSITIVE_INFINITY);
	requireNumber(clip, "The largest norm of the gradient", (value) => value > 0);
}

function requireSampled({ words }: NetworkShape, { sampled }: TrainerOptions): void {
	if (sampled === undefined) return;
	if (words === undefined || words.cutoffs.length > 0) {
		throw new Failure("badArgument", "Only a softmax over all words can be trained on samples of them");
	}
	requireWhole(sampled.draws, "draws of a sampled softmax", mostSymbols);
	if (sampled.weights.length !== words.symbols || !(sampled.weights.reduce((sum, weight) => sum + weight, 0) > 0)) {
		throw new Failure("badArgument", "The weights of a sampled softmax must be one for each symbol, not all 0");
	}
}

/**
 * @throws {Failure} badArgument if a segment is not of the trainer's size or the rate is not a number: one update with it
 * would spoil all parameters
 */
export function requireUpdatable(
	{ inputs, targets, mask, reset, advice, following }: Segment<Symbols>,
	learningRate: number,
	{ batch, unroll, mixture, lookahead = 0 }: Pick<TrainerOptions, "batch" | "unroll" | "mixture" | "lookahead">,
): void {
	requireNumber(learningRate, "The learning rate", (value) => value >= 0 && value < Number.POSITIVE_INFINITY);
	for (const { length } of [inputs, targets, mask]) {
		if (length !== batch * unroll) throw new Failure("badArgument", `A segment cannot have ${length} positions`);
	}
	if (advice !== undefined && mixture === undefined) {
		throw new Failure("badArgument", "The trainer was not made for a mixture");
	}
	if (following !== undefined) {
		const { bytes, lengths } = following;
		const steps = bytes.length / batch;
		if (!Number.isInteger(steps) || steps > lookahead) {
			throw new Failure("badArgument", `A segment cannot be followed by ${bytes.length} bytes`);
		}
		if (lengths.length !== batch || lengths.some((length) => length > unroll + steps)) {
			throw new Failure("badArgument", "A segment cannot have text of these lengths");
		}
	}
	if (reset.length !== batch) throw new Failure("badArgument", `A segment cannot have ${reset.length} streams`);
}

/** @throws {Failure} modelUnsupported, scoresOnly or badArgument if the engine cannot run such a network in this precision */
export function requirePredictable(
	capabilities: EngineCapabilities,
	shape: NetworkShape,
	precision: Precision,
	maxBatch: number,
): void {
	requireShape(capabilities, shape);
	if (shape.direction === "both") throw new Failure("scoresOnly");
	if (!capabilities.precisions.has(precision)) throw new Failure("modelUnsupported", precision);
	requireWhole(maxBatch, "hypotheses", mostHypotheses);
}
