/**
 * The checks that stand before every engine: a number that is not whole, or out of range, would otherwise leave part of
 * a network without anyone to compute it.
 */
import { Failure } from "../platform/failure.ts";
import type { EngineCapabilities, NetworkShape, Precision, TrainerOptions } from "./engine.ts";

/** Above every size that fits into a model file (`maxModelBytes`: a GRU of 4,096 units takes 220 MB). */
const mostUnits = 8192;
/** A model has one or two layers; more than 16 is a mistake in a file. */
const mostLayers = 16;
/** The arrays of a segment (batch times unroll) must have addresses in a WebAssembly memory: 4 GiB. */
const mostStreams = 4096;
const mostSteps = 65_536;
/** A search follows eight hypotheses; see `maxBatch` in src/server/loader.ts. */
const mostHypotheses = 1024;

function requireWhole(value: number, what: string, most: number): void {
	if (Number.isInteger(value) && value >= 1 && value <= most) return;
	throw new Failure("badArgument", `The number of ${what} must be a whole number from 1 to ${most}, not ${value}`);
}

function requireShape({ cells }: EngineCapabilities, { cell, hidden, layers }: NetworkShape): void {
	if (!cells.has(cell)) throw new Failure("modelUnsupported", cell);
	requireWhole(hidden, "hidden units", mostUnits);
	requireWhole(layers, "layers", mostLayers);
}

/** @throws {Failure} modelUnsupported or badArgument if the engine cannot train such a network in this way */
export function requireTrainable(
	capabilities: EngineCapabilities,
	shape: NetworkShape,
	{ batch, unroll, threads }: Pick<TrainerOptions, "batch" | "unroll" | "threads">,
): void {
	requireShape(capabilities, shape);
	requireWhole(batch, "streams in a batch", mostStreams);
	requireWhole(unroll, "time steps per update", mostSteps);
	requireWhole(threads, "threads", capabilities.threads);
}

/** @throws {Failure} modelUnsupported or badArgument if the engine cannot run such a network in this precision */
export function requirePredictable(
	capabilities: EngineCapabilities,
	shape: NetworkShape,
	precision: Precision,
	maxBatch: number,
): void {
	requireShape(capabilities, shape);
	if (!capabilities.precisions.has(precision)) throw new Failure("modelUnsupported", precision);
	requireWhole(maxBatch, "hypotheses", mostHypotheses);
}
