/** What every engine reads from the parameters that it is given. */
import { Failure } from "../platform/failure.ts";
import { type NetworkShape, type Parameters, SYMBOLS } from "./engine.ts";

/** @throws {Failure} modelBroken if there is no such tensor of this shape */
export function tensorOf(parameters: Parameters, name: string, shape: readonly number[]): Float32Array {
	const tensor = parameters.get(name);
	if (tensor === undefined) throw new Failure("modelBroken", `${name} is missing`);
	if (tensor.shape.join() !== shape.join()) throw new Failure("modelBroken", `${name} has shape [${tensor.shape}]`);
	return tensor.data;
}

/**
 * The byte values whose rows of the output layer are trained: those asked for (all if `wanted` is undefined), and those
 * whose output weights are not zero, as their probability depends on the state.
 *
 * @throws {Failure} modelBroken
 */
export function learnedSymbols(shape: NetworkShape, parameters: Parameters, wanted: Uint8Array | undefined): number[] {
	const symbols = Array.from({ length: SYMBOLS }, (_, symbol) => symbol);
	if (wanted === undefined) return symbols;
	const weights = tensorOf(parameters, "head.weight", [SYMBOLS, shape.hidden]);
	const rowOf = (symbol: number) => weights.subarray(symbol * shape.hidden, (symbol + 1) * shape.hidden);
	return symbols.filter((symbol) => wanted.includes(symbol) || rowOf(symbol).some((weight) => weight !== 0));
}
