/** What the backward network of both directions reads at a segment. */
import type { Segment, Symbols } from "../engine.ts";

/** Bytes in the order in which they are read, `[steps · batch]`. */
export interface Reading {
	readonly bytes: Int32Array;
	/** 1 where a stream has text; elsewhere its state stays zero. */
	readonly present: Uint8Array;
}

export interface Behind {
	/** Behind the targets, without a gradient. */
	readonly following: Reading;
	readonly targets: Reading;
}

export function behindOf({ targets, following }: Segment<Symbols>, batch: number): Behind {
	const unroll = targets.length / batch;
	const reading = (bytes: Symbols, first: number): Reading => {
		const steps = bytes.length / batch;
		// From the last step to the first.
		const placeOf = (i: number) => ({ t: steps - 1 - Math.floor(i / batch), b: i % batch });
		return {
			bytes: Int32Array.from(bytes, (_, i) => {
				const { t, b } = placeOf(i);
				return bytes[t * batch + b] as number;
			}),
			present: Uint8Array.from(bytes, (_, i) => {
				const { t, b } = placeOf(i);
				return first + t < (following?.lengths[b] ?? unroll) ? 1 : 0;
			}),
		};
	};
	return { following: reading(following?.bytes ?? new Uint8Array(0), unroll), targets: reading(targets, 0) };
}

/** The bytes that the backward network reads as text. */
export function bytesRead({ following, targets }: Behind): number[] {
	return [following, targets].flatMap(({ bytes, present }) => [...bytes].filter((_, i) => present[i] === 1));
}
