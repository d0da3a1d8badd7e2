/**
 * The server's session in this process, with the time that typing takes: between two keys it does what it does when nobody
 * waits, so a line is learned a moment after it is finished. Only that waiting is left out.
 */
import type { ServerMessage, ServerRequest } from "../../../protocol/server.ts";
import { processHost } from "../../../server/processHost.ts";
import { Session, type SessionHost } from "../../../server/session.ts";

/** What a session has of the process, as far as it matters here: the model, and a clock in ms. */
export type SessionParts = Partial<SessionHost> & Pick<SessionHost, "load" | "now">;

type MessageOf<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** Rounds through the event loop without work or files under way, after which nothing is going to happen by itself. */
const quietRounds = 8;

export class PacedSession {
	readonly #session: Session;
	readonly #clock: () => number;
	readonly #messages: ServerMessage[] = [];
	#tasks: (() => void)[] = [];
	#timers: { readonly at: number; readonly task: () => void }[] = [];
	/** Milliseconds by which the session is ahead of the clock. */
	#ahead = 0;
	/** Operations on files. */
	#underWay = 0;

	/** @param onMessage told of each message of the session, errors excepted: these are thrown */
	constructor(parts: SessionParts, onMessage: (message: ServerMessage) => void = () => undefined) {
		this.#clock = parts.now;
		this.#session = new Session({
			...processHost,
			fileSystem: this.#counted(processHost.fileSystem),
			...parts,
			send: (message) => {
				this.#messages.push(message);
				onMessage(message);
			},
			now: () => this.now(),
			defer: (task) => this.#tasks.push(task),
			after: (milliseconds, task) => this.#after(milliseconds, task),
		});
	}

	/** Milliseconds, as the session sees them. */
	now(): number {
		return this.#clock() + this.#ahead;
	}

	send(request: ServerRequest): void {
		this.#session.receive(request);
	}

	/** The answer to a request that needs nothing but work. */
	answer<T extends ServerMessage["type"]>(request: ServerRequest, type: T): MessageOf<T> {
		this.send(request);
		let answer = this.#take(type);
		while (answer === undefined) {
			this.#turn();
			answer = this.#take(type);
		}
		return answer;
	}

	/** The answer to a request once promises are kept. */
	async answered<T extends ServerMessage["type"]>(
		request: ServerRequest,
		type: T,
		isWanted: (message: MessageOf<T>) => boolean,
	): Promise<MessageOf<T>> {
		this.send(request);
		for (;;) {
			const found = this.#take(type);
			if (found !== undefined && isWanted(found)) return found;
			await new Promise(setImmediate);
		}
	}

	/** Lets time pass in which nobody waits. */
	pass(milliseconds: number): void {
		const end = this.now() + milliseconds;
		for (;;) {
			while (this.#tasks.length > 0) this.#turn();
			const next = this.#timers.toSorted((one, other) => one.at - other.at)[0];
			if (next === undefined || next.at > end) break;
			this.#timers = this.#timers.filter((timer) => timer !== next);
			this.#skipTo(next.at);
			next.task();
		}
		this.#skipTo(end);
	}

	/** Waits, in no time, until nothing is left to be done, on disk either. */
	async settle(): Promise<void> {
		for (let quiet = 0; quiet < quietRounds; quiet++) {
			if (this.#tasks.length > 0 || this.#underWay > 0) quiet = 0;
			while (this.#tasks.length > 0) this.#turn();
			await new Promise(setImmediate);
		}
		this.#take("completions");
	}

	/** The last message of a type; others are dropped, and an error of the server ends the replay. */
	#take<T extends ServerMessage["type"]>(type: T): MessageOf<T> | undefined {
		let found: ServerMessage | undefined;
		for (const message of this.#messages.splice(0)) {
			if (message.type === "log" && message.level === "error") throw new Error(message.message);
			if (message.type === type) found = message;
		}
		return found as MessageOf<T> | undefined;
	}

	#after(milliseconds: number, task: () => void): () => void {
		const timer = { at: this.now() + milliseconds, task };
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter((other) => other !== timer);
		};
	}

	#turn(): void {
		for (const task of this.#tasks.splice(0)) task();
	}

	#skipTo(time: number): void {
		this.#ahead += Math.max(0, time - this.now());
	}

	/** The same, with what is under way counted. */
	#counted<T extends object>(target: T): T {
		return new Proxy(target, {
			get: (object, name) => {
				const value: unknown = Reflect.get(object, name);
				if (typeof value !== "function") return value;
				return (...args: unknown[]): unknown => {
					const result: unknown = Reflect.apply(value, object, args);
					return result instanceof Promise ? this.#counting(result) : result;
				};
			},
		});
	}

	async #counting(operation: Promise<unknown>): Promise<unknown> {
		this.#underWay++;
		try {
			const found = await operation;
			return isFileHandle(found) ? this.#counted(found) : found;
		} finally {
			this.#underWay--;
		}
	}
}

function isFileHandle(found: unknown): found is object {
	return typeof found === "object" && found !== null && "fd" in found && "close" in found;
}
