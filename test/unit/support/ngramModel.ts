/**
 * A small language model that tests can reason about: it has seen some text, and expects what followed the last few
 * bytes there. Counts of the orders 0 to `order` are interpolated, so nothing has probability 0.
 */
import { Buffer } from "node:buffer";
import type { Context, LanguageModel } from "../../../src/model/languageModel.ts";

interface NgramContext extends Context {
	/** The last bytes, a Latin-1 character each. */
	readonly history: string;
}

/** What the model has been asked to do. */
export interface Work {
	/** Calls of `advance`. */
	batches: number;
	/** Contexts advanced. */
	steps: number;
	/** Bytes read. */
	read: number;
}

export function ngramModel(text: string | Uint8Array, order = 12): LanguageModel & { readonly work: Work } {
	const seen = (
		typeof text === "string" ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.length)
	).toString("latin1");
	const counts = new Map<string, Map<number, number>>();
	for (let i = 0; i < seen.length; i++) {
		for (let length = 0; length <= Math.min(order, i); length++) {
			const history = seen.slice(i - length, i);
			const next = counts.get(history) ?? new Map<number, number>();
			counts.set(history, next);
			const byte = seen.charCodeAt(i);
			next.set(byte, (next.get(byte) ?? 0) + 1);
		}
	}
	const work: Work = { batches: 0, steps: 0, read: 0 };

	function after(history: string): NgramContext {
		const probabilities = new Float64Array(256).fill(1 / 256);
		for (let length = 0; length <= history.length; length++) {
			const next = counts.get(history.slice(history.length - length));
			if (next === undefined) break;
			let total = 0;
			for (const count of next.values()) total += count;
			// The shorter contexts count as much as a twentieth of an occurrence.
			const weight = 0.05;
			for (const [byte, probability] of probabilities.entries()) {
				probabilities[byte] = ((next.get(byte) ?? 0) + weight * probability) / (total + weight);
			}
		}
		return { history, logProbabilities: Float32Array.from(probabilities, Math.log) };
	}

	function next(context: Context, bytes: string): NgramContext {
		return after(((context as NgramContext).history + bytes).slice(-order));
	}

	return {
		work,
		start: () => after(""),
		advance(contexts, bytes) {
			work.batches++;
			work.steps += contexts.length;
			return contexts.map((context, i) => next(context, String.fromCharCode(bytes[i] as number)));
		},
		read(context, bytes) {
			work.read += bytes.length;
			return next(context, Buffer.from(bytes).toString("latin1"));
		},
	};
}
