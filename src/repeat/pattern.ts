/** A replacement that may be wanted elsewhere: what it replaces, and what stood around it where the user made it. */
import type { Replacement } from "./replacement.ts";
import { agreement, isWord, isWordAt, partsOf, tokensAfter, tokensBefore } from "./words.ts";

/** So many words and signs on each side of a place are compared. */
export const contextTokens = 8;

/** A place in a line where the pattern fits. Columns are UTF-16 units. */
export interface Match {
	readonly start: number;
	readonly end: number;
	/** How many words and signs next to the place stand next to the most similar example, on each side. */
	readonly left: number;
	readonly right: number;
	/** The same for what stands next to all examples. */
	readonly commonLeft: number;
	readonly commonRight: number;
	/** The place is in an address (scheme://…), and no example is. */
	readonly inAddress: boolean;
}

/** The last examples, with which places are compared; a user may repeat a change at thousands of places. */
const mostCompared = 100;

interface Sides {
	readonly left: readonly string[];
	readonly right: readonly string[];
}

interface Context extends Sides {
	readonly inAddress: boolean;
}

export class Pattern {
	/** Empty for an insertion. */
	readonly old: string;
	/** Empty for a deletion. */
	readonly new: string;
	/** Blanks between an insertion and its neighbours. */
	readonly #gapLeft: string;
	readonly #gapRight: string;
	readonly #compared: Context[] = [];
	#examples = 0;
	/** What stands next to all examples that are not compared any more; undefined: there are none. */
	#older: Sides | undefined;
	/** What stands next to all examples. */
	#left: readonly string[] = [];
	#right: readonly string[] = [];

	constructor(first: Replacement) {
		this.old = first.old;
		this.new = first.new;
		this.#gapLeft = first.left.slice(first.left.trimEnd().length);
		this.#gapRight = first.right.slice(0, first.right.length - first.right.trimStart().length);
		this.add(first);
	}

	get examples(): number {
		return this.#examples;
	}

	/** How many words and signs all examples have in common on each side. */
	get common(): { readonly left: number; readonly right: number } {
		return { left: this.#left.length, right: this.#right.length };
	}

	/** One word became another. */
	get isRename(): boolean {
		return isWord(this.old) && isWord(this.new);
	}

	/** The old name is composed of several words, so that it stands for one thing, and the new one keeps one of them. */
	get isTelling(): boolean {
		const old = partsOf(this.old);
		const renamed = this.new.toLowerCase();
		// Shorter words are in too many others.
		return old.length > 1 && old.some((part) => part.length >= 4 && renamed.includes(part));
	}

	/** The name of something that is called became longer. */
	get isLongerCall(): boolean {
		return this.#right[0] === "(" && this.new.toLowerCase().includes(this.old.toLowerCase());
	}

	/** Whether another replacement is one of this kind. */
	admits({ old, new: replaced, left, right }: Replacement): boolean {
		if (old !== this.old || replaced !== this.new) return false;
		if (old !== "") return true;
		const context = contextOf(left, right);
		return context.left[0] === this.#left[0] || context.right[0] === this.#right[0];
	}

	add({ left, right }: Pick<Replacement, "left" | "right">): void {
		this.#examples++;
		this.#compared.push(contextOf(left, right));
		if (this.#compared.length > mostCompared) this.#older = common(this.#older, this.#compared.shift());
		this.#share(
			common(this.#examples > 1 ? { left: this.#left, right: this.#right } : undefined, this.#compared.at(-1)),
		);
	}

	/** Takes the last example back. */
	retract(): void {
		this.#examples--;
		this.#compared.pop();
		this.#share(this.#compared.reduce<Sides | undefined>(common, this.#older));
	}

	#share(shared: Sides | undefined): void {
		this.#left = shared?.left ?? [];
		this.#right = shared?.right ?? [];
	}

	/** The places of a line where the pattern fits, from left to right. */
	matches(line: string): Match[] {
		const matches: Match[] = [];
		for (const start of this.old === "" ? this.#gaps(line) : this.#occurrences(line)) {
			if (this.#isDone(line, start)) continue;
			const end = start + this.old.length;
			const { left, right, inAddress } = contextOf(line.slice(0, start), line.slice(end));
			matches.push({
				start,
				end,
				left: Math.max(...this.#compared.map((example) => agreement(example.left, left))),
				right: Math.max(...this.#compared.map((example) => agreement(example.right, right))),
				commonLeft: agreement(this.#left, left),
				commonRight: agreement(this.#right, right),
				inAddress: inAddress && !this.#compared.some((example) => example.inAddress),
			});
		}
		return matches;
	}

	/** Where the old text stands; not inside a word, if it begins or ends with one. */
	*#occurrences(line: string): Generator<number> {
		const { old } = this;
		for (let at = line.indexOf(old); at >= 0; at = line.indexOf(old, at + 1)) {
			if (isWordAt(old, 0) && isWordAt(line, at - 1)) continue;
			if (isWordAt(old, old.length - 1) && isWordAt(line, at + old.length)) continue;
			yield at;
		}
	}

	/** Where an insertion has the neighbour that all examples have. */
	*#gaps(line: string): Generator<number> {
		const [left] = this.#left;
		const [right] = this.#right;
		if (left) {
			const key = left + this.#gapLeft;
			for (let at = line.indexOf(key); at >= 0; at = line.indexOf(key, at + 1)) {
				const cut = at + key.length;
				if (isWordAt(key, 0) && isWordAt(line, at - 1)) continue;
				if (isWordAt(line, cut - 1) && isWordAt(line, cut)) continue;
				yield cut;
			}
		} else if (right) {
			const key = this.#gapRight + right;
			for (let at = line.indexOf(key); at >= 0; at = line.indexOf(key, at + 1)) {
				if (isWordAt(key, key.length - 1) && isWordAt(line, at + key.length)) continue;
				if (isWordAt(line, at - 1) && isWordAt(line, at)) continue;
				if (left === undefined || line.slice(0, at).trim() === "") yield at;
			}
		}
	}

	/** Whether the new text stands there already. */
	#isDone(line: string, start: number): boolean {
		if (this.old === "") return line.startsWith(this.new, start) || line.slice(0, start).endsWith(this.new);
		for (let within = this.new.indexOf(this.old); within >= 0; within = this.new.indexOf(this.old, within + 1))
			if (line.startsWith(this.new, start - within)) return true;
		return false;
	}
}

/** What stands next to both; next to the one that there is. */
function common(one: Sides | undefined, other: Sides | undefined): Sides | undefined {
	if (one === undefined || other === undefined) return one ?? other;
	return {
		left: one.left.slice(0, agreement(one.left, other.left)),
		right: one.right.slice(0, agreement(one.right, other.right)),
	};
}

function contextOf(left: string, right: string): Context {
	return {
		left: tokensBefore(left, contextTokens),
		right: tokensAfter(right, contextTokens),
		inAddress: isInAddress(left),
	};
}

/** Whether the text up to a place has "://" behind its last blank. */
function isInAddress(left: string): boolean {
	const scheme = left.lastIndexOf("://");
	return scheme >= 0 && !/\s/.test(left.slice(scheme));
}
