/**
 * Scores by a network of both directions. The probability of each character is that given all others, before and behind it; their
 * product is the *pseudo*-probability of the text (Besag 1975, "Statistical Analysis of Non-Lattice Data"). It is no probability:
 * those of all texts do not sum to 1. So it compares texts with one another, and not with what a model says that reads forward.
 */
import { Buffer } from "node:buffer";
import { countCharacters, DOCUMENT_END, documentHeader, encodeDocument, normalizeLineEnds } from "../document.ts";
import type { Place } from "../rank.ts";
import { LineScores, type Score, type SpanScorer } from "../score.ts";
import type { BothSides } from "./network.ts";

/** The score of a document and of each of its lines; the header and the end mark are read and not counted. */
export function scoreFromBothSides(
	network: BothSides,
	path: string,
	text: string,
): { readonly total: Score; readonly lines: readonly Score[] } {
	const { bytes, skip } = encodeDocument(path, text);
	const nats = result(network.nats(bytes, skip, bytes.length - 1));
	const scores = new LineScores();
	for (const [at, value] of nats.entries()) scores.add(bytes[skip + at] as number, value / Math.LN2);
	scores.finish();
	return { total: scores.total, lines: scores.lines };
}

/**
 * UTF-16 units that are read on either side of a place. A network is trained on pieces of some hundred bytes; text further away
 * changes nothing that could be measured.
 */
const mostBefore = 1024;
const mostAfter = 512;

/** A place at which candidates are scored. */
export interface CandidateScorer {
	/**
	 * How probable `text` is at the place, given what stands on both sides; with `margin`, also how probable so many bytes on
	 * either side are beside it. Line ends may be of any kind.
	 *
	 * Costs two steps of a network of one direction a byte: with 256 units 50 µs.
	 */
	score(text: string): Score;
}

/**
 * Reads what stands around a place, for any number of candidates. Costs a step of one network for each byte read, at most 1,536
 * characters and the header: with 256 units about 25 ms, in slices of a millisecond or two, after which it yields. `result` runs it at once.
 *
 * @param margin bytes on either side whose probability counts, too; candidates of different length then differ less by that alone
 */
export function* candidateScorer(
	network: BothSides,
	{ path, before, after }: Place,
	margin = 0,
): Generator<undefined, CandidateScorer> {
	const start = normalizeLineEnds(before)
		.slice(-mostBefore)
		.replace(/^[\udc00-\udfff]/, "");
	const rest = normalizeLineEnds(after);
	const end = rest.slice(0, mostAfter).replace(/[\ud800-\udbff]$/, "");
	const left = Buffer.from(start);
	const right = Buffer.concat([Buffer.from(end), rest.length > end.length ? Buffer.alloc(0) : Buffer.of(DOCUMENT_END)]);
	const beside = [left.subarray(Math.max(0, left.length - margin)), right.subarray(0, margin)] as const;
	const between = yield* network.between(
		Buffer.concat([documentHeader(path), left.subarray(0, left.length - beside[0].length)]),
		right.subarray(beside[1].length),
	);
	return {
		score(text) {
			const bytes = Buffer.concat([beside[0], Buffer.from(normalizeLineEnds(text)), beside[1]]);
			const nats = between.nats(bytes).reduce((sum, value) => sum + value, 0);
			return { bits: nats / Math.LN2, characters: countCharacters(bytes) };
		},
	};
}

/** A scorer of spans where they stand, with regard to the text on both sides. */
export function fromBothSides(network: BothSides): SpanScorer {
	return {
		*score(span) {
			return (yield* candidateScorer(network, span)).score(span.text);
		},
	};
}

/** Runs a generator that yields only to let others work. */
export function result<T>(steps: Generator<undefined, T>): T {
	for (;;) {
		const { done, value } = steps.next();
		if (done) return value;
	}
}
