/**
 * Says which of many patterns match a whole text, in time linear in the text whatever the patterns are: the patterns become
 * one nondeterministic automaton, whose sets of nodes are remembered as the states of a deterministic one (Thompson 1968;
 * built lazily as in RE2). Nothing backtracks, and the work is counted, so that no pattern of a stranger can stop the process.
 */

/** Whether a UTF-16 unit, or a byte in a text of bytes, is one that a place in a pattern allows. */
export type UnitTest = (unit: number) => boolean;

/** Adds a part of a pattern that goes on with node `next`; returns the number of the part's first node. */
export type Part = (nodes: Nodes, next: number) => number;

/** Bytes of patterns in the automata of a search; each takes some two hundred bytes of memory, and a microsecond. */
const mostCompiled = 1.5 * 2 ** 20;

/** The work that matching may take. Nodes that are looked at are counted, and bytes that are read and compiled. */
export class Effort {
	#left: number;
	#compilable = mostCompiled;

	/** @param steps some ten million take a second */
	constructor(steps = 2 ** 26) {
		this.#left = steps;
	}

	/** False once more is spent than there was. */
	spend(steps: number): boolean {
		this.#left -= steps;
		return this.#left >= 0;
	}

	/** False if patterns of so many bytes are too many to be made automata of; then all effort is spent. */
	compile(bytes: number): boolean {
		this.#compilable -= bytes;
		if (this.#compilable < 0) this.#left = -1;
		return this.#compilable >= 0;
	}

	get isSpent(): boolean {
		return this.#left < 0;
	}

	get left(): number {
		return this.#left;
	}
}

/** What a node does, beside reading the one unit that its kind is: pass on, report, or read what one of many parts reads. */
const pass = -1;
const reports = -2;
const many = -3;
/** Kinds from here down read what passes a test. */
const firstTest = -4;

/** More parts than these are looked up by the unit that they begin with. */
const mostWays = 8;
/** Longer lists of nodes are made again each time, rather than remembered. */
const longestRemembered = 4096;

/** What can be reached without reading a unit. */
interface Reached {
	/** Nodes that read. */
	readonly reading: readonly number[];
	readonly values: readonly number[];
}

interface Many {
	/** First nodes of the parts. */
	readonly ways: readonly number[];
	/** What they read and report; null until it is needed. */
	own: Reached | null;
	/** By the unit that is read, the nodes that follow. */
	readonly next: Map<number, readonly number[]>;
}

/** Nodes by number, in columns, as there may be a million. */
class Nodes {
	readonly kinds: number[] = [];
	/** Of a node that reads: the next node; that reports: the value; else an index of `ways` or `choices`. */
	readonly next: number[] = [];
	readonly ways: number[][] = [];
	readonly choices: Many[] = [];
	readonly #tests: UnitTest[] = [];
	readonly #testKinds = new Map<UnitTest, number>();

	add(kind: number, next: number): number {
		this.next.push(next);
		return this.kinds.push(kind) - 1;
	}

	addPass(ways: number[]): number {
		return this.add(pass, this.ways.push(ways) - 1);
	}

	addMany(ways: readonly number[]): number {
		return this.add(many, this.choices.push({ ways, own: null, next: new Map() }) - 1);
	}

