/**
 * Says which of many patterns match a whole text, in time linear in the text whatever the patterns are: the patterns become
 * one nondeterministic automaton, whose sets of nodes are remembered as the states of a deterministic one (Thompson 1968;
 * built lazily as in RE2). Nothing backtracks, so that no pattern of a stranger can stop the process.
 */

/** Whether a UTF-16 unit, or a byte in a text of bytes, is one that a place in a pattern allows. */
export type UnitTest = (unit: number) => boolean;

/** Adds a part of a pattern that goes on with node `next`; returns the number of the part's first node. */
export type Part = (nodes: Nodes, next: number) => number;

interface Node {
	/** Null: the automaton passes without reading. */
	readonly test: UnitTest | null;
	readonly next: number[];
	/** What is reported if the text ends here. */
	readonly value: number | null;
}

class Nodes {
	readonly list: Node[] = [];

	add(test: UnitTest | null, next: number[], value: number | null = null): number {
		return this.list.push({ test, next, value }) - 1;
	}
}

export function one(test: UnitTest): Part {
	return (nodes, next) => nodes.add(test, [next]);
}

/** One of the parts. */
export function choice(parts: readonly Part[]): Part {
	return (nodes, next) =>
		nodes.add(
			null,
			parts.map((part) => part(nodes, next)),
		);
}

export function sequence(parts: readonly Part[]): Part {
	return (nodes, next) => parts.reduceRight((following, part) => part(nodes, following), next);
}

/** The part any number of times, or not at all. */
export function repeat(part: Part): Part {
	return (nodes, next) => {
		const ways: number[] = [next];
		const start = nodes.add(null, ways);
		ways.push(part(nodes, start));
		return start;
	};
}

/** Ends a pattern: if the text ends here too, `match` returns `value`, among others. */
export function report(value: number): Part {
	return (nodes) => nodes.add(null, [], value);
}

interface State {
	/** Ascending; those that read or report only. */
	readonly nodes: readonly number[];
	readonly values: readonly number[];
	readonly next: Map<number, State>;
}

/** Node numbers kept in all remembered states: some megabytes. When they are more, the states are forgotten. */
const mostRemembered = 2 ** 18;

export class Automaton {
	readonly #nodes: readonly Node[];
	readonly #first: number;
	#states = new Map<string, State>();
	#remembered = 0;

	/** @param pattern each way through it ends with a `report` */
	constructor(pattern: Part) {
		const nodes = new Nodes();
		this.#first = pattern(nodes, nodes.add(null, []));
		this.#nodes = nodes.list;
	}

	/** The values that are reported at the end of the text. */
	match(text: string): readonly number[] {
		let state = this.#stateOf([this.#first]);
		for (let at = 0; at < text.length && state.nodes.length > 0; at++) {
			const unit = text.charCodeAt(at);
			const known = state.next.get(unit);
			if (known === undefined) {
				const following = this.#after(state, unit);
				state.next.set(unit, following);
				state = following;
			} else state = known;
		}
		return state.values;
	}

	#after({ nodes }: State, unit: number): State {
		const reached: number[] = [];
		for (const number of nodes) {
			const { test, next } = this.#nodes[number] as Node;
			if (test?.(unit)) for (const one of next) reached.push(one);
		}
		return this.#stateOf(reached);
	}

	#stateOf(reached: readonly number[]): State {
		const seen = new Set<number>();
		const waiting = [...reached];
		for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
			if (seen.has(number)) continue;
			seen.add(number);
			const { test, next } = this.#nodes[number] as Node;
			if (test === null) for (const one of next) waiting.push(one);
		}
		const nodes: number[] = [];
		const values: number[] = [];
		for (const number of [...seen].sort((a, b) => a - b)) {
			const { test, value } = this.#nodes[number] as Node;
			if (test !== null || value !== null) nodes.push(number);
			if (value !== null) values.push(value);
		}
		const key = nodes.join();
		const known = this.#states.get(key);
		if (known !== undefined) return known;
		if (this.#remembered > mostRemembered) {
			for (const state of this.#states.values()) state.next.clear();
			this.#states = new Map();
			this.#remembered = 0;
		}
		const state: State = { nodes, values, next: new Map() };
		this.#states.set(key, state);
		// A state takes room of its own, however few nodes it has.
		this.#remembered += nodes.length + 16;
		return state;
	}
}
