/** Ranks candidates for a place by a network of both directions. */
import { inOrder, type Place, type Ranked } from "../rank.ts";
import type { BothSides } from "./network.ts";
import { candidateScorer, result } from "./score.ts";

/**
 * Bytes on either side of a candidate whose probability counts, too: a candidate may be likely by itself and still make what stands
 * beside it unlikely.
 */
const margin = 16;

/** The most probable first, with the text beside it; of candidates that are equally probable, the one that was named first. */
export function rankFromBothSides(
	network: BothSides,
	place: Place,
	candidates: readonly string[],
	isNormalized: boolean,
): Ranked[] {
	const scorer = result(candidateScorer(network, place, margin));
	const scored = candidates.map((text): Ranked => {
		const { bits, characters } = scorer.score(text);
		return { text, bits, bitsPerCharacter: bits / Math.max(1, characters) };
	});
	return inOrder(scored, isNormalized);
}