	addTest(test: UnitTest, next: number): number {
		let kind = this.#testKinds.get(test);
		if (kind === undefined) {
			kind = firstTest - (this.#tests.push(test) - 1);
			this.#testKinds.set(test, kind);
		}
		return this.add(kind, next);
	}

	/** Whether a node that reads one unit takes this one. */
	takes(node: number, unit: number): boolean {
		const kind = this.kinds[node] as number;
		return kind >= 0 ? kind === unit : kind <= firstTest && (this.#tests[firstTest - kind] as UnitTest)(unit);
	}
}

export function one(test: UnitTest): Part {
	return (nodes, next) => nodes.addTest(test, next);
}

/** One of the parts. */
export function choice(parts: readonly Part[]): Part {
	return (nodes, next) => {
		const ways = parts.map((part) => part(nodes, next));
		return ways.length > mostWays ? nodes.addMany(ways) : nodes.addPass(ways);
	};
}

/** A number stands for the unit itself. */
export function sequence(parts: Parts): Part {
	return (nodes, next) =>
		parts.reduceRight<number>(
			(following, part) => (typeof part === "number" ? nodes.add(part, following) : part(nodes, following)),
			next,
		);
}

/** The parts of a pattern, one after the other; see `sequence`. */
export type Parts = readonly (Part | number)[];

/** Patterns are told apart by at most so many parts; those that begin alike further on are rare. */
const deepestBeginning = 64;

/**
 * One of many patterns, of which those that begin alike share their beginning: how many are under way at one place of a text then
 * hardly depends on how many there are.
 */
export function together(patterns: readonly Parts[], at = 0): Part {
	if (patterns.length === 1 || at === deepestBeginning)
		return choice(patterns.map((parts) => sequence(parts.slice(at))));
	const byPart = new Map<Part | number, Parts[]>();
	for (const parts of patterns) {
		const part = parts[at];
		if (part === undefined) continue;
		const alike = byPart.get(part);
		if (alike === undefined) byPart.set(part, [parts]);
		else alike.push(parts);
	}
	return choice([...byPart].map(([part, alike]) => sequence([part, together(alike, at + 1)])));
}

/** The part any number of times, or not at all. */
export function repeat(part: Part): Part {
	return (nodes, next) => {
		const ways: number[] = [next];
		const start = nodes.addPass(ways);
		ways.push(part(nodes, start));
		return start;
	};
}

/** Ends a pattern: if the text ends here too, `match` returns `value`, among others. */
export function report(value: number): Part {
	return (nodes) => nodes.add(reports, value);
}

interface State {
	/** Ascending; those that read. */
	readonly nodes: Int32Array;
	readonly values: readonly number[];
	readonly next: Map<number, State>;
}

/** Node numbers kept in all remembered states: some megabytes. When they are more, the states are forgotten. */
const mostRemembered = 2 ** 20;

const none: readonly number[] = [];

export class Automaton {
	readonly #nodes = new Nodes();
	readonly #effort: Effort;
	readonly #start: number;
	/** Null until it is needed. */
	#first: State | null = null;
	/** By a hash of their nodes. */
	#states = new Map<number, State[]>();
	#remembered = 0;
	/** For each node the number of the last search that has seen it. */
	readonly #seen: Uint32Array;
	#search = 0;

	/** @param pattern each way through it ends with a `report` */
	constructor(pattern: Part, effort: Effort = new Effort()) {
		this.#start = pattern(this.#nodes, this.#nodes.addPass([]));
		this.#effort = effort;
		this.#seen = new Uint32Array(this.#nodes.kinds.length);
	}

	/** The values that are reported at the end of the text; undefined if the effort is spent. */
	match(text: string): readonly number[] | undefined {
		this.#first ??= this.#stateOf([this.#start]);
		let state = this.#first;
		for (let at = 0; at < text.length; at++) {
			if (state.nodes.length === 0) return none;
			const unit = text.charCodeAt(at);
			let following = state.next.get(unit);
			if (following === undefined) {
				if (this.#effort.isSpent) return undefined;
				following = this.#after(state, unit);
				state.next.set(unit, following);
			}
			state = following;
		}
		return state.values;
	}

	#after({ nodes }: State, unit: number): State {
		const reached: number[] = [];
		for (const node of nodes) this.#read(node, unit, reached);
		this.#effort.spend(nodes.length);
		return this.#stateOf(reached);
	}

	/** Adds the nodes that follow a node after a unit. */
	#read(node: number, unit: number, reached: number[]): void {
		const nodes = this.#nodes;
		if (nodes.kinds[node] !== many) {
			if (nodes.takes(node, unit)) reached.push(nodes.next[node] as number);
			return;
		}
		const choice = nodes.choices[nodes.next[node] as number] as Many;
		let following = choice.next.get(unit);
		if (following === undefined) {
			const { reading } = this.#ownOf(choice);
			const found: number[] = [];
			for (const inner of reading) this.#read(inner, unit, found);
			this.#effort.spend(reading.length);
			if (found.length <= longestRemembered) choice.next.set(unit, found);
			following = found;
		}
		for (const next of following) reached.push(next);
	}

	#ownOf(choice: Many): Reached {
		choice.own ??= this.#reachedFrom(choice.ways);
		return choice.own;
	}

	#reachedFrom(from: readonly number[]): Reached {
		const nodes = this.#nodes;
		const search = ++this.#search;
		const reading: number[] = [];
		const values: number[] = [];
		const waiting = [...from];
		let steps = 0;
		for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
			if (this.#seen[node] === search) continue;
			this.#seen[node] = search;
			steps++;
			const kind = nodes.kinds[node] as number;
			const next = nodes.next[node] as number;
			if (kind === reports) values.push(next);
			else if (kind === pass) for (const way of nodes.ways[next] as readonly number[]) waiting.push(way);
			else reading.push(node);
		}
		this.#effort.spend(steps);
		for (const node of reading) {
			if (nodes.kinds[node] !== many) continue;
			const own = this.#ownOf(nodes.choices[nodes.next[node] as number] as Many);
			// Not spread: there may be more than a call takes.
			for (const value of own.values) values.push(value);
		}
		return { reading, values };
	}

	#stateOf(reached: readonly number[]): State {
		const { reading, values } = this.#reachedFrom(reached);
		const nodes = Int32Array.from(reading).sort();
		let hash = values.length;
		for (const node of nodes) hash = Math.imul(hash ^ node, 0x01000193);
		const alike = this.#states.get(hash);
		const known = alike?.find((state) => isSame(state.nodes, nodes) && isSame(state.values, values));
		if (known !== undefined) return known;
		if (this.#remembered > mostRemembered) {
			for (const states of this.#states.values()) for (const state of states) state.next.clear();
			this.#states = new Map();
			this.#first = null;
			this.#remembered = 0;
		}
		const state: State = { nodes, values, next: new Map() };
		const bucket = this.#states.get(hash);
		if (bucket === undefined) this.#states.set(hash, [state]);
		else bucket.push(state);
		// A state takes room of its own, however few nodes it has.
		this.#remembered += nodes.length + values.length + 16;
		return state;
	}
}

function isSame(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
	if (one.length !== other.length) return false;
	for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
	return true;
}
