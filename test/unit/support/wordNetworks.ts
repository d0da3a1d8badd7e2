/** What the tests of both engines have in common for networks of words. */
import type { Predictor, Segment, WordShape } from "../../../src/engines/engine.ts";
import { logSoftmax } from "../reference/words.ts";

export const full: WordShape = { symbols: 311, cutoffs: [] };
export const adaptive: WordShape = { symbols: 311, cutoffs: [259, 270, 303] };

type WordSegment = Segment<Uint16Array> & { readonly advice?: never };

/** Random symbols, nine of ten of them to be predicted. */
export function segmentOf(batch: number, unroll: number, random: () => number, symbols = full.symbols): WordSegment {
	const draw = () => Uint16Array.from({ length: batch * unroll }, () => Math.floor(random() * symbols));
	return {
		inputs: draw(),
		targets: draw(),
		mask: Uint8Array.from({ length: batch * unroll }, () => (random() < 0.9 ? 1 : 0)),
		reset: new Uint8Array(batch),
	};
}

/**
 * Steps through a text beside another one.
 *
 * @param predictor of two streams
 * @param expected `[inputs.length, symbols]` logits
 * @returns the largest difference of a log-probability after each symbol, and the state behind the last
 */
export function stepThrough(
	predictor: Predictor,
	symbols: number,
	inputs: Uint16Array,
	expected: Float64Array,
): { readonly differences: readonly number[]; readonly state: Float32Array } {
	const states = new Float32Array(2 * predictor.stateSize);
	const logits = new Float32Array(2 * symbols);
	const differences = Array.from(inputs, (symbol, t) => {
		predictor.step(2, states, Uint16Array.of(inputs[inputs.length - 1 - t] as number, symbol), logits);
		const row = logSoftmax(Float64Array.from(logits.subarray(symbols)));
		const wanted = logSoftmax(expected.slice(t * symbols, (t + 1) * symbols));
		// A difference that is no number is larger than any.
		return row.reduce((most, value, i) => {
			const difference = Math.abs(value - (wanted[i] as number));
			return difference <= most ? most : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
		}, 0);
	});
	return { differences, state: states.subarray(predictor.stateSize) };
}
