/**
 * A child process that speaks JSON messages, as the editor's side sees it, and the real one made with
 * `child_process.fork`.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Messages } from "../../protocol/shape.ts";

export interface Child<Request> {
	readonly pid: number | undefined;
	/** Does nothing if the child is gone. */
	send(request: Request): void;
	kill(): void;
	/** Closes the channel: the child then saves what it must and ends by itself; one that hangs is ended. */
	release(): void;
}

export interface ChildEvents<Message> {
	message(message: Message): void;
	/** Once, also when the child could not be started. `reason` names the cause: "out of memory", "exit code 1". */
	exit(reason: string): void;
}

/** Starts a child. May throw. */
export type Launch<Request, Message> = (events: ChildEvents<Message>) => Child<Request>;

/** Drops what the child must not send, and says to `refuse` why, without quoting any of it. */
export function checkedLauncher<Request, Message extends { readonly type: string }>(
	launch: Launch<Request, unknown>,
	messages: Messages<Message>,
	refuse: (reason: string) => void,
): Launch<Request, Message> {
	return (events) =>
		launch({
			message: (value) => messages.receive(value, (message) => events.message(message), refuse),
			exit: (reason) => events.exit(reason),
		});
}

/** Limits of a child's memory: of its JavaScript heap, but for the last. */
export interface Heap {
	readonly mebibytes: number;
	/** Limit of the part for young objects; undefined: V8's own. A smaller part is collected more often, and takes less room. */
	readonly youngMebibytes?: number;
	/** From how many arenas glibc gives memory to all threads; undefined: one for each. */
	readonly arenas?: number;
}

/**
 * With 1 MiB for young objects the server takes some 20 MiB less at its peak, with two arenas some 8; the time differs by no more than it
 * does between runs.
 */
export const serverHeap: Heap = { mebibytes: 512, youngMebibytes: 1, arenas: 2 };
export const trainerHeap: Heap = { mebibytes: 2048 };

/** Arguments for Node. */
export function heapArguments({ mebibytes, youngMebibytes }: Heap): string[] {
	const young = youngMebibytes === undefined ? [] : [`--max-semi-space-size=${youngMebibytes}`];
	return [`--max-old-space-size=${mebibytes}`, ...young];
}

/** `environment` as a child gets it: `ELECTRON_RUN_AS_NODE` makes Electron behave as plain Node. How many arenas there are, the user may have said already. */
export function childEnvironment(environment: NodeJS.ProcessEnv, { arenas }: Heap): NodeJS.ProcessEnv {
	// A debugger of the extension host has put its bootstrap into NODE_OPTIONS, and the child could not load it.
	const { NODE_OPTIONS: _, ...inherited } = environment;
	const limit = arenas === undefined ? {} : { MALLOC_ARENA_MAX: String(arenas) };
	return { ...limit, ...inherited, ELECTRON_RUN_AS_NODE: "1", ELECTRON_NO_ASAR: "1" };
}

export interface ForkOptions {
	/** Absolute path of the bundle to run. */
	readonly script: string;
	readonly heap: Heap;
	/** Port at which a debugger on this machine finds the child; undefined: none does. */
	readonly inspectPort?: number | undefined;
	/** How long a child that was let go of may take to end; the completion process gives itself three seconds. */
	readonly endMilliseconds?: number;
	/** Each line that the child prints. */
	print(line: string): void;
}

/** Forks with the editor's own runtime. */
export function forkLauncher<Request>(options: ForkOptions): Launch<Request, unknown> {
	return (events) => {
		const { inspectPort } = options;
		const inspect = inspectPort === undefined ? [] : [`--inspect=127.0.0.1:${inspectPort}`];
		const child = fork(options.script, [], {
			execPath: process.execPath,
			execArgv: [...heapArguments(options.heap), ...inspect],
			env: childEnvironment(process.env, options.heap),
			stdio: ["ignore", "pipe", "pipe", "ipc"],
		});
		void printLines(child.stdout, options.print);
		let isOutOfMemory = false;
		const complaints = printLines(child.stderr, (line) => {
			isOutOfMemory ||= outOfMemory.test(line);
			options.print(line);
		});
		let gone = false;
		const exit = (reason: string): void => {
			if (gone) return;
			gone = true;
			events.exit(reason);
		};
		child.on("message", (message) => events.message(message));
		child.on("error", (error) => {
			// Also raised when a message cannot be delivered: then the child is unusable, and `exit` follows the kill.
			if (child.pid === undefined) exit(error.message);
			else child.kill("SIGKILL");
		});
		child.on("exit", async (code, signal) => {
			// V8's last words may still be on their way. (`close` does not come once the channel is disconnected.)
			await complaints;
			if (isOutOfMemory) exit("out of memory");
			else exit(signal === null ? `exit code ${code}` : `signal ${signal}`);
		});
		return {
			pid: child.pid,
			send: (request) => post(child, request),
			kill: () => void child.kill("SIGKILL"),
			release: () => {
				if (!child.connected) {
					child.kill("SIGKILL");
					return;
				}
				child.disconnect();
				const timer = setTimeout(() => child.kill("SIGKILL"), options.endMilliseconds ?? 10_000);
				timer.unref();
				child.once("exit", () => clearTimeout(timer));
			},
		};
	};
}

/** V8 prints this before it ends a process. The exit code or signal that follows differs between systems. */
const outOfMemory = /\bout of memory\b/i;

function post<Request>(child: ChildProcess, request: Request): void {
	// With a callback a failed delivery is not raised as an `error` event; `exit` tells what happened.
	if (child.connected) child.send(request as object, () => {});
}

/** Resolves at the end of the stream. */
function printLines(stream: Readable | null, print: (line: string) => void): Promise<void> {
	if (stream === null) return Promise.resolve();
	const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", print);
	return new Promise((resolve) => lines.on("close", resolve));
}
