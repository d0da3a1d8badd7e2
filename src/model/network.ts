/**
 * A recurrent network as a language model: logits become log-probabilities, and the engine's states, which it
 * overwrites, become contexts that stay as they are.
 */
import type { Predictor, Symbols } from "../engines/engine.ts";
import { symbolCount } from "../engines/shapes.ts";
import { symbolArray } from "../engines/symbols.ts";
import { LINE_END } from "./document.ts";
import type { Context, LanguageModel, NetworkState } from "./languageModel.ts";

/** Tells of a state what the output layer reads of it. */
type OriginOf = (state: Float32Array) => NetworkState;

class NetworkContext implements Context {
	readonly logProbabilities: Float32Array;
	/** `[stateSize]`, never written to after construction. */
	readonly state: Float32Array;
	readonly #originOf: OriginOf;

	constructor(state: Float32Array, logProbabilities: Float32Array, originOf: OriginOf) {
		this.state = state;
		this.logProbabilities = logProbabilities;
		this.#originOf = originOf;
	}

	get origin(): NetworkState {
		return this.#originOf(this.state);
	}
}

/** The model behind `predictor`, of any recurrent cell. Contexts of another model are refused with a TypeError. */
export function createNetwork(predictor: Predictor): LanguageModel<Symbols> {
	const { stateSize, maxBatch } = predictor;
	const symbols = symbolCount(predictor.shape);
	const states = new Float32Array(maxBatch * stateSize);
	const logits = new Float32Array(maxBatch * symbols);
	const inputs: Symbols = new (symbolArray(symbols))(maxBatch);
	// Every document starts with a header that is given, so the network is never asked for a first byte.
	const uniform = new Float32Array(symbols).fill(-Math.log(symbols));
	const { hidden, layers } = predictor.shape;
	const top = (layers - 1) * (stateSize / layers);
	let fingerprint = 0;
	const originOf: OriginOf = (state) => {
		fingerprint ||= fingerprintOf(predictor);
		return { network: fingerprint, units: state.subarray(top, top + hidden) };
	};
	const start = new NetworkContext(new Float32Array(stateSize), uniform, originOf);

	/** One call of the engine: contexts from `from` on, `count` of them. */
	function step(contexts: readonly Context[], bytes: ArrayLike<number>, from: number, count: number, out: Context[]) {
		for (let i = 0; i < count; i++) {
			states.set(stateOf(contexts[from + i]), i * stateSize);
			inputs[i] = bytes[from + i] as number;
		}
		predictor.step(count, states, inputs, logits);
		for (let i = 0; i < count; i++) {
			const state = states.slice(i * stateSize, (i + 1) * stateSize);
			out.push(new NetworkContext(state, logSoftmax(logits, i, symbols), originOf));
		}
	}

	return {
		start: () => start,
		advance(contexts, bytes) {
			const out: Context[] = [];
			for (let from = 0; from < contexts.length; from += maxBatch) {
				step(contexts, bytes, from, Math.min(maxBatch, contexts.length - from), out);
			}
			return out;
		},
		read(context, bytes) {
			if (bytes.length === 0) return context;
			const state = stateOf(context).slice();
			if (bytes.length > 1) predictor.read(state, bytes.subarray(0, -1));
			inputs[0] = bytes.at(-1) as number;
			predictor.step(1, state, inputs, logits);
			return new NetworkContext(state, logSoftmax(logits, 0, symbols), originOf);
		},
	};
}

/** FNV-1a of what it says after a line end: as good as different for different networks. Never 0. */
function fingerprintOf(predictor: Predictor): number {
	const logits = new Float32Array(symbolCount(predictor.shape));
	predictor.step(1, new Float32Array(predictor.stateSize), Uint8Array.of(LINE_END), logits);
	let hash = 0x811c9dc5;
	for (const byte of new Uint8Array(logits.buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
	return hash >>> 0 || 1;
}

function stateOf(context: Context | undefined): Float32Array {
	if (context instanceof NetworkContext) return context.state;
	throw new TypeError("The context is not one of a recurrent network");
}

/** Row `index` of the logits less the logarithm of the sum of their exponentials. */
function logSoftmax(logits: Float32Array, index: number, symbols: number): Float32Array {
	const row = logits.slice(index * symbols, (index + 1) * symbols);
	let greatest = -Infinity;
	let sum = 0;
	// By index: iterators take several times as long until V8 has optimised them, in the first answer among others.
	for (let i = 0; i < symbols; i++) if ((row[i] as number) > greatest) greatest = row[i] as number;
	for (let i = 0; i < symbols; i++) sum += Math.exp((row[i] as number) - greatest);
	const normalizer = greatest + Math.log(sum);
	for (let i = 0; i < symbols; i++) row[i] = (row[i] as number) - normalizer;
	return row;
}
