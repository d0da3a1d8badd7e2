/** A session with a process that tests drive: time stands still unless moved, work is done when asked for. */
import assert from "node:assert/strict";
import * as nodeFileSystem from "node:fs/promises";
import type { ModelSummary } from "../../../src/domain/model.ts";
import type { LanguageModel } from "../../../src/model/languageModel.ts";
import type { Memory, MemoryOptions } from "../../../src/model/memory/index.ts";
import { createMixture } from "../../../src/model/mixture.ts";
import { Failure } from "../../../src/platform/failure.ts";
import type { ServerMessage, ServerRequest } from "../../../src/protocol/server.ts";
import { serverMessages } from "../../../src/protocol/serverShapes.ts";
import { type LoadedModel, Session, type SessionHost } from "../../../src/server/session.ts";
import { type CountingMemory, countingMemory } from "../support/countingMemory.ts";
import { ngramModel } from "../support/ngramModel.ts";
import { uncalibrated } from "../support/uncalibrated.ts";

export const summary: ModelSummary = {
	cell: "gru",
	hidden: 8,
	layers: 1,
	parameters: 1,
	trainedAt: "2026-01-01T00:00:00Z",
	characters: 1,
	corpusCharacters: 1,
	files: 1,
	cpuSeconds: 1,
	validationBpc: null,
	initialBpc: null,
	mixtureBpc: null,
	initialMixtureBpc: null,
};

export type ModelMessage = Extract<ServerMessage, { type: "model" }>;

export const code = "const value = compute(first);\n".repeat(3);

export class SessionBench {
	readonly messages: ServerMessage[] = [];
	readonly session: Session;
	/** Models by file; a Failure is what loading the file gives. */
	readonly files = new Map<string, string | Error>();
	readonly disposed: string[] = [];
	/** Of the models, but for their `characters`. */
	summary = summary;
	/** Memories in the order in which they were made or read back. */
	readonly memories: CountingMemory[] = [];
	readonly memoryOptions: unknown[] = [];
	/** The one in use. */
	present: CountingMemory | undefined;
	/** Moves on by this at each look, ms. */
	tick = 0;
	time = 0;
	#tasks: (() => void)[] = [];
	#timers: { readonly at: number; readonly task: () => void }[] = [];

	/** `parts` replace what a session has of its process. */
	constructor(parts: Partial<SessionHost> = {}) {
		const remember = (options: unknown, snapshot?: Uint8Array): Memory => {
			const memory = countingMemory(snapshot);
			this.memories.push(memory);
			this.memoryOptions.push(options);
			return memory;
		};
		this.session = new Session({
			send: (message) => {
				this.messages.push(message);
				// The host drops what is of another shape.
				const arrived = JSON.parse(JSON.stringify(message));
				serverMessages.receive(
					arrived,
					() => {},
					(reason) => assert.fail(reason),
				);
			},
			load: async (file) => this.#load(file),
			createMemory: async (options) => remember(options),
			roomForMemory: async (_, length, options) => {
				const snapshot = new Uint8Array(length);
				return { snapshot, memory: () => remember(options, snapshot) };
			},
			mix: (network, memory) => {
				if (!this.#isForTuning(memory)) this.present = memory as CountingMemory;
				return createMixture(network, memory);
			},
			calibration: uncalibrated,
			toEdits: uncalibrated,
			fileSystem: nodeFileSystem,
			now: () => {
				this.time += this.tick;
				return this.time;
			},
			after: (milliseconds, task) => {
				const timer = { at: this.time + milliseconds, task };
				this.#timers.push(timer);
				return () => {
					this.#timers = this.#timers.filter((other) => other !== timer);
				};
			},
			loadLexicon: () => Promise.reject(new Error("no dictionary")),
			usedBytes: () => 2 ** 27,
			defer: (task) => this.#tasks.push(task),
			...parts,
		});
	}

	send(...requests: readonly ServerRequest[]): this {
		for (const request of requests) this.session.receive(request);
		return this;
	}

	/** Does what has been put off, once. */
	turn(): this {
		for (const task of this.#tasks.splice(0)) task();
		return this;
	}

	get isBusy(): boolean {
		return this.#tasks.length > 0;
	}

	work(): this {
		while (this.isBusy) this.turn();
		return this;
	}

	/** Lets time pass, timers and work included. */
	pass(milliseconds: number): this {
		const end = this.time + milliseconds;
		for (;;) {
			this.work();
			const next = this.#timers.toSorted((one, other) => one.at - other.at)[0];
			if (next === undefined || next.at > end) break;
			this.#timers = this.#timers.filter((timer) => timer !== next);
			this.time = Math.max(this.time, next.at);
			next.task();
		}
		this.time = Math.max(this.time, end);
		return this;
	}

	/** Works until a condition holds that depends on the disk; time stands still. */
	async until(name: string, condition: () => unknown): Promise<void> {
		// A slow shared machine is no failure.
		const end = performance.now() + 60_000;
		while (!condition()) {
			if (performance.now() > end)
				assert.fail(`Never: ${name}; ${JSON.stringify([this.of("log"), this.last("memory")])}`);
			this.turn();
			await new Promise(setImmediate);
		}
	}

	async load(file: string | null, isBase = false): Promise<ModelMessage | undefined> {
		this.send({ type: "load", file, isBase });
		await new Promise(setImmediate);
		return this.last("model");
	}

	/** With a model that has learned `text`. */
	static async with(text: string): Promise<SessionBench> {
		const bench = new SessionBench();
		bench.files.set("model", text);
		await bench.load("model");
		return bench;
	}

	of<T extends ServerMessage["type"]>(type: T): Extract<ServerMessage, { type: T }>[] {
		return this.messages.filter((message) => message.type === type) as Extract<ServerMessage, { type: T }>[];
	}

	last<T extends ServerMessage["type"]>(type: T): Extract<ServerMessage, { type: T }> | undefined {
		return this.of(type).at(-1);
	}

	/** Of completions, in the order in which they were answered. */
	get answers(): [id: number, text: string | undefined, silence: string | undefined][] {
		return this.of("completions").map(({ id, suggestions, silence }) => [id, suggestions[0]?.text, silence]);
	}

	/** The memory of a tuning is made for a small sample of the text; see tuningSample.ts. */
	#isForTuning(memory: Memory): boolean {
		const options = this.memoryOptions[this.memories.indexOf(memory as CountingMemory)];
		return (options as MemoryOptions | undefined)?.mebibytes === 24;
	}

	#load(file: string): LoadedModel {
		const text = this.files.get(file);
		if (text === undefined) throw new Failure("modelMissing", file);
		if (text instanceof Error) throw text;
		return {
			model: text === "faulty" ? faultyModel() : ngramModel(text),
			summary: { ...this.summary, characters: text.length },
			dispose: () => this.disposed.push(file),
		};
	}
}

/** Knows the code above but breaks at the first step. */
function faultyModel(): LanguageModel {
	const model = ngramModel(code);
	return {
		...model,
		advance: () => {
			throw new Error("out of order");
		},
	};
}

export function open(text: string, path = "a.ts", document = "doc"): ServerRequest {
	return { type: "open", document, path, file: null, version: 1, text };
}

export function completeAt(
	line: number,
	character: number,
	changed: Partial<Extract<ServerRequest, { type: "complete" }>> = {},
): ServerRequest {
	return {
		type: "complete",
		id: 1,
		document: "doc",
		version: 1,
		position: { line, character },
		explicit: false,
		count: 1,
		threshold: "balanced",
		forced: "",
		...changed,
	};
}
