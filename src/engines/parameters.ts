/** What every engine reads from the parameters that it is given. */
import { Failure } from "../platform/failure.ts";
import { type NetworkShape, type Parameters, SYMBOLS } from "./engine.ts";
import { layerNames, outputWidth } from "./shapes.ts";

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
	const width = outputWidth(shape);
	const weights = tensorOf(parameters, "head.weight", [SYMBOLS, width]);
	const rowOf = (symbol: number) => weights.subarray(symbol * width, (symbol + 1) * width);
	return symbols.filter((symbol) => wanted.includes(symbol) || rowOf(symbol).some((weight) => weight !== 0));
}

/**
 * Checks that no layer of a network of both directions reads the other direction: the state before a byte would then depend on
 * that byte, and the network would score by what it is asked for.
 *
 * @throws {Failure} modelUnsupported
 */
export function requireApart({ cell, hidden, layers, direction }: NetworkShape, parameters: Parameters): void {
	if (direction !== "both") return;
	for (let layer = 1; layer < layers; layer++) {
		for (const isReverse of [false, true]) {
			const name = layerNames(cell, layer, isReverse).weightIh;
			const { data = new Float32Array() } = parameters.get(name) ?? {};
			const other = isReverse ? 0 : hidden;
			for (let row = other; row < data.length; row += 2 * hidden) {
				if (data.subarray(row, row + hidden).every((weight) => weight === 0)) continue;
				throw new Failure(
					"modelUnsupported",
					`${name} reads both directions, so that a byte would be scored by what the network has read of it`,
				);
			}
		}
	}
}
