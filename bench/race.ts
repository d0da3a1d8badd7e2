/**
 * Inkling's engine and other libraries at the same task: training a GRU of as many units, on as many characters at a time, with
 * Adam and a clipped gradient, one thread each unless its name says otherwise. Every contestant is a process of its own, which
 * waits while another runs its lap; they run in turns, so that a slow spell of the machine slows all of them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { count } from "../src/cli/terminal/format.ts";
import { batch, shape, unroll } from "./arithmetic.ts";
import { installedTensorFlow } from "./installed.ts";
import { medianRate, type Rate } from "./statistics.ts";

/** What a contestant ends with where the library is not installed. */
const notInstalled = 3;

/** Of the medians of its laps. */
export interface Lap {
	readonly charactersPerSecond: number;
	readonly charactersPerCpuSecond: number;
	/** What it says of itself: versions, back ends, the library of its matrix product. */
	readonly about: string;
	/** The rate of the library's own matrix product, where it reports it. */
	readonly gemmGflops?: number;
}

interface Entrant {
	readonly name: string;
	readonly command: string;
	readonly file: string;
	/** Arguments after the numbers. */
	readonly more?: readonly string[];
}

/** What the others are compared with. */
export const ours = "inkling";

const variants = ["layers", "autodiff", "hand"] as const;

/** In the order in which they run. */
export const contestants = [
	ours,
	`${ours} 2 threads`,
	...variants.map((variant) => `tfjs-node ${variant}`),
	...variants.map((variant) => `tfjs-wasm ${variant}`),
	// By hand only, as the others take minutes for an update.
	"tfjs-cpu",
	"brain.js",
	"pytorch",
];

function entrantOf(name: string, { python, tensorflow }: RaceOptions): Entrant {
	const node = process.execPath;
	const [library, variant = ""] = name.split(" ");
	const javascript = (backend: string) => [installedTensorFlow("javascript") ?? "", backend];
	switch (library) {
		case "tfjs-node":
			return {
				name,
				command: node,
				file: "race/tensorflow.ts",
				more: [tensorflow ?? installedTensorFlow("native") ?? "", "tensorflow", variant],
			};
		case "tfjs-wasm":
			return { name, command: node, file: "race/tensorflow.ts", more: [...javascript("wasm"), variant] };
		case "tfjs-cpu":
			return { name, command: node, file: "race/tensorflow.ts", more: [...javascript("cpu"), "hand"] };
		case "brain.js":
			return { name, command: node, file: "peers/brain.cjs" };
		case "pytorch":
			return { name, command: python, file: "peers/torch_gru.py" };
		default:
			return { name, command: node, file: "race/inkling.ts", more: [variant === "" ? "1" : variant] };
	}
}

export interface RaceOptions {
	/** Of `contestants`. */
	readonly names: readonly string[];
	/** An interpreter that has PyTorch, if any. */
	readonly python: string;
	/** Where tfjs-node is installed; undefined: where the tests install it, if they have. */
	readonly tensorflow: string | undefined;
	readonly repetitions: number;
	/** Of a lap, at least. */
	readonly seconds: number;
	readonly note: (line: string) => void;
}

/** By name, those that are installed. */
export async function race(options: RaceOptions): Promise<Record<string, Lap>> {
	const { names, repetitions, seconds, note } = options;
	const running: Contestant[] = [];
	try {
		for (const name of names) {
			const contestant = await Contestant.start(entrantOf(name, options), seconds);
			if (contestant === null) note(`${name} is not installed`);
			else running.push(contestant);
		}
		for (let i = 0; i < repetitions; i++) for (const contestant of running) await contestant.lap();
		return Object.fromEntries(running.map((contestant) => [contestant.name, contestant.result]));
	} finally {
		for (const contestant of running) contestant.end();
	}
}

/** A table; by which factor Inkling's engine is faster on one thread, by CPU time and by the clock. */
export function raceRows(laps: Readonly<Record<string, Lap>>): readonly (readonly string[])[] {
	const own = laps[ours];
	const factor = (name: string, figure: "charactersPerCpuSecond" | "charactersPerSecond") =>
		own === undefined || name === ours ? "" : `${(own[figure] / (laps[name] as Lap)[figure]).toFixed(2)} ×`;
	return [
		["", "characters per CPU-second", "inkling's", "characters/s by the clock", "inkling's", ""],
		...Object.entries(laps).map(([name, lap]) => [
			name,
			count(lap.charactersPerCpuSecond),
			factor(name, "charactersPerCpuSecond"),
			count(lap.charactersPerSecond),
			factor(name, "charactersPerSecond"),
			`${lap.about}${lap.gemmGflops === undefined ? "" : `, product ${lap.gemmGflops.toFixed(1)} GFLOP/s`}`,
		]),
	];
}

/** Writes one line of JSON when it is ready, and one for each lap, which it is asked for by a line. */
class Contestant {
	readonly name: string;
	readonly #process: ChildProcess;
	readonly #lines: AsyncIterator<string>;
	readonly #rates: Rate[] = [];
	#about: Pick<Lap, "about" | "gemmGflops"> = { about: "" };

	private constructor(name: string, process: ChildProcess, lines: Interface) {
		this.name = name;
		this.#process = process;
		this.#lines = lines[Symbol.asyncIterator]();
	}

	/** Null if the library or its runtime is not installed. */
	static async start({ name, command, file, more = [] }: Entrant, seconds: number): Promise<Contestant | null> {
		const task = [shape.hidden, batch, unroll, seconds].map(String);
		const child = spawn(command, [join(import.meta.dirname, file), ...task, ...more], {
			stdio: ["pipe", "pipe", "inherit"],
			env: { ...process.env, ...oneThread },
		});
		const closed = once(child, "close").catch(() => [notInstalled]);
		const contestant = new Contestant(name, child, createInterface({ input: child.stdout }));
		const first = await contestant.#next();
		if (first !== undefined) {
			contestant.#about = first as Pick<Lap, "about" | "gemmGflops">;
			return contestant;
		}
		const [code] = await closed;
		if (code !== notInstalled) throw new Error(`${name} ended with ${code}`);
		return null;
	}

	async lap(): Promise<void> {
		this.#process.stdin?.write("lap\n");
		const rate = await this.#next();
		if (rate === undefined) throw new Error(`${this.name} ended in the middle of the race`);
		this.#rates.push(rate as Rate);
	}

	get result(): Lap {
		const { perSecond, perCpuSecond } = medianRate(this.#rates);
		return { charactersPerSecond: perSecond, charactersPerCpuSecond: perCpuSecond, ...this.#about };
	}

	end(): void {
		this.#process.stdin?.end();
	}

	/** Undefined once it has ended. */
	async #next(): Promise<unknown> {
		const line = await this.#lines.next();
		return line.done === true ? undefined : JSON.parse(line.value);
	}
}

/** For the libraries behind NumPy and PyTorch. */
const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
