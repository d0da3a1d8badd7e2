/** A language model that predicts nothing but remembers in its contexts what it has read, and counts the bytes. */
import { Buffer } from "node:buffer";
import type { Context, LanguageModel } from "../../../src/model/languageModel.ts";

export interface HistoryContext extends Context {
	/** All text since the start. */
	readonly history: string;
}

export function historyModel(): LanguageModel & { readonly bytes: number } {
	const logProbabilities = new Float32Array(256).fill(-Math.log(256));
	// Latin-1 until it is looked at, as text may be read in parts of characters.
	const contextOf = (latin1: string): HistoryContext => ({
		logProbabilities,
		get history() {
			return Buffer.from(latin1, "latin1").toString();
		},
		...{ latin1 },
	});
	const after = (context: Context, bytes: Uint8Array): HistoryContext =>
		contextOf((context as unknown as { latin1: string }).latin1 + Buffer.from(bytes).toString("latin1"));
	let bytes = 0;
	return {
		get bytes() {
			return bytes;
		},
		start: () => contextOf(""),
		advance(contexts, next) {
			bytes += contexts.length;
			return contexts.map((context, i) => after(context, Uint8Array.of(next[i] as number)));
		},
		read(context, text) {
			bytes += text.length;
			return after(context, text);
		},
	};
}
