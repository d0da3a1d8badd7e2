/**
 * What the text right of the cursor says about the hypotheses. The model reads from left to right, so a hypothesis has its
 * probability without that text. What is typed is an insertion: it ends somewhere, and then the rest of the line follows.
 * By Bayes' rule P(insertion | rest) ∝ P(insertion) · P(rest | insertion). Any place of a hypothesis may be the end of an
 * insertion; the model is asked at the likeliest of them how well the rest follows.
 */
import { Buffer } from "node:buffer";
import { DOCUMENT_END, LINE_END } from "../../model/document.ts";
import type { Hypothesis } from "../search.ts";
import { mostLogProbability, type Trie, type TrieNode } from "../trie.ts";

/** Of the rest, what the model is asked for: more costs time, and the first few bytes tell one place from another. */
const restBytes = 8;
/** Ends that are asked in full: one batch of the model a byte. */
const mostEnds = 8;
/** Ends that are less likely than this, of all insertions, are not worth a hypothesis of their own. */
const leastShare = 0.01;

/** A place where the insertion may end. */
interface End {
	readonly node: TrieNode;
	/** Bytes from the cursor to it. */
	readonly depth: number;
	/** ln P(insertion). */
	readonly logProbability: number;
}

/** Probabilities of nodes, added up over all that lies below them. */
type Sums = Map<TrieNode, number>;

/**
 * `hypotheses` with their probabilities given that `after`, the line right of the cursor, follows what is inserted, and one
 * for each likely end of the insertion. `from`: the node at the cursor.
 */
export function givenRest(
	trie: Trie,
	from: TrieNode,
	hypotheses: readonly Hypothesis[],
	after: string,
): readonly Hypothesis[] {
	const rest = Buffer.from(after.slice(0, restBytes)).subarray(0, restBytes);
	const paths = hypotheses.map(({ bytes }) => pathOf(trie, from, bytes));
	const ends = likeliestEnds(from, hypotheses, paths, rest);
	const fits = trie.logProbabilities(
		ends.map(({ node }) => node),
		rest,
	);
	const weights: Sums = new Map(
		ends.map(({ node, logProbability }, i) => [node, Math.exp(logProbability + (fits[i] as number))]),
	);
	const inserted = sumsBelow(from, weights);
	const usual = usualFit(
		paths,
		hypotheses,
		(inserted.get(from) as number) - (weights.get(from) as number),
		Math.exp(Math.max(...fits)),
	);
	const ended = sumsBelow(from, lineEnds(hypotheses, paths));

	/**
	 * Weight of all insertions that begin with a node's path: those that end at a place that was asked; and whatever else the
	 * path may lead to but the end of the line, which the rest is taken to follow as well as it follows what was found.
	 */
	const weightOf = (node: TrieNode, probability: number, explained: number): number => {
		const asked = inserted.get(node) ?? 0;
		const other = probability - asked - explained - (ended.get(node) ?? 0);
		return asked + usual * Math.max(0, other);
	};
	const whole = weightOf(from, 1, 0);
	const share = (weight: number): number => (whole > 0 ? Math.min(1, weight / whole) : 0);
	const given = hypotheses.map((hypothesis, i): Hypothesis => {
		const path = paths[i] as readonly TrieNode[];
		const explained = explainedAlong(path, hypothesis.bytes, rest, weights);
		const logProbabilities = hypothesis.logProbabilities.map((logProbability, at) =>
			Math.log(share(weightOf(path[at + 1] as TrieNode, Math.exp(logProbability), explained[at + 1] as number))),
		);
		return { ...hypothesis, logProbabilities, ending: "open" };
	});
	const atEnds = ends
		.filter(({ node, depth }) => depth > 0 && share(weights.get(node) as number) >= leastShare)
		.map(({ node, depth }) => upTo(given[paths.findIndex((path) => path[depth] === node)] as Hypothesis, depth));
	return [...atEnds, ...given];
}

/** The nodes from the cursor on, `from` first. */
function pathOf(trie: Trie, from: TrieNode, bytes: Uint8Array): readonly TrieNode[] {
	const path = [from];
	for (const byte of bytes) path.push(trie.child(path.at(-1) as TrieNode, byte));
	return path;
}

