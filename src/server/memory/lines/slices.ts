/** Work on long texts in slices of a millisecond or two: each generator yields between two slices. */
import { findSecrets, secretMask } from "../../../corpus/secrets/mask.ts";
import type { Span } from "../../../corpus/secrets/span.ts";

/** Does all that is left of some sliced work at once. */
export function finish<T>(steps: Generator<undefined, T>): T {
	let step = steps.next();
	while (!step.done) step = steps.next();
	return step.value;
}

const sliceUnits = 2 ** 15;
/** Secrets begin and end within a slice and so many UTF-16 units around it: blocks of keys are at most 32 KiB long. */
const aroundUnits = 2 ** 15 + 2 ** 10;
/** Without such blocks, tokens and passwords are much shorter. */
const aroundTokens = 2 ** 12;
const blockMark = "-----BEGIN ";

/** As `maskSecrets`, in slices. */
export function* maskingSecrets(text: string, path?: string, slice = sliceUnits): Generator<undefined, string> {
	const around = text.includes(blockMark) ? aroundUnits : aroundTokens;
	const pieces: string[] = [];
	let end = 0;
	for (let from = 0; from < text.length; from += slice) {
		for (const span of secretsIn(text, path, from, from + slice, around)) {
			// The last secret of a slice may reach into the next one.
			if (span.end <= end) continue;
			if (span.start >= end) pieces.push(text.slice(end, span.start), secretMask);
			end = span.end;
		}
		yield;
	}
	return end === 0 ? text : pieces.join("") + text.slice(end);
}

/** The secrets that begin between `from` and `to`. */
function secretsIn(text: string, path: string | undefined, from: number, to: number, around: number): Span[] {
	const start = Math.max(0, from - around);
	return findSecrets(text.slice(start, to + around), path)
		.map((span) => ({ start: span.start + start, end: span.end + start }))
		.filter((span) => span.start >= from && span.start < to);
}
