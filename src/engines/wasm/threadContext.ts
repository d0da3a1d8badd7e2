/** What one thread has at hand while it runs the training program: kernels, views of the shared memory, its own share. */
import { SYMBOLS } from "../engine.ts";
import { barrierStatus, type Kernels, type Range } from "./bindings.ts";
import type { CellKernels } from "./cells/cell.ts";
import { cellOf } from "./cells/index.ts";
import {
	CONTROL_WORDS,
	control,
	PANEL_ROWS,
	type Plan,
	SCALARS,
	STREAMS,
	type StackPlan,
	scalar,
	share,
} from "./plan.ts";

/** Threads split the units in multiples of 12: whole panels of gates and of states, and whole pairs of gate panels. */
const unitGrain = 12;

/**
 * Turns of waiting before a thread sleeps at a barrier: about a millisecond, as waking it takes a tenth of one. With
 * 20,000 turns two threads were 1.4–1.5 times as fast as one, with a million 1.65–1.8 (bench/NOTES.md).
 */
const mostTurns = 1_000_000;
/** On a busy machine another thread may have no core, and all turns are wasted. */
const leastTurns = 1_000;
/** So many barriers after one another, all turns are tried, to find out whether the machine is still busy. */
const barriersPerTrial = 512;

/** How many turns a thread waits at a barrier before it sleeps: fewer after each sleep, all again once that is enough. */
export class Turns {
	#present = mostTurns;
	#barriers = 0;
	#isTrial = false;

	/** For the next barrier. */
	next(): number {
		this.#isTrial = ++this.#barriers % barriersPerTrial === 0;
		return this.#isTrial ? mostTurns : this.#present;
	}

	/** What came of them. */
	note(hasSlept: boolean): void {
		if (hasSlept) this.#present = Math.max(leastTurns, this.#present / 2);
		else if (this.#isTrial) this.#present = mostTurns;
	}
}

/** How long a thread waits at a barrier for the others. */
export interface Patience {
	readonly sliceMilliseconds: number;
	/** Negative: without limit. */
	readonly slices: number;
}

/** Why a thread left the program at a barrier. */
export class BarrierBroken extends Error {
	readonly timedOut: boolean;

	constructor(timedOut: boolean) {
		super(timedOut ? "the other threads did not answer" : "another thread has given up");
		this.timedOut = timedOut;
	}
}

/** Tells all threads that the program is over; those at a barrier, or that come to one, leave it. */
export function abandon(memory: WebAssembly.Memory, plan: Plan): void {
	const words = new Int32Array(memory.buffer, plan.control, CONTROL_WORDS);
	Atomics.store(words, control.abandoned, 1);
	Atomics.notify(words, control.barrier + 1);
}

export class ThreadContext {
	readonly kernels: Kernels;
	readonly cell: CellKernels;
	readonly plan: Plan;
	readonly thread: number;
	readonly threads: number;
	readonly floats: Float32Array;
	/** The units that this thread owns, as panels of gates and as panels of states. */
	readonly gatePanels: Range;
	readonly unitPanels: Range;
	readonly #scalars: Float64Array;
	readonly #partials: Float64Array;
	readonly #units: Range;
	readonly #absent: Uint8Array;
	readonly #memory: WebAssembly.Memory;
	readonly #patience: Patience;
	readonly #turns = new Turns();

	constructor(
		kernels: Kernels,
		memory: WebAssembly.Memory,
		plan: Plan,
		thread: number,
		threads: number,
		patience: Patience,
	) {
		this.kernels = kernels;
		this.cell = cellOf(plan).bind(kernels.exports);
		this.plan = plan;
		this.thread = thread;
		this.threads = threads;
		this.floats = new Float32Array(memory.buffer);
		this.#scalars = new Float64Array(memory.buffer, plan.scalars, SCALARS);
		this.#partials = new Float64Array(memory.buffer, plan.partials, threads);
		this.#memory = memory;
		this.#patience = patience;
		const { first, last } = share(plan.units, thread, threads, unitGrain);
		this.#units = { first, last };
		const absent =
			plan.stacks.length === 1 ? 0 : Math.max(...plan.stacks.map(({ steps }) => steps)) * plan.groups * STREAMS;
		this.#absent = new Uint8Array(memory.buffer, plan.absent, absent);
		const panelOf = (unit: number) => (unit === plan.units ? plan.gatePanels : (unit * plan.gates) / PANEL_ROWS);
		this.gatePanels = { first: panelOf(first), last: panelOf(last) };
		this.unitPanels = { first: first / PANEL_ROWS, last: Math.ceil(last / PANEL_ROWS) };
	}

	/** Waits for all threads. Throws `BarrierBroken` if they do not come. */
	barrier(): void {
		if (this.threads === 1) return;
		const status = this.kernels.barrier({
			state: this.plan.control + control.barrier * 4,
			threads: this.threads,
			spins: this.#turns.next(),
			...this.#patience,
		});
		if (status !== barrierStatus.passed && status !== barrierStatus.slept)
			throw new BarrierBroken(status === barrierStatus.timedOut);
		this.#turns.note(status === barrierStatus.slept);
	}

	/** Has all workers execute a command. */
	command(what: number): void {
		const words = new Int32Array(this.#memory.buffer, this.plan.control, CONTROL_WORDS);
		Atomics.store(words, control.command, what);
		Atomics.add(words, control.round, 1);
		Atomics.notify(words, control.round);
	}

	abandon(): void {
		abandon(this.#memory, this.plan);
	}

	/** Of the present command. */
	scalar(name: keyof typeof scalar): number {
		return this.#scalars[scalar[name]] as number;
	}

	/** This thread's part of `count` items. */
	share(count: number, grain = 1): Range {
		return share(count, this.thread, this.threads, grain);
	}

	/** Byte values that the network of one direction has read in an update. */
	seenBytes({ seen }: StackPlan): number[] {
		const bytes: number[] = [];
		const isSeen = new Uint8Array(this.#memory.buffer, seen, SYMBOLS);
		for (let byte = 0; byte < SYMBOLS; byte++) if (isSeen[byte]) bytes.push(byte);
		return bytes;
	}

	/** Steps that the network of one direction makes in the present command. */
	stepsOf({ isReverse, steps }: StackPlan): number {
		return isReverse ? this.scalar("behind") : steps;
	}

	/** Zeroes this thread's units in the streams of a block of states that have no text at the step and group `i`. */
	zeroAbsent(states: number, i: number): void {
		for (let stream = 0; stream < STREAMS; stream++) {
			if (this.#absent[i * STREAMS + stream] === 0) continue;
			for (let vector = 0; vector < this.plan.stateVectors; vector++) {
				const block = (states + vector * this.plan.vectorStride) / 4 + stream;
				for (let unit = this.#units.first; unit < this.#units.last; unit++) this.floats[block + unit * STREAMS] = 0;
			}
		}
	}

	/** Leaves this thread's sum of squared gradients for `gradientNorm`. */
	leaveSquares(squares: number): void {
		this.#partials[this.thread] = squares;
	}

	/** Of the last update, before clipping; the same in every thread after a barrier. */
	gradientNorm(): number {
		let squares = 0;
		for (const partial of this.#partials) squares += partial;
		return Math.sqrt(squares);
	}
}
