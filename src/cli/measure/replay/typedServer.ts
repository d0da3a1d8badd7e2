/**
 * The server that answers the editor, in this process and with the time that typing takes: between two keys it does what
 * it does when nobody waits, so a line is learned a moment after it is finished. Only that waiting is left out.
 */

import { defaultRules } from "../../../domain/corpus.ts";
import { type Silence, type Suggestion, type Threshold, thresholds } from "../../../domain/suggestions.ts";
import type { Position } from "../../../domain/text.ts";
import type { Memory } from "../../../model/memory/index.ts";
import type { ServerMessage, ServerRequest } from "../../../protocol/server.ts";
import { processHost } from "../../../server/processHost.ts";
import { Session, type SessionHost } from "../../../server/session.ts";
import { memoryMebibytes } from "../components.ts";
import type { Suggester } from "./suggester.ts";
import { endOf } from "./typing.ts";

/** Between two keys: sixty words of five characters a minute. */
const keyMilliseconds = 200;
/** Before a document is left. */
const closeMilliseconds = 1000;

export interface Answer {
	readonly suggestion: Suggestion | null;
	readonly silence: Silence | undefined;
	/** Time that the answer took. */
	readonly milliseconds: number;
}

/** What the session has of the process, as far as it matters here: the model, and a clock in ms. */
export type ServerParts = Pick<SessionHost, "load" | "mix" | "calibration" | "now"> & {
	/** Has learned the workspace, if it is not empty. */
	readonly memory: Memory;
	/** Whether the model that is loaded was not trained on it. */
	readonly isBase: boolean;
};

export class TypedServer implements Suggester<Threshold> {
	readonly suggest = Object.fromEntries(
		thresholds.map((threshold) => [threshold, () => this.ask(threshold, this.#end).suggestion]),
	) as Suggester<Threshold>["suggest"];
	readonly #session: Session;
	readonly #clock: () => number;
	readonly #messages: ServerMessage[] = [];
	#tasks: (() => void)[] = [];
	#timers: { readonly at: number; readonly task: () => void }[] = [];
	/** Milliseconds by which the session is ahead of the clock. */
	#ahead = 0;
	/** The open document, and how often it has changed. */
	#document = 0;
	#version = 0;
	#end: Position = { line: 0, character: 0 };
	#requests = 0;

	private constructor({ memory, now, isBase: _, ...parts }: ServerParts) {
		this.#clock = now;
		this.#session = new Session({
			...processHost,
			...parts,
			createMemory: () => Promise.resolve(memory),
			send: (message) => this.#messages.push(message),
			now: () => this.#now(),
			defer: (task) => this.#tasks.push(task),
			after: (milliseconds, task) => this.#after(milliseconds, task),
		});
	}

	/** @throws if the model cannot be loaded, or is not used */
	static async start(parts: ServerParts): Promise<TypedServer> {
		const server = new TypedServer(parts);
		// Without folders there is nothing to read, and all that is typed is learned.
		const workspace = {
			folders: [],
			rules: defaultRules,
			storage: null,
			memoryMiB: memoryMebibytes,
			index: false,
		};
		await server.#answered({ type: "workspace", workspace }, "memory", ({ memory }) => memory !== null);
		const { failure } = await server.#answered({ type: "load", file: "", isBase: parts.isBase }, "model", () => true);
		if (failure !== undefined) throw new Error(failure.detail);
		return server;
	}

	/** `text`: what already stands in the document; the cursor is behind it. */
	open(path: string, text = ""): void {
		this.#document++;
		this.#version = 1;
		this.#end = endOf({ line: 0, character: 0 }, text);
		this.#send({ type: "open", document: this.#id, path, file: null, version: this.#version, text });
	}

	type(text: string): void {
		this.#pass(keyMilliseconds);
		this.insert(text);
	}

	/** Types in no time, in which nothing is learned. */
	insert(text: string): void {
		const change = { start: this.#end, end: this.#end, text };
		this.#end = endOf(this.#end, text);
		this.#send({ type: "change", document: this.#id, version: ++this.#version, changes: [change] });
	}

	/** What is suggested by itself at `position`, in no time but that of the answer. */
	ask(threshold: Threshold, position: Position): Answer {
		const request = { explicit: false, count: 1, threshold, forced: "" };
		const place = { document: this.#id, version: this.#version, position };
		this.#send({ type: "complete", id: ++this.#requests, ...place, ...request });
		let answer = this.#take("completions");
		while (answer === undefined) {
			this.#turn();
			answer = this.#take("completions");
		}
		const { suggestions, silence, milliseconds } = answer;
		return { suggestion: suggestions[0] ?? null, silence, milliseconds };
	}

	close(): void {
		this.#pass(closeMilliseconds);
		this.abandon();
	}

	/** Closes the document in no time. */
	abandon(): void {
		this.#send({ type: "close", document: this.#id });
	}

	get #id(): string {
		return String(this.#document);
	}

	#now(): number {
		return this.#clock() + this.#ahead;
	}

	#send(request: ServerRequest): void {
		this.#session.receive(request);
	}

	/** Sends what is answered once promises are kept. */
	async #answered<T extends ServerMessage["type"]>(
		request: ServerRequest,
		type: T,
		isWanted: (message: Extract<ServerMessage, { type: T }>) => boolean,
	): Promise<Extract<ServerMessage, { type: T }>> {
		this.#send(request);
		for (;;) {
			const found = this.#take(type);
			if (found !== undefined && isWanted(found)) return found;
			await new Promise(setImmediate);
		}
	}

	/** The last message of a type; others are dropped, and an error of the server ends the replay. */
	#take<T extends ServerMessage["type"]>(type: T): Extract<ServerMessage, { type: T }> | undefined {
		let found: ServerMessage | undefined;
		for (const message of this.#messages.splice(0)) {
			if (message.type === "log" && message.level === "error") throw new Error(message.message);
			if (message.type === type) found = message;
		}
		return found as Extract<ServerMessage, { type: T }> | undefined;
	}

	#after(milliseconds: number, task: () => void): () => void {
		const timer = { at: this.#now() + milliseconds, task };
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter((other) => other !== timer);
		};
	}

	#turn(): void {
		for (const task of this.#tasks.splice(0)) task();
	}

	/** Lets time pass in which nobody waits. */
	#pass(milliseconds: number): void {
		const end = this.#now() + milliseconds;
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

	#skipTo(time: number): void {
		this.#ahead += Math.max(0, time - this.#now());
	}
}