/** The cursor itself, where nothing is inserted, and the places of hypotheses that the rest may follow, by its first byte. */
function likeliestEnds(
	from: TrieNode,
	hypotheses: readonly Hypothesis[],
	paths: readonly (readonly TrieNode[])[],
	rest: Uint8Array,
): End[] {
	const found = new Map<TrieNode, End & { readonly score: number }>();
	for (const [i, { bytes, logProbabilities }] of hypotheses.entries()) {
		for (const [depth, node] of (paths[i] as readonly TrieNode[]).entries()) {
			const isBorder = depth === bytes.length || ((bytes[depth] as number) & 0xc0) !== 0x80;
			if (depth === 0 || !isBorder || found.has(node) || node.context === null) continue;
			const logProbability = logProbabilities[depth - 1] as number;
			const score = logProbability + (node.context.logProbabilities[rest[0] as number] as number);
			found.set(node, { node, depth, logProbability, score });
		}
	}
	const likeliest = [...found.values()].sort((a, b) => b.score - a.score).slice(0, mostEnds - 1);
	return [{ node: from, depth: 0, logProbability: 0 }, ...likeliest];
}

/** How well the rest follows what was found, on average: the weight of its ends by its probability, but no better than the best. */
function usualFit(
	paths: readonly (readonly TrieNode[])[],
	hypotheses: readonly Hypothesis[],
	weight: number,
	best: number,
): number {
	const inner = new Set(paths.flatMap((path) => path.slice(0, -1)));
	let found = 0;
	for (const [i, path] of paths.entries()) {
		const leaf = path.at(-1) as TrieNode;
		if (inner.has(leaf)) continue;
		inner.add(leaf);
		found += Math.exp((hypotheses[i] as Hypothesis).logProbabilities.at(-1) ?? 0);
	}
	return found === 0 ? best : Math.min(best, weight / found);
}

/** Of each finished hypothesis, the probability that it is written and that its line ends then. */
function lineEnds(hypotheses: readonly Hypothesis[], paths: readonly (readonly TrieNode[])[]): Sums {
	const ends: Sums = new Map();
	for (const [i, { ending, logProbabilities }] of hypotheses.entries()) {
		const node = (paths[i] as readonly TrieNode[]).at(-1) as TrieNode;
		if (ending !== "finished" || node.context === null) continue;
		const next = node.context.logProbabilities;
		const end = Math.exp(next[LINE_END] as number) + Math.exp(next[DOCUMENT_END] as number);
		// False where the model gives no probabilities.
		if (Math.log(end) <= mostLogProbability) ends.set(node, Math.exp(logProbabilities.at(-1) ?? 0) * end);
	}
	return ends;
}

function sumsBelow(from: TrieNode, values: Sums): Sums {
	const sums: Sums = new Map();
	for (const [end, value] of values) {
		for (let node: TrieNode | null = end; node !== null; node = node === from ? null : node.parent) {
			sums.set(node, (sums.get(node) ?? 0) + value);
		}
	}
	return sums;
}

/**
 * For each place of a path, the weight of the ends above it from which the path itself goes on with the rest: what is
 * written there is the rest, and no insertion any more.
 */
function explainedAlong(path: readonly TrieNode[], bytes: Uint8Array, rest: Uint8Array, weights: Sums): Float64Array {
	const explained = new Float64Array(path.length);
	for (const [end, node] of path.entries()) {
		const weight = weights.get(node) ?? 0;
		for (let at = end; weight > 0 && at < bytes.length; at++) {
			if (at - end < rest.length && bytes[at] !== rest[at - end]) break;
			explained[at + 1] = (explained[at + 1] as number) + weight;
		}
	}
	return explained;
}

/** A hypothesis as far as the insertion goes. */
function upTo({ bytes, logProbabilities, wordEnds }: Hypothesis, depth: number): Hypothesis {
	const inserted = bytes.subarray(0, depth);
	return {
		text: Buffer.from(inserted).toString(),
		bytes: inserted,
		logProbabilities: logProbabilities.subarray(0, depth),
		wordEnds: wordEnds.subarray(0, depth),
		ending: "finished",
	};
}
