/** The built completion server as a process, asked as the editor asks it. */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { memoryMebibytes } from "../src/cli/measure/components.ts";
import { defaultRules } from "../src/domain/corpus.ts";
import type { MemoryState, Workspace } from "../src/domain/memory.ts";
import { storageFiles } from "../src/domain/storage.ts";
import type { Position, TextChange } from "../src/domain/text.ts";
import { childEnvironment, heapArguments, serverHeap } from "../src/editor/processes/childProcess.ts";
import type { ServerMessage, ServerRequest } from "../src/protocol/server.ts";
import type { DocumentFile } from "../src/server/memory/documentLearner.ts";

type Completions = Extract<ServerMessage, { type: "completions" }>;

export class ServerProcess {
	readonly #process: ChildProcess;
	#answered: (message: Completions) => void = () => undefined;
	#loaded: (message: Extract<ServerMessage, { type: "model" }>) => void = () => undefined;
	#remembered: (state: MemoryState | null) => void = () => undefined;
	#requests = 0;
	#version = 1;

	constructor() {
		this.#process = fork(join(import.meta.dirname, "../dist/server.cjs"), [], {
			execArgv: heapArguments(serverHeap),
			env: childEnvironment(process.env, serverHeap),
		});
		this.#process.on("message", (message: ServerMessage) => {
			if (message.type === "completions") this.#answered(message);
			if (message.type === "model") this.#loaded(message);
			if (message.type === "memory") this.#remembered(message.memory);
		});
	}

	async load(file: string, isBase = false): Promise<void> {
		const loaded = new Promise<Extract<ServerMessage, { type: "model" }>>((resolve) => {
			this.#loaded = resolve;
		});
		this.#send({ type: "load", file, isBase });
		const { failure } = await loaded;
		if (failure !== undefined) throw new Error(failure.detail);
	}

	/** @param file its path on disk; null for a document that was never saved */
	open(path: string, text: string, file: DocumentFile | null = null): void {
		this.#version = 1;
		this.#send({ type: "open", document, path, file, version: this.#version, text });
	}

	change(...changes: readonly TextChange[]): void {
		this.#version++;
		this.#send({ type: "change", document, version: this.#version, changes });
	}

	get pid(): number {
		return this.#process.pid ?? 0;
	}

	/** Opens folders; resolves once all files in them are learned. */
	async openWorkspace(workspace: Workspace): Promise<MemoryState> {
		const learned = new Promise<MemoryState>((resolve) => {
			this.#remembered = (state) => {
				if (state !== null && !state.reading) resolve(state);
			};
		});
		this.#send({ type: "workspace", workspace });
		return await learned;
	}

	/** Milliseconds from the request to its answer, both ways between the processes included. */
	async complete(position: Position): Promise<number> {
		return (await this.ask(position)).roundTrip;
	}

	/** The answer to a request, and how many milliseconds it took, both ways between the processes included. */
	async ask(position: Position): Promise<{ readonly answer: Completions; readonly roundTrip: number }> {
		const answered = new Promise<Completions>((resolve) => {
			this.#answered = resolve;
		});
		const start = performance.now();
		this.#send({
			type: "complete",
			id: ++this.#requests,
			document,
			version: this.#version,
			position,
			explicit: false,
			count: 1,
			threshold: "balanced",
			forced: "",
		});
		const answer = await answered;
		return { answer, roundTrip: performance.now() - start };
	}

	end(): void {
		this.#process.disconnect();
	}

	/** The same; resolves when it has written what it keeps. */
	async ended(): Promise<void> {
		const exited = new Promise((resolve) => this.#process.once("exit", resolve));
		this.end();
		await exited;
	}

	#send(request: ServerRequest): void {
		this.#process.send(request);
	}
}

/** A workspace of one folder with default settings. */
export function workspaceOf(folder: string, storage: string): Workspace {
	return {
		folders: [{ path: resolve(folder), name: basename(folder) }],
		rules: defaultRules,
		index: true,
		storage,
		memoryMiB: memoryMebibytes,
	};
}

/** The server logs this last, when everything is read and the ensemble is tuned. */
export async function untilMemoryIsWritten(storage: string): Promise<void> {
	while (!existsSync(join(storage, storageFiles.memory))) await delay(pauseMs);
}

const pauseMs = 200;

/** The id of the one document that is open at a time. */
const document = "document";
