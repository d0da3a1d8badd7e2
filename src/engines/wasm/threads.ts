/** Worker threads that run the same program as the calling thread, on one shared memory. */
import { join } from "node:path";
import { type ResourceLimits, Worker } from "node:worker_threads";
import { Failure } from "../../platform/failure.ts";
import { instantiateKernels } from "./kernels.ts";
import { CONTROL_WORDS, control, type Plan } from "./plan.ts";
import { Program } from "./program.ts";
import { BarrierBroken, type Patience, ThreadContext } from "./threadContext.ts";

/** What all threads do next. */
export const command = { pack: 1, evaluate: 2, update: 3 } as const;
type Command = (typeof command)[keyof typeof command];

/** What a worker says once its kernels stand. */
const up = "up";

export interface ThreadData {
	readonly module: WebAssembly.Module;
	readonly memory: WebAssembly.Memory;
	readonly plan: Plan;
	readonly thread: number;
	readonly threads: number;
	readonly patience: Patience;
}

export interface TeamOptions {
	/** Script of a worker. */
	readonly workerFile: string;
	/** Of each worker; Node's own if absent. */
	readonly resourceLimits?: ResourceLimits;
	/** For all workers to say that they are up. */
	readonly startMilliseconds: number;
	/** Of the calling thread, at a barrier. A worker waits without limit: it ends with the calling thread. */
	readonly patience: Patience;
}

/**
 * A worker starts within a tenth of a second. Even a busy computer that runs training behind all else gives it a turn
 * within seconds; after half a minute something is wrong.
 */
export const defaultTeam: TeamOptions = {
	workerFile: workerFile(),
	startMilliseconds: 30_000,
	patience: { sliceMilliseconds: 1_000, slices: 30 },
};

function contextOf({ module, memory, plan, thread, threads, patience }: ThreadData): ThreadContext {
	return new ThreadContext(instantiateKernels(module, memory), memory, plan, thread, threads, patience);
}

function execute(program: Program, what: Command): void {
	if (what === command.pack) program.pack();
	else if (what === command.evaluate) program.evaluate();
	else program.update();
}

/** The life of a worker: says that it is up, then takes its part in each command; ended from outside. */
export function serve(data: ThreadData, say: (message: unknown) => void): void {
	const context = contextOf(data);
	const program = new Program(context);
	const words = new Int32Array(data.memory.buffer, data.plan.control, CONTROL_WORDS);
	say(up);
	try {
		// Every worker takes part in every round, so the rounds are counted here: by the time that this one looks again,
		// the calling thread may have begun the next.
		for (let round = 0; ; round++) {
			Atomics.wait(words, control.round, round);
			execute(program, Atomics.load(words, control.command) as Command);
		}
	} catch (error) {
		context.abandon();
		// Where another thread broke the barrier, that one says why.
		if (!(error instanceof BarrierBroken)) throw error;
	}
}

/** The calling thread's side. Once a thread is lost, every command throws `threadLost`. */
export class ThreadTeam {
	readonly #context: ThreadContext;
	readonly #program: Program;
	readonly #words: Int32Array;
	readonly #workers: Worker[] = [];
	#lost: Failure | undefined;
	#disposed = false;

	private constructor(context: ThreadContext, memory: WebAssembly.Memory) {
		this.#context = context;
		this.#program = new Program(context);
		this.#words = new Int32Array(memory.buffer, context.plan.control, CONTROL_WORDS);
	}

	/**
	 * Starts the workers and waits until all are up.
	 *
	 * @throws {Failure} threadLost if one cannot start
	 */
	static async start(
		module: WebAssembly.Module,
		memory: WebAssembly.Memory,
		plan: Plan,
		threads: number,
		options: TeamOptions,
	): Promise<ThreadTeam> {
		const { startMilliseconds, patience } = options;
		const data = { module, memory, plan, threads, patience };
		const team = new ThreadTeam(contextOf({ ...data, thread: 0 }), memory);
		const unlimited = { ...patience, slices: -1 };
		try {
			const starts = Array.from({ length: threads - 1 }, (_, index) =>
				team.#startWorker(options, { ...data, thread: index + 1, patience: unlimited }),
			);
			await within(startMilliseconds, Promise.all(starts));
		} catch (error) {
			team.dispose();
			throw team.#lost ?? threadLost(error);
		}
		return team;
	}

	/** Resolves when the worker is up. */
	#startWorker({ workerFile, resourceLimits }: TeamOptions, workerData: ThreadData): Promise<void> {
		const worker = new Worker(workerFile, { workerData, stdin: false, ...(resourceLimits && { resourceLimits }) });
		this.#workers.push(worker);
		return new Promise((resolve, reject) => {
			const lose = (reason: unknown) => {
				this.#lose(reason);
				reject(reason);
			};
			worker.once("message", () => {
				// From here on it must not keep the process alive.
				worker.unref();
				resolve();
			});
			worker.on("error", lose);
			worker.on("exit", (code) => lose(new Error(`thread ${workerData.thread} ended with code ${code}`)));
		});
	}

	/** Runs a command on all threads; returns when all have done their part. Throws `threadLost` if one does not. */
	run(what: Command): void {
		if (this.#lost !== undefined) throw this.#lost;
		Atomics.store(this.#words, control.command, what);
		Atomics.add(this.#words, control.round, 1);
		Atomics.notify(this.#words, control.round);
		try {
			execute(this.#program, what);
		} catch (error) {
			this.#lose(error);
			throw this.#lost;
		}
	}

	/** Of the last update, before clipping. */
	gradientNorm(): number {
		return this.#context.gradientNorm();
	}

	dispose(): void {
		this.#disposed = true;
		this.#context.abandon();
		for (const worker of this.#workers) void worker.terminate();
	}

	#lose(reason: unknown): void {
		if (this.#disposed) return;
		this.#lost ??= threadLost(reason);
		this.#context.abandon();
	}
}

function threadLost(reason: unknown): Failure {
	return new Failure("threadLost", reason instanceof Error ? reason.message : String(reason), { cause: reason });
}

/** Rejects if `promise` takes longer. The timer keeps the process alive, which unreferenced workers do not. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		const message = `no answer within ${milliseconds / 1000} seconds of its start`;
		timer = setTimeout(() => reject(new Error(message)), milliseconds);
	});
	try {
		await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

/** The bundle lies beside the other bundles, the source beside this file. */
function workerFile(): string {
	const here = import.meta.dirname;
	return join(here, here.endsWith("wasm") ? "worker.ts" : "worker.cjs");
}
