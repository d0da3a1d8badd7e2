/**
 * Anytime search over the bytes that may follow the cursor. The likeliest way is followed to its end first, so that a
 * machine with little time still has a whole line to suggest; the branches it passed come after it, the likeliest first.
 * Joint probabilities fall with every byte and nothing below the floor can be shown: above a floor of f there are at most
 * 1/f hypotheses of one length.
 */
import { Buffer } from "node:buffer";
import { DOCUMENT_END, LINE_END } from "../model/document.ts";
import type { Block, BlockEnd, BlockState } from "./block.ts";
import { loopLength } from "./repetition.ts";
import type { Closers, Nesting } from "./suffix/closers.ts";
import { mostLogProbability, type Trie, type TrieNode } from "./trie.ts";
import { characterBorder, nextUtf8State, type Utf8State, unfit } from "./utf8.ts";

export interface SearchLimits {
	/** Hypotheses followed at a time, once the likeliest way has been followed to its end. */
	readonly width: number;
	/** Bytes asked of the model for one request, of all hypotheses. */
	readonly maxSteps: number;
	/** Of one line. */
	readonly maxBytes: number;
	/** ln of the least joint probability that is followed. */
	readonly floor: number;
}

/** What stands around the cursor, as far as it decides where a hypothesis ends. */
export interface Frame {
	/** What must not be closed again; null if nothing stands right of the cursor. */
	readonly closers: Closers | null;
	/** Null if a hypothesis ends with its line. */
	readonly block: Block | null;
}

/** How a hypothesis ended: the model ended the line (or document, or closed what is closed right of the cursor), or not. */
export type Ending = "finished" | "open";

export interface Hypothesis {
	/** What follows the cursor. */
	readonly text: string;
	/** The same as UTF-8. */
	readonly bytes: Uint8Array;
	/** ln of the joint probability of the first i + 1 bytes. */
	readonly logProbabilities: Float64Array;
	/** `[i]`: probability that no letter, digit or `_` follows the first i + 1 bytes; 0 if that was not asked. */
	readonly wordEnds: Float64Array;
	readonly ending: Ending;
}

/** A hypothesis in the making; a chain, so that those with a common beginning share it. */
interface Live {
	readonly node: TrieNode;
	readonly depth: number;
	readonly logProbability: number;
	readonly utf8: Utf8State;
	readonly nesting: Nesting | null;
	readonly block: BlockState | null;
	/** Bytes before its last line, and the end of the line before that; null in the first. */
	readonly lineStart: number;
	readonly lineBefore: Live | null;
	readonly previous: Live | null;
}

/** One that may be followed; it gets a node if it is. */
type Extension = Omit<Live, "node"> & { readonly previous: Live; readonly byte: number };

/**
 * The ways on from `from`, each as far as the search followed it; one may be the beginning of another. Yields before each
 * step, which is one call of the model; `true` in return ends the search with what it has. More steps never take away
 * what fewer have found: they make a hypothesis longer or add another.
 */
export function* searching(
	trie: Trie,
	from: TrieNode,
	frame: Frame,
	limits: SearchLimits,
): Generator<undefined, Hypothesis[], boolean> {
	const ends: Hypothesis[] = [];
	/** Ways that were passed and not followed yet, the likeliest first. */
	const branches: Extension[] = [];
	let steps = 0;
	let live = [rootOf(from, frame)];
	let width = 1;
	while (live.length > 0 && steps < limits.maxSteps && !(yield)) {
		trie.evaluate(live.map(({ node }) => node));
		steps += live.length;
		live = live.flatMap((hypothesis) => {
			const { extensions, finished, left } = extend(trie, hypothesis, frame, limits);
			if (finished) ends.push(trace(hypothesis, "finished"));
			else if (left && hypothesis.lineBefore !== null) ends.push(trace(hypothesis.lineBefore, "finished"));
			else if (extensions.length === 0) ends.push(trace(hypothesis, "open"));
			extensions.sort(byProbability);
			const [likeliest, ...others] = extensions;
			if (others.length > 0) branches.push(...others);
			if (likeliest === undefined) return [];
			const next = follow(trie, likeliest);
			const loop = loopLength(bytesOf(next));
			if (loop === 0) return [next];
			ends.push(trace(ancestor(next, loop), "open"));
			return [];
		});
		if (live.length === 0) width = limits.width;
		if (live.length < width && branches.length > 0) {
			branches.sort(byProbability);
			for (const branch of branches.splice(0, width - live.length)) live.push(follow(trie, branch));
		}
	}
	for (const hypothesis of live) ends.push(trace(hypothesis, "open"));
	return ends;
}

