/** The threads that `ThreadTeam` starts: the workers, and the overseer that starts them and notices when one ends. */
import { type MessagePort, type ResourceLimits, Worker } from "node:worker_threads";
import { instantiateKernels } from "./kernels.ts";
import { CONTROL_WORDS, control, type Plan } from "./plan.ts";
import { Program } from "./program.ts";
import { abandon, BarrierBroken, type Patience, ThreadContext } from "./threadContext.ts";

/** What all threads do next. */
export const command = { pack: 1, evaluate: 2, update: 3 } as const;
export type Command = (typeof command)[keyof typeof command];

/** What all threads of a team have in common. */
export interface TeamData {
	readonly module: WebAssembly.Module;
	readonly memory: WebAssembly.Memory;
	readonly plan: Plan;
	readonly threads: number;
}

export interface ThreadData extends TeamData {
	readonly thread: number;
}

export interface OverseerData {
	readonly team: TeamData;
	/** Script of a worker. */
	readonly workerFile: string;
	/** Of each worker; Node's own if absent. */
	readonly resourceLimits: ResourceLimits | undefined;
	/** Leads to the calling thread. A port can be read in the middle of an update, where no event is handled. */
	readonly port: MessagePort;
}

export type OverseerMessage = { readonly type: "up" } | { readonly type: "lost"; readonly reason: string };

/** A worker waits without limit: it ends with the calling thread. */
const workerPatience: Patience = { sliceMilliseconds: 1_000, slices: -1 };

export function contextOf({ module, memory, plan, thread, threads }: ThreadData, patience: Patience): ThreadContext {
	return new ThreadContext(instantiateKernels(module, memory), memory, plan, thread, threads, patience);
}

export function execute(program: Program, what: Command): void {
	if (what === command.pack) program.pack();
	else if (what === command.evaluate) program.evaluate();
	else program.update();
}

/** The life of a worker: says that it is up, then takes its part in each command; ended from outside. */
export function serve(data: ThreadData, sayUp: (message: "up") => void): void {
	const program = new Program(contextOf(data, workerPatience));
	const words = new Int32Array(data.memory.buffer, data.plan.control, CONTROL_WORDS);
	sayUp("up");
	try {
		// Every worker takes part in every round, so the rounds are counted here: by the time that this one looks again,
		// the calling thread may have begun the next.
		for (let round = 0; ; round++) {
			Atomics.wait(words, control.round, round);
			execute(program, Atomics.load(words, control.command) as Command);
		}
	} catch (error) {
		// A broken barrier is no fault of this worker: the team has been abandoned.
		if (!(error instanceof BarrierBroken)) throw error;
	}
}

/**
 * The life of the overseer: starts the workers, and once one has ended tells the calling thread why and has the others
 * leave the barrier. The calling thread cannot do this itself: while it takes part in an update, no event reaches it.
 */
export function oversee({ team, workerFile, resourceLimits, port }: OverseerData): void {
	const say = (message: OverseerMessage) => port.postMessage(message);
	const lose = (reason: Error) => {
		// In this order, so that whoever finds the barrier broken can read the reason.
		say({ type: "lost", reason: reason.message });
		abandon(team.memory, team.plan);
	};
	let starting = team.threads - 1;
	for (let thread = 1; thread < team.threads; thread++) {
		const workerData: ThreadData = { ...team, thread };
		const worker = new Worker(workerFile, { workerData, stdin: false, ...(resourceLimits && { resourceLimits }) });
		worker.once("message", () => {
			if (--starting === 0) say({ type: "up" });
		});
		worker.on("error", lose);
		worker.on("exit", (code) => lose(new Error(`thread ${thread} ended with code ${code}`)));
	}
}
