/**
 * What has been typed on a line, and what might be typed, as a tree of bytes whose nodes hold the model's contexts. To
 * type is to walk down, to delete is to walk up: neither asks the model anything that it has answered before.
 */
import type { Context, LanguageModel } from "../model/languageModel.ts";

/** Rounding takes the logarithm of a probability no further above 0; what is greater, or NaN, is no probability. */
export const mostLogProbability = 0.01;

export class TrieNode {
	/** Null at the root. The node becomes a root when the line before it is left. */
	parent: TrieNode | null;
	/** The byte that leads here from the parent. */
	readonly byte: number;
	/** Null until someone needs it. */
	context: Context | null;
	children: Map<number, TrieNode> | null = null;
	#wordEnd: number | null = null;

	constructor(parent: TrieNode | null, byte: number, context: Context | null) {
		this.parent = parent;
		this.byte = byte;
		this.context = context;
	}

	/** Probability that no part of a word follows; 0 without a context. */
	get wordEnd(): number {
		if (this.context === null) return 0;
		this.#wordEnd ??= wordEndOf(this.context.logProbabilities);
		return this.#wordEnd;
	}
}

function wordEndOf(logProbabilities: Float32Array): number {
	let sum = 0;
	for (const [byte, logProbability] of logProbabilities.entries()) {
		if (!wordBytes[byte]) sum += Math.exp(logProbability);
	}
	return sum;
}

/** Letters, digits, `_` and `$`; beyond ASCII everything, as most of it is letters. */
const wordBytes = Array.from({ length: 256 }, (_, byte) => byte >= 0x80 || /[\w$]/.test(String.fromCharCode(byte)));

/** Nodes from `node` on. Not by recursion: a trie may be as deep as a line is long. */
function sizeOf(node: TrieNode): number {
	const left = [node];
	let size = 0;
	for (let next = left.pop(); next !== undefined; next = left.pop()) {
		size++;
		if (next.children !== null) left.push(...next.children.values());
	}
	return size;
}

export class Trie {
	readonly root: TrieNode;
	readonly #model: LanguageModel;
	#size: number;

	/** @param from the context at the root, or a node of another trie, which is moved here with all below it */
	constructor(model: LanguageModel, from: Context | TrieNode) {
		this.#model = model;
		this.root = from instanceof TrieNode ? from : new TrieNode(null, 0, from);
		if (this.root.context === null) throw new TypeError("The root of a trie needs its context");
		this.root.parent = null;
		this.#size = sizeOf(this.root);
	}

	/** Nodes held; each may hold a context. */
	get size(): number {
		return this.#size;
	}

	child(node: TrieNode, byte: number): TrieNode {
		const known = node.children?.get(byte);
		if (known !== undefined) return known;
		const child = new TrieNode(node, byte, null);
		node.children ??= new Map();
		node.children.set(byte, child);
		this.#size++;
		return child;
	}

	walk(from: TrieNode, bytes: Uint8Array): TrieNode {
		let node = from;
		for (const byte of bytes) node = this.child(node, byte);
		return node;
	}

	/** The context at a node; what lies between it and the nearest known context above is read in one go. */
	contextAt(node: TrieNode): Context {
		if (node.context !== null) return node.context;
		const path: number[] = [];
		let above = node;
		for (; above.context === null; above = above.parent as TrieNode) path.push(above.byte);
		node.context = this.#model.read(above.context, Uint8Array.from(path.reverse()));
		return node.context;
	}

	/** Sees to it that each of `nodes` has its context, in one batch. */
	evaluate(nodes: readonly TrieNode[]): void {
		const missing = nodes.filter((node) => node.context === null);
		if (missing.length === 0) return;
		const contexts = this.#model.advance(
			missing.map((node) => this.contextAt(node.parent as TrieNode)),
			missing.map((node) => node.byte),
		);
		for (const [i, node] of missing.entries()) node.context = contexts[i] as Context;
	}

	/** ln of the joint probability of `bytes` after each of `nodes`, one batch a byte; −∞ where the model gives no probabilities. */
	logProbabilities(nodes: readonly TrieNode[], bytes: Uint8Array): number[] {
		const sums = nodes.map(() => 0);
		let ends = nodes;
		for (const byte of bytes) {
			this.evaluate(ends);
			for (const [i, node] of ends.entries()) {
				sums[i] = (sums[i] as number) + (this.contextAt(node).logProbabilities[byte] as number);
			}
			ends = ends.map((node) => this.child(node, byte));
		}
		return sums.map((sum) => (sum <= mostLogProbability ? sum : Number.NEGATIVE_INFINITY));
	}

	/** Forgets all but the way from the root to `node`. */
	prune(node: TrieNode): void {
		node.children = null;
		this.#size = 1;
		for (let child = node; child.parent !== null; child = child.parent) {
			child.parent.children = new Map([[child.byte, child]]);
			this.#size++;
		}
	}
}
