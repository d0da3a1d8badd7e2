/** Worker threads that run the same program as the calling thread, on one shared memory. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { GruProgram } from "./gruProgram.ts";
import { instantiateKernels } from "./kernels.ts";
import { control, type Plan } from "./plan.ts";

/** What all threads do next. */
export const command = { pack: 1, evaluate: 2, update: 3 } as const;
type Command = (typeof command)[keyof typeof command];

export interface ThreadData {
	readonly module: WebAssembly.Module;
	readonly memory: WebAssembly.Memory;
	readonly plan: Plan;
	readonly thread: number;
	readonly threads: number;
}

function execute(program: GruProgram, what: Command): void {
	if (what === command.pack) {
		program.pack();
		return;
	}
	program.forward(what === command.update);
	if (what === command.update) {
		program.backward();
		program.apply();
		program.pack();
	}
}

/** The life of a worker: waits for a command, takes its part in it, waits again; ended from outside. */
export function serve(data: ThreadData): never {
	const program = new GruProgram(
		instantiateKernels(data.module, data.memory),
		data.memory,
		data.plan,
		data.thread,
		data.threads,
	);
	const words = new Int32Array(data.memory.buffer, data.plan.control, 16);
	// Every worker takes part in every round, so the rounds are counted here: by the time that this one looks again, the
	// calling thread may have begun the next.
	for (let round = 0; ; round++) {
		Atomics.wait(words, control.round, round);
		execute(program, Atomics.load(words, control.command) as Command);
	}
}

/** The calling thread's side. */
export class ThreadTeam {
	readonly program: GruProgram;
	readonly #workers: readonly Worker[];
	readonly #words: Int32Array;

	constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, plan: Plan, threads: number) {
		this.#words = new Int32Array(memory.buffer, plan.control, 16);
		this.program = new GruProgram(instantiateKernels(module, memory), memory, plan, 0, threads);
		this.#workers = Array.from({ length: threads - 1 }, (_, index) => {
			const workerData: ThreadData = { module, memory, plan, thread: index + 1, threads };
			const worker = new Worker(workerFile(), { workerData, stdin: false });
			worker.unref();
			return worker;
		});
	}

	/** Runs a command on all threads; returns when all have done their part. */
	run(what: Command): void {
		Atomics.store(this.#words, control.command, what);
		Atomics.add(this.#words, control.round, 1);
		Atomics.notify(this.#words, control.round);
		execute(this.program, what);
	}

	dispose(): void {
		for (const worker of this.#workers) void worker.terminate();
	}
}

/** The bundle lies beside the other bundles, the source beside this file. */
function workerFile(): string {
	const here = import.meta.dirname;
	return join(here, here.endsWith("wasm") ? "worker.ts" : "worker.cjs");
}
