/** Lays texts out for an evaluation, the same for every engine. */
import type { Segment } from "./engine.ts";
import { type Symbols, symbolsLike } from "./symbols.ts";

/** Of a byte. */
const BITS = 8;

/** Streams, steps, and bytes behind a segment that a network of both directions reads. */
interface Sizes {
	readonly batch: number;
	readonly unroll: number;
	readonly lookahead?: number;
}

/**
 * Segments that read every text once, each from the zero state, in `batch` streams side by side. The mask counts a symbol of
 * text i as a target from place `skip[i]` on. `advice` is what another model says of each text, as in `Segment`. All segments
 * share their arrays: one must be done with before the next is asked for.
 */
export function* evaluationSegments<S extends Symbols = Uint8Array>(
	texts: readonly S[],
	skip: readonly number[],
	{ batch, unroll, lookahead = 0 }: Sizes,
	advice?: readonly Int8Array[],
): Generator<Segment<S>, void> {
	const nothing = symbolsLike(texts[0] ?? (new Uint8Array(0) as Symbols as S), 0);
	const segment = {
		inputs: symbolsLike(nothing, unroll * batch),
		targets: symbolsLike(nothing, unroll * batch),
		mask: new Uint8Array(unroll * batch),
		reset: new Uint8Array(batch),
		following: { bytes: new Uint8Array(lookahead * batch), lengths: new Uint32Array(batch) },
		...(advice === undefined ? {} : { advice: new Int8Array(unroll * batch * BITS) }),
	};
	// The longest texts first, each to the stream that is free next, so that the streams end at about the same time.
	const order = texts.map((_, index) => index).sort((a, b) => (texts[b]?.length ?? 0) - (texts[a]?.length ?? 0));
	const streams = Array.from({ length: batch }, () => ({ index: -1, text: nothing, skip: 0, at: 0 }));
	for (;;) {
		segment.mask.fill(0);
		segment.reset.fill(0);
		let busy = false;
		for (const [b, stream] of streams.entries()) {
			while (stream.at >= stream.text.length - 1 && order.length > 0) {
				const next = order.shift() as number;
				stream.index = next;
				stream.text = texts[next] ?? stream.text;
				stream.skip = skip[next] ?? 0;
				stream.at = 0;
				segment.reset[b] = 1;
			}
			const left = Math.max(0, stream.text.length - 1 - stream.at);
			const count = Math.min(unroll, left);
			segment.following.lengths[b] = Math.min(unroll + lookahead, left);
			for (let t = unroll; t < Math.min(unroll + lookahead, left); t++) {
				segment.following.bytes[(t - unroll) * batch + b] = stream.text[stream.at + t + 1] as number;
			}
			for (let t = 0; t < count; t++, stream.at++) {
				const i = t * batch + b;
				segment.inputs[i] = stream.text[stream.at] as number;
				segment.targets[i] = stream.text[stream.at + 1] as number;
				segment.mask[i] = stream.at + 1 >= stream.skip ? 1 : 0;
				const told = advice?.[stream.index]?.subarray((stream.at + 1) * BITS, (stream.at + 2) * BITS);
				if (told !== undefined) segment.advice?.set(told, i * BITS);
			}
			busy ||= count > 0;
		}
		if (!busy) return;
		yield segment;
	}
}
