/**
 * Gives a reader damaged inputs, and keeps those that reach code which no other has reached: later inputs are made of them. Only a
 * `Failure` may come of an input, or something that works; it may take neither long nor much room.
 */
import type { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import v8 from "node:v8";
import vm from "node:vm";
import { Failure } from "../../../src/platform/failure.ts";
import { randomNumbers } from "../../unit/reference/random.ts";
import { coverage, dictionary, forgetCoverage, lookingWithin, takeCoverage } from "./coverage.ts";
import { blownUp, damagedBytes, pick, type Random } from "./mutations.ts";
import type { Reader } from "./readers/reader.ts";

export interface Fault {
	readonly reader: string;
	readonly input: Buffer;
	/** What happened, for a person. */
	readonly what: string;
}

export interface FuzzResult {
	readonly reader: string;
	readonly inputs: number;
	readonly taken: number;
	/** Inputs that reached something new, with those that it began with. */
	readonly kept: readonly Buffer[];
	/** Blocks of code that the inputs reached. */
	readonly reached: number;
	readonly inputsPerSecond: number;
	/** Of one input, ms: by the clock, and where that is long, of CPU time in a process of its own. */
	readonly slowest: number;
	/** Most bytes that were allocated for a byte of an input, garbage included and without what every input takes. */
	readonly allocation: number;
	/** Most bytes that were held at once for a byte of an input, garbage left out; see `heldAtOnce`. */
	readonly held: number;
	/** The first of each kind. */
	readonly faults: readonly Fault[];
}

/** A step that takes longer would be felt, ms. */
const longestStep = 2000;
/** For a byte of the input. */
const usualAllocation = 4;
/** A buffer here, a closure there: what an input of a few bytes takes, and what V8 rounds up to. */
const smallAllocation = 2 ** 20;
/** For a byte of the input, garbage left out. */
const usualHeld = 4;
/** V8's own: compiled code, what it noted of it. */
const smallHeld = 2 ** 20;
const looksWithin = 24;
/** Every so many inputs one is blown up, to this many bytes. */
const blownUpEvery = 400;
const blownUpSizes = [2 ** 14, 2 ** 17, 2 ** 20];
/** Larger inputs are not built on: each would take as long as hundreds of small ones. */
const largestKept = 2 ** 12;
const mostLargeKept = 16;
/** Of each reader; more say no more. */
const mostFaults = 10;

/** How often what is held is measured at most. */
const mostLooks = 6;

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc") as () => void;

function usedBytes(): number {
	const { used_heap_size: heap, external_memory: external, malloced_memory: malloced } = v8.getHeapStatistics();
	return heap + external + malloced;
}

/** One run of a reader over an input. */
interface Run {
	readonly isTaken: boolean;
	readonly error: unknown;
	readonly milliseconds: number;
	readonly allocated: number;
}

async function run(reader: Reader, input: Buffer): Promise<Run> {
	let isTaken = false;
	let error: unknown;
	const before = usedBytes();
	const begun = performance.now();
	try {
		const result = reader.read(input);
		// Most readers answer at once; to wait for them would let in what else is waiting.
		isTaken = typeof result === "boolean" ? result : await result;
	} catch (thrown) {
		error = thrown;
	}
	return { isTaken, error, milliseconds: performance.now() - begun, allocated: usedBytes() - before };
}

/** What it allocates with nothing else in the way: the least of three runs. */
async function allocatedAlone(reader: Reader, input: Buffer): Promise<number> {
	let least = Number.POSITIVE_INFINITY;
	for (let attempt = 0; attempt < 3; attempt++) {
		collectGarbage();
		least = Math.min(least, (await run(reader, input)).allocated);
	}
	return least;
}

/** Ms of CPU time in a process of its own: here each counter is slow for good once what is held was measured. */
function millisecondsAlone(reader: Reader, input: Buffer): number {
	const printed = execFileSync(process.execPath, [join(import.meta.dirname, "alone.ts"), reader.name], {
		input,
		encoding: "utf8",
		stdio: ["pipe", "pipe", "inherit"],
	});
	return Number(printed);
}

/**
 * Most bytes that are held at once while an input is read, garbage left out: the heap is collected at some places between the first
 * block of code that runs and the last. Measured again, a few times, while it is more than `allowed`: V8 keeps what it compiles meanwhile.
 */
async function heldAtOnce(reader: Reader, input: Buffer, allowed: number): Promise<number> {
	const read = () => run(reader, input);
	const blocks = await lookingWithin(Number.POSITIVE_INFINITY, () => {}, read);
	let least = Number.POSITIVE_INFINITY;
	for (let attempt = 0; attempt < mostLooks && least > allowed; attempt++) {
		collectGarbage();
		const before = usedBytes();
		let most = 0;
		const look = (): void => {
			collectGarbage();
			most = Math.max(most, usedBytes() - before);
		};
		await lookingWithin(Math.max(1, Math.floor(blocks / looksWithin)), look, read);
		least = Math.min(least, most);
	}
	takeCoverage();
	return least;
}

function isFault(error: unknown): boolean {
	return error !== undefined && !(error instanceof Failure && error.code !== "internal");
}

function describe(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Without what differs from input to input: the place in the code that failed. */
function kindOf(what: string): string {
	return what.split("\n").find((line) => /\bat .*[/\\](?:src|readers)[/\\]/.test(line)) ?? what.slice(0, 60);
}

export interface FuzzOptions {
	readonly inputs: number;
	readonly seed: number;
	/** Inputs that were kept before. */
	readonly corpus: readonly Buffer[];
	/** Whether a step that takes long is a fault: not where the machine may be of any speed. */
	readonly isTimed?: boolean;
	/** Whether the time is over. */
	readonly isOver?: () => boolean;
}

export async function fuzz(
	reader: Reader,
	{ inputs, seed, corpus, isTimed = true, isOver = () => false }: FuzzOptions,
): Promise<FuzzResult> {
	const random = randomNumbers(seed);
	const faults = new Map<string, Fault>();
	const kept: Buffer[] = [];
	const words = dictionary();
	let taken = 0;
	let slowest = 0;
	let allocation = 0;
	let held = 0;
	let tried = 0;
	const begun = performance.now();

	const fault = (input: Buffer, what: string): void => {
		const kind = kindOf(what);
		if (!faults.has(kind)) faults.set(kind, { reader: reader.name, input, what });
	};
	const attempt = async (input: Buffer, isSeed: boolean): Promise<void> => {
		takeCoverage();
		let { isTaken, error, milliseconds, allocated } = await run(reader, input);
		const isNew = takeCoverage();
		tried++;
		if (isTaken) taken++;
		if (isFault(error)) fault(input, describe(error));
		const fixed = smallAllocation + (reader.fixedAllocation ?? 0);
		const most = reader.allocation ?? usualAllocation;
		if (milliseconds > longestStep || allocated > fixed + most * input.length) {
			allocated = await allocatedAlone(reader, input);
			takeCoverage();
			if (isTimed && milliseconds > longestStep) {
				milliseconds = millisecondsAlone(reader, input);
				if (milliseconds > longestStep) fault(input, `it takes ${Math.round(milliseconds)} ms`);
			}
			if (allocated > fixed + most * input.length) fault(input, `it allocates ${allocated} bytes for ${input.length}`);
		}
		// What is held was allocated.
		if (allocated - fixed > held * input.length) {
			const fixedHeld = smallHeld + (reader.fixedAllocation ?? 0);
			const allowed = (reader.held ?? usualHeld) * input.length;
			const bytes = (await heldAtOnce(reader, input, fixedHeld + allowed)) - fixedHeld;
			if (bytes > allowed) fault(input, `it holds ${bytes} bytes for ${input.length}`);
			held = Math.max(held, bytes / Math.max(1, input.length));
		}
		slowest = Math.max(slowest, milliseconds);
		allocation = Math.max(allocation, (allocated - fixed) / Math.max(1, input.length));
		const isKept = isNew && (reader.isLarge ? kept.length < mostLargeKept : input.length <= largest);
		if (isSeed || isKept) kept.push(input);
	};

	const largest = Math.max(largestKept, 2 * Math.max(...reader.seeds.map(({ length }) => length)));
	forgetCoverage();
	for (const input of [...reader.seeds, ...corpus]) await attempt(input, true);
	while (tried < inputs && faults.size < mostFaults && !isOver())
		await attempt(nextInput(reader, kept, words, tried, random), false);
	return {
		reader: reader.name,
		inputs: tried,
		taken,
		kept,
		reached: coverage().reached,
		inputsPerSecond: (1000 * tried) / (performance.now() - begun),
		slowest,
		allocation: Math.max(0, allocation),
		held,
		faults: [...faults.values()],
	};
}

function nextInput(
	reader: Reader,
	kept: readonly Buffer[],
	words: readonly string[],
	tried: number,
	random: Random,
): Buffer {
	// What was found last is built on most.
	const latest = kept.slice(Math.floor(kept.length * 0.75));
	const parent = pick(random() < 0.3 ? latest : kept, random);
	if (!reader.isLarge && tried % blownUpEvery === blownUpEvery - 1)
		return blownUp(parent, pick(blownUpSizes, random), random);
	const supplies = { dictionary: words, other: pick(kept, random) };
	const isByFormat = reader.damage !== undefined && random() < 0.8;
	return isByFormat && reader.damage ? reader.damage(parent, random, supplies) : damagedBytes(parent, random, supplies);
}

/** Few of the inputs, the small ones first, that together reach what all of them reach. */
export async function distilled(reader: Reader, inputs: readonly Buffer[]): Promise<Buffer[]> {
	forgetCoverage();
	for (const seed of reader.seeds) await run(reader, seed);
	takeCoverage();
	const few: Buffer[] = [];
	for (const input of inputs.toSorted((one, other) => one.length - other.length)) {
		await run(reader, input);
		if (takeCoverage()) few.push(input);
	}
	return few;
}