function rootOf(node: TrieNode, { closers, block }: Frame): Live {
	return {
		node,
		depth: 0,
		logProbability: 0,
		utf8: characterBorder,
		nesting: closers?.start ?? null,
		block: block?.start ?? null,
		lineStart: 0,
		lineBefore: null,
		previous: null,
	};
}

function follow(trie: Trie, { byte, ...rest }: Extension): Live {
	return { ...rest, node: trie.child(rest.previous.node, byte) };
}

function byProbability(a: Extension, b: Extension): number {
	return b.logProbability - a.logProbability;
}

interface Ways {
	readonly extensions: Extension[];
	/** It is likely to end here. */
	readonly finished: boolean;
	/** It is likely to leave the block in its last line. */
	readonly left: boolean;
}

/** The likely next bytes of one hypothesis. */
function extend(
	trie: Trie,
	hypothesis: Live,
	{ closers, block }: Frame,
	limits: Pick<SearchLimits, "floor" | "maxBytes">,
): Ways {
	const { node, depth, utf8, nesting, lineStart, lineBefore } = hypothesis;
	const { logProbabilities } = trie.contextAt(node);
	const least = limits.floor - hypothesis.logProbability;
	const extensions: Extension[] = [];
	let finished = false;
	let left = false;
	for (let byte = 0; byte < logProbabilities.length; byte++) {
		const logProbability = logProbabilities[byte] as number;
		// NaN fails every comparison, so what is no probability is never followed.
		if (!(logProbability >= least && logProbability <= mostLogProbability)) continue;
		if (byte === DOCUMENT_END) {
			finished ||= utf8 === characterBorder;
			continue;
		}
		const nextUtf8 = nextUtf8State(utf8, byte);
		if (nextUtf8 === unfit) continue;
		const nextNesting = nesting === null || closers === null ? null : closers.next(nesting, byte);
		if (nesting !== null && nextNesting === null) {
			finished = true;
			continue;
		}
		const nextBlock = blockAfter(hypothesis.block, block, byte);
		if (nextBlock === "ended") finished = true;
		if (nextBlock === "left") left = true;
		if (nextBlock === "ended" || nextBlock === "left") continue;
		const newLine = byte === LINE_END;
		if (depth - lineStart === limits.maxBytes && !newLine) continue;
		extensions.push({
			byte,
			depth: depth + 1,
			logProbability: hypothesis.logProbability + logProbability,
			utf8: nextUtf8,
			nesting: nextNesting,
			block: nextBlock,
			lineStart: newLine ? depth + 1 : lineStart,
			lineBefore: newLine ? hypothesis : lineBefore,
			previous: hypothesis,
		});
	}
	return { extensions, finished, left };
}

function blockAfter(state: BlockState | null, block: Block | null, byte: number): BlockState | BlockEnd | null {
	if (state === null || block === null) return byte === LINE_END ? "ended" : null;
	return block.next(state, byte);
}

function ancestor(hypothesis: Live, steps: number): Live {
	let found = hypothesis;
	for (let i = 0; i < steps && found.previous !== null; i++) found = found.previous;
	return found;
}

function bytesOf(hypothesis: Live): Uint8Array {
	const bytes = new Uint8Array(hypothesis.depth);
	for (let h = hypothesis; h.previous !== null; h = h.previous) bytes[h.depth - 1] = h.node.byte;
	return bytes;
}

/** The whole of a hypothesis, back to the last character border. */
function trace(hypothesis: Live, ending: Ending): Hypothesis {
	let last = hypothesis;
	while (last.utf8 !== characterBorder && last.previous !== null) last = last.previous;
	const bytes = bytesOf(last);
	const logProbabilities = new Float64Array(bytes.length);
	const wordEnds = new Float64Array(bytes.length);
	for (let h = last; h.previous !== null; h = h.previous) {
		logProbabilities[h.depth - 1] = h.logProbability;
		wordEnds[h.depth - 1] = h.node.wordEnd;
	}
	return { text: Buffer.from(bytes).toString(), bytes, logProbabilities, wordEnds, ending };
}
