/** Worker threads that run the same program as the calling thread, on one shared memory. */
import { join } from "node:path";
import {
	MessageChannel,
	type MessagePort,
	type ResourceLimits,
	receiveMessageOnPort,
	Worker,
} from "node:worker_threads";
import { Failure } from "../../platform/failure.ts";
import type { Plan } from "./plan.ts";
import { Program } from "./program.ts";
import type { Patience, ThreadContext } from "./threadContext.ts";
import { type Command, contextOf, execute, type OverseerData, type OverseerMessage } from "./workerThreads.ts";

export interface TeamOptions {
	/** Script of a worker. */
	readonly workerFile: string;
	/** Of each worker; Node's own if absent. */
	readonly resourceLimits?: ResourceLimits;
	/** For all workers to say that they are up. */
	readonly startMilliseconds: number;
	/** Of the calling thread, at a barrier. */
	readonly patience: Patience;
}

/** The bundle lies beside the other bundles, the source beside this file. */
const threadFile = join(import.meta.dirname, import.meta.dirname.endsWith("wasm") ? "worker.ts" : "worker.cjs");

/**
 * A worker starts within a tenth of a second. Even a busy computer that runs training behind all else gives it a turn
 * within seconds; after half a minute without an answer a worker hangs. One that ends is noticed at once.
 */
export const defaultTeam: TeamOptions = {
	workerFile: threadFile,
	startMilliseconds: 30_000,
	patience: { sliceMilliseconds: 1_000, slices: 30 },
};

/** The calling thread's side. Once a thread is lost, every command throws `threadLost`. */
export class ThreadTeam {
	readonly #context: ThreadContext;
	readonly #program: Program;
	/** Absent where the calling thread works alone. */
	#overseer: { readonly worker: Worker; readonly port: MessagePort } | undefined;
	#lost: Failure | undefined;
	#disposed = false;

	private constructor(context: ThreadContext) {
		this.#context = context;
		this.#program = new Program(context);
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
		const data = { module, memory, plan, threads };
		const team = new ThreadTeam(contextOf({ ...data, thread: 0 }, options.patience));
		if (threads === 1) return team;
		try {
			await within(options.startMilliseconds, team.#startWorkers(options, data));
		} catch (error) {
			team.dispose();
			throw team.#lost ?? threadLost(error);
		}
		return team;
	}

	/** Resolves when all workers are up. */
	#startWorkers({ workerFile, resourceLimits }: TeamOptions, team: OverseerData["team"]): Promise<void> {
		const { port1: port, port2 } = new MessageChannel();
		const workerData: OverseerData = { team, workerFile, resourceLimits, port: port2 };
		const worker = new Worker(threadFile, { workerData, transferList: [port2], stdin: false });
		this.#overseer = { worker, port };
		return new Promise((resolve, reject) => {
			const lose = (reason: unknown) => {
				this.#lose(reason);
				reject(reason);
			};
			port.on("message", (message: OverseerMessage) => {
				if (message.type === "lost") return lose(message.reason);
				// From here on neither must keep the process alive.
				worker.unref();
				port.unref();
				resolve();
			});
			worker.on("error", lose);
			worker.on("exit", (code) => lose(new Error(`the overseer of the threads ended with code ${code}`)));
		});
	}

	/** Runs a command on all threads; returns when all have done their part. Throws `threadLost` if one does not. */
	run(what: Command): void {
		if (this.#lost !== undefined) throw this.#lost;
		this.#context.command(what);
		try {
			execute(this.#program, what);
		} catch (error) {
			this.#lose(this.#reason() ?? error);
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
		// Its workers end with it.
		void this.#overseer?.worker.terminate();
		this.#overseer?.port.close();
	}

	/** Why a worker was lost, if one was: read without waiting for the event. */
	#reason(): string | undefined {
		const message: OverseerMessage | undefined = this.#overseer && receiveMessageOnPort(this.#overseer.port)?.message;
		return message?.type === "lost" ? message.reason : undefined;
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
